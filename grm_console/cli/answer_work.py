"""Work beside the web process, each in a process of its own; first of all what standard answers are found by."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from grm_console.desk.answer_indexing import waits
from grm_console.desk.desk import Desk
from grm_console.desk.question_groups import is_due

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 600.0
"""After a run that left work undone, so long nothing is tried again: a model is broken, or the store was away."""
CLOSING_SECONDS = 10.0
_NICE = 10


class WorkBeside:
    """Runs a `grm` command as a process of its own whenever something waits for it.

    So the models' memory is not the web process's, their arithmetic takes no time from a webhook, and a model that
    ends its process ends nothing else.
    """

    def __init__(self, arguments: tuple[str, ...], waits: Callable[[], bool]) -> None:
        self._arguments = arguments
        self._waits = waits
        self._running: subprocess.Popen[bytes] | None = None
        self._resting_until = 0.0

    @property
    def pending(self) -> bool:
        """Whether it runs, or will begin at the next look; what was left undone and rests does not count."""
        return self._running is not None or (monotonic() >= self._resting_until and self._waits())

    def look(self) -> None:
        """Begin if something waits, and take note of an end; raises a StoreError."""
        if self._running is not None:
            code = self._running.poll()
            if code is None:
                return
            self._running = None
            if code or self._waits():
                name = " ".join(self._arguments)
                _log.warning("grm %s left work undone (exit code %d); it is tried again later", name, code)
                self._resting_until = monotonic() + PATIENCE_SECONDS
        elif monotonic() >= self._resting_until and self._waits():
            self._running = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "grm_console", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=_behind_all_others,
            )

    def close(self) -> None:
        """End what runs; it goes on where it stopped another time."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


class AnswerWork(WorkBeside):
    """Works out what answers are found by (`grm kb index`)."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(("kb", "index"), lambda: waits(desk))


class QuestionWork(WorkBeside):
    """Makes proposals of unanswered questions (`grm kb proposals refresh`) every so often, after the answers."""

    def __init__(self, desk: Desk, every: timedelta, answers: AnswerWork) -> None:
        minutes = str(round(every.total_seconds() / 60))
        command = ("kb", "proposals", "refresh", "--every", minutes)
        super().__init__(command, lambda: is_due(desk, every) and not answers.pending)


def _behind_all_others() -> None:
    os.nice(_NICE)

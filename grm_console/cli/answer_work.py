"""Working out what standard answers are found by, beside the web process."""

import logging
import os
import subprocess
import sys
from time import monotonic

from grm_console.desk.answer_indexing import waits
from grm_console.desk.desk import Desk

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 600.0
"""After a run that left work undone, so long nothing is tried again: a model is broken, or the store was away."""
CLOSING_SECONDS = 10.0
_NICE = 10


class AnswerWork:
    """Runs `grm kb index` as a process of its own whenever answers wait.

    So the models' memory is not the web process's, their arithmetic takes no time from a webhook, and a model that
    ends its process ends nothing else.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._running: subprocess.Popen[bytes] | None = None
        self._resting_until = 0.0

    def look(self) -> None:
        """Begin if answers wait, and take note of an end; raises a StoreError."""
        if self._running is not None:
            code = self._running.poll()
            if code is None:
                return
            self._running = None
            if code or waits(self._desk):
                _log.warning("grm kb index left answers undone (exit code %d); it is tried again later", code)
                self._resting_until = monotonic() + PATIENCE_SECONDS
        elif monotonic() >= self._resting_until and waits(self._desk):
            self._running = subprocess.Popen(
                [sys.executable, "-m", "grm_console", "kb", "index"],
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


def _behind_all_others() -> None:
    os.nice(_NICE)

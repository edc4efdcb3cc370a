"""The bell for PostgreSQL's listeners: rung at once when it is quiet, in a storm of commits now and then."""

import logging
import threading
from collections.abc import Callable
from time import monotonic

from grm_console.errors import StoreError

_log = logging.getLogger(__name__)

PAUSE = 0.05
"""Seconds between two rings of a process at least: each wakes every console of the desk, and the server for each."""


class Bell:
    """Says when a transaction may tell the listeners of its commit by itself, and tells of the others a little later.

    A ring that fails is lost; whoever listens looks now and then all the same.
    """

    def __init__(self, ring: Callable[[], None], clock: Callable[[], float] = monotonic) -> None:
        """`ring` tells all listeners; it may raise a StoreError."""
        self._ring = ring
        self._clock = clock
        self._rung = float("-inf")
        self._owed = False
        self._closed = False
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def is_due(self) -> bool:
        """Whether to ring together with what is being written; who is told no calls `owe` once that is committed."""
        with self._change:
            if self._clock() - self._rung < PAUSE:
                return False
            self._rung = self._clock()
            return True

    def owe(self) -> None:
        """Ring after the pause, once for all who owe it by then; at once when it is closed already."""
        with self._change:
            if self._closed:
                self._ring_safely()
                return
            self._owed = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._change.notify()

    def close(self) -> None:
        """Ring what is owed, and stop."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._owed or self._closed)
                if not self._owed:
                    return
                self._change.wait_for(lambda: self._closed, self._rung + PAUSE - self._clock())
                self._owed, self._rung = False, self._clock()
            self._ring_safely()

    def _ring_safely(self) -> None:
        try:
            self._ring()
        except StoreError as error:
            _log.info("The consoles were not told of a change and will look by themselves: %s", error)

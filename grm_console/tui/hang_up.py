"""The end from outside: the terminal hangs up, or the process is asked to end. What was typed is kept first."""

import asyncio
import os
import signal
import sys
import threading
from types import FrameType

from textual.app import App

LAST_RESORT = 5.0
"""Seconds after which the process ends in any case; the console itself takes at most two to leave."""


def leave_on_signals(app: App[None]) -> None:
    """From now on SIGHUP and SIGTERM leave the desk as its quit key does, and then end the process.

    To be called in the main thread before the app runs.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            _let_go_of_terminal()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            sys.exit(128 + number)
        end = threading.Timer(LAST_RESORT, os._exit, (128 + number,))
        end.daemon = True
        end.start()
        # A signal alone does not wake the loop out of its waiting.
        loop.call_soon_threadsafe(lambda: app.call_later(app.action_quit))

    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, leave)


def _let_go_of_terminal() -> None:
    """Point the standard streams nowhere: writing to a terminal that is gone would fail, and its thread with it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())

"""A screen that asks the Seat without ever waiting for it."""

from collections.abc import Callable

from textual.message import Message
from textual.worker import get_current_worker

from grm_console.errors import GrmError
from grm_console.tui.arrivals import Refused
from grm_console.tui.screens.fitting import FittingScreen


class AskingScreen(FittingScreen):
    """Base of screens that load things: work runs in a thread, its result comes back as a message."""

    def ask(self, group: str, work: Callable[[], Message]) -> None:
        """Run `work` in a thread; its message is posted unless a newer question of the same group was asked.

        A GrmError comes back as `Refused`; anything else is a defect and ends the console.
        """

        def run() -> None:
            worker = get_current_worker()
            try:
                message = work()
            except GrmError as error:
                message = Refused(error)
            if not worker.is_cancelled:
                self.post_message(message)

        self.run_worker(run, thread=True, exclusive=True, group=group)

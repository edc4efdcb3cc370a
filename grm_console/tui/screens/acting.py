"""A screen that does one thing at a time for its operator and shows what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from textual import on
from textual.message import Message

from grm_console.errors import GrmError
from grm_console.text import printable
from grm_console.tui.arrivals import Refused
from grm_console.tui.screens.asking import AskingScreen

Result = TypeVar("Result")


class ActingScreen(AskingScreen):
    """Base of screens whose acts must not be done twice by a key pressed twice.

    An answer that comes after the screen was closed finds nobody and is dropped.
    """

    @dataclass
    class Done(Message):
        """An act has ended well."""

        show: Callable[[], None]

    acting = False
    """Whether an act is under way; another one asked for meanwhile is not done."""

    def act(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Run `work` in a thread and hand its result to `then` on the screen's own."""
        if self.acting:
            return
        self._set_acting(True)

        def run() -> Message:
            result = work()
            return self.Done(lambda: then(result))

        self.ask("act", run)

    @on(Done)
    def _act_done(self, message: Done) -> None:
        self._set_acting(False)
        message.show()

    @on(Refused)
    def _act_refused(self, message: Refused) -> None:
        self._set_acting(False)
        self.refused(message.error)

    def _set_acting(self, acting: bool) -> None:
        self.acting = acting
        self.acting_changed()

    def acting_changed(self) -> None:
        """An act has begun or ended."""

    def refused(self, error: GrmError) -> None:
        """Say why an act was refused; nothing typed is touched."""
        self.notify(printable(str(error)), severity="warning", markup=False)

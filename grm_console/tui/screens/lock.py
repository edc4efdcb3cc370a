"""The locked seat: nothing of the desk is on the terminal until the password is given."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import Refused
from grm_console.tui.screens.asking import AskingScreen
from grm_console.tui.widgets.text_fields import SecretField


class LockScreen(AskingScreen):
    """Says who is signed in and whether a call rings, and nothing else; it ends when `unlock` took the password.

    It is a whole screen and no modal one: the screens beneath are not painted at all, nor are their toasts.
    `unlock` runs in a thread and raises a GrmError for a wrong password.
    """

    CSS_PATH = "lock.tcss"

    @dataclass
    class Unlocked(Message):
        """The password was right."""

    def __init__(self, name: str, unlock: Callable[[str], object]) -> None:
        super().__init__()
        self._signed_in = name
        self._unlock = unlock
        self._ringing = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Locked"))
            who = _("{name} is signed in here.").format(name=printable(self._signed_in))
            yield Static(who, classes="title", markup=False)
            yield Static(_("Password"), classes="label", markup=False)
            yield SecretField(id="password")
            yield Static(id="said", markup=False)
            yield Static(id="ringing", markup=False)
        yield Static(_("Enter unlocks   ^Q leaves; what was typed is kept"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._paint_ringing()

    def show_ringing(self, ringing: bool) -> None:
        """Say that a call rings, or no longer; never whose."""
        self._ringing = ringing
        if self.is_mounted:
            self._paint_ringing()

    def _paint_ringing(self) -> None:
        self.query_one("#ringing", Static).update(Content(_("◆ A call is ringing.") if self._ringing else ""))

    @on(Input.Submitted, "#password")
    def _password_typed(self, event: Input.Submitted) -> None:
        event.stop()
        password = event.value
        if not password:
            return
        event.input.value = ""
        self._say(_("Checking …"))

        def check() -> Message:
            self._unlock(password)
            return self.Unlocked()

        self.ask("unlock", check)

    @on(Unlocked)
    def _unlocked(self) -> None:
        self.dismiss()

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        message.stop()
        self._say(str(message.error), refused=True)

    def _say(self, sentence: str, refused: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(refused, "-refused")
        said.update(Content(("▲ " if refused else "") + sentence))

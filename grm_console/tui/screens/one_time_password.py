"""A new one-time password, shown once."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.i18n import _
from grm_console.text import printable


class OneTimePasswordScreen(ModalScreen[None]):
    """Enter or Esc closes it for good; the password is kept nowhere."""

    CSS_PATH = "one_time_password.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss", show=False)]

    def __init__(self, account: str, password: str) -> None:
        super().__init__()
        self._account = account
        self._password = password

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("One-time password"))
            yield Static(Content(printable(self._account)), classes="account", markup=False)
            yield Static(Content(self._password), classes="password", markup=False)
            yield Static(_("Hand it over now: it is shown only here, and kept nowhere."), markup=False)
            yield Static(_("It has to be changed at the next sign-in."), markup=False)
            yield Static(_("Enter closes"), classes="hint", markup=False)

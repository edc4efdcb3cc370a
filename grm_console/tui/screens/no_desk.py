"""What somebody sees whose role has no screen in the console."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from grm_console.desk.spoken import role_word
from grm_console.desk.views import SignedIn
from grm_console.i18n import _
from grm_console.text import printable


class NoDeskScreen(Screen[None]):
    """Says where the work of this role is done; nothing can be done here but to leave."""

    CSS_PATH = "no_desk.tcss"

    def __init__(self, me: SignedIn) -> None:
        super().__init__()
        self._me = me

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = "GRM"
            said = _("Your role, {role}, has no screen in the console: its work is done by the commands of grm.")
            yield Static(Content(said.format(role=printable(role_word(self._me.role)))), markup=False)
            yield Static(Content(_("grm --help names them, Alt+O opens your options.")), markup=False)
        yield Static(_("^Q leaves"), classes="hint", markup=False)

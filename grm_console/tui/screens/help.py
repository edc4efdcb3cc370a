"""All keys, from the command table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.i18n import _
from grm_console.tui.commands import Command

KEY_CELLS = 8


class HelpScreen(ModalScreen[None]):
    """Commands by group; those that are impossible just now are grey."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f1", "dismiss", show=False)]

    def __init__(self, commands: tuple[tuple[Command, bool], ...], here: tuple[str, str] = ("", "")) -> None:
        super().__init__()
        self._commands = commands
        """Each command and whether it is possible now."""
        self._here = here
        """Name of the part of the screen that has the focus, and what it is for."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box") as box:
            box.border_title = Content(_("Keys"))
            box.border_subtitle = Content(_("Esc back"))
            yield Static(Content("\n").join(self._lines()), markup=False)

    def _lines(self) -> list[Content]:
        name, told = self._here
        lines = [Content.styled(name, "bold $accent"), Content(told)] if name else []
        groups = dict.fromkeys(command.group for command, _possible in self._commands)
        for group in groups:
            lines += [Content(""), Content.styled(_(group), "bold")] if lines else [Content.styled(_(group), "bold")]
            for command, possible in self._commands:
                if command.group == group:
                    ink = "" if possible else "$text-muted"
                    lines.append(
                        Content.assemble(
                            (f"  {command.key:<{KEY_CELLS}}", "bold $accent" if possible else "$text-muted"),
                            (_(command.help), ink),
                        )
                    )
        return lines

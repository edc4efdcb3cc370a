"""A full screen over the desk with a command table of its own."""

from typing import ClassVar

from grm_console.tui.commands import Command
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.widgets.command_footer import CommandFooter


class CommandedScreen(ActingScreen):
    """Its foot and its help name the commands of `TABLE`; `check_action` says which are possible now."""

    TABLE: ClassVar[tuple[Command, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.footer = CommandFooter()

    def _possible(self, command: Command) -> bool:
        return command.name.startswith("app.") or bool(self.check_action(command.name, ()))

    def commands_changed(self) -> None:
        """Name the keys that do something now."""
        self.footer.show(tuple(command for command in self.TABLE if command.footer and self._possible(command)))

    def action_help(self) -> None:
        """Explain what has the focus, and show all keys."""
        known = tuple((command, self._possible(command)) for command in self.TABLE)
        self.app.push_screen(HelpScreen(known, self.here()))

    def here(self) -> tuple[str, str]:
        """The name of what has the focus and what it is for; empty if there is nothing to say."""
        return "", ""

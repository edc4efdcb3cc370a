"""The foot of the screen: the keys that do something now, from the command table."""

from textual import events
from textual.content import Content
from textual.widget import Widget

from grm_console.i18n import _
from grm_console.tui.commands import Command


class CommandFooter(Widget):
    """One line; as many of the possible commands as fit, in the order of the table, help always at its right end.

    A click works like the key.
    """

    def __init__(self) -> None:
        super().__init__()
        self._possible: tuple[Command, ...] = ()

    def show(self, possible: tuple[Command, ...]) -> None:
        """Name these commands; repaints only if they changed."""
        if possible != self._possible:
            self._possible = possible
            self.refresh()

    def _fitting(self) -> list[tuple[Command, str, int]]:
        """The commands that fit, each with its label and the column where it begins."""
        fitting, column, end = [], 1, self.size.width - 1
        ordered = sorted(self._possible, key=lambda command: command.name != "help")
        for command in ordered:
            label = _(command.label)
            width = Content(f"{command.key} {label}").cell_length
            if command.name == "help":
                end -= width
                fitting.append((command, label, end))
            elif column + width + 2 <= end:
                fitting.append((command, label, column))
                column += width + 2
        return sorted(fitting, key=lambda placed: placed[2])

    def render(self) -> Content:
        line = Content("")
        for command, label, column in self._fitting():
            line = line.pad_right(column - line.cell_length)
            line += Content.assemble((command.key, "bold $foreground"), (f" {label}", "$text-muted"))
        return line

    async def on_click(self, event: events.Click) -> None:
        for command, _label, column in reversed(self._fitting()):
            if event.x >= column:
                await self.screen.run_action(command.action)
                return

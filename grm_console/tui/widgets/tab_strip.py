"""The line that names the three panels where only one of them fits."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from grm_console.i18n import _


class TabStrip(Widget):
    """Names of the panels with what is in them; the shown one stands out."""

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        panel: str

    def __init__(self) -> None:
        super().__init__()
        self._tabs: tuple[tuple[str, str], ...] = ()
        self._current = ""

    def show(self, tabs: tuple[tuple[str, str], ...], current: str) -> None:
        """Show panels as (id, label), `current` being the visible one."""
        if (tabs, current) != (self._tabs, self._current):
            self._tabs, self._current = tabs, current
            self.refresh()

    def render(self) -> Content:
        pieces: list[tuple[str, str]] = []
        for panel, label in self._tabs:
            pieces.append((f" {label} ", "bold reverse" if panel == self._current else "$text-muted"))
            pieces.append(("  ", ""))
        return Content.assemble(*pieces, (_("^O jump"), "$text-muted"))

    @property
    def _visible(self) -> tuple[tuple[str, str], ...]:
        """The panels from left to right, as far as they are painted."""
        return self._tabs

    def on_click(self, event: events.Click) -> None:
        column = 0
        for panel, label in self._visible:
            column += Content(label).cell_length + 4
            if event.x < column:
                self.post_message(self.Chosen(panel))
                return

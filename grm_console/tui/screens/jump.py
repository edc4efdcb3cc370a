"""After ^O: one number says where to go."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class JumpScreen(ModalScreen[str | None]):
    """Gives back the id of a panel; any key but its number goes back."""

    CSS_PATH = "jump.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, places: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._places = places
        """Panel ids and names; the first is reached by 1."""

    def compose(self) -> ComposeResult:
        pieces: list[tuple[str, str]] = []
        for number, (_panel, name) in enumerate(self._places, 1):
            pieces += [(f" {number} ", "bold reverse"), (f" {name}   ", "")]
        yield Static(Content.assemble(*pieces), markup=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        key = event.character or ""
        chosen = int(key) - 1 if key.isdecimal() else -1
        self.dismiss(self._places[chosen][0] if 0 <= chosen < len(self._places) else None)

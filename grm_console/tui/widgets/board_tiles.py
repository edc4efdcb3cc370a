"""The board's few large figures, side by side, each with its target or what it is taken of."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from grm_console.desk.board_views import Figure
from grm_console.tui.cells import cell_len, clip, pad

NARROWEST = 12
"""Cells of a tile; where not all fit beside each other they stand in two lines."""

IN_WORDS = 15
"""The same where words stand for signs."""

STYLES = {"late": "bold $error", "warning": "bold $warning", "good": "bold $success", "text": "bold $foreground"}
BARS = {"late": "$error", "warning": "$warning", "good": "$success", "text": "$border-blurred"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its label above and a remark below."""

    label: str
    value: str
    remark: str
    ink: str
    figure: Figure

    @property
    def spoken(self) -> str:
        """All of it in a line."""
        return ", ".join(filter(None, (f"{self.label}: {self.value}", self.remark)))


class BoardTiles(Widget, can_focus=True):
    """Tiles; Left and Right choose one. A bar before each has the colour of its figure."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tile(-1)", "Left", show=False),
        Binding("right", "tile(1)", "Right", show=False),
    ]
    DEFAULT_CSS = "BoardTiles { text-wrap: nowrap; }"

    @dataclass
    class Moved(Message):
        """Another tile was chosen."""

        tile: Tile

    def __init__(self) -> None:
        super().__init__(id="tiles")
        self.in_words = False
        self._tiles: tuple[Tile, ...] = ()
        self._at = 0

    @property
    def tile(self) -> Tile | None:
        """The tile under the cursor."""
        return self._tiles[self._at] if self._tiles else None

    def show(self, tiles: tuple[Tile, ...]) -> None:
        """Show these; painted only if they changed."""
        if tiles != self._tiles:
            self._tiles = tiles
            self.refresh()

    def lines(self, width: int) -> int:
        """How many lines the tiles take at a width."""
        return 3 if self._beside(width) else 4

    def _beside(self, width: int) -> bool:
        return width >= (IN_WORDS if self.in_words else NARROWEST) * len(self._tiles)

    def action_tile(self, step: int) -> None:
        """Go to the next tile."""
        self._choose(self._at + step)

    def on_click(self, event: events.Click) -> None:
        """Choose the tile that was pointed at."""
        per_line = self._per_line()
        line = 0 if per_line == len(self._tiles) else event.y // 2
        self._choose(line * per_line + event.x * per_line // max(1, self.size.width))

    def _choose(self, at: int) -> None:
        self._at = max(0, min(at, len(self._tiles) - 1))
        self.refresh()
        if self.tile is not None:
            self.post_message(self.Moved(self.tile))

    def on_focus(self) -> None:
        """The chosen tile is marked while the tiles have the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The mark goes with the focus."""
        self.refresh()

    def _per_line(self) -> int:
        count = len(self._tiles)
        return count if self._beside(self.size.width) else -(-count // 2)

    def render(self) -> Content:
        if not self._tiles:
            return Content("")
        per_line, beside = self._per_line(), self._beside(self.size.width)
        width = self.size.width // per_line
        tiles = list(enumerate(self._tiles))
        lines: list[Content] = []
        for some in (tiles[first : first + per_line] for first in range(0, len(tiles), per_line)):
            labels = [(at, tile, tile.label if beside else _labelled(tile, width)) for at, tile in some]
            lines.append(Content.assemble(*(self._line(at, tile, label, width) for at, tile, label in labels)))
            lines.append(Content.assemble(*(self._line(at, tile, tile.value, width, value=True) for at, tile in some)))
            if beside:
                lines.append(Content.assemble(*(self._line(at, tile, tile.remark, width) for at, tile in some)))
        return Content("\n").join(lines)

    def _line(self, at: int, tile: Tile, text: str, width: int, *, value: bool = False) -> Content:
        """One of a tile's lines after its bar; the chosen tile's bar is whole, and its value stands out."""
        chosen = at == self._at and self.has_focus
        bar = ("▌", "$accent") if chosen and value else ("▎", BARS[tile.ink])
        if not value:
            return Content.assemble(bar, (pad(text, width - 1), "$text-muted"))
        text = clip(text, width - 1)
        ink = "bold $background on $accent" if chosen else STYLES[tile.ink]
        return Content.assemble(bar, (text, ink), " " * (width - 1 - cell_len(text)))


def _labelled(tile: Tile, width: int) -> str:
    """The label with its remark beside it where there is no line for the remark, if both fit."""
    both = f"{tile.label} {tile.remark}"
    return both if cell_len(both) < width else tile.label

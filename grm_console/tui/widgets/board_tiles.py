"""The board's few large figures, side by side, each with its target or what it is taken of."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from grm_console.desk.board_views import Figure
from grm_console.tui.cells import pad

NARROWEST = 13
"""Cells of a tile; where not all fit beside each other they stand in two lines."""

STYLES = {"late": "bold $error", "warning": "bold $warning", "good": "bold $success", "text": "bold $foreground"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its label above and a remark below."""

    label: str
    value: str
    remark: str
    ink: str
    figure: Figure


class BoardTiles(Widget, can_focus=True):
    """Tiles; Left and Right choose one."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tile(-1)", "Left", show=False),
        Binding("right", "tile(1)", "Right", show=False),
    ]
    DEFAULT_CSS = "BoardTiles { text-wrap: nowrap; }"

    def __init__(self) -> None:
        super().__init__(id="tiles")
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
        return width >= NARROWEST * len(self._tiles)

    def action_tile(self, step: int) -> None:
        """Go to the next tile."""
        self._at = max(0, min(self._at + step, len(self._tiles) - 1))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the tile that was pointed at."""
        row, column = divmod(event.y, 2) if not self._beside(self.size.width) else (0, 0)
        per_line = self._per_line()
        column = event.x * per_line // max(1, self.size.width)
        self._at = min(row * per_line + column, len(self._tiles) - 1)
        self.refresh()

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
        lines: list[Content] = []
        for first in range(0, len(self._tiles), per_line):
            some = list(enumerate(self._tiles))[first : first + per_line]
            labels = (tile.label if beside else _labelled(tile, width) for _at, tile in some)
            lines.append(Content.assemble(*((pad(f" {label}", width), "$text-muted") for label in labels)))
            lines.append(Content.assemble(*(self._value(at, tile, width) for at, tile in some)))
            if beside:
                lines.append(Content.assemble(*((pad(f" {tile.remark}", width), "$text-muted") for _at, tile in some)))
        return Content("\n").join(lines)

    def _value(self, at: int, tile: Tile, width: int) -> Content:
        chosen = at == self._at and self.has_focus
        text = f" {tile.value} "
        style = "bold $background on $accent" if chosen else STYLES[tile.ink]
        return Content.assemble((text, style), pad("", width - Content(text).cell_length))


def _labelled(tile: Tile, width: int) -> str:
    """The label with its remark beside it where there is no line for the remark, if both fit."""
    both = f"{tile.label} {tile.remark}"
    return both if Content(both).cell_length < width else tile.label

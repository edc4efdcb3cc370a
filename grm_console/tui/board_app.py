"""The board alone on a wall: one screen, no keys but the one that ends it, no citizen's name."""

import gc
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter

from grm_console.clock import Clock, system_clock
from grm_console.tui.line_filter import PrintableFilter
from grm_console.tui.screens.board import BoardScreen
from grm_console.tui.theme import DARK, THEMES

if TYPE_CHECKING:  # loading them would load the database before the first paint
    from grm_console.desk.board import Board
    from grm_console.desk.shift import Shift


class BoardApp(App[None]):
    """Shows one board until Q or Ctrl+Q."""

    CSS_PATH = "app.tcss"
    TITLE = "GRM"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+q", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, board: "Board", shift: "Shift", *, bell: bool = True, clock: Clock = system_clock) -> None:
        super().__init__()
        self._board = BoardScreen(board, shift, clock, wall=True, bell=bell)
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.push_screen(self._board)
        # What is loaded by now stays: the collector's full rounds over it would cost more than the board itself.
        gc.collect()
        gc.freeze()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Whatever a widget painted, no control character reaches the terminal."""
        return [*super().get_line_filters(), PrintableFilter()]

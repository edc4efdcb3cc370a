"""The board alone on a wall: one screen, no keys but the one that ends it, no citizen's name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter

from grm_console.clock import Clock, system_clock
from grm_console.collector import keep_what_is_loaded
from grm_console.desk.views import ConsoleChoices
from grm_console.tui.line_filter import PrintableFilter
from grm_console.tui.plain import PlainFilter
from grm_console.tui.screens.board_wall import WallScreen
from grm_console.tui.theme import DARK, THEMES

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.board import Board

COLLECT_AFTER = 5_000
"""New objects between two rounds of the collector: at its usual 700 the rounds took as long as all the painting."""


class BoardApp(App[None]):
    """Shows one board until Q or Ctrl+Q, in the colours and in the mode that its account has chosen."""

    CSS_PATH = "app.tcss"
    TITLE = "GRM"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+q", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        board: "Board",
        choices: ConsoleChoices | None = None,
        *,
        bell: bool = True,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__()
        self._choices = choices or ConsoleChoices()
        self._board = WallScreen(board, clock, bell=bell)
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        chosen = self._choices.theme
        self.theme = chosen if chosen in {theme.name for theme in THEMES} else DARK.name
        self.set_class(self._choices.plain, "-plain")

    def on_mount(self) -> None:
        self.push_screen(self._board)
        keep_what_is_loaded(COLLECT_AFTER)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Whatever a widget painted, no control character reaches the terminal; in plain mode nothing drawn does."""
        plain = [PlainFilter()] if self._choices.plain else []
        return [*super().get_line_filters(), PrintableFilter(), *plain]

"""The board on a wall: nobody presses keys, so there is no cursor, and what does not fit comes page by page."""

from typing import TYPE_CHECKING

from grm_console.clock import Clock
from grm_console.tui.screens.board_view import BoardView

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.board import Board

PAGE_SECONDS = 10
"""How long each page is shown."""


class WallScreen(BoardView):
    """Tables turn their pages by themselves; where only one table fits, they take turns."""

    def __init__(self, board: "Board", now: Clock, *, bell: bool = True) -> None:
        super().__init__(board, now, bell=bell, keys=False)
        self.tiles.can_focus = False
        for table in self.tables.values():
            table.can_focus = False

    def on_mount(self) -> None:
        self.set_interval(PAGE_SECONDS, self.turn)

    def turn(self) -> None:
        """Show the next page of every table, and the next table if only one is shown."""
        for table in self.tables.values():
            table.page_on()
        if self.alone:
            self.go(1)

"""The rows behind a figure of the board, as many as it said; one opens, moves, or is taken over."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from grm_console.desk.board_views import BehindFigure, ExchangeRow, Figure, Opened, QueueLine
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.tui.commands import Command, bindings
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.board_questions import ask_target, ask_why
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.board_row_lines import columns_of, table_row
from grm_console.tui.widgets.board_table import BoardPanel, FigureTable

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.board import Board

ROWS = (
    Command("open_row", "enter", "Open", "Show the row under the cursor, whole.", "These rows", first=False),
    Command("move", "m", "Move", "Move it to another queue, with a reason.", "These rows", first=False),
    Command("take_over", "t", "Take over", "Have what was put aside parked with you.", "These rows", first=False),
    Command("help", "f1", "Help", "Show all keys.", "Board"),
    Command("back", "escape,q", "Back", "Go back to the board.", "Board", first=False),
)


class BoardRowsScreen(CommandedScreen):
    """A frozen list: it stands as of the snapshot whose figure was opened."""

    CSS_PATH = "board_rows.tcss"
    TABLE = ROWS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROWS)

    def __init__(self, board: "Board", title: str, figure: Figure, at: datetime, queues: tuple[QueueLine, ...]) -> None:
        super().__init__()
        self._board = board
        self._title = title
        self._figure = figure
        self._at = at
        self._queues = queues
        self.rows: tuple[BehindFigure, ...] | None = None
        self.table = FigureTable(columns_of(figure.of), sentence=_("Reading the rows …"), id="rows")
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield BoardPanel(self.table, id="rows-panel")
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        at = f"{self._at.astimezone():%H:%M:%S}"
        count = _("{n} as of {time}").format(n=self._figure.count, time=at)
        self.query_one("#title", Static).update(
            Content.assemble((f"{self._title}  ", "bold $accent"), (count, "$text-muted"))
        )
        self._said.say(f"{self._title}: {count}")
        self.table.in_words = self.app.has_class("-plain")
        self.table.focus()
        self._read()

    def _read(self) -> None:
        self.act(lambda: self._board.rows(self._figure), self._show)

    def _show(self, rows: tuple[BehindFigure, ...]) -> None:
        self.rows = rows
        if not rows:
            self.table.sentence = _("Nothing is behind this figure. Esc goes back.")
            self.table.rows_changed()
        else:
            self.table.show(tuple(table_row(row, self._at, self.table.in_words) for row in rows))
        self.table.show_cursor()
        self._follow_cursor()

    @property
    def row(self) -> BehindFigure | None:
        """The row under the cursor."""
        return self.rows[self.table.cursor] if self.rows else None

    @on(FigureTable.Moved)
    @on(FigureTable.Picked)
    def _follow_cursor(self) -> None:
        """The keys follow the cursor; plain mode says what it stands on."""
        self._said.say(self.table.spoken)
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        row, may = self.row, self._board.may
        match action:
            case "open_row":
                return row is not None
            case "move":
                return isinstance(row, ExchangeRow) and row.waiting and may(Act.LEAD_AGENTS)
            case "take_over":
                leads = may(Act.LEAD_AGENTS) and may(Act.TAKE_INTERACTION)
                return isinstance(row, ExchangeRow) and row.left_behind and leads
        return super().check_action(action, parameters)

    def action_open_row(self) -> None:
        """Show one row."""
        row = self.row
        if row is not None:
            self.act(lambda: self._board.open(row), self._show_opened)

    def _show_opened(self, opened: Opened) -> None:
        self.app.push_screen(opened_screen(opened))

    def action_move(self) -> None:
        """Ask where to, then why."""
        if isinstance(self.row, ExchangeRow):
            ask_target(self.app, self._queues, partial(self._move, self.row.interaction_id))

    def _move(self, interaction_id: int, queue_id: int, why: str) -> None:
        said = _("Moved. Its place by waiting time is kept.")
        self._do(partial(self._board.move, interaction_id, queue_id, why), said)

    def action_take_over(self) -> None:
        """Ask why."""
        if isinstance(self.row, ExchangeRow):
            example = _("They went home and a citizen waits for an answer, for example.")
            ask_why(self.app, example, partial(self._take_over, self.row.interaction_id))

    def _take_over(self, interaction_id: int, why: str) -> None:
        said = _("It is parked with you now, with all that was typed. At the desk, Ctrl+K takes it up.")
        self._do(partial(self._board.take_over, interaction_id, why), said)

    def _do(self, work: Callable[[], None], said: str) -> None:
        def done(_nothing: None) -> None:
            self._said.say(said)
            self.notify(said, markup=False)
            self._read()

        self.act(work, done)

    def action_back(self) -> None:
        """Go back to the board."""
        self.dismiss()

    def on_resize(self, event: events.Resize) -> None:
        self.table.rows_changed()


def opened_screen(opened: Opened) -> WholeTextScreen:
    """One row as facts and words, to read."""
    facts = "\n".join(f"{label}: {value}" for label, value in opened.facts)
    return WholeTextScreen(opened.title, f"{facts}\n\n{opened.text}" if opened.text else facts)

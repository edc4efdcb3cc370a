"""The rows behind a figure of the board, as many as it said; one opens, and what waits can be moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from grm_console.clock import elapsed
from grm_console.desk.board_views import (
    AgentLine,
    BehindFigure,
    CaseRow,
    ExchangeRow,
    Figure,
    Opened,
    QueueLine,
    RowsOf,
)
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import Refused
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.asking import AskingScreen
from grm_console.tui.screens.board_words import WordsScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.board_lines import AGENT_COLUMNS, agent_rows
from grm_console.tui.widgets.board_table import BoardPanel, Cell, Column, FigureTable, TableRow
from grm_console.tui.widgets.command_footer import CommandFooter
from grm_console.tui.words import CHANNEL_SIGNS, channel_word, harm_word, when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.board import Board

# Labels are translated where they are shown. xgettext: Column:1 Command:3,4,5
EXCHANGE_COLUMNS = (
    Column("queue", 16, right=False, needed=3),
    Column("since", 18, right=False, needed=4),
    Column("waited", 8, needed=2),
    Column("state", 16, right=False),
    Column("agent", 16, right=False, needed=1),
)
CASE_COLUMNS = (
    Column("service", 30, right=False, needed=3),
    Column("department", 16, right=False, needed=1),
    Column("opened", 16, right=False, needed=2),
    Column("due", 18, right=False),
)
ROWS = (
    Command("open_row", "enter", "Open", "Show the row under the cursor, whole.", "These rows", first=False),
    Command("move", "m", "Move", "Move it to another queue, with a reason.", "These rows", first=False),
    Command("help", "f1", "Help", "Show all keys.", "Board"),
    Command("back", "escape,q", "Back", "Go back to the board.", "Board", first=False),
)


@dataclass
class RowsCame(Message):
    """The rows behind the figure."""

    rows: tuple[BehindFigure, ...]


@dataclass
class RowOpened(Message):
    """One row, whole."""

    opened: Opened


@dataclass
class Moved(Message):
    """An item is in another queue now."""


class BoardRowsScreen(AskingScreen):
    """A frozen list: it stands as of the snapshot whose figure was opened."""

    CSS_PATH = "board_rows.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROWS)

    def __init__(self, board: "Board", title: str, figure: Figure, at: datetime, queues: tuple[QueueLine, ...]) -> None:
        super().__init__()
        self._board = board
        self._title = title
        self._figure = figure
        self._at = at
        self._queues = queues
        self._rows: tuple[BehindFigure, ...] | None = None
        columns = {RowsOf.CASES: CASE_COLUMNS, RowsOf.AGENTS: AGENT_COLUMNS}.get(figure.of, EXCHANGE_COLUMNS)
        self._table = FigureTable(columns, sentence=_("Reading the rows …"), id="rows")
        self._footer = CommandFooter()

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield BoardPanel(self._table, id="rows-panel")
        yield self._footer

    def on_mount(self) -> None:
        at = f"{self._at.astimezone():%H:%M:%S}"
        count = _("{n} as of {time}").format(n=self._figure.count, time=at)
        self.query_one("#title", Static).update(
            Content.assemble((f"{self._title}  ", "bold $accent"), (count, "$text-muted"))
        )
        self._table.focus()
        self.ask("rows", lambda: RowsCame(self._board.rows(self._figure)))

    @on(RowsCame)
    def _rows_came(self, message: RowsCame) -> None:
        self._rows = message.rows
        if not message.rows:
            self._table.sentence = _("Nothing is behind this figure. Esc goes back.")
            self._table.rows_changed()
        else:
            self._table.show(tuple(table_row(row, self._at) for row in message.rows))
        self._table.show_cursor()
        self._show_keys()

    @property
    def row(self) -> BehindFigure | None:
        """The row under the cursor."""
        return self._rows[self._table.cursor] if self._rows else None

    def _show_keys(self) -> None:
        self._footer.show(tuple(command for command in ROWS if self.check_action(command.name, ())))

    @on(FigureTable.Moved)
    def _cursor_moved(self) -> None:
        self._show_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        if action == "open_row":
            return self.row is not None
        if action == "move":
            return isinstance(self.row, ExchangeRow) and self.row.waiting and self._board.may(Act.LEAD_AGENTS)
        return super().check_action(action, parameters)

    def action_open_row(self) -> None:
        """Show one row."""
        row = self.row
        if row is not None:
            self.ask("open", lambda: RowOpened(self._board.open(row)))

    @on(FigureTable.Picked)
    def _picked(self, message: FigureTable.Picked) -> None:
        self._show_keys()

    @on(RowOpened)
    def _row_opened(self, message: RowOpened) -> None:
        self.app.push_screen(opened_screen(message.opened))

    def action_move(self) -> None:
        """Ask where to, then why."""
        row = self.row
        if isinstance(row, ExchangeRow):
            choices = tuple(Choice(str(line.queue_id), line.name, line.other_name) for line in self._queues)
            self.app.push_screen(PickScreen(_("Move to"), choices), partial(self._ask_why, row.interaction_id))

    def _ask_why(self, interaction_id: int, queue: str | None) -> None:
        if queue is not None:
            screen = WordsScreen(_("Why?"), _("The caller chose the wrong line, for example."), most=200)
            self.app.push_screen(screen, partial(self._move, interaction_id, int(queue)))

    def _move(self, interaction_id: int, queue: int, reason: str | None) -> None:
        if reason is not None:
            self.ask("act", lambda: self._moved_now(interaction_id, queue, reason))

    def _moved_now(self, interaction_id: int, queue: int, reason: str) -> Message:
        """Runs in a thread."""
        self._board.move(interaction_id, queue, reason)
        return Moved()

    @on(Moved)
    def _moved(self) -> None:
        self.notify(_("Moved. Its place by waiting time is kept."), markup=False)
        self.ask("rows", lambda: RowsCame(self._board.rows(self._figure)))

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self.notify(printable(str(message.error)), severity="warning", markup=False)

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(
            HelpScreen(tuple((command, bool(self.check_action(command.name, ()))) for command in ROWS))
        )

    def action_back(self) -> None:
        """Go back to the board."""
        self.dismiss()

    def on_resize(self, event: events.Resize) -> None:
        self._table.rows_changed()


def opened_screen(opened: Opened) -> WholeTextScreen:
    """One row as facts and words, to read."""
    facts = "\n".join(f"{label}: {value}" for label, value in opened.facts)
    return WholeTextScreen(opened.title, f"{facts}\n\n{opened.text}" if opened.text else facts)


def table_row(row: BehindFigure, at: datetime) -> TableRow:
    """One line of the list."""
    if isinstance(row, AgentLine):
        return agent_rows((row,), at)[0]
    return _case_line(row, at) if isinstance(row, CaseRow) else _exchange_line(row, at)


def _exchange_line(row: ExchangeRow, at: datetime) -> TableRow:
    harm = harm_word(row.harm)
    name = f"{CHANNEL_SIGNS[row.channel]} {channel_word(row.channel)}" + (f" · ▲ {harm}" if harm else "")
    state = _state_word(row)
    until = row.answered_at or at
    cells = (
        Cell(name, "warning" if harm else "title"),
        Cell(printable(row.queue), "text"),
        Cell(when(row.since, at), "text"),
        Cell(elapsed((until - row.since).total_seconds()) if row.waiting or row.answered_at else "–", "text"),
        Cell(state, "warning" if row.unreadable else "text"),
        Cell(printable(row.agent), "muted"),
    )
    return TableRow(str(row.interaction_id), name, cells)


def _state_word(row: ExchangeRow) -> str:
    if row.unreadable:
        return _("◆ unreadable")
    words: dict[str, Callable[[], str]] = {
        "waiting": lambda: _("waiting"),
        "talking": lambda: _("talking"),
        "wrap-up": lambda: _("wrap-up"),
        "done": lambda: _("done"),
        "answered": lambda: _("answered"),
        "abandoned": lambda: _("gave up"),
        "failed": lambda: _("failed"),
        "handled": lambda: _("handled"),
    }
    return words[row.end_reason or row.state]()


def _case_line(row: CaseRow, at: datetime) -> TableRow:
    late = not row.closed and row.due_at < at
    due = _("closed") if row.closed else f"{when(row.due_at, at)}{' ▲' if late else ''}"
    service = printable(row.service) or _("confidential")
    cells = (
        Cell(printable(row.number) + (" ▣" if row.confidential else ""), "title"),
        Cell(service, "text"),
        Cell(printable(row.department), "muted"),
        Cell(when(row.opened_at, at), "muted"),
        Cell(due, "late" if late else "text"),
    )
    return TableRow(str(row.case_id), row.number, cells)

"""The rows behind a figure as lines of a list: exchanges and cases; agents stand as on the board."""

from datetime import datetime

from grm_console.clock import elapsed
from grm_console.desk.board_views import AgentLine, BehindFigure, CaseRow, ExchangeRow, RowsOf
from grm_console.desk.spoken import channel_word, state_word
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.board_lines import AGENT_COLUMNS, NONE, agent_rows
from grm_console.tui.widgets.board_table import Cell, Column, TableRow
from grm_console.tui.words import CHANNEL_SIGNS, harm_word, when

# Labels are translated where they are shown.
EXCHANGE_COLUMNS = (
    Column("queue", 16, right=False, needed=3, most=28),
    Column("since", 18, right=False, needed=4),
    Column("waited", 8, needed=2),
    Column("state", 16, right=False),
    Column("agent", 16, right=False, needed=1, most=24),
)
CASE_COLUMNS = (
    Column("service", 30, right=False, needed=3, most=44),
    Column("department", 16, right=False, needed=1, most=28),
    Column("opened", 16, right=False, needed=2),
    Column("due", 18, right=False, in_words=22),
)


def columns_of(of: RowsOf) -> tuple[Column, ...]:
    """The columns of a list of these."""
    return {RowsOf.CASES: CASE_COLUMNS, RowsOf.AGENTS: AGENT_COLUMNS}.get(of, EXCHANGE_COLUMNS)


def table_row(row: BehindFigure, at: datetime, in_words: bool = False) -> TableRow:
    """One line of the list, as of a moment."""
    if isinstance(row, AgentLine):
        return agent_rows((row,), at, in_words)[0]
    return _case_line(row, at, in_words) if isinstance(row, CaseRow) else _exchange_line(row, at, in_words)


def _exchange_line(row: ExchangeRow, at: datetime, in_words: bool) -> TableRow:
    harm, door = harm_word(row.harm), channel_word(row.channel)
    name = door if in_words else f"{CHANNEL_SIGNS[row.channel]} {door}"
    if harm:
        name += f" · {harm}" if in_words else f" · ▲ {harm}"
    until = row.answered_at or at
    cells = (
        Cell(name, "warning" if harm else "title"),
        Cell(printable(row.queue), "text"),
        Cell(when(row.since, at), "text"),
        Cell(elapsed((until - row.since).total_seconds()) if row.waiting or row.answered_at else NONE, "text"),
        _state(row, in_words),
        Cell(printable(row.agent), "muted"),
    )
    return TableRow(str(row.interaction_id), name, cells)


def _state(row: ExchangeRow, in_words: bool) -> Cell:
    if row.unreadable:
        return Cell(_("unreadable") if in_words else f"◆ {_('unreadable')}", "warning")
    if row.parked:
        return Cell(_("parked"), "warning")
    return Cell(state_word(row.end_reason or row.state), "text")


def _case_line(row: CaseRow, at: datetime, in_words: bool) -> TableRow:
    late = not row.closed and row.due_at < at
    due = _("closed") if row.closed else when(row.due_at, at)
    if late:
        due += f" {_('late')}" if in_words else " ▲"
    number, service = printable(row.number), printable(row.service) or _("confidential")
    if row.confidential:
        number += f" {_('confidential')}" if in_words and row.service else " ▣"
    cells = (
        Cell(number, "title"),
        Cell(service, "text"),
        Cell(printable(row.department), "muted"),
        Cell(when(row.opened_at, at), "muted"),
        Cell(due, "late" if late else "text"),
    )
    return TableRow(str(row.case_id), row.number, cells)

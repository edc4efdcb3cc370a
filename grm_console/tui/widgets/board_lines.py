"""A snapshot as the lines and tiles of the board: every figure with its sign, its ink and the rows behind it."""

from datetime import datetime, timedelta

from grm_console.clock import elapsed
from grm_console.desk.board_views import (
    AgentLine,
    BoardSnapshot,
    DepartmentLine,
    QueueLine,
    RowsOf,
    Traffic,
    figure_of,
)
from grm_console.desk.views import AgentStatus
from grm_console.domain.service_level import IN_FORCE, Grade, Variant, grade_level, grade_wait
from grm_console.domain.words import AgentState, Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.board_table import Cell, Column, TableRow
from grm_console.tui.widgets.board_tiles import Tile
from grm_console.tui.words import CHANNEL_SIGNS, channel_word, state_words

SIGNS = {Grade.GOOD: "●", Grade.WARNING: "◆", Grade.LATE: "▲"}
NONE = "–"

# Labels are translated where they are shown. xgettext: Column:1
QUEUE_COLUMNS = (
    Column("wait", 4),
    Column("longest", 9),
    Column("target", 6),
    Column("level", 7),
    Column("offered", 7, needed=1),
    Column("answered", 8, needed=2),
    Column("gave up", 7, needed=3),
)
AGENT_COLUMNS = (
    Column("state", 14, right=False),
    Column("for", 8),
    Column("with", 13, right=False, needed=2),
    Column("queues", 12, right=False, needed=1),
)
CASE_COLUMNS = (Column("open", 7), Column("due today", 9), Column("late", 8))
NOTE_COLUMNS = (Column("", 7),)

_INKS = {"$success": "good", "$warning": "warning", "$foreground": "text", "$text-muted": "muted"}


def variant_words(variant: Variant = IN_FORCE) -> str:
    """The service level's variant in plain words."""
    return {
        Variant.EVERYBODY: _("of all, short hang-ups as served"),
        Variant.ANSWERED_ONLY: _("of answered"),
        Variant.ALL_ABANDONS: _("of all offered"),
        Variant.SHORT_ABANDONS_LEFT_OUT: _("short hang-ups left out"),
    }[variant]


def tiles(seen: BoardSnapshot, now: datetime) -> tuple[Tile, ...]:
    """The large figures, most urgent first."""
    calls, texts = seen.calls, seen.texts
    level = calls.served.level()
    longest = _longest_call(seen)
    wait, target, ink = NONE, "", "text"
    if longest is not None:
        line, since = longest
        found = grade_wait(line.calls.counted_since or since, line.target_seconds, now)
        wait, ink = f"{_waited(since, now)} {SIGNS[found]}", _ink(found)
        target = _("target {time}").format(time=elapsed(line.target_seconds))
    on_shift = len(seen.agents)
    short = _("{n} short").format(n=calls.short.count)
    return (
        Tile(_("Waiting"), str(calls.waiting.count), _("calls"), ink, calls.waiting),
        Tile(_("Longest"), wait, target, ink, calls.waiting),
        Tile(_("Level"), _level(level), IN_FORCE.value, _ink(grade_level(level)), calls.in_target),
        Tile(
            _("Answered"), str(calls.answered.count), _("of {n}").format(n=calls.offered.count), "text", calls.answered
        ),
        Tile(_("Gave up"), str(calls.abandoned.count), short, "text", calls.abandoned),
        Tile(_("Texts wait"), str(texts.waiting.count), _("for a person"), "text", texts.waiting),
        Tile(
            _("By machine"),
            str(seen.answered_by_machine.count),
            _("{n} only noted").format(n=seen.acknowledged.count),
            "text",
            seen.answered_by_machine if seen.answered_by_machine.count else seen.acknowledged,
        ),
        Tile(
            _("Unreadable"),
            f"{seen.unreadable.count}{' ◆' if seen.unreadable.count else ''}",
            _("requests"),
            "warning" if seen.unreadable.count else "text",
            seen.unreadable,
        ),
        Tile(_("Available"), str(seen.available.count), _("of {n} here").format(n=on_shift), "text", seen.available),
    )


def queue_rows(seen: BoardSnapshot, now: datetime) -> tuple[TableRow, ...]:
    """Each queue's calls and, below them, what is written; all queues together first."""
    rows = [_together(seen, now)]
    for line in seen.queues:
        name = printable(line.name)
        for door, sign, traffic in (("calls", "☎", line.calls), ("texts", "✉", line.texts)):
            title = f"{name} · {_('calls') if door == 'calls' else _('texts')}"
            grade = line.grade(traffic, now)
            cells = _traffic_cells(traffic, grade, elapsed(line.target_seconds), now)
            named = Cell(f"{sign} {name}" if door == "calls" else f"{sign}", "title" if door == "calls" else "muted")
            rows.append(TableRow(f"{line.queue_id} {door}", title, (named, *cells)))
    return tuple(rows)


def _together(seen: BoardSnapshot, now: datetime) -> TableRow:
    longest = _longest_call(seen)
    grade = None if longest is None else longest[0].grade(longest[0].calls, now)
    cells = _traffic_cells(seen.calls, grade, "", now)
    return TableRow("all", _("All calls"), (Cell(_("☎ All calls"), "now"), *cells))


def _traffic_cells(traffic: Traffic, grade: Grade | None, target: str, now: datetime) -> tuple[Cell, ...]:
    level = traffic.served.level()
    wait = NONE
    if traffic.longest_since is not None and grade is not None:
        wait = f"{_waited(traffic.longest_since, now)} {SIGNS[grade]}"
    stands = grade_level(level)
    return (
        Cell(str(traffic.waiting.count), "title" if traffic.waiting.count else "muted", traffic.waiting),
        Cell(wait, _ink(grade) if wait != NONE else "muted", traffic.waiting),
        Cell(target, "muted"),
        Cell(_level(level), _ink(stands) if stands else "muted", traffic.in_target),
        Cell(str(traffic.offered.count), "text", traffic.offered),
        Cell(str(traffic.answered.count), "text", traffic.answered),
        Cell(str(traffic.abandoned.count), "text", traffic.abandoned),
    )


def agent_rows(agents: tuple[AgentLine, ...], now: datetime) -> tuple[TableRow, ...]:
    """Everybody on shift by name, so that a line keeps its place whatever its agent does."""
    return tuple(_agent_row(agent, now) for agent in agents)


def _agent_row(agent: AgentLine, now: datetime) -> TableRow:
    sign, word, style = state_words(AgentStatus(agent.state, agent.reason, agent.since))
    late = agent.late(now)
    took = _waited(agent.since, now) + (" ▲" if late else "")
    parked = sum(item.parked for item in agent.held)
    items = [f"{CHANNEL_SIGNS[item.channel]} {printable(item.queue)}" for item in agent.held if not item.parked]
    if parked:
        items.append(_("{n} parked").format(n=parked))
    held = figure_of(RowsOf.EXCHANGES, (item.interaction_id for item in agent.held))
    name = printable(agent.name)
    return TableRow(
        str(agent.account_id),
        name,
        (
            Cell(name, "text" if agent.state is not AgentState.AWAY else "muted"),
            Cell(f"{sign} {printable(word)}", "late" if late else _INKS[style]),
            Cell(took, "late" if late else "text"),
            Cell(", ".join(items) or NONE, "text" if items else "muted", held),
            Cell(", ".join(map(printable, agent.queues)) or _("all"), "muted"),
        ),
    )


def case_rows(departments: tuple[DepartmentLine, ...]) -> tuple[TableRow, ...]:
    """Each department's open cases."""
    rows = []
    for line in departments:
        name = printable(line.name)
        late = line.late.count
        cells = (
            Cell(name, "text"),
            Cell(str(line.open.count), "text", line.open),
            Cell(str(line.due_today.count), "warning" if line.due_today.count else "muted", line.due_today),
            Cell(f"{late} ▲" if late else "0", "late" if late else "muted", line.late),
        )
        rows.append(TableRow(str(line.organisation_id), name, cells))
    return tuple(rows)


def note_rows(seen: BoardSnapshot, now: datetime) -> tuple[TableRow, ...]:
    """Who asks for help, longest first, then the notices in force."""
    rows = []
    for help_line in seen.help:
        asked = help_words(help_line.agent, help_line.channel)
        if help_line.taken_by:
            asked += _(" · {name} is on it").format(name=printable(help_line.taken_by))
        ink = "muted" if help_line.taken_by else "warning"
        cells = (Cell(f"◆ {asked}", ink), Cell(_waited(help_line.at, now), ink))
        rows.append(TableRow(f"help {help_line.request_id}", asked, cells))
    for notice in seen.notices:
        to = f"{printable(notice.queue)}: " if notice.queue else ""
        until = f"→{notice.until.astimezone():%H:%M}"
        cells = (Cell(f"▪ {to}{printable(notice.text)}", "text"), Cell(until, "muted"))
        rows.append(TableRow(f"notice {notice.notice_id}", printable(notice.by), cells))
    return tuple(rows)


def help_words(agent: str, channel: Channel | None) -> str:
    """Who asks for help, and with what."""
    name = printable(agent)
    if channel is None:
        return _("{name} asks for help").format(name=name)
    return _("{name} asks for help with a {what}").format(name=name, what=channel_word(channel))


def _longest_call(seen: BoardSnapshot) -> tuple[QueueLine, datetime] | None:
    """The queue whose call is furthest beyond its target, and since when that call waits."""
    waits = [
        (
            line.calls.counted_since + timedelta(seconds=line.target_seconds),
            line.queue_id,
            line,
            line.calls.longest_since,
        )
        for line in seen.queues
        if line.calls.counted_since is not None and line.calls.longest_since is not None
    ]
    if not waits:
        return None
    _target, _key, line, since = min(waits, key=lambda wait: wait[:2])
    return line, since


def _level(level: float | None) -> str:
    grade = grade_level(level)
    return NONE if level is None or grade is None else f"{round(100 * level)} % {SIGNS[grade]}"


def _ink(grade: Grade | None) -> str:
    return grade.value if grade is not None else "text"


def _waited(since: datetime, now: datetime) -> str:
    """`0:41`, and from an hour on, when seconds say nothing, `14 h 05`."""
    seconds = int((now - since).total_seconds())
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60:02}" if hours > 0 else elapsed(seconds)

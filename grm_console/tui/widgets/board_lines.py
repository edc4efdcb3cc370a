"""A snapshot as the lines and tiles of the board: every figure with its sign, its ink and the rows behind it.

`in_words` says all of it without signs, for plain mode.
"""

from datetime import datetime, timedelta

from grm_console.clock import elapsed
from grm_console.desk.board_views import (
    AgentLine,
    BoardSnapshot,
    DepartmentLine,
    Figure,
    QueueLine,
    RowsOf,
    Traffic,
    figure_of,
)
from grm_console.desk.spoken import channel_word, named
from grm_console.desk.views import AgentStatus
from grm_console.domain.service_level import IN_FORCE, Grade, Variant, grade_level, grade_wait
from grm_console.domain.words import AgentState, Channel
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.board_table import Cell, Column, TableRow
from grm_console.tui.widgets.board_tiles import Tile
from grm_console.tui.words import CHANNEL_SIGNS, state_words

SIGNS = {Grade.GOOD: "●", Grade.WARNING: "◆", Grade.LATE: "▲"}
NONE = "–"

# Labels are translated where they are shown.
QUEUE_COLUMNS = (
    Column("wait", 4),
    Column("longest", 7, in_words=10),
    Column("target", 6),
    Column("level", 7, in_words=10),
    Column("offered", 7, needed=1),
    Column("answered", 8, needed=2),
    Column("gave up", 7, needed=3),
)
AGENT_COLUMNS = (
    Column("state", 14, right=False, most=20),
    Column("for", 7, in_words=10),
    Column("with", 13, right=False, needed=2, most=24),
    Column("queues", 12, right=False, needed=1, most=24),
)
CASE_COLUMNS = (Column("open", 7), Column("due today", 9), Column("late", 8))
NOTE_COLUMNS = (Column("", 11),)

_INKS = {"$success": "good", "$warning": "warning", "$foreground": "text", "$text-muted": "muted"}


def variant_words(variant: Variant = IN_FORCE) -> str:
    """The service level's variant in plain words."""
    return {
        Variant.EVERYBODY: _("of all, short hang-ups as served"),
        Variant.ANSWERED_ONLY: _("of answered"),
        Variant.ALL_ABANDONS: _("of all offered"),
        Variant.SHORT_ABANDONS_LEFT_OUT: _("short hang-ups left out"),
    }[variant]


def tiles(seen: BoardSnapshot, now: datetime, in_words: bool = False) -> tuple[Tile, ...]:
    """The large figures, most urgent first."""
    calls, texts = seen.calls, seen.texts
    level = calls.served.level()
    longest = _longest_call(seen)
    wait, target, ink = NONE, "", "text"
    if longest is not None:
        line, since = longest
        found = grade_wait(line.calls.counted_since or since, line.target_seconds, now)
        wait, ink = _graded(_waited(since, now), found, in_words), found.value
        target = _("target {time}").format(time=elapsed(line.target_seconds))
    of_offered = _("of {n}").format(n=calls.offered.count)
    short = _("{n} short").format(n=calls.short.count)
    here = _("of {n} here").format(n=seen.on_shift)
    unread = seen.unreadable.count
    unreadable = str(unread) if in_words or not unread else f"{unread} ◆"
    interpreters = Tile(
        _("Interpreters"),
        _("{n} min").format(n=seen.interpreter_minutes),
        _("in {n} calls").format(n=seen.interpreted.count),
        "text",
        seen.interpreted,
    )
    return (
        Tile(_("Waiting"), str(calls.waiting.count), _("calls"), ink, calls.waiting),
        Tile(_("Longest"), wait, target, ink, calls.waiting),
        Tile(_("Level"), _level(level, in_words), IN_FORCE.value, _ink(grade_level(level)), calls.in_target),
        Tile(_("Answered"), str(calls.answered.count), of_offered, "text", calls.answered),
        Tile(_("Gave up"), str(calls.abandoned.count), short, "text", calls.abandoned),
        Tile(_("Texts wait"), str(texts.waiting.count), _("for people"), "text", texts.waiting),
        _texts_tile(_("By machine"), _("answered"), seen.answered_by_machine),
        _texts_tile(_("Only noted"), _("for people"), seen.acknowledged),
        Tile(_("Unreadable"), unreadable, _("requests"), "warning" if unread else "text", seen.unreadable),
        Tile(_("Available"), str(seen.available.count), here, "text", seen.available),
        *((interpreters,) if seen.interpreted.count else ()),
    )


def _texts_tile(label: str, remark: str, texts: Figure) -> Tile:
    return Tile(label, str(texts.count), remark, "text", texts)


def queue_rows(seen: BoardSnapshot, now: datetime, in_words: bool = False) -> tuple[TableRow, ...]:
    """Each queue's calls and, below them, what is written; all queues together first."""
    longest = _longest_call(seen)
    grade = None if longest is None else longest[0].grade(longest[0].calls, now)
    everything = _("All calls")
    first = Cell(everything if in_words else f"☎ {everything}", "now")
    rows = [TableRow("all", everything, (first, *_traffic_cells(seen.calls, grade, "", now, in_words)))]
    for line in seen.queues:
        name = printable(named(line.name, line.other_name)[0])
        targets = {"calls": elapsed(line.target_seconds), "texts": elapsed(line.text_target_seconds)}
        for door, traffic in (("calls", line.calls), ("texts", line.texts)):
            word = _("calls") if door == "calls" else _("texts")
            grade = line.grade(traffic, now)
            ink = _ink(grade) if grade is Grade.WARNING or grade is Grade.LATE else "title"
            shown = f"{word}: {name}" if in_words else f"☎ {name}" if door == "calls" else "✉"
            cells = _traffic_cells(traffic, grade, targets[door], now, in_words)
            rows.append(TableRow(f"{line.queue_id} {door}", f"{name} · {word}", (Cell(shown, ink), *cells)))
    return tuple(rows)


def _traffic_cells(
    traffic: Traffic, grade: Grade | None, target: str, now: datetime, in_words: bool
) -> tuple[Cell, ...]:
    level = traffic.served.level()
    wait, ink = NONE, "muted"
    if traffic.longest_since is not None and grade is not None:
        wait, ink = _graded(_waited(traffic.longest_since, now), grade, in_words), grade.value
    stands = grade_level(level)
    return (
        Cell(str(traffic.waiting.count), "title" if traffic.waiting.count else "muted", traffic.waiting),
        Cell(wait, ink, traffic.waiting),
        Cell(target, "muted"),
        Cell(_level(level, in_words), _ink(stands) if stands else "muted", traffic.in_target),
        _count(traffic.offered),
        _count(traffic.answered),
        _count(traffic.abandoned),
    )


def _count(figure: Figure, ink: str = "text") -> Cell:
    return Cell(str(figure.count), ink if figure.count else "muted", figure)


def agent_rows(agents: tuple[AgentLine, ...], now: datetime, in_words: bool = False) -> tuple[TableRow, ...]:
    """Everybody on shift by name, so that a line keeps its place whatever its agent does."""
    return tuple(_agent_row(agent, now, in_words) for agent in agents)


def _agent_row(agent: AgentLine, now: datetime, in_words: bool) -> TableRow:
    sign, word, style = state_words(AgentStatus(agent.state, agent.reason, agent.since))
    late = agent.late(now)
    took = _waited(agent.since, now)
    parked = sum(item.parked for item in agent.held)
    items = [
        f"{channel_word(item.channel) if in_words else CHANNEL_SIGNS[item.channel]} {printable(item.queue)}"
        for item in agent.held
        if not item.parked
    ]
    if parked:
        items.append(_("{n} parked").format(n=parked))
    held = figure_of(RowsOf.EXCHANGES, (item.interaction_id for item in agent.held))
    name = printable(agent.name)
    here = agent.state not in (AgentState.AWAY, AgentState.SIGNED_OUT)
    return TableRow(
        str(agent.account_id),
        name,
        (
            # The name opens what they hold as well, as its own column is the second to go on a narrow screen.
            Cell(name, "text" if here else "muted", held if held.count else None),
            Cell(printable(word) if in_words else f"{sign} {printable(word)}", "late" if late else _INKS[style]),
            Cell(_graded(took, Grade.LATE, in_words) if late else took, "late" if late else "text"),
            Cell(", ".join(items) or NONE, "text" if items else "muted", held),
            Cell(", ".join(map(printable, agent.queues)) or _("all"), "muted"),
        ),
    )


def case_rows(departments: tuple[DepartmentLine, ...], in_words: bool = False) -> tuple[TableRow, ...]:
    """Each department's open cases."""
    rows = []
    for line in departments:
        name = printable(named(line.name, line.other_name)[0])
        late = line.late.count
        cells = (
            Cell(name, "text"),
            _count(line.open),
            _count(line.due_today, "warning"),
            Cell(f"{late} ▲" if late and not in_words else str(late), "late" if late else "muted", line.late),
        )
        rows.append(TableRow(str(line.organisation_id), name, cells))
    return tuple(rows)


def note_rows(seen: BoardSnapshot, now: datetime) -> tuple[TableRow, ...]:
    """Who asks for help, longest first, then sudden topics, then the notices in force."""
    rows = []
    for help_line in seen.help:
        asked = help_words(help_line.agent, help_line.channel)
        if help_line.taken_by:
            asked += _(" · {name} is on it").format(name=printable(help_line.taken_by))
        ink = "muted" if help_line.taken_by else "warning"
        cells = (Cell(f"◆ {asked}", ink), Cell(_waited(help_line.at, now), ink))
        rows.append(TableRow(f"help {help_line.request_id}", asked, cells))
    for alarm in seen.alarms:
        told = printable(alarm.words)
        cells = (Cell(f"▲ {told}", "warning", alarm.figure), Cell(_waited(alarm.since, now), "warning"))
        rows.append(TableRow(f"alarm {alarm.alarm_id}", told, cells))
    for notice in seen.notices:
        to = f"{printable(notice.queue)}: " if notice.queue else ""
        until = _("until {time}").format(time=f"{notice.until.astimezone():%H:%M}")
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


def _graded(value: str, grade: Grade, in_words: bool) -> str:
    """A wait with how it stands."""
    if not in_words:
        return f"{value} {SIGNS[grade]}"
    word = {Grade.GOOD: _("good"), Grade.WARNING: _("soon"), Grade.LATE: _("late")}[grade]
    return f"{value} {word}"


def _level(level: float | None, in_words: bool) -> str:
    grade = grade_level(level)
    if level is None or grade is None:
        return NONE
    word = {Grade.GOOD: _("good"), Grade.WARNING: _("fair"), Grade.LATE: _("poor")}[grade]
    return f"{round(100 * level)} % {word if in_words else SIGNS[grade]}"


def _ink(grade: Grade | None) -> str:
    return grade.value if grade is not None else "text"


def _waited(since: datetime, now: datetime) -> str:
    """`0:41`, and from an hour on, when seconds say nothing, `14h05`."""
    seconds = int((now - since).total_seconds())
    hours, rest = divmod(seconds, 3600)
    return f"{hours}h{rest // 60:02}" if hours > 0 else elapsed(seconds)

"""What the supervisor's board shows: one frozen snapshot, and the rows behind its figures.

Light on purpose, like desk.views: importing this module loads no database code. No citizen's name stands in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grm_console.desk.answer_stop_views import StopLine
from grm_console.domain.service_level import Grade, Served, grade_wait
from grm_console.domain.words import AgentState, Channel, EndReason, Harm, InteractionState, StopKind


class RowsOf(StrEnum):
    """What stands behind a figure."""

    WAITING = "waiting"
    EXCHANGES = "exchanges"
    CASES = "cases"
    AGENTS = "agents"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the board: as many as the rows it was counted from, which keep their keys whatever happens later.

    The keys are kept as the store listed them, with commas: thousands come with each snapshot and few are ever opened.
    """

    of: RowsOf
    listed: str = ""

    @property
    def count(self) -> int:
        """The number to show."""
        return self.listed.count(",") + 1 if self.listed else 0

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of the rows."""
        return tuple(map(int, self.listed.split(","))) if self.listed else ()

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.of, ",".join(filter(None, (self.listed, other.listed))))


def figure_of(of: RowsOf, keys: Iterable[int]) -> Figure:
    """The figure of these rows."""
    return Figure(of, ",".join(map(str, keys)))


_NOBODY = Figure(RowsOf.WAITING)
_NONE = Figure(RowsOf.EXCHANGES)


@dataclass(frozen=True, slots=True)
class Traffic:
    """One door of a queue: who waits there, and what became of those whose wait ended today."""

    waiting: Figure = _NOBODY
    longest_since: datetime | None = None
    """When the one came who waits longest."""
    counted_since: datetime | None = None
    """When the one counts as queued who is measured first: for what is written, the queue's delay later."""
    in_target: Figure = _NONE
    """Answered within the target: n."""
    after_target: Figure = _NONE
    short: Figure = _NONE
    """Given up within the target: a."""
    given_up: Figure = _NONE
    """Given up after the target."""

    @property
    def answered(self) -> Figure:
        """N: answered today."""
        return self.in_target + self.after_target

    @property
    def abandoned(self) -> Figure:
        """A: given up today."""
        return self.short + self.given_up

    @property
    def offered(self) -> Figure:
        """All whose wait ended today; who still waits is not in it."""
        return self.answered + self.abandoned

    @property
    def served(self) -> Served:
        """The counts that the service level is taken of."""
        short, given_up = self.short.count, self.given_up.count
        n, late = self.in_target.count, self.after_target.count
        return Served(n + late, n, short + given_up, short)

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.waiting + other.waiting,
            _earlier(self.longest_since, other.longest_since),
            _earlier(self.counted_since, other.counted_since),
            self.in_target + other.in_target,
            self.after_target + other.after_target,
            self.short + other.short,
            self.given_up + other.given_up,
        )


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue with both its doors apart: calls, and everything written."""

    queue_id: int
    code: str
    name: str
    other_name: str
    target_seconds: int
    calls: Traffic
    texts: Traffic
    text_target_seconds: int = 180
    """Within how long a person shall reply to a text, counted from its arrival."""

    def grade(self, traffic: Traffic, now: datetime) -> Grade | None:
        """How the longest wait of a door stands; None while nobody waits."""
        if traffic is self.texts:
            since, target = traffic.longest_since, self.text_target_seconds
        else:
            since, target = traffic.counted_since, self.target_seconds
        return None if since is None else grade_wait(since, target, now)


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An exchange in somebody's hands."""

    interaction_id: int
    channel: Channel
    queue: str
    parked: bool


@dataclass(frozen=True, slots=True)
class AgentLine:
    """Somebody on shift, or who left something behind: what they do, since when, and with what."""

    account_id: int
    name: str
    role: str
    state: AgentState
    reason: str
    since: datetime
    held: tuple[HeldItem, ...]
    queues: tuple[str, ...]
    """Names of the queues the agent serves; empty for all."""
    wrap_up_seconds: int
    """How long a wrap-up may take in the queue of what the agent holds; 0 while nothing is held."""

    def late(self, now: datetime) -> bool:
        """Whether a wrap-up takes longer than its queue allows."""
        waited = (now - self.since).total_seconds()
        return self.state is AgentState.WRAP_UP and 0 < self.wrap_up_seconds < waited


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """The open cases that a department leads."""

    organisation_id: int
    name: str
    other_name: str
    late: Figure
    due_today: Figure
    """Due before midnight and not late yet."""
    later: Figure

    @property
    def open(self) -> Figure:
        """All of them."""
        return self.late + self.due_today + self.later


@dataclass(frozen=True, slots=True)
class HelpLine:
    """An agent who asks for help."""

    request_id: int
    agent: str
    interaction_id: int | None
    channel: Channel | None
    at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in force."""

    notice_id: int
    text: str
    queue: str
    """Empty for everybody."""
    since: datetime
    until: datetime
    by: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """A topic that suddenly more people than usual bring."""

    alarm_id: int
    words: str
    since: datetime
    figure: Figure
    """The exchanges in which it was brought since then."""
    notice_id: int | None
    """The notice that tells the desk of it."""


@dataclass(frozen=True, slots=True)
class BoardSnapshot:
    """Everything the board shows, read in one transaction at one moment."""

    at: datetime
    queues: tuple[QueueLine, ...]
    agents: tuple[AgentLine, ...]
    departments: tuple[DepartmentLine, ...]
    help: tuple[HelpLine, ...]
    notices: tuple[NoticeLine, ...]
    answered_by_machine: Figure
    """Texts that the program answered today."""
    acknowledged: Figure
    """Texts that the program only acknowledged today, and left to people."""
    unreadable: Figure
    """Signed requests that could not be read and that nobody has looked at."""
    interpreted: Figure = _NONE
    """Calls with an interpreter today."""
    interpreter_minutes: int = 0
    """What they come to, each interpreter's time in a call rounded up."""
    alarms: tuple[AlarmLine, ...] = ()
    stops: tuple[StopLine, ...] = ()
    """Where machines are stopped from answering texts, oldest first."""

    @property
    def stopped(self) -> bool:
        """Whether machines answer no texts at all."""
        return any(stop.kind is StopKind.ALL for stop in self.stops)

    @property
    def calls(self) -> Traffic:
        """The calls of all queues together."""
        return sum((line.calls for line in self.queues), Traffic())

    @property
    def texts(self) -> Traffic:
        """Everything written, of all queues together."""
        return sum((line.texts for line in self.queues), Traffic())

    @property
    def on_shift(self) -> int:
        """How many agents are here; who has gone stands on the board only for what they left behind."""
        return sum(agent.state is not AgentState.SIGNED_OUT for agent in self.agents)

    @property
    def available(self) -> Figure:
        """Agents who can take the next item."""
        free = (agent.account_id for agent in self.agents if agent.state is AgentState.AVAILABLE)
        return figure_of(RowsOf.AGENTS, free)


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One exchange behind a figure, without who it was."""

    interaction_id: int
    channel: Channel
    queue: str
    harm: Harm
    state: InteractionState
    end_reason: EndReason | None
    waiting: bool
    parked: bool
    left_behind: bool
    """Parked, or held by somebody who has signed out: a supervisor may take it over."""
    since: datetime
    """When it began to wait, or came."""
    answered_at: datetime | None
    agent: str
    unreadable: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case behind a figure; what is confidential keeps its service from those who may not see it."""

    case_id: int
    number: str
    service: str
    department: str
    harm: Harm
    opened_at: datetime
    due_at: datetime
    closed: bool
    confidential: bool


BehindFigure = ExchangeRow | CaseRow | AgentLine


@dataclass(frozen=True, slots=True)
class Opened:
    """One row, whole: facts as label and value, and the citizen's words."""

    title: str
    facts: tuple[tuple[str, str], ...]
    text: str


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return one if other is None else other if one is None else min(one, other)

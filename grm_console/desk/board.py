"""The supervisor's board: everything at one moment, the rows behind each figure, and leading agents and queues."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.clock import elapsed
from grm_console.desk.actor import Actor
from grm_console.desk.board_views import (
    AgentLine,
    BehindFigure,
    BoardSnapshot,
    CaseRow,
    DepartmentLine,
    ExchangeRow,
    Figure,
    HeldItem,
    HelpLine,
    NoticeLine,
    Opened,
    QueueLine,
    RowsOf,
    Traffic,
)
from grm_console.desk.desk import Desk, record
from grm_console.desk.sign_in import actor_named
from grm_console.domain.permissions import Act, Role
from grm_console.domain.queue_order import QueuePlace, queued_as_of, serving_order
from grm_console.domain.words import AgentState, Channel, Confidentiality, EndReason, Harm, InteractionState, QueueState
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import accounts, board, interactions, shift, timeline

MIN_REASON, MAX_REASON = 3, 200
MAX_STATE_REASON = 60
"""What fits beside an agent's state."""

_LED = frozenset({AgentState.AVAILABLE, AgentState.AWAY, AgentState.SIGNED_OUT})
"""The states a supervisor may set; the others follow from the work."""

_WORKS_THE_QUEUE = frozenset({Role.OPERATOR.value, Role.SUPERVISOR.value})


_FATES = {
    (True, True): "in_target",
    (True, False): "after_target",
    (False, True): "short",
    (False, False): "given_up",
}
"""The part of a queue's traffic that an item belongs to whose wait is over: was it answered, and within the target."""


class Board:
    """The board of one desk for one actor; every method may block on the store and may raise any GrmError."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        actor.require(Act.SEE_BOARD)
        self._desk = desk
        self._actor = actor
        self.name = actor.full_name
        self.role = actor.role

    def may(self, act: Act) -> bool:
        """Whether the actor's role may do this, so that a screen names only what it may."""
        return self._actor.may(act)

    def snapshot(self) -> BoardSnapshot:
        """Everything the board shows, read in one transaction."""
        self._actor.require(Act.SEE_BOARD)
        now = self._desk.store.now()
        today, tomorrow = local_day(now)
        with self._desk.store.reading() as connection:
            queues = board.queues(connection)
            waiting = board.waiting(connection)
            acknowledged, answered = board.machine_replies(connection, today)
            return BoardSnapshot(
                at=now,
                queues=_queues(queues, waiting, board.ended_since(connection, today)),
                agents=_agents(connection, queues, board.agents(connection)),
                departments=_departments(connection, now, tomorrow),
                help=tuple(
                    HelpLine(key, agent, interaction, Channel(channel) if channel else None, at, taker or "")
                    for key, agent, interaction, channel, at, taker in board.open_help(connection)
                ),
                notices=tuple(
                    NoticeLine(key, text, queue or "", since, until, by)
                    for key, text, queue, since, until, by in board.notices(connection, now)
                ),
                answered_by_machine=_texts(answered),
                acknowledged=_texts(acknowledged),
                unreadable=Figure(RowsOf.WAITING, ",".join(row[3] for row in waiting if row[3])),
            )

    def rows(self, figure: Figure) -> tuple[BehindFigure, ...]:
        """The rows a figure was counted from, as many as it said, as they are now.

        Who waits stands in the order of serving, other exchanges newest first, cases by due date. No citizen's name
        is in them; a confidential case keeps its service from those who may not see it.
        """
        self._actor.require(Act.SEE_BOARD)
        with self._desk.store.reading() as connection:
            if figure.of is RowsOf.CASES:
                seen = self._actor.may(Act.SEE_CONFIDENTIAL_CASES)
                cases = [_case(row, seen) for row in board.case_rows(connection, figure.keys)]
                return tuple(sorted(cases, key=lambda case: (case.due_at, case.case_id)))
            if figure.of is RowsOf.AGENTS:
                return _agents(connection, board.queues(connection), board.agents_by_key(connection, figure.keys))
            found = board.exchange_rows(connection, figure.keys)
        if figure.of is RowsOf.WAITING:
            found.sort(key=lambda row: serving_order(QueuePlace(Harm(row.harm), row.queued_as_of, row.entry_id)))
        else:
            found.sort(key=lambda row: (row.waiting_since or row.happened_at, row.id), reverse=True)
        return tuple(map(_exchange, found))

    def open(self, row: BehindFigure) -> Opened:
        """One row, whole; audited. Who the citizen is is read by opening the contact at the desk, not here.

        Raises NotAllowed for a confidential case and for roles that may not open what citizens wrote.
        """
        self._actor.require(Act.SEE_BOARD, Act.OPEN_CONTACT)
        if isinstance(row, CaseRow):
            return self._open_case(row.case_id)
        if isinstance(row, ExchangeRow):
            return self.open_exchange(row.interaction_id)
        facts = [("State", row.state.value), ("Reason", row.reason), ("Since", _moment(row.since))]
        facts += [(str(item.channel.value), item.queue + (" (parked)" if item.parked else "")) for item in row.held]
        return Opened(row.name, tuple((label, value) for label, value in facts if value), "")

    def open_exchange(self, interaction_id: int) -> Opened:
        """One exchange, whole, but for the names; audited."""
        self._actor.require(Act.OPEN_CONTACT)
        with self._desk.store.reading() as connection:
            one = timeline.interaction_detail(connection, interaction_id)
            if one is None:
                raise NotFound("This exchange is not in the store.")
            queue = shift.queue_row(connection, one.queue_id) if one.queue_id is not None else None
        self._note(f"interaction:{interaction_id}")
        facts = (
            ("When", _moment(one.happened_at)),
            ("Queue", queue.name if queue is not None else ""),
            ("State", one.end_reason or one.state),
            ("Answered", _moment(one.answered_at)),
            ("Agent", one.agent or ""),
            ("Ended", _moment(one.ended_at)),
            ("Wrap-up", one.disposition or ""),
            ("Length", elapsed(one.duration) if one.duration else ""),
            ("Language", one.language),
            ("Attachments", str(one.attachments or "")),
            ("Problem", one.problem),
        )
        words = "\n\n".join(part for part in (one.text, one.note) if part)
        return Opened(one.channel, tuple((label, value) for label, value in facts if value), words)

    def _open_case(self, case_id: int) -> Opened:
        with self._desk.store.reading() as connection:
            case = timeline.case_detail(connection, case_id)
        if case is None:
            raise NotFound("This case is not in the store.")
        if case.confidentiality != Confidentiality.OPEN and not self._actor.may(Act.SEE_CONFIDENTIAL_CASES):
            raise NotAllowed("This case is confidential. Ask a supervisor.")
        self._note(f"case:{case_id}")
        facts = (
            ("Service", case.service),
            ("Department", case.department),
            ("Opened", _moment(case.opened_at)),
            ("Due", _moment(case.due_at)),
            ("Closed", _moment(case.closed_at)),
            ("Place", case.place),
            ("Summary", case.summary),
        )
        return Opened(case.number, tuple((label, value) for label, value in facts if value), case.details)

    def _note(self, subject: str) -> None:
        with self._desk.store.writing() as write:
            record(write, self._actor, Act.SEE_BOARD, subject, "board")

    # Leading

    def set_state(self, account_id: int, state: AgentState, reason: str) -> None:
        """Change what an agent does.

        Raises InvalidInput without a reason, for a state that only work brings about, and while the agent holds an
        exchange; NotFound for somebody who works at no queue.
        """
        self._actor.require(Act.LEAD_AGENTS)
        why = _reason(reason, "They went home and forgot to sign out.", MAX_STATE_REASON)
        if state not in _LED:
            raise InvalidInput({"state": "Choose available, away or signed out; the other states follow the work."})
        with self._desk.store.writing() as write:
            agent = self._agent(write.connection, account_id)
            if interactions.held_by(write.connection, account_id) is not None:
                raise InvalidInput(
                    {"state": f"{agent.full_name} holds an exchange. Wait for its wrap-up, or ask for it by word."}
                )
            if state is not AgentState.SIGNED_OUT and accounts.open_state(write.connection, account_id) is None:
                raise InvalidInput({"state": f"{agent.full_name} has not begun a shift. They sign in at a desk first."})
            shown = why if state is AgentState.AWAY else ""
            accounts.change_state(write.connection, account_id, state, shown, write.now)
            record(write, self._actor, Act.LEAD_AGENTS, f"account:{account_id}", f"state:{state}", why)
            write.changed("agent", account_id)

    def set_queues(self, account_id: int, queues: Iterable[int], reason: str) -> None:
        """Let an agent serve these queues alone; none, or all of them, means every queue, also those made later.

        Raises InvalidInput without a reason or for a queue that is not in use.
        """
        self._actor.require(Act.LEAD_AGENTS)
        why = _reason(reason, "Water calls are three times the usual number.")
        wanted = set(queues)
        with self._desk.store.writing() as write:
            self._agent(write.connection, account_id)
            used = {row[0] for row in board.queues(write.connection) if row[6]}
            if not wanted <= used:
                raise InvalidInput({"queues": "Choose queues that are in use, e.g. General line."})
            before = shift.served_by(write.connection, account_id)
            served = () if wanted == used else sorted(wanted)
            shift.serve(write.connection, account_id, served)
            record(
                write,
                self._actor,
                Act.LEAD_AGENTS,
                f"account:{account_id}",
                why,
                f"queues {_named(before)} to {_named(served)}",
            )
            write.changed("agent", account_id)
            write.changed("queue", 0)

    def move(self, interaction_id: int, queue_id: int, reason: str) -> None:
        """Move a waiting item to another queue, where it keeps its waiting-since.

        Raises InvalidInput without a reason or for the same queue, StaleChange if it does not wait any more.
        """
        self._actor.require(Act.LEAD_AGENTS)
        why = _reason(reason, "The caller chose the wrong line.")
        with self._desk.store.writing() as write:
            entry = shift.waiting_entry(write.connection, interaction_id)
            if entry is None:
                raise NotFound("This exchange is in no queue.")
            if entry.state != QueueState.WAITING:
                raise StaleChange("It does not wait any more: somebody took it, or the caller has gone.")
            target = shift.queue_row(write.connection, queue_id)
            if target is None or not target.active or target.id == entry.queue_id:
                raise InvalidInput({"queue": "Choose another queue that is in use, e.g. General line."})
            as_of = queued_as_of(Channel(entry.channel), entry.waiting_since, target.text_delay_seconds)
            shift.move_entry(write.connection, interaction_id, queue_id, as_of)
            moved = f"queue:{entry.queue_id} to queue:{queue_id}"
            record(write, self._actor, Act.LEAD_AGENTS, f"interaction:{interaction_id}", why, moved)
            write.changed("queue", interaction_id)

    def _agent(self, connection: Connection, account_id: int) -> Any:
        agent = shift.account_row(connection, account_id)
        if agent is None or agent.role not in _WORKS_THE_QUEUE:
            raise NotFound("This account works at no queue. The board is read again.")
        return agent


def demo_supervisor(desk: Desk) -> Actor | None:
    """The first supervisor of a store marked as a demo, who needs no password; None in any other store."""
    with desk.store.reading() as connection:
        if not accounts.mark(connection, "demo"):
            return None
        staff = accounts.list_accounts(connection)
    names = [row.name for row in staff if row.role == Role.SUPERVISOR and row.active]
    return actor_named(desk, names[0]) if names else None


def local_day(moment: datetime) -> tuple[datetime, datetime]:
    """The local midnights before and after a moment, in UTC; 23 or 25 hours apart when the clocks change."""
    day = moment.astimezone().date()
    begin, end = (datetime.combine(date, time(0)).astimezone() for date in (day, day + timedelta(days=1)))
    return begin.astimezone(moment.tzinfo), end.astimezone(moment.tzinfo)


def _queues(
    queues: list[tuple[Any, ...]], waiting: list[tuple[Any, ...]], over: list[tuple[Any, ...]]
) -> tuple[QueueLine, ...]:
    doors: dict[tuple[int, bool], Traffic] = {}
    for queue, voice, keys, _, longest, counted in waiting:
        doors[queue, bool(voice)] = Traffic(Figure(RowsOf.WAITING, keys or ""), longest, counted)
    for queue, voice, was_answered, in_target, keys in over:
        door = (queue, bool(voice))
        before, figure = doors.get(door, Traffic()), Figure(RowsOf.EXCHANGES, keys or "")
        part = _FATES[bool(was_answered), bool(in_target)]
        doors[door] = replace(before, **{part: getattr(before, part) + figure})
    return tuple(
        QueueLine(
            key,
            code,
            name,
            other_name,
            target,
            doors.get((key, True), Traffic()),
            doors.get((key, False), Traffic()),
        )
        for key, code, name, other_name, target, _, active in queues
        if active or (key, True) in doors or (key, False) in doors
    )


def _agents(
    connection: Connection, queues: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]
) -> tuple[AgentLine, ...]:
    known = {key: (name, wrap_up) for key, _, name, _, _, wrap_up, _ in queues}
    served: dict[int, list[str]] = {}
    for account, queue in board.served_queues(connection):
        served.setdefault(account, []).append(known[queue][0])
    held: dict[int, list[HeldItem]] = {}
    allowed: dict[int, int] = {}
    for account, interaction, channel, queue, parked in board.held_items(connection):
        name, wrap_up = known.get(queue, ("", 0))
        held.setdefault(account, []).append(HeldItem(interaction, Channel(channel), name, parked is not None))
        if parked is None:
            allowed[account] = wrap_up
    return tuple(
        AgentLine(
            key,
            name,
            role,
            AgentState(state),
            reason,
            since,
            tuple(held.get(key, ())),
            tuple(served.get(key, ())),
            allowed.get(key, 0),
        )
        for key, name, role, state, reason, since in rows
    )


def _departments(connection: Connection, now: datetime, tomorrow: datetime) -> tuple[DepartmentLine, ...]:
    found = {key: parts for key, *parts in board.open_cases(connection, now, tomorrow)}
    return tuple(
        DepartmentLine(key, name, other_name, *(Figure(RowsOf.CASES, keys or "") for keys in found[key]))
        for key, name, other_name in board.departments(connection)
        if key in found
    )


def _texts(keys: str | None) -> Figure:
    """The texts that replies belong to: one that got two replies is one text."""
    return Figure(RowsOf.EXCHANGES, ",".join(dict.fromkeys(keys.split(","))) if keys else "")


def _exchange(row: Any) -> ExchangeRow:
    return ExchangeRow(
        interaction_id=row.id,
        channel=Channel(row.channel),
        queue=row.queue or "",
        harm=Harm(row.harm or 0),
        state=InteractionState(row.state),
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        waiting=row.queue_state == QueueState.WAITING,
        since=row.waiting_since or row.happened_at,
        answered_at=row.answered_at,
        agent=row.agent or "",
        unreadable=bool(row.problem),
    )


def _case(row: Any, confidential_too: bool) -> CaseRow:
    confidential = row.confidentiality != Confidentiality.OPEN
    return CaseRow(
        case_id=row.id,
        number=row.number,
        service=row.service if confidential_too or not confidential else "",
        department=row.department,
        harm=Harm(row.harm),
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed=row.closed_at is not None,
        confidential=confidential,
    )


def _reason(reason: str, example: str, most: int = MAX_REASON) -> str:
    why = reason.strip()
    if len(why) < MIN_REASON:
        raise InvalidInput({"reason": f"Say why, in at least {MIN_REASON} letters, e.g. {example}"})
    return why[:most]


def _named(queues: Iterable[int]) -> str:
    return ",".join(map(str, queues)) or "all"


def _moment(at: datetime | None) -> str:
    return at.astimezone().strftime("%d %b %Y %H:%M:%S") if at is not None else ""

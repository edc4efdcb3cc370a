"""The supervisor's board: everything at one moment, and the rows behind each figure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from grm_console.desk import board_opening, interpreter_minutes, leading
from grm_console.desk.actor import Actor
from grm_console.desk.answer_stops import AnswerStops, stop_lines
from grm_console.desk.blocked import Blocked
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
    figure_of,
)
from grm_console.desk.desk import Desk
from grm_console.desk.parking import Parking
from grm_console.desk.sign_in import actor_named
from grm_console.desk.topic_alarms import alarm_lines
from grm_console.domain.permissions import Act, Role
from grm_console.domain.queue_order import QueuePlace, serving_order
from grm_console.domain.service_level import day_of
from grm_console.domain.words import AgentState, Channel, Confidentiality, EndReason, Harm, InteractionState, QueueState
from grm_console.store import accounts, board, board_rows, served

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
        self.blocked = Blocked(desk, actor)
        self.answer_stops = AnswerStops(desk, actor)

    def may(self, act: Act) -> bool:
        """Whether the actor's role may do this, so that a screen names only what it may."""
        return self._actor.may(act)

    def snapshot(self) -> BoardSnapshot:
        """Everything the board shows, read in one transaction."""
        self._actor.require(Act.SEE_BOARD)
        now = self._desk.store.now()
        today, tomorrow = day_of(now)
        with self._desk.store.reading() as connection:
            queues = board.queues(connection)
            waiting = board.waiting(connection, now)
            acknowledged, answered = board.machine_replies(connection, today)
            interpreted, minutes = interpreter_minutes.today(connection, today, now)
            alarms = alarm_lines(connection, self._desk.fewest_askers, now)
            told = {alarm.notice_id for alarm in alarms}
            return BoardSnapshot(
                at=now,
                queues=_queues(queues, waiting, served.ended_since(connection, today)),
                agents=_agents(connection, queues, board.agents(connection)),
                departments=_departments(connection, now, tomorrow),
                help=tuple(
                    HelpLine(key, agent, interaction, Channel(channel) if channel else None, at, taker or "")
                    for key, agent, interaction, channel, at, taker in board.open_help(connection)
                ),
                notices=tuple(
                    NoticeLine(key, text, queue or "", since, until, by)
                    for key, text, queue, since, until, by in board.notices(connection, now)
                    if key not in told
                ),
                answered_by_machine=_texts(answered),
                acknowledged=_texts(acknowledged),
                unreadable=Figure(RowsOf.WAITING, ",".join(row[3] for row in waiting if row[3])),
                interpreted=figure_of(RowsOf.EXCHANGES, interpreted),
                interpreter_minutes=minutes,
                alarms=alarms,
                stops=stop_lines(connection),
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
                cases = [_case(row, seen) for row in board_rows.case_rows(connection, figure.keys)]
                return tuple(sorted(cases, key=lambda case: (case.due_at, case.case_id)))
            if figure.of is RowsOf.AGENTS:
                return _agents(connection, board.queues(connection), board_rows.agents_by_key(connection, figure.keys))
            found = board_rows.exchange_rows(connection, figure.keys)
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
            return board_opening.case(self._desk, self._actor, row.case_id)
        if isinstance(row, ExchangeRow):
            return board_opening.exchange(self._desk, self._actor, row.interaction_id)
        return board_opening.agent(row)

    def open_exchange(self, interaction_id: int) -> Opened:
        """One exchange, whole, but for the names; audited."""
        return board_opening.exchange(self._desk, self._actor, interaction_id)

    # Leading

    def set_state(self, account_id: int, state: AgentState, reason: str) -> None:
        """Change what an agent does."""
        leading.set_state(self._desk, self._actor, account_id, state, reason)

    def set_queues(self, account_id: int, queues: Iterable[int], reason: str) -> None:
        """Let an agent serve these queues alone; none, or all of them, means every queue."""
        leading.set_queues(self._desk, self._actor, account_id, queues, reason)

    def move(self, interaction_id: int, queue_id: int, reason: str) -> None:
        """Move a waiting item to another queue, where it keeps its waiting-since."""
        leading.move(self._desk, self._actor, interaction_id, queue_id, reason)

    def take_over(self, interaction_id: int, reason: str) -> None:
        """Take what somebody has parked, or held when they signed out; it is parked with this actor then."""
        Parking(self._desk, self._actor).take_over(interaction_id, reason)


def demo_supervisor(desk: Desk) -> Actor | None:
    """The first supervisor of a store marked as a demo, who needs no password; None in any other store."""
    with desk.store.reading() as connection:
        if not accounts.mark(connection, "demo"):
            return None
        staff = accounts.list_accounts(connection)
    names = [row.name for row in staff if row.role == Role.SUPERVISOR and row.active]
    return actor_named(desk, names[0]) if names else None


def _queues(
    queues: list[tuple[Any, ...]], waiting: list[tuple[Any, ...]], over: list[tuple[Any, ...]]
) -> tuple[QueueLine, ...]:
    doors: dict[tuple[int, bool], Traffic] = {}
    for queue, voice, keys, _count, longest, counted in waiting:
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
            text_target,
        )
        for key, code, name, other_name, target, _wrap_up, active, text_target in queues
        if active or (key, True) in doors or (key, False) in doors
    )


def _agents(
    connection: Connection, queues: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]
) -> tuple[AgentLine, ...]:
    known = {key: (name, wrap_up) for key, _, name, _, _, wrap_up, _, _ in queues}
    serves: dict[int, list[str]] = {}
    for account, queue in board.served_queues(connection):
        serves.setdefault(account, []).append(known[queue][0])
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
            tuple(serves.get(key, ())),
            allowed.get(key, 0),
        )
        for key, name, role, state, reason, since in rows
    )


def _departments(connection: Connection, now: datetime, tomorrow: datetime) -> tuple[DepartmentLine, ...]:
    return tuple(
        DepartmentLine(key, name, other_name, *(Figure(RowsOf.CASES, keys or "") for keys in parts))
        for key, name, other_name, *parts in board.open_cases(connection, now, tomorrow)
        if any(parts)
    )


def _texts(keys: str | None) -> Figure:
    """The texts that replies belong to: one that got two replies is one text."""
    return Figure(RowsOf.EXCHANGES, ",".join(dict.fromkeys(keys.split(","))) if keys else "")


def _exchange(row: Any) -> ExchangeRow:
    held = row.state in (InteractionState.TALKING, InteractionState.WRAP_UP)
    return ExchangeRow(
        interaction_id=row.id,
        channel=Channel(row.channel),
        queue=row.queue or "",
        harm=Harm(row.harm or 0),
        state=InteractionState(row.state),
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        waiting=row.queue_state == QueueState.WAITING,
        parked=row.parked_at is not None,
        left_behind=held and (row.parked_at is not None or row.agent_state in (None, AgentState.SIGNED_OUT)),
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

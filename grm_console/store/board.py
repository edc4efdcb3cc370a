"""The board's statements: a handful of reads over what is open now and what ended today, never over the past.

A figure is read as the keys of its rows, one string for each group, so that a figure and its rows cannot differ.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from grm_console.domain.words import AgentState, CaseState, Channel, EndReason, InteractionState, QueueState
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    Account,
    AgentQueue,
    AgentStateLog,
    CaseFile,
    HelpRequest,
    Interaction,
    Notice,
    Organisation,
    Outbox,
    Queue,
    QueueEntry,
    Service,
)
from grm_console.store.tables.columns import INSTANT, WORDS, table_of

_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_interaction = table_of(Interaction)
_account = table_of(Account)
_state = table_of(AgentStateLog)
_served = table_of(AgentQueue)
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)
_outbox = table_of(Outbox)
_help = table_of(HelpRequest)
_notice = table_of(Notice)

_KEYS_AT_ONCE = 500


class _Later(FunctionElement[datetime]):
    """A moment some seconds after another, exact to the microsecond on both stores."""

    type = INSTANT
    inherit_cache = True


@compiles(_Later, "sqlite")
def _later_in_sqlite(element: _Later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    # SQLite counts milliseconds only: the whole seconds are added, and the fraction is put back as it was.
    whole = f"strftime('%Y-%m-%d %H:%M:%S', substr({moment}, 1, 19), '+' || {seconds} || ' seconds')"
    return f"({whole} || substr({moment}, 20))"


@compiles(_Later, "postgresql")
def _later_in_postgresql(element: _Later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({moment} + {seconds} * interval '1 second')"


class _Keys(FunctionElement[str]):
    """The keys of a group's rows as one string with commas; NULL for none."""

    type = WORDS
    inherit_cache = True


@compiles(_Keys, "sqlite")
def _keys_in_sqlite(element: _Keys, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)})"


@compiles(_Keys, "postgresql")
def _keys_in_postgresql(element: _Keys, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg(({compiler.process(element.clauses, **options)})::text, ',')"


_voice = _interaction.c.channel == fixed(Channel.VOICE)
_held = or_(
    _interaction.c.state == fixed(InteractionState.TALKING), _interaction.c.state == fixed(InteractionState.WRAP_UP)
)

_QUEUES = Prepared(
    select(
        _queue.c.id,
        _queue.c.code,
        _queue.c.name,
        _queue.c.other_name,
        _queue.c.target_seconds,
        _queue.c.wrap_up_seconds,
        _queue.c.active,
    ).order_by(_queue.c.id)
)
_WAITING = Prepared(
    select(
        _entry.c.queue_id,
        _voice,
        _Keys(_interaction.c.id),
        _Keys(_interaction.c.id).filter(_interaction.c.problem != ""),
        func.min(_entry.c.waiting_since, type_=INSTANT),
        func.min(_entry.c.queued_as_of, type_=INSTANT),
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(_entry.c.state == fixed(QueueState.WAITING))
    .group_by(_entry.c.queue_id, _voice)
)

_answered = _interaction.c.answered_at.is_not(None)
_in_target = func.coalesce(_interaction.c.answered_at, _entry.c.left_at) <= _Later(
    _entry.c.queued_as_of, _queue.c.target_seconds
)
_ENDED = (
    select(_entry.c.queue_id, _voice, _answered, _in_target, _Keys(_interaction.c.id))
    .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id)
    .join(_queue, _queue.c.id == _entry.c.queue_id)
    .where(
        or_(
            _interaction.c.answered_at >= bindparam("since"),
            and_(_interaction.c.answered_at.is_(None), _entry.c.left_reason == fixed(EndReason.ABANDONED)),
        )
    )
    .group_by(_entry.c.queue_id, _voice, _answered, _in_target)
)
_LEFT_TODAY = Prepared(_ENDED.where(_entry.c.left_at >= bindparam("since")))
# Who was answered and is still held has not left: the index of leaving finds those few as well.
_STILL_HELD = Prepared(_ENDED.where(_entry.c.left_at.is_(None), _entry.c.state == fixed(QueueState.CLAIMED)))
_AGENTS = Prepared(
    select(
        _account.c.id,
        _account.c.full_name,
        _account.c.role,
        _state.c.state,
        _state.c.reason,
        _state.c.since,
    )
    .join_from(_state, _account, _account.c.id == _state.c.account_id)
    .where(_state.c.until.is_(None), _state.c.state != fixed(AgentState.SIGNED_OUT))
    .order_by(_account.c.full_name, _account.c.id)
)
_SERVED = Prepared(select(_served.c.account_id, _served.c.queue_id).order_by(_served.c.queue_id))
_HELD = Prepared(
    select(
        _interaction.c.agent_id,
        _interaction.c.id,
        _interaction.c.channel,
        _interaction.c.queue_id,
        _interaction.c.parked_at,
    )
    .where(_held, _interaction.c.agent_id.is_not(None))
    .order_by(_interaction.c.agent_id, _interaction.c.id)
)
_CASES = Prepared(
    select(
        _case.c.organisation_id,
        _Keys(_case.c.id).filter(_case.c.due_at < bindparam("at")),
        _Keys(_case.c.id).filter(_case.c.due_at >= bindparam("at"), _case.c.due_at < bindparam("tomorrow")),
        _Keys(_case.c.id).filter(_case.c.due_at >= bindparam("tomorrow")),
    )
    .where(_case.c.state == fixed(CaseState.OPEN))
    .group_by(_case.c.organisation_id)
)
_DEPARTMENTS = Prepared(
    select(_organisation.c.id, _organisation.c.name, _organisation.c.other_name).order_by(
        _organisation.c.name, _organisation.c.id
    )
)
_acknowledgement = _outbox.c.decision.like("%:acknowledgement")
_MACHINE = Prepared(
    select(
        _Keys(_outbox.c.interaction_id).filter(_acknowledgement),
        _Keys(_outbox.c.interaction_id).filter(~_acknowledgement),
    ).where(
        _outbox.c.kind == "text",
        _outbox.c.decided_at >= bindparam("since"),
        _outbox.c.decided_by_id.in_(select(_account.c.id).where(_account.c.role == "system")),
    )
)
_taker = _account.alias("taker")
_HELP = Prepared(
    select(
        _help.c.id,
        _account.c.full_name,
        _help.c.interaction_id,
        _interaction.c.channel,
        _help.c.at,
        _taker.c.full_name,
    )
    .join_from(_help, _account, _account.c.id == _help.c.account_id)
    .join(_interaction, _interaction.c.id == _help.c.interaction_id, isouter=True)
    .join(_taker, _taker.c.id == _help.c.taken_by_id, isouter=True)
    .where(_help.c.done_at.is_(None))
    .order_by(_help.c.at, _help.c.id)
)
_NOTICES = Prepared(
    select(_notice.c.id, _notice.c.text, _queue.c.name, _notice.c.since, _notice.c.until, _account.c.full_name)
    .join_from(_notice, _account, _account.c.id == _notice.c.account_id)
    .join(_queue, _queue.c.id == _notice.c.queue_id, isouter=True)
    .where(_notice.c.until > bindparam("at"))
    .order_by(_notice.c.since.desc(), _notice.c.id.desc())
)


def queues(connection: Connection) -> list[tuple[Any, ...]]:
    """(id, code, name, other name, target seconds, wrap-up seconds, active) of all queues, by key."""
    return _QUEUES.rows(connection, {})


def waiting(connection: Connection) -> list[tuple[Any, ...]]:
    """(queue, voice, keys, unreadable keys, longest waiting since, longest queued as of) by queue and door."""
    return _WAITING.rows(connection, {})


def ended_since(connection: Connection, since: datetime) -> list[tuple[Any, ...]]:
    """(queue, voice, answered, in target, keys) of waits that ended since a moment, answered or given up.

    The same group may come twice: once with what has left, once with what is still held.
    """
    return [row for part in (_LEFT_TODAY, _STILL_HELD) for row in part.rows(connection, {"since": since})]


def agents(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, full name, role, state, reason, since) of everybody on shift, by name."""
    return _AGENTS.rows(connection, {})


def served_queues(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, queue) of agents who do not serve every queue."""
    return _SERVED.rows(connection, {})


def held_items(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, interaction, channel, queue, parked at) of all exchanges that somebody holds."""
    return _HELD.rows(connection, {})


def open_cases(connection: Connection, at: datetime, tomorrow: datetime) -> list[tuple[Any, ...]]:
    """(department, keys of late cases, of those due before tomorrow, of those due later) by lead department."""
    return _CASES.rows(connection, {"at": at, "tomorrow": tomorrow})


def departments(connection: Connection) -> list[tuple[Any, ...]]:
    """(id, name, other name) of all organisations, by name."""
    return _DEPARTMENTS.rows(connection, {})


def machine_replies(connection: Connection, since: datetime) -> tuple[Any, ...]:
    """(interactions acknowledged, interactions answered) by the program itself since a moment, as keys."""
    return _MACHINE.rows(connection, {"since": since})[0]


def open_help(connection: Connection) -> list[tuple[Any, ...]]:
    """(request, agent, interaction, channel, at, who took it) of all who wait for help, longest first."""
    return _HELP.rows(connection, {})


def notices(connection: Connection, at: datetime) -> list[tuple[Any, ...]]:
    """(id, text, queue, since, until, by whom) of the notices in force, newest first."""
    return _NOTICES.rows(connection, {"at": at})


def agents_by_key(connection: Connection, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """The same of some accounts, also of those who have signed out since."""
    statement = (
        select(_account.c.id, _account.c.full_name, _account.c.role, _state.c.state, _state.c.reason, _state.c.since)
        .join_from(_state, _account, _account.c.id == _state.c.account_id)
        .where(_state.c.until.is_(None), _account.c.id.in_(keys))
        .order_by(_account.c.full_name, _account.c.id)
    )
    return [tuple(row) for row in connection.execute(statement)]


def exchange_rows(connection: Connection, keys: Sequence[int]) -> list[Any]:
    """What a list of exchanges shows, by key."""
    statement = (
        select(
            _interaction.c.id,
            _interaction.c.channel,
            _interaction.c.state,
            _interaction.c.end_reason,
            _interaction.c.happened_at,
            _interaction.c.answered_at,
            _interaction.c.problem,
            _entry.c.id.label("entry_id"),
            _entry.c.state.label("queue_state"),
            _entry.c.harm,
            _entry.c.waiting_since,
            _entry.c.queued_as_of,
            _queue.c.name.label("queue"),
            _account.c.full_name.label("agent"),
        )
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
        .join(_queue, _queue.c.id == func.coalesce(_entry.c.queue_id, _interaction.c.queue_id), isouter=True)
        .join(_account, _account.c.id == _interaction.c.agent_id, isouter=True)
    )
    return [
        row
        for part in _parts(keys)
        for row in connection.execute(statement.where(_interaction.c.id.in_(part)).order_by(_interaction.c.id))
    ]


def case_rows(connection: Connection, keys: Sequence[int]) -> list[Any]:
    """What a list of cases shows."""
    statement = (
        select(
            _case.c.id,
            _case.c.number,
            _case.c.harm,
            _case.c.confidentiality,
            _case.c.opened_at,
            _case.c.due_at,
            _case.c.closed_at,
            _service.c.name.label("service"),
            _organisation.c.name.label("department"),
        )
        .join_from(_case, _service, _service.c.id == _case.c.service_id)
        .join(_organisation, _organisation.c.id == _case.c.organisation_id)
    )
    return [
        row
        for part in _parts(keys)
        for row in connection.execute(statement.where(_case.c.id.in_(part)).order_by(_case.c.id))
    ]


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[first : first + _KEYS_AT_ONCE]

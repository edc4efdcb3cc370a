"""The board's statements: a handful of reads over what is open now and what ended today, never over the past.

A figure is read as the keys of its rows, one string for each group, so that a figure and its rows cannot differ.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, func, or_, select

from grm_console.domain.text_rules import ACKNOWLEDGEMENT, MENU, NOTED
from grm_console.domain.words import AgentState, CaseState, Channel, InteractionState, QueueState
from grm_console.store.counted import Keys
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.queue import DUE
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
)
from grm_console.store.tables.columns import INSTANT, table_of

_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_interaction = table_of(Interaction)
_account = table_of(Account)
_state = table_of(AgentStateLog)
_served = table_of(AgentQueue)
_case = table_of(CaseFile)
_organisation = table_of(Organisation)
_outbox = table_of(Outbox)
_help = table_of(HelpRequest)
_notice = table_of(Notice)

_EVER = datetime.max.replace(tzinfo=UTC)
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
        _queue.c.text_target_seconds,
    ).order_by(_queue.c.id)
)
_WAITING = Prepared(
    select(
        _entry.c.queue_id,
        _voice,
        Keys(_interaction.c.id),
        Keys(_interaction.c.id).filter(_interaction.c.problem != ""),
        func.min(_entry.c.waiting_since, type_=INSTANT),
        func.min(_entry.c.queued_as_of, type_=INSTANT),
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(_entry.c.state == fixed(QueueState.WAITING), DUE)
    .group_by(_entry.c.queue_id, _voice)
)

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
    .where(
        _state.c.until.is_(None),
        or_(
            _state.c.state != fixed(AgentState.SIGNED_OUT),
            _account.c.id.in_(select(_interaction.c.agent_id).where(_held)),
        ),
    )
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


def _open_cases(*due: ColumnElement[bool]) -> ScalarSelect[str]:
    """The keys of a department's open cases, each part a stretch of the index of due dates."""
    mine = (_case.c.state == fixed(CaseState.OPEN), _case.c.organisation_id == _organisation.c.id)
    return select(Keys(_case.c.id)).where(*mine, *due).correlate(_organisation).scalar_subquery()


_CASES = Prepared(
    select(
        _organisation.c.id,
        _organisation.c.name,
        _organisation.c.other_name,
        _open_cases(_case.c.due_at < bindparam("at")),
        _open_cases(_case.c.due_at >= bindparam("at"), _case.c.due_at < bindparam("tomorrow")),
        _open_cases(_case.c.due_at >= bindparam("tomorrow")),
    ).order_by(_organisation.c.name, _organisation.c.id)
)
_acknowledgement = or_(_outbox.c.rule == ACKNOWLEDGEMENT, _outbox.c.rule == NOTED, _outbox.c.rule == MENU)
_MACHINE = Prepared(
    select(
        Keys(_outbox.c.interaction_id).filter(_acknowledgement),
        Keys(_outbox.c.interaction_id).filter(~_acknowledgement),
    ).where(
        _outbox.c.kind == "text",
        _outbox.c.decided_at >= bindparam("since"),
        _outbox.c.rule != "",
        _outbox.c.answered_sid != "",
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


def waiting(connection: Connection, at: datetime = _EVER) -> list[tuple[Any, ...]]:
    """(queue, voice, keys, unreadable keys, longest waiting since, longest queued as of) by queue and door.

    What is due at a moment, as `queue.waiting_items`; all without one.
    """
    return _WAITING.rows(connection, {"at": at})


def agents(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, full name, role, state, reason, since) by name: who is on shift, and who left something behind."""
    return _AGENTS.rows(connection, {})


def served_queues(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, queue) of agents who do not serve every queue."""
    return _SERVED.rows(connection, {})


def held_items(connection: Connection) -> list[tuple[Any, ...]]:
    """(account, interaction, channel, queue, parked at) of all exchanges that somebody holds."""
    return _HELD.rows(connection, {})


def open_cases(connection: Connection, at: datetime, tomorrow: datetime) -> list[tuple[Any, ...]]:
    """(id, name, other name, keys of late cases, of those due before tomorrow, of those due later), by name.

    Of every organisation, also of those without an open case.
    """
    return _CASES.rows(connection, {"at": at, "tomorrow": tomorrow})


def machine_replies(connection: Connection, since: datetime) -> tuple[Any, ...]:
    """(interactions acknowledged, interactions answered) by the program itself since a moment, as keys."""
    return _MACHINE.rows(connection, {"since": since})[0]


def open_help(connection: Connection) -> list[tuple[Any, ...]]:
    """(request, agent, interaction, channel, at, who took it) of all who wait for help, longest first."""
    return _HELP.rows(connection, {})


def notices(connection: Connection, at: datetime) -> list[tuple[Any, ...]]:
    """(id, text, queue, since, until, by whom) of the notices in force, newest first."""
    return _NOTICES.rows(connection, {"at": at})

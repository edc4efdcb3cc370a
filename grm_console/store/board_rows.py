"""The rows behind the board's figures, found by their keys: what they were counted as may be over meanwhile."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select

from grm_console.store.tables import (
    Account,
    AgentStateLog,
    CaseFile,
    Interaction,
    Organisation,
    Queue,
    QueueEntry,
    Service,
)
from grm_console.store.tables.columns import table_of

_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_interaction = table_of(Interaction)
_account = table_of(Account)
_state = table_of(AgentStateLog)
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)

_KEYS_AT_ONCE = 500


def agents_by_key(connection: Connection, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """(account, full name, role, state, reason, since) of some accounts by name, whatever they do by now."""
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
            _interaction.c.parked_at,
            _entry.c.id.label("entry_id"),
            _entry.c.state.label("queue_state"),
            _entry.c.harm,
            _entry.c.waiting_since,
            _entry.c.queued_as_of,
            _queue.c.name.label("queue"),
            _account.c.full_name.label("agent"),
            _state.c.state.label("agent_state"),
        )
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
        .join(_queue, _queue.c.id == func.coalesce(_entry.c.queue_id, _interaction.c.queue_id), isouter=True)
        .join(_account, _account.c.id == _interaction.c.agent_id, isouter=True)
        .join(_state, and_(_state.c.account_id == _interaction.c.agent_id, _state.c.until.is_(None)), isouter=True)
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

"""Texts that wait for a person: taken out of the queue by a machine's answer, put back when it did not help."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from grm_console.domain.words import EndReason, EntryKind, InteractionState, QueueState
from grm_console.store.prepared import fixed
from grm_console.store.tables import Interaction, QueueEntry, TimelineEntry
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_timeline = table_of(TimelineEntry)


def untouched(connection: Connection, interaction_id: int) -> bool:
    """Whether a text waits and nobody has taken it; it stays so until the commit."""
    statement = (
        select(_interaction.c.state, _entry.c.state.label("place"))
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
        .where(_interaction.c.id == interaction_id)
        .with_for_update(of=_interaction)
    )
    row = connection.execute(statement).one_or_none()
    return row is not None and row.state == InteractionState.WAITING and row.place in (None, QueueState.WAITING)


def leave(connection: Connection, interaction_id: int, follows_id: int | None = None) -> bool:
    """Let a text be done without a person, as if it had never waited; False if somebody has it, or had."""
    if not untouched(connection, interaction_id):
        return False
    connection.execute(
        delete(_entry).where(_entry.c.interaction_id == interaction_id, _entry.c.state == fixed(QueueState.WAITING))
    )
    done: dict[str, Any] = {"state": InteractionState.DONE.value, "end_reason": EndReason.HANDLED.value}
    if follows_id is not None:
        done |= {"follows_id": follows_id}
    _change(connection, interaction_id, done, EndReason.HANDLED.value)
    return True


def offer_from(connection: Connection, interaction_id: int, moment: datetime | None) -> bool:
    """Let a waiting text be offered from a moment on, None for at once; False if it does not wait any more."""
    offered = connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _entry.c.state == fixed(QueueState.WAITING))
        .values(not_before=moment)
    )
    return offered.rowcount > 0


def wait_again(connection: Connection, interaction_id: int) -> Any | None:
    """Let a text that a machine had settled wait for a person; gives (queue_id, channel), None if a person had it.

    The caller gives it a place in the queue.
    """
    statement = (
        select(_interaction.c.queue_id, _interaction.c.channel)
        .where(
            _interaction.c.id == interaction_id,
            _interaction.c.state == fixed(InteractionState.DONE),
            _interaction.c.agent_id.is_(None),
            _interaction.c.queue_id.is_not(None),
            ~select(_entry.c.id).where(_entry.c.interaction_id == _interaction.c.id).exists(),
        )
        .with_for_update(of=_interaction)
    )
    row = connection.execute(statement).one_or_none()
    if row is not None:
        waiting = InteractionState.WAITING.value
        _change(connection, interaction_id, {"state": waiting, "end_reason": None}, waiting)
    return row


def _change(connection: Connection, interaction_id: int, values: dict[str, Any], told: str) -> None:
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(values | {"version": _interaction.c.version + 1})
    )
    connection.execute(
        update(_timeline)
        .where(_timeline.c.kind == fixed(EntryKind.INTERACTION), _timeline.c.source_id == interaction_id)
        .values(state=told)
    )

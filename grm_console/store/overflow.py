"""Calls that are offered to the agents of another queue as well: where to, which are due, and the marking itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from grm_console.domain.words import Channel, Direction, QueueState
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import EmergencyCallback, Interaction, Queue, QueueEntry
from grm_console.store.tables.columns import table_of

_queue = table_of(Queue)
_other = _queue.alias("other")
_entry = table_of(QueueEntry)
_interaction = table_of(Interaction)
_emergency = table_of(EmergencyCallback)

_waits = _entry.c.state == fixed(QueueState.WAITING)
_on_the_line = and_(
    _interaction.c.channel == fixed(Channel.VOICE), _interaction.c.direction == fixed(Direction.INBOUND)
)


class OtherQueue(NamedTuple):
    """A queue that may help out."""

    id: int
    languages: str
    capacity: int


class Waiting(NamedTuple):
    """A call that has a queue to overflow to, and has not."""

    interaction_id: int
    language: str
    waiting_since: datetime
    languages: str
    """Of its own queue."""
    after_seconds: int
    other: OtherQueue


_OTHER = Prepared(
    select(_queue.c.id, _queue.c.languages, _queue.c.capacity).where(_queue.c.id == bindparam("queue"), _queue.c.active)
)
_CALLS_WAITING = Prepared(
    select(func.count())
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(
        _waits,
        _on_the_line,
        or_(_entry.c.queue_id == bindparam("queue"), _entry.c.overflow_queue_id == bindparam("queue")),
    )
)
_NOT_YET = Prepared(
    select(
        _interaction.c.id,
        _interaction.c.language,
        _entry.c.waiting_since,
        _queue.c.languages,
        _queue.c.overflow_after_seconds,
        _other.c.id,
        _other.c.languages,
        _other.c.capacity,
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .join(_queue, _queue.c.id == _entry.c.queue_id)
    .join(_other, _other.c.id == _queue.c.overflow_queue_id)
    .join(_emergency, _emergency.c.interaction_id == _entry.c.interaction_id, isouter=True)
    .where(
        _waits,
        _on_the_line,
        _entry.c.overflow_queue_id.is_(None),
        _queue.c.overflow_after_seconds > 0,
        _other.c.active,
        _emergency.c.interaction_id.is_(None),
    )
)


def other_queue(connection: Connection, queue_id: int) -> OtherQueue | None:
    """A queue by its key; None if it is not in use."""
    row = _OTHER.first(connection, {"queue": queue_id})
    return None if row is None else OtherQueue(*row)


def calls_waiting(connection: Connection, queue_id: int) -> int:
    """Callers on the line who wait in a queue, or are offered to its agents."""
    return int(_CALLS_WAITING.rows(connection, {"queue": queue_id})[0][0])


def not_yet(connection: Connection) -> list[Waiting]:
    """The waiting calls whose queue overflows after a time, and that have not overflowed."""
    return [
        Waiting(key, language, since, languages, after, OtherQueue(*other))
        for key, language, since, languages, after, *other in _NOT_YET.rows(connection, {})
    ]


def offer(connection: Connection, interaction_id: int, at: datetime) -> int | None:
    """Offer a waiting call to the agents of the queue its own overflows to; gives that queue.

    None if it does not wait any more, is offered there already, or there is no such queue.
    """
    statement = (
        select(_queue.c.overflow_queue_id)
        .join_from(_entry, _queue, _queue.c.id == _entry.c.queue_id)
        .where(_entry.c.interaction_id == interaction_id, _waits, _entry.c.overflow_queue_id.is_(None))
    )
    other: int | None = connection.execute(statement).scalar_one_or_none()
    if other is not None:
        mine = _entry.c.interaction_id == interaction_id
        connection.execute(update(_entry).where(mine).values(overflow_queue_id=other, overflowed_at=at))
    return other


def languages_elsewhere(connection: Connection, interaction_id: int) -> str | None:
    """The languages of the other queue whose agents a call is offered to; None if it is offered to no other."""
    statement = select(_queue.c.languages).join_from(_entry, _queue, _queue.c.id == _entry.c.overflow_queue_id)
    return connection.execute(statement.where(_entry.c.interaction_id == interaction_id)).scalar_one_or_none()


def withdraw(connection: Connection, interaction_id: int) -> None:
    """Let a call be offered in its own queue alone."""
    mine = _entry.c.interaction_id == interaction_id
    connection.execute(update(_entry).where(mine).values(overflow_queue_id=None, overflowed_at=None))


def settle(connection: Connection, wanted: Mapping[int, int | None]) -> set[int]:
    """Let queues overflow to others, by key; gives those where that changed."""
    known: dict[int, Any] = dict(connection.execute(select(_queue.c.id, _queue.c.overflow_queue_id)).all())
    changed = {queue for queue, other in wanted.items() if known[queue] != other}
    for queue in sorted(changed):
        connection.execute(update(_queue).where(_queue.c.id == queue).values(overflow_queue_id=wanted[queue]))
    return changed


def by_code(connection: Connection) -> dict[str, tuple[bool, str]]:
    """Of every queue whether it is in use, and the code of the queue it overflows to, or nothing."""
    statement = select(_queue.c.code, _queue.c.active, func.coalesce(_other.c.code, "")).join_from(
        _queue, _other, _other.c.id == _queue.c.overflow_queue_id, isouter=True
    )
    return {code: (active, other) for code, active, other in connection.execute(statement)}

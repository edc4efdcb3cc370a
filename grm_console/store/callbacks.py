"""Callbacks: who is to be called back, and the waiting exchange that stands for the next attempt.

Statements name the state as a word of their own, so that SQLite uses the partial index of the open ones.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, text, update

from grm_console.domain.call_legs import CALLER
from grm_console.domain.matching import Holder
from grm_console.domain.words import (
    CallbackReason,
    CallbackState,
    Direction,
    EndReason,
    Identification,
    InteractionState,
    QueueState,
)
from grm_console.store.contacts import LIVING, longest
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    Callback,
    CallLeg,
    Contact,
    ContactPoint,
    FollowUp,
    Interaction,
    PointHolder,
    Queue,
    QueueEntry,
    QueueLine,
    TimelineEntry,
)
from grm_console.store.tables.columns import table_of

_callback = table_of(Callback)
_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_line = table_of(QueueLine)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_contact = table_of(Contact)
_leg = table_of(CallLeg)
_follow_up = table_of(FollowUp)
_timeline = table_of(TimelineEntry)
_later = _interaction.alias("later")

_ADD = InsertOnce(_callback, [_callback.c.contact_point_id, _callback.c.queue_id], where=text("state = 'open'"))
_is_open = _callback.c.state == fixed(CallbackState.OPEN)
_waits = _entry.c.state == fixed(QueueState.WAITING)
_POINT = Prepared(
    select(
        _point.c.kind,
        _point.c.address,
        exists().where(_line.c.line == _point.c.address),
        LIVING,
        _holder.c.certainty,
        _holder.c.until,
    )
    .join_from(_point, _holder, _holder.c.contact_point_id == _point.c.id, isouter=True)
    .join(_contact, _contact.c.id == _holder.c.contact_id, isouter=True)
    .where(_point.c.id == bindparam("point"))
)
# Asked every few seconds: each goes by the partial index of what is open, and is not ordered by the key, for which
# SQLite would read the whole past.
_OVERDUE = Prepared(
    select(_callback.c.interaction_id)
    .join_from(_callback, _interaction, _interaction.c.id == _callback.c.interaction_id)
    .where(
        _is_open,
        _callback.c.window_to < bindparam("before"),
        _interaction.c.state.in_([fixed(InteractionState.WAITING), fixed(InteractionState.DONE)]),
    )
)
_DUE = Prepared(
    select(_entry.c.interaction_id)
    .where(_waits, _entry.c.not_before > bindparam("after"), _entry.c.not_before <= bindparam("until"))
    .order_by(_entry.c.queued_as_of, _entry.c.id)
)


def talked_after(point: Any, moment: Any) -> Any:
    """Whether there was a talk with whoever uses a contact point after a moment: answered, or reached by us.

    An answering machine is nobody.
    """
    inbound = _later.c.direction == fixed(Direction.INBOUND)
    machine = exists().where(
        _leg.c.interaction_id == _later.c.id,
        _leg.c.number == CALLER,
        or_(_leg.c.answered_by.startswith("machine"), _leg.c.answered_by == "fax"),
        ~_leg.c.person,
    )
    return exists().where(
        _later.c.contact_point_id == point,
        or_(and_(inbound, _later.c.answered_at > moment), and_(~inbound, _later.c.connected_at > moment, ~machine)),
    )


def add(connection: Connection, values: dict[str, Any]) -> int | None:
    """Add a callback whole; None if one is open for the number and queue already."""
    return _ADD(connection, values)


def open_for(connection: Connection, contact_point_id: int, queue_id: int) -> int | None:
    """The waiting exchange of the callback that is open for a number and queue, or None."""
    statement = select(_callback.c.interaction_id).where(
        _callback.c.contact_point_id == contact_point_id, _callback.c.queue_id == queue_id, _is_open
    )
    return connection.execute(statement).scalar_one_or_none()


def of_interaction(connection: Connection, interaction_id: int) -> Any | None:
    """The open callback that an exchange stands for, locked until the commit; None if it stands for none."""
    statement = select(_callback).where(_callback.c.interaction_id == interaction_id, _is_open)
    return connection.execute(statement.with_for_update()).one_or_none()


def any_of_interaction(connection: Connection, interaction_id: int) -> bool:
    """Whether an exchange stands for a callback, whatever became of it."""
    statement = select(_callback.c.id).where(_callback.c.interaction_id == interaction_id)
    return connection.execute(statement).first() is not None


def take_up_again(connection: Connection, interaction_id: int) -> bool:
    """A callback that counted as done by this exchange is open again, its attempt not counted yet.

    False, and nothing is changed, if it does not count as done, or another one is open for the number and queue.
    """
    other = _callback.alias("other")
    another = exists().where(
        other.c.contact_point_id == _callback.c.contact_point_id,
        other.c.queue_id == _callback.c.queue_id,
        other.c.state == fixed(CallbackState.OPEN),
    )
    result = connection.execute(
        update(_callback)
        .where(_callback.c.interaction_id == interaction_id, _callback.c.state == fixed(CallbackState.DONE), ~another)
        .values(state=CallbackState.OPEN.value, settled_at=None, attempts=_callback.c.attempts - 1)
    )
    return result.rowcount == 1


def dropped_since(connection: Connection, contact_point_id: int, since: datetime) -> bool:
    """Whether a number was given a callback for a dropped call since a moment, whatever became of it."""
    asked = select(_interaction.c.id).where(_interaction.c.contact_point_id == contact_point_id)
    statement = select(_callback.c.id).where(
        _callback.c.asked_in_id.in_(asked),
        _callback.c.reason == CallbackReason.DROPPED.value,
        _callback.c.asked_at >= since,
    )
    return connection.execute(statement.limit(1)).first() is not None


class PointRow(NamedTuple):
    """A contact point as far as it is asked whether it can be called."""

    kind: str
    address: str
    own: bool
    """Whether it is a line of ours."""
    holders: list[Holder]
    """Who uses or used it, as `contacts.holders_of` tells."""


def point_row(connection: Connection, contact_point_id: int) -> PointRow | None:
    """A contact point, or None."""
    rows = _POINT.rows(connection, {"point": contact_point_id})
    if not rows:
        return None
    kind, address, own = rows[0][:3]
    return PointRow(kind, address, bool(own), longest(row[3:] for row in rows if row[3] is not None))


def exchange_row(connection: Connection, interaction_id: int) -> Any | None:
    """What a callback takes over from an exchange and its wait; whether its line calls back who was dropped."""
    statement = (
        select(
            _interaction.c.id,
            _interaction.c.contact_point_id,
            _interaction.c.contact_id,
            _interaction.c.identified,
            _interaction.c.queue_id,
            _interaction.c.line,
            _interaction.c.language,
            _interaction.c.end_reason,
            _interaction.c.connected_at,
            _entry.c.state.label("queue_state"),
            _entry.c.harm,
            _entry.c.waiting_since,
            _queue.c.callback_dropped,
        )
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
        .join(_queue, _queue.c.id == _interaction.c.queue_id, isouter=True)
        .where(_interaction.c.id == interaction_id)
    )
    return connection.execute(statement).one_or_none()


def set_identified(connection: Connection, interaction_id: int, identified: Identification) -> None:
    """How sure it is who is called: no surer than of whoever asked for it."""
    connection.execute(
        update(_interaction).where(_interaction.c.id == interaction_id).values(identified=identified.value)
    )


def try_again(connection: Connection, callback_id: int, interaction_id: int, attempts: int, at: datetime) -> None:
    """An attempt reached nobody; another exchange stands for the next one."""
    connection.execute(
        update(_callback)
        .where(_callback.c.id == callback_id)
        .values(interaction_id=interaction_id, attempts=attempts, last_attempt_at=at)
    )


def settle(
    connection: Connection, callback_id: int, state: CallbackState, at: datetime, attempts: int | None = None
) -> None:
    """What became of a callback; `attempts` only where another one was made."""
    tried = {} if attempts is None else {"attempts": attempts, "last_attempt_at": at}
    connection.execute(
        update(_callback).where(_callback.c.id == callback_id).values(state=state.value, settled_at=at, **tried)
    )


def close_waiting(connection: Connection, interaction_id: int, reason: EndReason, at: datetime) -> bool:
    """End an exchange that waits and leave its queue; False if it does not wait any more, then nothing is changed."""
    left = connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _waits)
        .values(state=QueueState.LEFT.value, left_at=at, left_reason=reason.value)
    )
    if left.rowcount != 1:
        return False
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(
            state=InteractionState.DONE.value,
            end_reason=reason.value,
            ended_at=at,
            version=_interaction.c.version + 1,
        )
    )
    connection.execute(
        update(_timeline)
        .where(_timeline.c.kind == "interaction", _timeline.c.source_id == interaction_id)
        .values(state=reason.value)
    )
    return True


def overdue(connection: Connection, before: datetime) -> list[int]:
    """The exchanges of open callbacks whose window ended before a moment and that nobody works on, by key."""
    return sorted(row[0] for row in _OVERDUE.rows(connection, {"before": before}))


def due_between(connection: Connection, after: datetime, until: datetime) -> list[int]:
    """The waiting exchanges that are offered from a moment on that lies between two others."""
    return [row[0] for row in _DUE.rows(connection, {"after": after, "until": until})]


def listed(connection: Connection, missed_since: datetime) -> list[Any]:
    """All open callbacks, the next one first, then those missed since a moment that nobody has seen to."""
    statement = (
        select(
            _callback,
            _interaction.c.language,
            _point.c.address,
            _queue.c.name.label("queue"),
            _entry.c.not_before,
            _entry.c.state.label("queue_state"),
            _entry.c.waiting_since,
        )
        .join_from(_callback, _interaction, _interaction.c.id == _callback.c.interaction_id)
        .join(_point, _point.c.id == _callback.c.contact_point_id)
        .join(_queue, _queue.c.id == _callback.c.queue_id)
        .join(_entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
    )
    missed = statement.where(
        _callback.c.state == fixed(CallbackState.MISSED),
        _callback.c.settled_at >= missed_since,
        ~exists().where(_follow_up.c.interaction_id == _callback.c.interaction_id),
        ~talked_after(_callback.c.contact_point_id, _callback.c.settled_at),
    )
    waiting = connection.execute(statement.where(_is_open)).all()
    return [
        *sorted(waiting, key=lambda row: (row.not_before or row.waiting_since or row.window_from, row.id)),
        *connection.execute(missed.order_by(_callback.c.settled_at.desc(), _callback.c.id.desc())),
    ]

"""What decides the next step of a caller's way: the call, its queue and place, and how fast its queue is served."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select

from grm_console.domain.call_legs import CALLER
from grm_console.domain.inbound import EventKind
from grm_console.domain.words import CallbackState, Channel, Direction, QueueState
from grm_console.store.exchange_sids import HAS_SID, LEG_HAS_SID
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    Callback,
    CallLeg,
    EmergencyCallback,
    InboundEventRow,
    Interaction,
    Queue,
    QueueEntry,
    SpokenText,
)
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_queue = table_of(Queue)
_entry = table_of(QueueEntry)
_event = table_of(InboundEventRow)
_leg = table_of(CallLeg)
_callback = table_of(Callback)
_emergency = table_of(EmergencyCallback)
_spoken = table_of(SpokenText)


class CallerRow(NamedTuple):
    """A call with its queue and its place; what a call without one lacks is None."""

    interaction_id: int
    thread: str
    """The provider id that the call's conference and legs are named after."""
    direction: str
    state: str
    end_reason: str | None
    language: str
    contact_point_id: int | None
    line: str
    queue_id: int | None
    queue_code: str | None
    languages: str | None
    capacity: int | None
    longest_wait_seconds: int | None
    records: bool | None
    music: str | None
    overflow_queue_id: int | None
    """Whose agents may be offered its calls as well."""
    entry_id: int | None
    entry_state: str | None
    harm: int | None
    waiting_since: datetime | None
    queued_as_of: datetime | None
    overflowed_to: int | None
    """The queue whose agents it is offered to as well."""
    emergency: int | None
    """The emergency that its service calls back about."""
    own_words: bool
    """Whether words of ours replace any sentence for its queue: on most desks nothing is to be read then."""


class Place(NamedTuple):
    """Where a call stands among those that wait in its queue."""

    before: int
    """Items that are served before it."""
    calls_before: int
    """Callers on the line among them."""
    waiting: int
    """All items that wait, the call itself too."""


_COLUMNS = (
    _interaction.c.id,
    _interaction.c.sid,
    _interaction.c.direction,
    _interaction.c.state,
    _interaction.c.end_reason,
    _interaction.c.language,
    _interaction.c.contact_point_id,
    _interaction.c.line,
    _queue.c.id,
    _queue.c.code,
    _queue.c.languages,
    _queue.c.capacity,
    _queue.c.longest_wait_seconds,
    _queue.c.records,
    _queue.c.music,
    _queue.c.overflow_queue_id,
    _entry.c.id,
    _entry.c.state,
    _entry.c.harm,
    _entry.c.waiting_since,
    _entry.c.queued_as_of,
    _entry.c.overflow_queue_id,
    _emergency.c.emergency_call_id,
    exists().where(_spoken.c.words != "", or_(_spoken.c.queue == "", _spoken.c.queue == _queue.c.code)),
)
_CALLS = (
    select(*_COLUMNS)
    .join_from(_interaction, _queue, _queue.c.id == _interaction.c.queue_id, isouter=True)
    .join(_entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
    .join(_emergency, _emergency.c.interaction_id == _interaction.c.id, isouter=True)
)
_BY_SID = Prepared(
    _CALLS.where(_interaction.c.provider == bindparam("provider"), _interaction.c.sid == bindparam("sid"), HAS_SID)
)
# A citizen whom we rang has no other mark than their leg, which may have left the conference to wait again.
_BY_LEG = Prepared(
    _CALLS.join(_leg, _leg.c.interaction_id == _interaction.c.id).where(
        _leg.c.outcome == "",
        _leg.c.number == CALLER,
        _leg.c.sid == bindparam("sid"),
        LEG_HAS_SID,
    )
)
_before = or_(
    _entry.c.harm > bindparam("harm"),
    and_(
        _entry.c.harm == bindparam("harm"),
        or_(
            _entry.c.queued_as_of < bindparam("queued_as_of"),
            and_(_entry.c.queued_as_of == bindparam("queued_as_of"), _entry.c.id < bindparam("entry")),
        ),
    ),
)
"""The items that queue.SERVING_ORDER puts before a place; a test holds the two equal."""
_on_the_line = and_(
    _interaction.c.channel == fixed(Channel.VOICE), _interaction.c.direction == fixed(Direction.INBOUND)
)
_PLACE = Prepared(
    select(
        func.coalesce(func.sum(case((_before, 1), else_=0)), 0),
        func.coalesce(func.sum(case((and_(_before, _on_the_line), 1), else_=0)), 0),
        func.count(),
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(
        _entry.c.state == fixed(QueueState.WAITING),
        or_(_entry.c.queue_id == bindparam("queue"), _entry.c.overflow_queue_id == bindparam("queue")),
        or_(_entry.c.not_before.is_(None), _entry.c.not_before <= bindparam("now")),
    )
)
_LATEST_WAITS = Prepared(
    select(_entry.c.waiting_since, _interaction.c.answered_at)
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(
        _entry.c.left_at >= bindparam("since"),
        _entry.c.queue_id == bindparam("queue"),
        _interaction.c.answered_at.is_not(None),
        _on_the_line,
    )
    .order_by(_entry.c.left_at.desc(), _entry.c.id.desc())
    .limit(bindparam("limit"))
)
_PRESSED = Prepared(
    select(_event.c.text)
    .where(
        _event.c.provider == bindparam("provider"),
        _event.c.thread_sid == bindparam("sid"),
        _event.c.kind == EventKind.CALL_KEY.value,
        _event.c.state == bindparam("question"),
    )
    .order_by(_event.c.id.desc())
    .limit(1)
)
_OPEN_CALLBACK = Prepared(
    select(_callback.c.id).where(
        _callback.c.contact_point_id == bindparam("point"),
        _callback.c.queue_id == bindparam("queue"),
        _callback.c.state == fixed(CallbackState.OPEN),
    )
)


def caller(connection: Connection, provider: str, sid: str) -> CallerRow | None:
    """The call that a citizen's telephone is in, by its own provider id: one that came, or one we made; or None."""
    row = _BY_SID.first(connection, {"provider": provider, "sid": sid}) or _BY_LEG.first(connection, {"sid": sid})
    return None if row is None else CallerRow(*row)


def place(connection: Connection, row: CallerRow, now: datetime) -> Place | None:
    """A call's place in its queue; None if it does not wait. Callbacks whose time has not come do not count."""
    if row.entry_state != QueueState.WAITING.value:
        return None
    found = _PLACE.rows(
        connection,
        {
            "queue": row.queue_id,
            "harm": row.harm,
            "queued_as_of": row.queued_as_of,
            "entry": row.entry_id,
            "now": now,
        },
    )[0]
    return Place(*(int(count) for count in found))


def latest_waits(connection: Connection, queue_id: int, since: datetime, limit: int) -> list[float]:
    """How many seconds the latest answered callers of a queue waited whose exchange ended since a moment."""
    rows: list[tuple[Any, ...]] = _LATEST_WAITS.rows(connection, {"queue": queue_id, "since": since, "limit": limit})
    return [(answered - began).total_seconds() for began, answered in rows]


def pressed(connection: Connection, provider: str, thread: str, question: str) -> str:
    """The keys a caller answered a question with last; empty if none."""
    row = _PRESSED.first(connection, {"provider": provider, "sid": thread, "question": question})
    return "" if row is None else str(row[0])


def has_open_callback(connection: Connection, contact_point_id: int, queue_id: int) -> bool:
    """Whether somebody is to be called back already."""
    return _OPEN_CALLBACK.first(connection, {"point": contact_point_id, "queue": queue_id}) is not None

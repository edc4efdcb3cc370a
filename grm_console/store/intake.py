"""The statements of intake: what one event from outside writes, each compiled once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, select, text, update

from grm_console.domain.addresses import Address
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import Channel, Direction, EntryKind
from grm_console.store import call_legs
from grm_console.store.exchange_sids import HAS_SID
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import Prepared, ask_together
from grm_console.store.store import Write
from grm_console.store.tables import (
    ContactPoint,
    InboundEventRow,
    Interaction,
    PointConsent,
    QueueEntry,
    QueueLine,
    Recording,
    TimelineEntry,
)
from grm_console.store.tables.columns import table_of

_event = table_of(InboundEventRow)
_interaction = table_of(Interaction)
_point = table_of(ContactPoint)
_entry = table_of(QueueEntry)
_line = table_of(QueueLine)
_timeline = table_of(TimelineEntry)
_consent = table_of(PointConsent)
_recording = table_of(Recording)


_ADD_EVENT = InsertOnce(_event, [_event.c.provider, _event.c.sid, _event.c.kind, _event.c.discriminator])
_ADD_POINT = InsertOnce(_point, [_point.c.kind, _point.c.address])
_ADD_INTERACTION = InsertOnce(_interaction, [_interaction.c.provider, _interaction.c.sid], where=text("sid <> ''"))
_ADD_ENTRY = InsertOnce(_entry, [_entry.c.interaction_id], later=("overflow_queue_id", "overflowed_at"))
_ADD_TIMELINE = InsertOnce(_timeline, [_timeline.c.kind, _timeline.c.source_id], later=("voicemail_seconds",))
_ADD_CONSENT = InsertOnce(_consent, [_consent.c.provider, _consent.c.sid])

_FIND_POINT = Prepared(
    select(_point.c.id).where(_point.c.kind == bindparam("kind"), _point.c.address == bindparam("address"))
)
_LOCK_INTERACTION = Prepared(
    select(
        _interaction.c.id,
        _interaction.c.state,
        _interaction.c.agent_id,
        _interaction.c.contact_point_id,
        _interaction.c.contact_id,
        _interaction.c.identified,
        _interaction.c.queue_id,
        _interaction.c.wrapped_up_at,
        _interaction.c.ended_at,
        _interaction.c.language,
        select(_entry.c.moved_at).where(_entry.c.interaction_id == _interaction.c.id).scalar_subquery(),
        exists().where(_recording.c.interaction_id.is_(None)),
    )
    .where(_interaction.c.provider == bindparam("provider"), _interaction.c.sid == bindparam("sid"), HAS_SID)
    .with_for_update()
)
_THREAD_EVENTS = Prepared(
    select(
        _event.c.kind,
        _event.c.sid,
        _event.c.thread_sid,
        _event.c.channel,
        _event.c.direction,
        _event.c.sender,
        _event.c.recipient,
        _event.c.state,
        _event.c.sequence,
        _event.c.happened_at,
        _event.c.received_at,
        _event.c.text,
        _event.c.duration,
        _event.c.error,
        _event.c.media,
    ).where(
        _event.c.provider == bindparam("provider"),
        _event.c.thread_sid == bindparam("sid"),
        _event.c.kind != EventKind.TEXT_STATUS.value,
    )
)
_SETTLE_INTERACTION = Prepared(
    update(_interaction)
    .where(_interaction.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "channel",
                "direction",
                "state",
                "provider_state",
                "sender",
                "line",
                "contact_point_id",
                "contact_id",
                "identified",
                "queue_id",
                "language",
                "happened_at",
                "connected_at",
                "ended_at",
                "duration",
                "end_reason",
                "text",
                "attachments",
                "problem",
            )
        }
    )
)
_SETTLE_ENTRY = Prepared(
    update(_entry)
    .where(_entry.c.interaction_id == bindparam("key"))
    .values(
        queue_id=bindparam("queue_id"),
        waiting_since=bindparam("waiting_since"),
        queued_as_of=bindparam("queued_as_of"),
    )
)
_LEAVE_ENTRY = Prepared(
    update(_entry)
    .where(_entry.c.interaction_id == bindparam("key"))
    .values(state="left", left_at=bindparam("left_at"), left_reason=bindparam("left_reason"))
)
_SETTLE_TIMELINE = Prepared(
    update(_timeline)
    .where(and_(_timeline.c.kind == EntryKind.INTERACTION.value, _timeline.c.source_id == bindparam("key")))
    .values({name: bindparam(name) for name in ("contact_id", "at", "channel", "direction", "state", "summary")})
)
_SETTLE_REPLY = Prepared(
    update(_timeline)
    .where(and_(_timeline.c.kind == EntryKind.REPLY.value, _timeline.c.source_id == bindparam("key")))
    .values(state=bindparam("state"))
)


Found = tuple[Any, ...]
"""(id, state, agent, point, contact, identified, queue, wrapped up, ended, language, moved at) of a locked interaction.

At the end, for the sake of one question less: whether any recording waits for its call to be known.
"""


class Thread(NamedTuple):
    """What the store knows of the interaction of some events, these included."""

    fresh: list[bool]
    """Of each event, False if the very same was kept before."""
    found: Found | None
    events: list[SeenEvent]
    call: call_legs.Call


def add_event(connection: Connection, event: InboundEvent, received_at: datetime) -> bool:
    """Keep an event; False if it was kept before, then nothing is changed."""
    return _ADD_EVENT(connection, _event_values(event, received_at)) is not None


def add_to_thread(connection: Connection, added: Sequence[tuple[InboundEvent, datetime]]) -> Thread:
    """Keep events of one interaction, each with its moment, lock the interaction and read all about it at once."""
    event, _ = added[0]
    wanted = {"provider": event.provider, "sid": thread_of(event)}
    *kept, found, events, call = ask_together(
        connection,
        *(_ADD_EVENT.question(connection, _event_values(event, received_at)) for event, received_at in added),
        (_LOCK_INTERACTION, wanted),
        (_THREAD_EVENTS, wanted),
        (call_legs.CALL_OF_THREAD, wanted),
    )
    fresh = [bool(key) for key in kept]
    return Thread(fresh, found[0] if found else None, _as_seen(events), call_legs.read_call(call))


def locked_thread(connection: Connection, provider: str, sid: str) -> tuple[Found | None, list[SeenEvent]]:
    """An interaction, locked, and all its events in no particular order."""
    wanted = {"provider": provider, "sid": sid}
    found, events = ask_together(connection, (_LOCK_INTERACTION, wanted), (_THREAD_EVENTS, wanted))
    return found[0] if found else None, _as_seen(events)


def _event_values(event: InboundEvent, received_at: datetime) -> dict[str, Any]:
    return {
        "provider": event.provider,
        "sid": event.sid,
        "kind": event.kind.value,
        "discriminator": event.discriminator,
        "thread_sid": thread_of(event),
        "channel": event.channel.value,
        "direction": event.direction.value,
        "sender": event.sender,
        "recipient": event.recipient,
        "state": event.state,
        "sequence": event.sequence,
        "happened_at": event.happened_at,
        "received_at": received_at,
        "text": event.text,
        "duration": event.duration,
        "error": event.error,
        "opt_out": event.opt_out,
        "recovered": event.recovered,
        "media": [list(item) for item in event.media] if event.media else None,
        "account": event.account,
        "idempotency_token": event.idempotency_token,
        "fields": dict(event.fields),
        "raw": event.raw or None,
    }


def thread_of(event: InboundEvent) -> str:
    """The sid of the interaction an event belongs to."""
    return event.parent or event.sid


def seen(event: InboundEvent, received_at: datetime) -> SeenEvent:
    """A fresh event as the fold reads it, the same as if it came back from the store."""
    return SeenEvent(
        event.kind,
        event.sid,
        thread_of(event),
        event.channel,
        event.direction,
        event.sender,
        event.recipient,
        event.state,
        event.sequence,
        event.happened_at,
        received_at,
        event.text,
        event.duration,
        event.error,
        len(event.media),
    )


def _as_seen(rows: list[tuple[Any, ...]]) -> list[SeenEvent]:
    return [
        SeenEvent(
            kind=EventKind(kind),
            sid=sid,
            thread_sid=thread,
            channel=Channel(channel),
            direction=Direction(direction),
            sender=sender,
            recipient=recipient,
            state=state,
            sequence=sequence,
            happened_at=happened_at,
            received_at=received_at,
            text=text,
            duration=duration,
            error=error,
            attachments=len(media or ()),
        )
        for (
            kind,
            sid,
            thread,
            channel,
            direction,
            sender,
            recipient,
            state,
            sequence,
            happened_at,
            received_at,
            text,
            duration,
            error,
            media,
        ) in rows
    ]


def point_key(connection: Connection, address: Address) -> int:
    """The key of a contact point, made if it is new; never call it for a withheld number."""
    values = {"kind": address.kind.value, "address": address.address}
    found = _FIND_POINT.first(connection, values)
    return int(found[0]) if found is not None else add_point(connection, address)


def add_point(connection: Connection, address: Address) -> int:
    """The key of a contact point that was not there a moment ago."""
    values = {"kind": address.kind.value, "address": address.address}
    made = _ADD_POINT(connection, values)
    if made is not None:
        return made
    # Another writer was first: its row is visible now that our insert waited for its commit.
    row = _FIND_POINT.first(connection, values)
    assert row is not None
    return int(row[0])


def add_interaction(connection: Connection, values: dict[str, Any]) -> int | None:
    """Insert an interaction whole; None if its sid is there already."""
    return _ADD_INTERACTION(connection, values)


def settle_interaction(connection: Connection, key: int, values: dict[str, Any]) -> None:
    """Write what the fold says over what it said before."""
    _SETTLE_INTERACTION.run(connection, values | {"key": key})


def first_line(connection: Connection, queue_id: int | None) -> str:
    """A number of ours that a called citizen sees: the queue's first, else the first of all; empty without any."""
    other_queue = case((_line.c.queue_id == queue_id, 0), else_=1)
    statement = select(_line.c.line).order_by(other_queue, _line.c.line).limit(1)
    return connection.execute(statement).scalar_one_or_none() or ""


def add_queue_entry(connection: Connection, values: dict[str, Any]) -> None:
    """Put an interaction into a queue, if it is in none."""
    _ADD_ENTRY.quietly(connection, values)


def enter_queue(connection: Connection, values: dict[str, Any]) -> bool:
    """The same; False if it is in one already."""
    return _ADD_ENTRY(connection, values) is not None


def put_off_queue_entry(write: Write, values: dict[str, Any]) -> None:
    """Put an interaction into a queue, with others at once."""
    _ADD_ENTRY.put_off(write, values)


def settle_queue_entry(
    connection: Connection, interaction_id: int, queue_id: int, waiting_since: datetime, queued_as_of: datetime
) -> None:
    """Correct an entry's place after an earlier event came late."""
    _SETTLE_ENTRY.run(
        connection,
        {
            "key": interaction_id,
            "queue_id": queue_id,
            "waiting_since": waiting_since,
            "queued_as_of": queued_as_of,
        },
    )


def leave_queue(connection: Connection, interaction_id: int, at: datetime, reason: str) -> None:
    """Take an item out of its queue, or correct when and why it left."""
    _LEAVE_ENTRY.run(connection, {"key": interaction_id, "left_at": at, "left_reason": reason})


def add_timeline_entry(connection: Connection, values: dict[str, Any]) -> None:
    """Add a line to a history, unless its source has one."""
    _ADD_TIMELINE.quietly(connection, values)


def put_off_timeline_entry(write: Write, values: dict[str, Any]) -> None:
    """Add a line to a history, with others at once."""
    _ADD_TIMELINE.put_off(write, values)


def settle_timeline_entry(connection: Connection, interaction_id: int, values: dict[str, Any]) -> None:
    """Write an interaction's line anew."""
    _SETTLE_TIMELINE.run(connection, values | {"key": interaction_id})


def settle_reply_entry(connection: Connection, outbox_id: int, state: str) -> None:
    """Write what became of a text we sent into its line."""
    _SETTLE_REPLY.run(connection, {"key": outbox_id, "state": state})


def add_consent(connection: Connection, values: dict[str, Any]) -> None:
    """Log an opt-out word of a contact point once."""
    _ADD_CONSENT.quietly(connection, values)

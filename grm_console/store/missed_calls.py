"""Calls in which nobody was talked to and that nobody has seen to yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select

from grm_console.domain.words import Channel, Direction, EndReason, RecordingKind
from grm_console.store.callbacks import talked_after
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Callback, ContactPoint, FollowUp, Interaction, Queue, QueueEntry, Recording
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_point = table_of(ContactPoint)
_callback = table_of(Callback)
_follow_up = table_of(FollowUp)
_recording = table_of(Recording)

MISSED = (
    EndReason.ABANDONED,
    EndReason.SHORT_ABANDON,
    EndReason.CLOSED,
    EndReason.OVERFLOW,
    EndReason.VOICEMAIL,
    EndReason.FAILED,
)
"""How a call ends that nobody answered, but for blocked ones and those that became a callback."""

_LISTED = Prepared(
    select(
        _interaction.c.id,
        _interaction.c.contact_point_id,
        _point.c.address,
        _queue.c.name,
        _interaction.c.language,
        _entry.c.left_reason,
        _interaction.c.happened_at,
        _entry.c.waiting_since,
        _entry.c.left_at,
        exists().where(
            _recording.c.interaction_id == _interaction.c.id, _recording.c.kind == fixed(RecordingKind.VOICEMAIL)
        ),
    )
    # By the time of leaving, which has an index: the past is never read.
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .join(_queue, _queue.c.id == _entry.c.queue_id)
    .join(_point, _point.c.id == _interaction.c.contact_point_id, isouter=True)
    .where(
        _entry.c.left_at >= bindparam("since"),
        _entry.c.left_reason.in_([fixed(reason) for reason in MISSED]),
        _interaction.c.channel == fixed(Channel.VOICE),
        _interaction.c.direction == fixed(Direction.INBOUND),
        ~exists().where(_follow_up.c.interaction_id == _interaction.c.id),
        # What became a callback is followed there, whatever comes of it.
        ~exists().where(_callback.c.asked_in_id == _interaction.c.id),
        ~talked_after(_interaction.c.contact_point_id, _interaction.c.happened_at),
    )
    .order_by(_entry.c.left_at.desc(), _entry.c.id.desc())
    .limit(bindparam("limit"))
)


def listed(connection: Connection, since: datetime, limit: int) -> list[tuple[Any, ...]]:
    """(interaction, point, address, queue, language, reason, at, waiting since, left at, voicemail), newest first.

    Calls that ended since a moment. Nobody's who was talked to later, by us or by the citizen, is among them.
    """
    return _LISTED.rows(connection, {"since": since, "limit": limit})


def mark_seen_to(connection: Connection, interaction_id: int, account_id: int, at: datetime) -> bool:
    """Note that somebody has seen to an exchange; False if it is noted already, or there is no such exchange.

    The exchange is locked, so that two who mark it at once are one after the other.
    """
    there = select(_interaction.c.id).where(_interaction.c.id == interaction_id).with_for_update()
    known = select(_follow_up.c.at).where(_follow_up.c.interaction_id == interaction_id)
    if connection.execute(there).first() is None or connection.execute(known).first() is not None:
        return False
    connection.execute(insert(_follow_up).values(interaction_id=interaction_id, account_id=account_id, at=at))
    return True

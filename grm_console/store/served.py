"""How those were served whose wait ended: answered or given up, within their queue's target or after it.

The strip's service level and the board's figures come from the same statement, one counted and one as keys.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select

from grm_console.domain.service_level import Served
from grm_console.domain.words import Channel, Direction, EndReason, QueueState
from grm_console.store.counted import Keys, Within
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Interaction, Queue, QueueEntry
from grm_console.store.tables.columns import table_of

_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_interaction = table_of(Interaction)

_voice = _interaction.c.channel == fixed(Channel.VOICE)
_answered = _interaction.c.answered_at.is_not(None)
_over = case(
    (_voice, func.coalesce(_interaction.c.answered_at, _entry.c.left_at)),
    else_=func.coalesce(_entry.c.replied_at, _entry.c.left_at, _interaction.c.answered_at),
)
_GAVE_UP = or_(
    _entry.c.left_reason == fixed(EndReason.ABANDONED), _entry.c.left_reason == fixed(EndReason.SHORT_ABANDON)
)
_since = case((_voice, _entry.c.queued_as_of), else_=_entry.c.waiting_since)
_target = case((_voice, _queue.c.target_seconds), else_=_queue.c.text_target_seconds)
_in_target = Within(_over, _since, _target)
"""A call counts from its place to being answered; a text, which has a delay of its own, from coming to the first reply,
and as long as there is none to being taken."""


def _ended(by: tuple[ColumnElement[Any], ...], counted: ColumnElement[Any]) -> tuple[Prepared, Prepared]:
    """What has left since a moment, and what was answered since and is still held, in groups.

    Asked for apart, as the index of leaving finds either and no index finds both.
    """
    statement: Select[Any] = (
        select(*by, counted)
        .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
        .join(_queue, _queue.c.id == _entry.c.queue_id)
        .where(
            # A callback keeps the waiting-since of the call that asked: answering it is no late answer.
            _interaction.c.direction == fixed(Direction.INBOUND),
            or_(
                _interaction.c.answered_at >= bindparam("since"),
                and_(_interaction.c.answered_at.is_(None), _GAVE_UP),
            ),
        )
        .group_by(*by)
    )
    return (
        Prepared(statement.where(_entry.c.left_at >= bindparam("since"))),
        Prepared(statement.where(_entry.c.left_at.is_(None), _entry.c.state == fixed(QueueState.CLAIMED))),
    )


_KEYS = _ended((_entry.c.queue_id, _voice, _answered, _in_target), Keys(_interaction.c.id))
_COUNTS = _ended((_voice, _answered, _in_target), func.count())


def ended_since(connection: Connection, since: datetime) -> list[tuple[Any, ...]]:
    """(queue, voice, answered, in target, keys) of waits that ended since a moment, answered or given up.

    The same group may come twice: once with what has left, once with what is still held.
    """
    return [row for part in _KEYS for row in part.rows(connection, {"since": since})]


def calls_since(connection: Connection, since: datetime) -> Served:
    """How the calls of all queues were served whose wait ended since a moment."""
    found = {(answered, in_target): 0 for answered in (True, False) for in_target in (True, False)}
    for part in _COUNTS:
        for voice, answered, in_target, count in part.rows(connection, {"since": since}):
            if voice:
                found[bool(answered), bool(in_target)] += count
    short = found[False, True]
    return Served(found[True, True] + found[True, False], found[True, True], short + found[False, False], short)

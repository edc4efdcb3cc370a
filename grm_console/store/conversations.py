"""The texts exchanged with one contact point: what came in are interactions, what went out are rows of the outbox."""

from collections import namedtuple
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, or_, select, tuple_, update

from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Channel, Direction, EntryKind, InteractionState, OutboxState, QueueState
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Account, ContactPoint, Interaction, Outbox, QueueEntry, TimelineEntry
from grm_console.store.tables.columns import INSTANT, KEY, table_of

_interaction = table_of(Interaction)
_outbox = table_of(Outbox)
_account = table_of(Account)
_point = table_of(ContactPoint)
_entry = table_of(QueueEntry)
_timeline = table_of(TimelineEntry)

TEXT_CHANNELS = (Channel.SMS.value, Channel.WHATSAPP.value)


def channel_of(kind: str) -> Channel:
    """The channel of texts to a contact point of this kind."""
    return Channel.WHATSAPP if kind == AddressKind.WHATSAPP.value else Channel.SMS


@dataclass(frozen=True, slots=True)
class Seen:
    """Which texts of a contact point one exchange may show."""

    interaction_id: int
    contact_point_id: int
    contacts: Collection[int]
    """Whose texts, the settled speaker's keys with all that was merged; empty for nobody's."""
    nobodys: bool
    """Whether texts of nobody by name are shown too."""


_Exchange = namedtuple(
    "_Exchange",
    "id provider channel direction state sender line contact_point_id contact_id agent_id queue_id language"
    " kind address",
)
_EXCHANGE = Prepared(
    select(*(_interaction.c[name] for name in _Exchange._fields[:-2]), _point.c.kind, _point.c.address)
    .join_from(_interaction, _point, _point.c.id == _interaction.c.contact_point_id, isouter=True)
    .where(_interaction.c.id == bindparam("interaction"))
)


def exchange(connection: Connection, interaction_id: int) -> Any | None:
    """What a conversation needs of the exchange it is opened from, with the address itself; None if there is none."""
    row = _EXCHANGE.first(connection, {"interaction": interaction_id})
    return None if row is None else _Exchange(*row)


def came(connection: Connection, seen: Seen, before: tuple[datetime, str] | None, limit: int) -> list[Any]:
    """Texts that came in, newest first: (id, at, text, attachments, direction, recovered, by)."""
    statement = (
        select(
            _interaction.c.id,
            _interaction.c.happened_at.label("at"),
            _interaction.c.text,
            _interaction.c.attachments,
            _interaction.c.direction,
            _interaction.c.recovered,
            _account.c.full_name.label("by"),
        )
        .join_from(_interaction, _account, _account.c.id == _interaction.c.entered_by_id, isouter=True)
        .where(
            _interaction.c.contact_point_id == seen.contact_point_id,
            _interaction.c.channel.in_(TEXT_CHANNELS),
            or_(_interaction.c.direction == fixed(Direction.INBOUND), _interaction.c.text != ""),
            _seen(seen),
            *_older(_interaction.c.happened_at, _interaction.c.id, "in", before),
        )
        .order_by(_interaction.c.happened_at.desc(), _interaction.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement))


def went(connection: Connection, seen: Seen, before: tuple[datetime, str] | None, limit: int) -> list[Any]:
    """Texts that went out or are to, newest first; what was taken back is none."""
    statement = (
        _went()
        .where(
            _outbox.c.contact_point_id == seen.contact_point_id,
            _outbox.c.kind == "text",
            _outbox.c.state != fixed(OutboxState.WITHDRAWN),
            _seen(seen),
            *_older(_outbox.c.decided_at, _outbox.c.id, "out", before),
        )
        .order_by(_outbox.c.decided_at.desc(), _outbox.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement))


def text_sent(connection: Connection, outbox_id: int) -> Any | None:
    """One text of ours as `went` tells it, or None."""
    return connection.execute(_went().where(_outbox.c.id == outbox_id, _outbox.c.kind == "text")).one_or_none()


def text_decided(connection: Connection, decision: str) -> Any | None:
    """The text of ours that was decided under a name, as `went` tells it, or None."""
    return connection.execute(_went().where(_outbox.c.kind == "text", _outbox.c.decision == decision)).one_or_none()


def last_came_by(connection: Connection, contact_point_id: int, channel: Channel) -> datetime | None:
    """When the last text came from a contact point by a channel; None if none ever did."""
    statement = select(func.max(_interaction.c.happened_at)).where(
        _interaction.c.contact_point_id == contact_point_id,
        _interaction.c.channel == channel.value,
        _interaction.c.direction == fixed(Direction.INBOUND),
    )
    found: datetime | None = connection.execute(statement).scalar_one_or_none()
    return found


def last_line_of(connection: Connection, contact_point_id: int) -> str:
    """The number of ours by which texts were last exchanged with a contact point; empty if none ever were."""
    statement = (
        select(_interaction.c.line)
        .where(
            _interaction.c.contact_point_id == contact_point_id,
            _interaction.c.channel.in_(TEXT_CHANNELS),
            _interaction.c.line != "",
        )
        .order_by(_interaction.c.happened_at.desc(), _interaction.c.id.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none() or ""


def point(connection: Connection, contact_point_id: int) -> Any | None:
    """(id, kind, address) of a contact point, or None."""
    return connection.execute(select(_point).where(_point.c.id == contact_point_id)).one_or_none()


_held = select(_interaction).where(_interaction.c.id == bindparam("interaction")).subquery()
_WAITING_TOO = Prepared(
    select(_interaction.c.id)
    .join_from(_interaction, _held, _held.c.contact_point_id == _interaction.c.contact_point_id)
    .join(_entry, _entry.c.interaction_id == _interaction.c.id)
    .where(
        _interaction.c.id != _held.c.id,
        or_(_interaction.c.channel == fixed(Channel.SMS), _interaction.c.channel == fixed(Channel.WHATSAPP)),
        _interaction.c.line == _held.c.line,
        _interaction.c.state == fixed(InteractionState.WAITING),
        _entry.c.state == fixed(QueueState.WAITING),
    )
    .order_by(_interaction.c.id)
)


def join_waiting(connection: Connection, interaction_id: int, at: datetime) -> list[int]:
    """Let the other waiting texts from the same number to the same line be part of this exchange; gives their keys."""
    keys = [int(key) for (key,) in _WAITING_TOO.rows(connection, {"interaction": interaction_id})]
    for key in keys:
        left = connection.execute(
            update(_entry)
            .where(_entry.c.interaction_id == key, _entry.c.state == fixed(QueueState.WAITING))
            .values(state=QueueState.LEFT.value, left_at=at, left_reason="handled")
        )
        if left.rowcount:
            connection.execute(
                update(_interaction)
                .where(_interaction.c.id == key)
                .values(
                    state=InteractionState.DONE.value,
                    end_reason="handled",
                    follows_id=interaction_id,
                    version=_interaction.c.version + 1,
                )
            )
            connection.execute(
                update(_timeline)
                .where(_timeline.c.kind == "interaction", _timeline.c.source_id == key)
                .values(state="handled")
            )
    return keys


def part_again(connection: Connection, interaction_id: int) -> list[int]:
    """Let the texts that `join_waiting` joined wait by themselves again, each in its old place; gives their keys."""
    joined = (
        select(_interaction.c.id)
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id)
        .where(_interaction.c.follows_id == interaction_id, _entry.c.state == fixed(QueueState.LEFT))
    )
    keys = list(connection.execute(joined).scalars())
    if keys:
        waiting = InteractionState.WAITING.value
        connection.execute(
            update(_entry)
            .where(_entry.c.interaction_id.in_(keys))
            .values(state=QueueState.WAITING.value, left_at=None, left_reason=None)
        )
        connection.execute(
            update(_interaction)
            .where(_interaction.c.id.in_(keys))
            .values(state=waiting, end_reason=None, follows_id=None, version=_interaction.c.version + 1)
        )
        connection.execute(
            update(_timeline)
            .where(_timeline.c.kind == "interaction", _timeline.c.source_id.in_(keys))
            .values(state=waiting)
        )
    return keys


def note_first_reply(connection: Connection, interaction_id: int, at: datetime) -> None:
    """Note when a person first replied in writing to what waited in a queue."""
    connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _entry.c.replied_at.is_(None))
        .values(replied_at=at)
    )


def forget_lines(connection: Connection, kind: EntryKind, sources: Collection[int]) -> None:
    """Take what never happened out of the history."""
    connection.execute(
        _timeline.delete().where(_timeline.c.kind == kind.value, _timeline.c.source_id.in_(list(sources)))
    )


def _went() -> Any:
    return (
        select(
            _outbox.c.id,
            _outbox.c.decided_at.label("at"),
            _outbox.c.body,
            _outbox.c.state,
            _outbox.c.error,
            _outbox.c.code,
            _outbox.c.rule,
            _outbox.c.not_before,
            _outbox.c.attempts,
            _outbox.c.interaction_id,
            _outbox.c.contact_point_id,
            _outbox.c.decided_by_id,
            _account.c.full_name.label("by"),
        )
        .join_from(_outbox, _interaction, _interaction.c.id == _outbox.c.interaction_id)
        .join(_account, _account.c.id == _outbox.c.decided_by_id)
    )


def _seen(seen: Seen) -> ColumnElement[bool]:
    allowed = [_interaction.c.id == seen.interaction_id, _interaction.c.follows_id == seen.interaction_id]
    if seen.contacts:
        allowed.append(_interaction.c.contact_id.in_(list(seen.contacts)))
    if seen.nobodys:
        allowed.append(_interaction.c.contact_id.is_(None))
    return or_(*allowed)


def _older(
    at: ColumnElement[datetime], key: ColumnElement[int], prefix: str, before: tuple[datetime, str] | None
) -> list[ColumnElement[bool]]:
    """What lies before a line: lines are in order of moment, then of their names `in-…` and `out-…`."""
    if before is None:
        return []
    moment, name = before
    kind, _dash, number = name.partition("-")
    if kind == prefix and number.isdecimal():
        return [tuple_(at, key) < tuple_(literal(moment, INSTANT), literal(int(number), KEY))]
    return [at <= moment if prefix < kind else at < moment]

"""A contact whole, as its screen shows it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening, opened
from grm_console.desk.contact_views import (
    ContactFields,
    ContactSheet,
    FlagLine,
    MergeLine,
    PointLine,
    Preferences,
    RelationLine,
    SegmentLine,
)
from grm_console.desk.desk import Desk
from grm_console.desk.spoken import named
from grm_console.domain.addresses import Address, AddressKind
from grm_console.domain.permissions import Act
from grm_console.domain.words import Certainty, ContactKind
from grm_console.store import contact_book, contacts, interactions, memberships, merging
from grm_console.text import mask_number

FIELDS = tuple(ContactFields.__dataclass_fields__)
WISHES = tuple(Preferences.__dataclass_fields__)

_CERTAINTIES = tuple(Certainty)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


def sheet(desk: Desk, actor: Actor, contact_id: int) -> ContactSheet:
    """A contact that this actor has opened; of a merged one the contact it was merged into.

    Looking at it is on record, once for each exchange. Raises NotAllowed for a contact not opened.
    """
    actor.require(Act.OPEN_CONTACT)
    now = desk.store.now()
    with desk.store.reading() as connection:
        living = opened(connection, actor, contact_id)
        held = interactions.held_by(connection, actor.account_id)
        found = ContactSheet(
            contact_id=living.id,
            version=living.version,
            fields=fields_of(living),
            points=_points(connection, actor, living.id, now),
            relations=_relations(connection, living.id),
            preferences=preferences_of(connection, living.id),
            flags=tuple(
                FlagLine(flag.id, flag.text, flag.since, flag.expires_at, flag.by)
                for flag in contact_book.flags_of(connection, living.id, now)
            ),
            segments=tuple(
                SegmentLine(one.code, named(one.name, one.other_name)[0], one.reason, one.expires_at, one.opted_out)
                for one in memberships.memberships_of(connection, living.id, now)
            ),
            merges=tuple(
                MergeLine(row.id, row.merged_id, row.merged_name, row.at, row.by, row.reason)
                for row in merging.merges_of(connection, living.id)
            ),
        )
    note_opening(desk, actor, living.id, held)
    return found


def fields_of(row: Any) -> ContactFields:
    """A contact's own columns as its form shows them."""
    return ContactFields(ContactKind(row.kind), *(getattr(row, name) for name in FIELDS[1:]))


def preferences_of(connection: Connection, contact_id: int) -> Preferences:
    """How a living contact wants to be reached; nothing said is nothing forbidden."""
    liked = contacts.preference_row(connection, contact_id) or contacts.Liked()
    return Preferences(*(getattr(liked, name) for name in WISHES))


def _points(connection: Connection, actor: Actor, contact_id: int, now: datetime) -> tuple[PointLine, ...]:
    """Each point once, even if two of the merged contacts hold it: the longest holding counts, then the surest."""
    holdings = contact_book.holdings_of(connection, contact_id)
    holdings.sort(key=lambda row: (row.until or _FOR_EVER, -_CERTAINTIES.index(Certainty(row.certainty))))
    by_point = {row.contact_point_id: row for row in holdings}
    others = contact_book.others_using(connection, by_point, contact_id, now)
    silent = contact_book.opted_out(connection, by_point)
    lines = []
    for point, row in by_point.items():
        kind = AddressKind(row.kind)
        display = Address(kind, row.address, row.address).display
        line = PointLine(
            holder_id=row.id,
            kind=kind,
            address=mask_number(display) if actor.masked else display,
            certainty=Certainty(row.certainty),
            since=row.since,
            until=row.until,
            others=others.get(point, 0),
            opted_out=point in silent,
            point_id=point,
        )
        lines.append((line.until is not None and line.until <= now, row.kind, row.address, line))
    return tuple(line for *_order, line in sorted(lines, key=lambda one: one[:3]))


def _relations(connection: Connection, contact_id: int) -> tuple[RelationLine, ...]:
    rows = contact_book.relations_of(connection, contact_id)
    others = contacts.names_of(connection, {row.acts_for if row.person == contact_id else row.person for row in rows})
    lines = []
    for row in rows:
        forwards = row.person == contact_id
        other = others[row.acts_for if forwards else row.person]
        lines.append(
            RelationLine(
                relation_id=row.id,
                forwards=forwards,
                other_id=other.id,
                other_name=other.name,
                other_kind=ContactKind(other.kind),
                role=row.role,
                mandate=row.mandate,
                since=row.since,
                until=row.until,
            )
        )
    return tuple(lines)

"""Who is in which segment, and who left one for good; merged contacts are read as one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from grm_console.store.contacts import union_of
from grm_console.store.tables import Segment, SegmentMembership
from grm_console.store.tables.columns import table_of

_segment = table_of(Segment)
_membership = table_of(SegmentMembership)

IMPORTED = "imported"
"""The reason of a membership that came from a file, as the import of contacts writes it."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A segment the contact is in, or has left for good."""

    code: str
    name: str
    other_name: str
    reason: str
    expires_at: datetime | None
    opted_out: bool


def memberships_of(connection: Connection, contact: int, now: datetime) -> list[Membership]:
    """The segments of a contact and of those merged into it, by code; expired ones are left out.

    Where one is in a segment and another opted out of it, the later word of an operator counts; a file never
    outweighs an opt-out.
    """
    statement = (
        select(_segment.c.code, _segment.c.name, _segment.c.other_name, _membership)
        .join_from(_membership, _segment, _segment.c.id == _membership.c.segment_id)
        .where(
            _membership.c.contact_id.in_(union_of(connection, contact)),
            or_(_segment.c.expires_at.is_(None), _segment.c.expires_at > now),
        )
        .order_by(_segment.c.code, _membership.c.contact_id)
    )
    found: dict[str, Any] = {}
    for row in connection.execute(statement):
        if row.opted_out_at is None and row.expires_at is not None and row.expires_at <= now:
            continue
        known = found.get(row.code)
        if known is None or _weight_of(row) > _weight_of(known):
            found[row.code] = row
    return [
        Membership(row.code, row.name, row.other_name, row.reason, row.expires_at, row.opted_out_at is not None)
        for row in found.values()
    ]


def _weight_of(membership: Any) -> tuple[datetime, bool]:
    """Orders what was said about one segment: later words first, of one moment the opt-out."""
    if membership.opted_out_at is not None:
        return membership.opted_out_at, True
    return (datetime.min.replace(tzinfo=UTC) if membership.reason == IMPORTED else membership.since), False


def segment_coded(connection: Connection, code: str) -> Any | None:
    """A segment by its code, or None."""
    return connection.execute(select(_segment).where(_segment.c.code == code)).one_or_none()


def segment_codes(connection: Connection, now: datetime) -> list[str]:
    """The codes of all segments that have not expired."""
    statement = select(_segment.c.code).where(or_(_segment.c.expires_at.is_(None), _segment.c.expires_at > now))
    return list(connection.execute(statement.order_by(_segment.c.code)).scalars())


def write_membership(connection: Connection, contact: int, segment: int, values: dict[str, Any]) -> None:
    """Keep why a contact is in a segment or left it, over what was kept before."""
    own = (_membership.c.contact_id == contact) & (_membership.c.segment_id == segment)
    if connection.execute(select(_membership.c.contact_id).where(own)).first() is not None:
        connection.execute(update(_membership).where(own).values(**values))
    else:
        connection.execute(insert(_membership).values(contact_id=contact, segment_id=segment, **values))

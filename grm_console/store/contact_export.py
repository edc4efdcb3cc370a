"""All that hangs on contacts, for their export: points with dates, wishes, flags, notes, segments, relations.

Every row stands with the contact it was written for, merged or not, so that undoing a merge changes no line.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from grm_console.store.contact_book import opted_out
from grm_console.store.tables import (
    Account,
    ContactFlag,
    ContactNote,
    ContactPoint,
    PointHolder,
    Preference,
    Relation,
    Segment,
    SegmentMembership,
)
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_flag = table_of(ContactFlag)
_note = table_of(ContactNote)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_preference = table_of(Preference)
_relation = table_of(Relation)
_segment = table_of(Segment)
_membership = table_of(SegmentMembership)

_BY = _account.c.name.label("by")

_POINTS = (
    select(
        _holder.c.contact_id,
        _holder.c.contact_point_id,
        _point.c.kind,
        _point.c.address,
        _holder.c.certainty,
        _holder.c.since,
        _holder.c.until,
    )
    .join_from(_holder, _point, _point.c.id == _holder.c.contact_point_id)
    .order_by(_holder.c.contact_id, _point.c.kind, _point.c.address)
)
_PREFERENCES = select(_preference)
_FLAGS = (
    select(_flag.c.contact_id, _flag.c.text, _flag.c.since, _flag.c.expires_at, _BY)
    .join_from(_flag, _account, _account.c.id == _flag.c.account_id)
    .order_by(_flag.c.id)
)
_NOTES = (
    select(_note.c.contact_id, _note.c.text, _note.c.at, _BY)
    .join_from(_note, _account, _account.c.id == _note.c.account_id)
    .order_by(_note.c.id)
)
_SEGMENTS = (
    select(
        _membership.c.contact_id,
        _segment.c.code,
        _membership.c.reason,
        _membership.c.since,
        _membership.c.expires_at,
        _membership.c.opted_out_at,
    )
    .join_from(_membership, _segment, _segment.c.id == _membership.c.segment_id)
    .order_by(_segment.c.code)
)
_TERMS = (_relation.c.role, _relation.c.mandate, _relation.c.since, _relation.c.until)
_ACTS_FOR = select(_relation.c.person_id.label("contact_id"), _relation.c.acts_for_id, *_TERMS).order_by(_relation.c.id)
_REPRESENTED_BY = select(_relation.c.acts_for_id.label("contact_id"), _relation.c.person_id, *_TERMS).order_by(
    _relation.c.id
)

PARTS = ("addresses", "points", "preferences", "flags", "notes", "segments", "acts_for", "represented_by")
"""Names of the parts: lists, but for the preferences, which are one thing or nothing."""


def parts_of(connection: Connection, first: int, last: int) -> Mapping[int, dict[str, Any]]:
    """By contact, from key `first` to `last`, what hangs on it by the names of PARTS; contacts without are left out.

    `addresses` are those of the points in use; who set a flag or wrote a note is said by account name.
    """
    found: dict[int, dict[str, Any]] = {}

    def parts(contact: int) -> dict[str, Any]:
        return found.setdefault(contact, no_parts())

    points = list(_between(connection, _POINTS, _holder.c.contact_id, first, last))
    silent = opted_out(connection, {point["contact_point_id"] for _contact, point in points})
    for contact, point in points:
        point["opted_out"] = point.pop("contact_point_id") in silent
        parts(contact)["points"].append(point)
        if point["until"] is None:
            parts(contact)["addresses"].append(point["address"])
    for contact, wishes in _between(connection, _PREFERENCES, _preference.c.contact_id, first, last):
        parts(contact)["preferences"] = wishes
    for name, statement, column in (
        ("flags", _FLAGS, _flag.c.contact_id),
        ("notes", _NOTES, _note.c.contact_id),
        ("segments", _SEGMENTS, _membership.c.contact_id),
        ("acts_for", _ACTS_FOR, _relation.c.person_id),
        ("represented_by", _REPRESENTED_BY, _relation.c.acts_for_id),
    ):
        for contact, row in _between(connection, statement, column, first, last):
            parts(contact)[name].append(row)
    return found


def no_parts() -> dict[str, Any]:
    """What a contact has on which nothing hangs."""
    return {name: None if name == "preferences" else [] for name in PARTS}


def _between(
    connection: Connection, statement: Select[Any], contact: Any, first: int, last: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with its contact taken out of it."""
    for row in connection.execute(statement.where(contact.between(first, last))):
        values = dict(row._mapping)
        yield values.pop("contact_id"), values

"""Merges of contacts: one row for each, and pointers that are always flat.

The rows that are not undone form a forest (a contact can be merged into one other only). `merged_into_id` points at
the root of each tree, so that every read finds the living contact in one step whatever was merged in a chain.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, tuple_, update

from grm_console.store.contacts import members_of, union_of
from grm_console.store.tables import (
    Account,
    CaseFile,
    Contact,
    ContactMerge,
    ContactNote,
    Interaction,
    NotTheSame,
    PointHolder,
    Relation,
)
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_contact = table_of(Contact)
_merge = table_of(ContactMerge)
_different = table_of(NotTheSame)
_interaction = table_of(Interaction)
_case = table_of(CaseFile)
_holder = table_of(PointHolder)
_relation = table_of(Relation)
_note = table_of(ContactNote)


def add_merge(connection: Connection, values: Mapping[str, Any]) -> int:
    """Keep a merge with all that undoing it needs; points the merged contact, and what was merged into it."""
    key = connection.execute(insert(_merge).values(**values, undone_at=None, undone_by_id=None).returning(_merge.c.id))
    merged = values["merged_id"]
    connection.execute(
        update(_contact)
        .where(or_(_contact.c.id == merged, _contact.c.merged_into_id == merged))
        .values(merged_into_id=values["survivor_id"])
    )
    return int(key.scalar_one())


def end_merge(connection: Connection, key: int, merged: int, at: datetime, account_id: int) -> None:
    """Note that a merge was undone; the merged contact lives again, with what is still merged into it."""
    connection.execute(update(_merge).where(_merge.c.id == key).values(undone_at=at, undone_by_id=account_id))
    into_it = _merged_below(connection, merged)
    connection.execute(update(_contact).where(_contact.c.id.in_(into_it)).values(merged_into_id=merged))
    connection.execute(update(_contact).where(_contact.c.id == merged).values(merged_into_id=None))


def _merged_below(connection: Connection, contact: int) -> list[int]:
    """Every contact merged into this one, directly or by way of others."""
    found: list[int] = []
    level = [contact]
    while level:
        below = select(_merge.c.merged_id).where(_merge.c.survivor_id.in_(level), _merge.c.undone_at.is_(None))
        level = list(connection.execute(below).scalars())
        found += level
    return found


def merge_row(connection: Connection, key: int) -> Any | None:
    """One merge, or None."""
    return connection.execute(select(_merge).where(_merge.c.id == key)).one_or_none()


def later_merges(connection: Connection, survivor: int, key: int) -> list[Any]:
    """Merges into the same contact after this one that still stand, in their order."""
    statement = select(_merge).where(_merge.c.survivor_id == survivor, _merge.c.id > key, _merge.c.undone_at.is_(None))
    return list(connection.execute(statement.order_by(_merge.c.id)))


def inherit(connection: Connection, key: int, before: Mapping[str, Any]) -> None:
    """Let a merge take over what an earlier one, now undone, had found: undoing it leads there."""
    connection.execute(update(_merge).where(_merge.c.id == key).values(before=dict(before)))


def merges_of(connection: Connection, contact: int) -> list[Any]:
    """(id, merged_id, merged_name, at, by, reason) of the merges that made this contact, newest first."""
    statement = (
        select(
            _merge.c.id,
            _merge.c.merged_id,
            _contact.c.name.label("merged_name"),
            _merge.c.at,
            _account.c.full_name.label("by"),
            _merge.c.reason,
        )
        .join_from(_merge, _contact, _contact.c.id == _merge.c.merged_id)
        .join(_account, _account.c.id == _merge.c.account_id)
        .where(_merge.c.survivor_id.in_(union_of(connection, contact)), _merge.c.undone_at.is_(None))
        .order_by(_merge.c.at.desc(), _merge.c.id.desc())
    )
    return list(connection.execute(statement))


def counts_of(connection: Connection, contact: int, *, confidential: bool) -> dict[str, int]:
    """How much hangs on a contact; of cases only those that the reader may see."""
    members = union_of(connection, contact)
    levels = ["open", "confidential"] if confidential else ["open"]
    counted: dict[str, Select[Any]] = {
        "exchanges": select(func.count()).where(_interaction.c.contact_id.in_(members)),
        "cases": select(func.count()).where(_case.c.contact_id.in_(members), _case.c.confidentiality.in_(levels)),
        "points": select(func.count(_holder.c.contact_point_id.distinct())).where(_holder.c.contact_id.in_(members)),
        "relations": select(func.count()).where(
            or_(_relation.c.person_id.in_(members), _relation.c.acts_for_id.in_(members))
        ),
        "notes": select(func.count()).where(_note.c.contact_id.in_(members)),
    }
    return {name: int(connection.execute(statement).scalar_one()) for name, statement in counted.items()}


def note_different(connection: Connection, low: int, high: int, at: datetime, account_id: int) -> None:
    """Remember that two contacts are two."""
    if not found_different(connection, low, [high]):
        connection.execute(insert(_different).values(low_id=low, high_id=high, at=at, account_id=account_id))


def found_different(connection: Connection, contact: int, others: list[int]) -> set[int]:
    """Those of the others that somebody found to be another contact than this one, or than one merged with it.

    What was said of a merged contact counts for the one it was merged into, on both sides.
    """
    if not others:
        return set()
    members = union_of(connection, contact)
    of_others = members_of(connection, others)
    pairs = [(min(one, other), max(one, other)) for one in members for other in of_others]
    found = connection.execute(
        select(_different.c.low_id, _different.c.high_id).where(
            tuple_(_different.c.low_id, _different.c.high_id).in_(pairs)
        )
    )
    mine = set(members)
    return {of_others[high if low in mine else low] for low, high in found}

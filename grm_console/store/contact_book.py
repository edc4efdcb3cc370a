"""What hangs on one contact: points, relations, flags, notes, segments and preferences; read as a union over merges.

Reads take the contact that stands for all (a living one); writes touch the rows named, so that undoing a merge finds
every row where it was.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, or_, select, update

from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import Certainty, EntryKind
from grm_console.store.contacts import LIVING, Liked, union_of
from grm_console.store.find_index import index_contacts, names_of_contacts
from grm_console.store.intake import add_timeline_entry
from grm_console.store.tables import (
    Account,
    AuditRow,
    Contact,
    ContactFlag,
    ContactNote,
    ContactPoint,
    PointConsent,
    PointHolder,
    Preference,
    QueueLine,
    Relation,
)
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_audit = table_of(AuditRow)
_contact = table_of(Contact)
_flag = table_of(ContactFlag)
_note = table_of(ContactNote)
_point = table_of(ContactPoint)
_consent = table_of(PointConsent)
_holder = table_of(PointHolder)
_line = table_of(QueueLine)
_preference = table_of(Preference)
_relation = table_of(Relation)

_survivor = _contact.alias("survivor")
_person, _organisation = _contact.alias("person"), _contact.alias("organisation")

SUMMARY = 200
"""Characters of a note that its line of the timeline shows."""


def lock(connection: Connection, contacts: Collection[int]) -> dict[int, Any]:
    """The contacts' own columns by key, locked until the commit, always in the same order."""
    statement = select(_contact).where(_contact.c.id.in_(contacts)).order_by(_contact.c.id).with_for_update()
    return {row.id: row for row in connection.execute(statement)}


def change_contact(connection: Connection, contact: int, values: dict[str, Any]) -> None:
    """Change columns of a contact and count its version up; by new names it is found at once."""
    connection.execute(
        update(_contact).where(_contact.c.id == contact).values(**values, version=_contact.c.version + 1)
    )
    if not values.keys().isdisjoint(("name", "other_name")):
        index_contacts(connection, names_of_contacts(connection, [contact]))


def changes_of(connection: Connection, contact: int, acts: Sequence[str], imports: str) -> list[Any]:
    """(at, by, act, detail) of what was last done to a contact, newest first; imports of contacts are among it."""
    statement = (
        select(_audit.c.at, _account.c.full_name.label("by"), _audit.c.act, _audit.c.detail)
        .join_from(_audit, _account, _account.c.id == _audit.c.account_id)
        .where(
            or_(
                (_audit.c.subject == f"contact:{contact}") & _audit.c.act.in_(acts),
                _audit.c.subject == imports,
            )
        )
        .order_by(_audit.c.at.desc(), _audit.c.seq.desc())
        .limit(50)
    )
    return list(connection.execute(statement))


# Contact points


def holdings_of(connection: Connection, contact: int) -> list[Any]:
    """(id, contact_id, contact_point_id, kind, address, certainty, since, until) of every point a contact ever held."""
    statement = (
        select(_holder, _point.c.kind, _point.c.address)
        .join_from(_holder, _point, _point.c.id == _holder.c.contact_point_id)
        .where(_holder.c.contact_id.in_(union_of(connection, contact)))
        .order_by(_point.c.kind, _point.c.address, _holder.c.id)
    )
    return list(connection.execute(statement))


def holding(connection: Connection, holder: int) -> Any | None:
    """One holding, or None."""
    return connection.execute(select(_holder).where(_holder.c.id == holder)).one_or_none()


def others_using(connection: Connection, points: Collection[int], contact: int, now: datetime) -> dict[int, int]:
    """How many other contacts use each of the points now; points used by nobody else are left out."""
    living = LIVING.label("living")
    statement = (
        select(_holder.c.contact_point_id, func.count(living.distinct()))
        .join_from(_holder, _contact, _contact.c.id == _holder.c.contact_id)
        .where(
            _holder.c.contact_point_id.in_(points),
            LIVING.is_distinct_from(contact),
            or_(_holder.c.until.is_(None), _holder.c.until > now),
        )
        .group_by(_holder.c.contact_point_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def opted_out(connection: Connection, points: Collection[int]) -> set[int]:
    """Those of the points whose newest word is STOP."""
    statement = (
        select(_consent.c.contact_point_id, _consent.c.word)
        .where(_consent.c.contact_point_id.in_(points), _consent.c.word != OptOut.HELP.value)
        .order_by(_consent.c.at, _consent.c.id)
    )
    newest = {row.contact_point_id: row.word for row in connection.execute(statement)}
    return {point for point, word in newest.items() if word == OptOut.STOP}


def is_own_line(connection: Connection, number: str) -> bool:
    """Whether a number is one of our own."""
    return connection.execute(select(_line.c.line).where(_line.c.line == number)).first() is not None


def end_holdings(connection: Connection, contact: int, point: int, at: datetime) -> None:
    """The contact no longer uses the point, whichever of the merged ones it stands with; a future one never began."""
    connection.execute(
        update(_holder)
        .where(
            _holder.c.contact_id.in_(union_of(connection, contact)),
            _holder.c.contact_point_id == point,
            or_(_holder.c.until.is_(None), _holder.c.until > at),
        )
        .values(until=case((_holder.c.since > at, _holder.c.since), else_=at))
    )


def restart_holding(connection: Connection, holder: int, certainty: Certainty) -> None:
    """The contact uses the point again."""
    connection.execute(update(_holder).where(_holder.c.id == holder).values(until=None, certainty=certainty.value))


# Relations


def relations_of(connection: Connection, contact: int) -> list[Any]:
    """Relations in both directions, present ones first, with the living contacts at both ends.

    What a merge made a relation of a contact to itself is left out.
    """
    members = union_of(connection, contact)
    person = func.coalesce(_person.c.merged_into_id, _person.c.id).label("person")
    acts_for = func.coalesce(_organisation.c.merged_into_id, _organisation.c.id).label("acts_for")
    statement = (
        select(_relation, person, acts_for)
        .join_from(_relation, _person, _person.c.id == _relation.c.person_id)
        .join(_organisation, _organisation.c.id == _relation.c.acts_for_id)
        .where(
            or_(_relation.c.person_id.in_(members), _relation.c.acts_for_id.in_(members)),
            person != acts_for,
        )
        .order_by(_relation.c.until.is_not(None), _relation.c.since, _relation.c.id)
    )
    return list(connection.execute(statement))


def relation(connection: Connection, key: int) -> Any | None:
    """One relation, or None."""
    return connection.execute(select(_relation).where(_relation.c.id == key)).one_or_none()


def same_relation(connection: Connection, person: int, acts_for: int, role: str) -> Any | None:
    """The relation of these two in this role, or None."""
    statement = select(_relation).where(
        _relation.c.person_id == person, _relation.c.acts_for_id == acts_for, _relation.c.role == role
    )
    return connection.execute(statement).one_or_none()


def add_relation(connection: Connection, values: dict[str, Any]) -> int:
    """Say that a person may act for a business or department."""
    return int(connection.execute(insert(_relation).values(**values).returning(_relation.c.id)).scalar_one())


def change_relation(connection: Connection, key: int, values: dict[str, Any]) -> None:
    """Change a relation's mandate or dates."""
    connection.execute(update(_relation).where(_relation.c.id == key).values(**values))


# Preferences


def own_preference(connection: Connection, contact: int) -> bool:
    """Whether the contact itself, not one merged into it, has preferences."""
    statement = select(_preference.c.contact_id).where(_preference.c.contact_id == contact)
    return connection.execute(statement).first() is not None


def write_preference(connection: Connection, contact: int, liked: Liked) -> None:
    """Keep how the contact likes to be reached, over what was kept before."""
    values = {name: getattr(liked, name) for name in Liked.__dataclass_fields__}
    if own_preference(connection, contact):
        connection.execute(update(_preference).where(_preference.c.contact_id == contact).values(**values))
    else:
        connection.execute(insert(_preference).values(contact_id=contact, **values))


def delete_preference(connection: Connection, contact: int) -> None:
    """The contact itself has no preferences."""
    connection.execute(delete(_preference).where(_preference.c.contact_id == contact))


# Flags and notes


def flags_of(connection: Connection, contact: int, now: datetime) -> list[Any]:
    """The flags in force of a contact and of those merged into it, those that end first first."""
    statement = (
        select(_flag, _account.c.full_name.label("by"))
        .join_from(_flag, _account, _account.c.id == _flag.c.account_id)
        .where(
            _flag.c.contact_id.in_(union_of(connection, contact)),
            _flag.c.since <= now,
            _flag.c.expires_at > now,
        )
        .order_by(_flag.c.expires_at, _flag.c.id)
    )
    return list(connection.execute(statement))


def add_flag(
    connection: Connection, contact: int, text: str, since: datetime, expires_at: datetime, account_id: int
) -> int:
    """Set a flag."""
    values = {
        "contact_id": contact,
        "text": text,
        "since": since,
        "expires_at": expires_at,
        "account_id": account_id,
    }
    return int(connection.execute(insert(_flag).values(**values).returning(_flag.c.id)).scalar_one())


def flag(connection: Connection, key: int) -> Any | None:
    """One flag, or None."""
    return connection.execute(select(_flag).where(_flag.c.id == key)).one_or_none()


def end_flag(connection: Connection, key: int, at: datetime) -> None:
    """The flag is no longer in force."""
    connection.execute(update(_flag).where(_flag.c.id == key).values(expires_at=at))


def add_note(connection: Connection, contact: int, text: str, at: datetime, account_id: int) -> int:
    """Keep a note, and its line in the history."""
    values = {"contact_id": contact, "text": text, "at": at, "account_id": account_id}
    key = int(connection.execute(insert(_note).values(**values).returning(_note.c.id)).scalar_one())
    add_timeline_entry(
        connection,
        {
            "contact_id": contact,
            "at": at,
            "kind": EntryKind.NOTE.value,
            "source_id": key,
            "interaction_id": None,
            "channel": None,
            "direction": None,
            "state": "",
            "case_number": "",
            "summary": text[:SUMMARY],
        },
    )
    return key

"""Contacts, who holds which address, and what a caller card needs; merged contacts are read as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, or_, select, update

from grm_console.domain.matching import Holder
from grm_console.domain.words import CaseState, Certainty
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    AuditRow,
    CaseFile,
    Contact,
    ContactPoint,
    Organisation,
    PointHolder,
    Preference,
    Relation,
    Service,
    TimelineEntry,
)
from grm_console.store.tables.columns import table_of

_audit = table_of(AuditRow)
_contact = table_of(Contact)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_relation = table_of(Relation)
_preference = table_of(Preference)
_timeline = table_of(TimelineEntry)
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)

LIVING = case((_contact.c.merged_into_id.is_not(None), _contact.c.merged_into_id), else_=_contact.c.id)
"""The contact that stands for this one after a merge; merging keeps the pointers flat, so one step suffices."""

_survivor = _contact.alias("survivor")

_CERTAINTIES = tuple(Certainty)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)

_HOLDERS = Prepared(
    select(LIVING, _holder.c.certainty, _holder.c.until)
    .join_from(_holder, _contact, _contact.c.id == _holder.c.contact_id)
    .where(_holder.c.contact_point_id == bindparam("point"))
)
_LAST_CONTACT = Prepared(
    select(_timeline.c.at)
    .where(_timeline.c.contact_id == bindparam("contact"), _timeline.c.at < bindparam("before"))
    .order_by(_timeline.c.at.desc())
    .limit(1)
)
_LANGUAGE = Prepared(
    select(_contact.c.language, _preference.c.language)
    .join_from(_contact, _preference, _preference.c.contact_id == _contact.c.id, isouter=True)
    .where(_contact.c.id == bindparam("contact"))
)
_UNION = Prepared(
    select(_contact.c.id).where(
        or_(_contact.c.id == bindparam("contact"), _contact.c.merged_into_id == bindparam("contact"))
    )
)


def holders_of(connection: Connection, point: int) -> list[Holder]:
    """Who uses or used a contact point, without their last contact; a merged contact counts as its survivor.

    Of several holdings of merged contacts the longest counts, then the surest.
    """
    return longest(_HOLDERS.rows(connection, {"point": point}))


def longest(rows: Iterable[tuple[Any, ...]]) -> list[Holder]:
    """One holder for each contact from rows of (contact, certainty, until), as `holders_of` says."""
    holders = [Holder(contact, Certainty(certainty), until, None) for contact, certainty, until in rows]
    if len(holders) > 1:
        holders.sort(key=lambda h: (h.until or _FOR_EVER, -_CERTAINTIES.index(h.certainty)))
    return list({holder.contact_id: holder for holder in holders}.values())


def address_of(connection: Connection, point: int) -> str:
    """The address of a contact point."""
    return str(connection.execute(select(_point.c.address).where(_point.c.id == point)).scalar_one())


def union_of(connection: Connection, contact: int) -> list[int]:
    """The keys whose rows belong to a contact: its own and those merged into it."""
    return [row[0] for row in _UNION.rows(connection, {"contact": contact})]


def members_of(connection: Connection, contacts: Iterable[int]) -> dict[int, int]:
    """Living contacts and all that was merged into them, each with the living one; asked by the index alone."""
    living = list(contacts)
    merged = select(_contact.c.id, _contact.c.merged_into_id).where(_contact.c.merged_into_id.in_(living))
    return {key: key for key in living} | {row[0]: row[1] for row in connection.execute(merged)}


def last_contact(connection: Connection, contact: int, before: datetime) -> datetime | None:
    """When the contact was last in touch before a moment."""
    found = [
        row[0]
        for key in union_of(connection, contact)
        if (row := _LAST_CONTACT.first(connection, {"contact": key, "before": before})) is not None
    ]
    return max(found, default=None)


def language_of(connection: Connection, contact: int) -> str:
    """The language the contact prefers, or speaks; empty if unknown."""
    row = _LANGUAGE.first(connection, {"contact": contact})
    return "" if row is None else row[1] or row[0]


def names_of(connection: Connection, contacts: Iterable[int]) -> dict[int, Any]:
    """(id, kind, name, other_name) by key."""
    keys = list(contacts)
    if not keys:
        return {}
    statement = select(_contact.c.id, _contact.c.kind, _contact.c.name, _contact.c.other_name)
    return {row.id: row for row in connection.execute(statement.where(_contact.c.id.in_(keys)))}


def contact_row(connection: Connection, contact: int) -> Any | None:
    """A contact's own columns, or None."""
    return connection.execute(select(_contact).where(_contact.c.id == contact)).one_or_none()


def living_row(connection: Connection, contact: int) -> Any | None:
    """The columns of the contact that stands for this one after a merge, which may be itself; or None."""
    statement = select(_survivor).join_from(_contact, _survivor, _survivor.c.id == LIVING)
    return connection.execute(statement.where(_contact.c.id == contact)).one_or_none()


@dataclass(frozen=True, slots=True)
class Liked:
    """How a contact likes to be reached, as stored."""

    door: str = ""
    hours: str = ""
    language: str = ""
    text_only: bool = False
    never_call: bool = False


def preference_row(connection: Connection, contact: int) -> Liked | None:
    """How the contact likes to be reached, or None if nobody said.

    The contact's own row counts, for a merge has settled it; only without one do those of merged contacts, and then
    what any of them forbids is forbidden.
    """
    members = union_of(connection, contact)
    rows = list(connection.execute(select(_preference).where(_preference.c.contact_id.in_(members))))
    rows.sort(key=lambda row: (row.contact_id != contact, row.contact_id))
    if not rows:
        return None
    if rows[0].contact_id == contact:
        del rows[1:]
    return Liked(
        door=next((row.door for row in rows if row.door), ""),
        hours=next((row.hours for row in rows if row.hours), ""),
        language=next((row.language for row in rows if row.language), ""),
        text_only=any(row.text_only for row in rows),
        never_call=any(row.never_call for row in rows),
    )


def mandates_of(connection: Connection, person: int, now: datetime) -> list[Any]:
    """(id, kind, name, other_name, role, mandate) of whom the person may act for now; nobody acts for themselves."""
    members = union_of(connection, person)
    statement = (
        select(
            _survivor.c.id,
            _survivor.c.kind,
            _survivor.c.name,
            _survivor.c.other_name,
            _relation.c.role,
            _relation.c.mandate,
        )
        .join_from(_relation, _contact, _contact.c.id == _relation.c.acts_for_id)
        .join(_survivor, _survivor.c.id == LIVING)
        .where(
            _relation.c.person_id.in_(members),
            _survivor.c.id.not_in(members),
            _relation.c.since <= now,
            or_(_relation.c.until.is_(None), _relation.c.until > now),
        )
        .order_by(_survivor.c.name)
    )
    return list(connection.execute(statement))


def people_acting_for(connection: Connection, organisation: int, now: datetime) -> list[Any]:
    """(id, role) of the people who may act for a business or department now; merged ones as their survivors."""
    members = union_of(connection, organisation)
    statement = (
        select(LIVING.label("id"), _relation.c.role)
        .join_from(_relation, _contact, _contact.c.id == _relation.c.person_id)
        .where(
            _relation.c.acts_for_id.in_(members),
            LIVING.not_in(members),
            _relation.c.since <= now,
            or_(_relation.c.until.is_(None), _relation.c.until > now),
        )
        .order_by(_relation.c.since)
    )
    return list(connection.execute(statement))


def count_contacts_before(connection: Connection, contact: int, before: datetime) -> int:
    """How many exchanges a contact had before a moment, all channels."""
    statement = select(func.count()).where(
        _timeline.c.contact_id.in_(union_of(connection, contact)),
        _timeline.c.kind == "interaction",
        _timeline.c.at < before,
    )
    return int(connection.execute(statement).scalar_one())


def opening_noted(
    connection: Connection, account_id: int, act: str, subject: str, purpose: str, since: datetime | None = None
) -> bool:
    """Whether the audit says already that this account opened this contact for this purpose, ever or since."""
    statement = select(_audit.c.seq).where(
        _audit.c.subject == subject,
        _audit.c.purpose == purpose,
        _audit.c.account_id == account_id,
        _audit.c.act == act,
    )
    if since is not None:
        statement = statement.where(_audit.c.at >= since)
    return connection.execute(statement.limit(1)).first() is not None


def ever_opened(connection: Connection, account_id: int, act: str, subject: str) -> bool:
    """Whether the audit says that this account opened this contact for any exchange."""
    statement = select(_audit.c.seq).where(
        _audit.c.subject == subject, _audit.c.account_id == account_id, _audit.c.act == act
    )
    return connection.execute(statement.limit(1)).first() is not None


def open_cases_of(connection: Connection, contact: int, *, confidential: bool) -> list[Any]:
    """(id, number, service, other_service, service_code, summary, department, due_at) of open cases, soonest due first.

    Confidential ones only where `confidential` says the reader may see them.
    """
    levels = ["open", "confidential"] if confidential else ["open"]
    statement = (
        select(
            _case.c.id,
            _case.c.number,
            _service.c.name.label("service"),
            _service.c.other_name.label("other_service"),
            _service.c.code.label("service_code"),
            _case.c.summary,
            _organisation.c.name.label("department"),
            _case.c.due_at,
        )
        .join_from(_case, _service, _service.c.id == _case.c.service_id)
        .join(_organisation, _organisation.c.id == _case.c.organisation_id)
        .where(
            _case.c.contact_id.in_(union_of(connection, contact)),
            _case.c.state == fixed(CaseState.OPEN),
            _case.c.confidentiality.in_(levels),
        )
        .order_by(_case.c.due_at, _case.c.id)
    )
    return list(connection.execute(statement))


def add_contact(connection: Connection, *, kind: str, name: str, language: str, at: datetime, account_id: int) -> int:
    """Make a contact; its addresses are added by `hold_point`."""
    return int(
        connection.execute(
            insert(_contact)
            .values(
                import_key=None,
                kind=kind,
                name=name,
                other_name="",
                language=language,
                address="",
                district="",
                note="",
                merged_into_id=None,
                version=1,
                created_at=at,
                created_by_id=account_id,
            )
            .returning(_contact.c.id)
        ).scalar_one()
    )


def hold_point(connection: Connection, contact: int, point: int, certainty: Certainty, at: datetime) -> None:
    """Say that a contact uses a contact point, or is now surer of it; an ended holding begins anew."""
    known = connection.execute(
        select(_holder.c.id).where(_holder.c.contact_id == contact, _holder.c.contact_point_id == point)
    ).scalar_one_or_none()
    if known is None:
        connection.execute(
            insert(_holder).values(
                contact_id=contact, contact_point_id=point, certainty=certainty.value, since=at, until=None
            )
        )
    else:
        connection.execute(update(_holder).where(_holder.c.id == known).values(certainty=certainty.value, until=None))


def confirm_point(connection: Connection, contact: int, point: int, at: datetime) -> None:
    """Be surer of a holder who was confirmed on this address; a former or foreign address is left as it is."""
    connection.execute(
        update(_holder)
        .where(
            _holder.c.contact_id.in_(union_of(connection, contact)),
            _holder.c.contact_point_id == point,
            or_(_holder.c.until.is_(None), _holder.c.until > at),
        )
        .values(certainty=Certainty.CONFIRMED.value)
    )


def merge_pointer(connection: Connection, contact: int, into: int | None) -> None:
    """Point a contact at its survivor, or with None take the merge back; no row is moved, so nothing is lost.

    Single and bare: `store.merging` keeps the pointers of chains flat.
    """
    connection.execute(update(_contact).where(_contact.c.id == contact).values(merged_into_id=into))

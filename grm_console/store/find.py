"""Finding contacts by number, cases by number, and lines of histories by their words; names are in find_names."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, cast, exists, func, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from grm_console.domain.permissions import Act
from grm_console.domain.words import CaseState, Confidentiality, EntryKind
from grm_console.store.find_names import LAST, LIVING, survivors
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    AuditRow,
    CaseFile,
    Contact,
    ContactPoint,
    PointHolder,
    PointTail,
    TextEntry,
    TimelineEntry,
)
from grm_console.store.tables.columns import table_of

_audit = table_of(AuditRow)
_case = table_of(CaseFile)
_contact = table_of(Contact)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_tail = table_of(PointTail)
_text = table_of(TextEntry)
_timeline = table_of(TimelineEntry)

_ADDRESSED = ("phone", "whatsapp", "rcs", "short-code", "email")
"""Kinds of contact points that somebody types."""
_OPENINGS = 300
"""Openings looked through for the contacts opened last."""
_PAGES = 4
"""Times so many lines that are looked through when some of them are sealed."""

# Numbers


def points_at(connection: Connection, addresses: Collection[str]) -> list[int]:
    """The contact points with exactly one of these addresses, of whatever kind."""
    statement = select(_point.c.id).where(_point.c.kind.in_(_ADDRESSED), _point.c.address.in_(addresses))
    return list(connection.execute(statement.order_by(_point.c.id)).scalars())


def points_ending(connection: Connection, backwards: str, limit: int) -> list[int]:
    """The contact points whose digits end so; the digits are given from the last to the first."""
    statement = (
        select(_tail.c.contact_point_id)
        .where(_tail.c.digits >= backwards, _tail.c.digits < backwards + LAST)
        .order_by(_tail.c.digits, _tail.c.contact_point_id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def points_beginning(connection: Connection, begun: str, limit: int) -> list[int]:
    """The contact points whose address begins so: a number in its international form, or an e-mail."""
    statement = (
        select(_point.c.id)
        .where(_point.c.kind.in_(_ADDRESSED), _point.c.address >= begun, _point.c.address < begun + LAST)
        .order_by(_point.c.address, _point.c.id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def holders_of(connection: Connection, points: Sequence[int], limit: int) -> dict[int, str]:
    """Who uses or used these contact points, in their order, and the address; merged ones as their survivors."""
    statement = (
        select(LIVING.label("living"), _holder.c.contact_point_id, _holder.c.until, _point.c.address)
        .join_from(_holder, _contact, _contact.c.id == _holder.c.contact_id)
        .join(_point, _point.c.id == _holder.c.contact_point_id)
        .where(_holder.c.contact_point_id.in_(points))
    )
    places = {point: place for place, point in enumerate(points)}
    rows = sorted(
        connection.execute(statement),
        key=lambda row: (places[row.contact_point_id], row.until is not None, row.living),
    )
    found: dict[int, str] = {}
    for row in rows:
        if len(found) < limit:
            found.setdefault(row.living, row.address)
    return found


# What a hit shows


def facts_of(connection: Connection, contacts: Collection[int], *, confidential: bool) -> dict[int, Any]:
    """(kind, name, other_name, district, last_contact, open_cases) of living contacts, merged ones counted in."""
    if not contacts:
        return {}
    levels = ["open", "confidential"] if confidential else ["open"]
    last = select(func.max(_timeline.c.at)).where(_timeline.c.contact_id == _contact.c.id).scalar_subquery()
    cases = (
        select(func.count())
        .select_from(_case)
        .where(
            _case.c.contact_id == _contact.c.id,
            _case.c.state == fixed(CaseState.OPEN),
            _case.c.confidentiality.in_(levels),
        )
        .scalar_subquery()
    )
    each = (
        select(LIVING.label("living"), last.label("last"), cases.label("cases"))
        .where(or_(_contact.c.id.in_(contacts), _contact.c.merged_into_id.in_(contacts)))
        .subquery()
    )
    whole = (
        select(each.c.living, func.max(each.c.last).label("last_contact"), func.sum(each.c.cases).label("open_cases"))
        .group_by(each.c.living)
        .subquery()
    )
    statement = select(
        _contact.c.id,
        _contact.c.kind,
        _contact.c.name,
        _contact.c.other_name,
        _contact.c.district,
        whole.c.last_contact,
        whole.c.open_cases,
    ).join_from(_contact, whole, whole.c.living == _contact.c.id)
    return {row.id: row for row in connection.execute(statement)}


# Cases


def cases_numbered(connection: Connection, begun: str, limit: int) -> list[Any]:
    """(id, number, contact_id, confidentiality, opened_at, entry_id) of cases whose number begins so."""
    statement = (
        select(
            _case.c.id,
            _case.c.number,
            LIVING.label("contact_id"),
            _case.c.confidentiality,
            _case.c.opened_at,
            _timeline.c.id.label("entry_id"),
        )
        .join_from(_case, _contact, _contact.c.id == _case.c.contact_id, isouter=True)
        .join(
            _timeline,
            and_(_timeline.c.kind == fixed(EntryKind.CASE), _timeline.c.source_id == _case.c.id),
            isouter=True,
        )
        .where(_case.c.number >= begun, _case.c.number < begun + LAST)
        .order_by(_case.c.number)
        .limit(limit)
    )
    return list(connection.execute(statement))


# Texts


def texts_holding(connection: Connection, wanted: Sequence[tuple[str, bool]], limit: int) -> list[Any]:
    """(entry_id, at, kind, source_id, channel, direction, contact_id, case_number) of lines with all these words.

    Newest first. Only lines of somebody's history; none of a case that is not open to all, nor of the exchange that
    such a case came of. Words are given as (term, whether a longer one that begins so will do).
    """
    as_typed = [(term, False) for term, _begun in wanted]
    found = _newest(connection, as_typed, limit)
    # Words that go on are asked for only if there is room: for a common beginning the stores gather all its lines.
    if len(found) < limit and any(begun for _term, begun in wanted):
        found = _newest(connection, wanted, limit)
    return found


def _newest(connection: Connection, wanted: Sequence[tuple[str, bool]], limit: int) -> list[Any]:
    found: list[Any] = []
    before = 2**63 - 1
    for _page in range(_PAGES):
        keys = _texts_before(connection, wanted, before, limit * 2)
        if not keys:
            break
        found += _lines(connection, keys)
        if len(found) >= limit or len(keys) < limit * 2:
            break
        before = keys[-1]
    return found[:limit]


def _texts_before(connection: Connection, wanted: Sequence[tuple[str, bool]], before: int, limit: int) -> list[int]:
    # Terms hold letters and digits only, so that quoting cannot be left.
    if connection.dialect.name == "sqlite":
        query = " AND ".join(f'"{term}"{"*" if begun else ""}' for term, begun in wanted)
        statement = text(
            "SELECT rowid FROM text_index WHERE text_index MATCH :query AND rowid < :before "
            "ORDER BY rowid DESC LIMIT :limit"
        )
        rows = connection.execute(statement, {"query": query, "before": before, "limit": limit})
        return list(rows.scalars())
    query = " & ".join(f"'{term}'{':*' if begun else ''}" for term, begun in wanted)
    newest = (
        select(_text.c.id)
        .where(_text.c.tokens.bool_op("@@")(cast(query, TSQUERY)), _text.c.id < before)
        .order_by(_text.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(newest).scalars())


def _lines(connection: Connection, keys: Collection[int]) -> list[Any]:
    sealed = exists().where(
        or_(
            and_(_timeline.c.kind == fixed(EntryKind.CASE), _case.c.id == _timeline.c.source_id),
            and_(_timeline.c.kind == fixed(EntryKind.INTERACTION), _case.c.interaction_id == _timeline.c.source_id),
        ),
        _case.c.confidentiality != fixed(Confidentiality.OPEN),
    )
    statement = (
        select(
            _timeline.c.id.label("entry_id"),
            _timeline.c.at,
            _timeline.c.kind,
            _timeline.c.source_id,
            _timeline.c.channel,
            _timeline.c.direction,
            LIVING.label("contact_id"),
            _timeline.c.case_number,
        )
        .join_from(
            _text,
            _timeline,
            and_(_timeline.c.kind == _text.c.kind, _timeline.c.source_id == _text.c.source_id),
        )
        .join(_contact, _contact.c.id == _timeline.c.contact_id)
        .where(_text.c.id.in_(keys), ~sealed)
        .order_by(_text.c.id.desc())
    )
    return list(connection.execute(statement))


# Openings


def opened_last(connection: Connection, account_id: int, limit: int) -> list[int]:
    """The contacts this account opened, the last one first, as their survivors; the audit says so."""
    statement = (
        select(_audit.c.subject)
        # Written out: only then the partial index is used.
        .where(_audit.c.account_id == account_id, _audit.c.act == literal_column(f"'{Act.OPEN_CONTACT.value}'"))
        .order_by(_audit.c.at.desc(), _audit.c.seq.desc())
        .limit(_OPENINGS)
    )
    subjects = connection.execute(statement).scalars()
    keys = list(dict.fromkeys(int(subject[8:]) for subject in subjects if subject.startswith("contact:")))
    living = survivors(connection, keys)
    return list(dict.fromkeys(living[key] for key in keys if key in living))[:limit]


def opened_among(connection: Connection, account_id: int, contacts: Collection[int]) -> set[int]:
    """Which of these contacts this account opened at any time."""
    statement = select(_audit.c.subject).where(
        _audit.c.subject.in_([f"contact:{key}" for key in contacts]),
        _audit.c.account_id == account_id,
        _audit.c.act == Act.OPEN_CONTACT.value,
    )
    return {int(subject[8:]) for subject in connection.execute(statement).scalars()}

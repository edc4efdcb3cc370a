"""What a citizen may be told of a case by text, and the secrets and attempts that guard it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from grm_console.domain.words import CaseState, Confidentiality
from grm_console.store.contacts import living_row, union_of
from grm_console.store.prepared import fixed
from grm_console.store.tables import CaseFile, CasePin, PinAttempt, Service
from grm_console.store.tables.columns import table_of

_case = table_of(CaseFile)
_service = table_of(Service)
_pin = table_of(CasePin)
_attempt = table_of(PinAttempt)

_STATUS = select(
    _case.c.id,
    _case.c.number,
    _case.c.contact_id,
    _case.c.confidentiality,
    _case.c.state,
    _case.c.due_at,
    _case.c.closed_at,
    _service.c.name.label("service"),
    _service.c.other_name.label("other_service"),
).join_from(_case, _service, _service.c.id == _case.c.service_id)


def numbered(connection: Connection, number: str) -> Any | None:
    """A case by its number, or None."""
    return connection.execute(_STATUS.where(_case.c.number == number)).one_or_none()


def by_key(connection: Connection, case_id: int) -> Any | None:
    """A case by its key, or None."""
    return connection.execute(_STATUS.where(_case.c.id == case_id)).one_or_none()


def open_ones_of(connection: Connection, contact_id: int, most: int) -> list[Any]:
    """The newest open cases of a contact that are not sealed, newest first."""
    statement = _STATUS.where(
        _case.c.contact_id.in_(_members(connection, contact_id)),
        _case.c.state == fixed(CaseState.OPEN),
        _case.c.confidentiality == fixed(Confidentiality.OPEN),
    )
    return list(connection.execute(statement.order_by(_case.c.opened_at.desc(), _case.c.id.desc()).limit(most)))


def is_of(connection: Connection, case: Any, contact_id: int) -> bool:
    """Whether a contact reported a case, itself or as one that was merged into it."""
    return case.contact_id is not None and case.contact_id in _members(connection, contact_id)


def pin_hash(connection: Connection, case_id: int) -> str:
    """The hash of a case's PIN; empty for a case without one."""
    return connection.execute(select(_pin.c.pin_hash).where(_pin.c.case_id == case_id)).scalar_one_or_none() or ""


def keep_pin(connection: Connection, case_id: int, hashed: str, at: datetime) -> None:
    """Keep the hash of a new case's PIN."""
    connection.execute(insert(_pin).values(case_id=case_id, pin_hash=hashed, made_at=at))


def wrong_pins(connection: Connection, case_id: int, contact_point_id: int, since: datetime) -> int:
    """Wrong PINs since a moment: the more of those for the case, by anybody, and of those from the number."""
    of_case = select(func.count()).where(_attempt.c.case_id == case_id, _attempt.c.at >= since)
    of_point = select(func.count()).where(_attempt.c.contact_point_id == contact_point_id, _attempt.c.at >= since)
    counted = connection.execute(select(of_case.scalar_subquery(), of_point.scalar_subquery())).one()
    return max(int(count) for count in counted)


def note_wrong_pin(connection: Connection, case_id: int, contact_point_id: int, at: datetime) -> None:
    """Count a wrong PIN."""
    connection.execute(insert(_attempt).values(case_id=case_id, contact_point_id=contact_point_id, at=at))


def _members(connection: Connection, contact_id: int) -> list[int]:
    living = living_row(connection, contact_id)
    return union_of(connection, contact_id if living is None else living.id)

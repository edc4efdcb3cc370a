"""The catalogue of services, and cases with their tasks and events."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.store.tables import (
    CaseEvent,
    CaseFile,
    Counter,
    Organisation,
    Service,
    ServiceDepartment,
    Task,
)
from grm_console.store.tables.columns import table_of

_service = table_of(Service)
_department = table_of(ServiceDepartment)
_organisation = table_of(Organisation)
_counter = table_of(Counter)
_case = table_of(CaseFile)
_task = table_of(Task)
_event = table_of(CaseEvent)

_SERVICES = (
    select(_service, _organisation.c.name.label("department"))
    .join_from(_service, _organisation, _organisation.c.id == _service.c.organisation_id)
    .where(_service.c.active)
)


def services(connection: Connection) -> list[Any]:
    """The services in use with their lead department's name, by name."""
    return list(connection.execute(_SERVICES.order_by(_service.c.name)))


def service_coded(connection: Connection, code: str) -> Any | None:
    """A service in use, or None."""
    return connection.execute(_SERVICES.where(_service.c.code == code)).one_or_none()


def cooperating(connection: Connection) -> dict[int, list[Any]]:
    """(id, name) of the departments that cooperate, by service key."""
    statement = (
        select(_department.c.service_id, _organisation.c.id, _organisation.c.name)
        .join_from(_department, _organisation, _organisation.c.id == _department.c.organisation_id)
        .order_by(_organisation.c.name)
    )
    found: dict[int, list[Any]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.service_id, []).append(row)
    return found


def next_number(connection: Connection, series: str) -> int:
    """The next number of a series, from 1; two transactions never get the same."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(_counter).values(name=series, value=1)
    counted = statement.on_conflict_do_update(index_elements=["name"], set_={"value": _counter.c.value + 1})
    return int(connection.execute(counted.returning(_counter.c.value)).scalar_one())


def add_case(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a case whole."""
    return int(connection.execute(insert(_case).values(values).returning(_case.c.id)).scalar_one())


def opened_before(connection: Connection, interaction_id: int, service_id: int, summary: str) -> Any | None:
    """(id, number, first_reply_due_at, due_at) of the case this exchange opened for the same service and summary."""
    statement = select(_case.c.id, _case.c.number, _case.c.first_reply_due_at, _case.c.due_at).where(
        _case.c.interaction_id == interaction_id, _case.c.service_id == service_id, _case.c.summary == summary
    )
    return connection.execute(statement.limit(1)).one_or_none()


def newest_of(connection: Connection, interaction_id: int) -> Any | None:
    """The newest case an exchange opened, with its lead department's name; or None."""
    statement = (
        select(_case, _organisation.c.name.label("department"))
        .join_from(_case, _organisation, _organisation.c.id == _case.c.organisation_id)
        .where(_case.c.interaction_id == interaction_id)
        .order_by(_case.c.id.desc())
        .limit(1)
    )
    return connection.execute(statement).one_or_none()


def follow_speaker(connection: Connection, interaction_id: int, contact_id: int | None) -> None:
    """Give the cases opened in an exchange to whoever turned out to speak; anonymous ones lead to no exchange."""
    connection.execute(
        update(_case)
        .where(_case.c.interaction_id == interaction_id, _case.c.contact_id.is_distinct_from(contact_id))
        .values(contact_id=contact_id, version=_case.c.version + 1)
    )


def add_task(
    connection: Connection, case_id: int, organisation_id: int, *, lead: bool, at: datetime, due_at: datetime
) -> int:
    """Give a department its part of a case."""
    statement = insert(_task).values(
        case_id=case_id,
        organisation_id=organisation_id,
        is_lead=lead,
        state="dispatched",
        dispatched_at=at,
        due_at=due_at,
        signed_at=None,
        done_at=None,
    )
    return int(connection.execute(statement.returning(_task.c.id)).scalar_one())


def add_event(
    connection: Connection,
    case_id: int,
    kind: str,
    at: datetime,
    account_id: int,
    *,
    task_id: int | None = None,
    note: str = "",
    detail: Any = None,
) -> None:
    """Append a step to a case's life."""
    connection.execute(
        insert(_event).values(
            case_id=case_id, task_id=task_id, kind=kind, at=at, account_id=account_id, note=note, detail=detail
        )
    )

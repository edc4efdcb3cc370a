"""What was put right on finished exchanges and on cases: the new values in place, the old ones in the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from grm_console.domain.words import EntryKind
from grm_console.store.tables import Account, CaseFile, Correction, Disposition, Interaction, Service, TimelineEntry
from grm_console.store.tables.columns import table_of

_correction = table_of(Correction)
_account = table_of(Account)
_interaction = table_of(Interaction)
_disposition = table_of(Disposition)
_case = table_of(CaseFile)
_service = table_of(Service)
_timeline = table_of(TimelineEntry)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is corrected: an exchange, or a case."""

    interaction_id: int | None = None
    case_id: int | None = None


def exchange_row(connection: Connection, interaction_id: int, *, locked: bool = False) -> Any | None:
    """An exchange with its wrap-up's `code` and `code_name`, if asked locked until the commit; or None."""
    statement = (
        select(_interaction, _disposition.c.code, _disposition.c.name.label("code_name"))
        .join_from(_interaction, _disposition, _disposition.c.id == _interaction.c.disposition_id, isouter=True)
        .where(_interaction.c.id == interaction_id)
    )
    if locked:
        statement = statement.with_for_update(of=_interaction)
    return connection.execute(statement).one_or_none()


def case_row(connection: Connection, case_id: int, *, locked: bool = False) -> Any | None:
    """A case whole with its service's name as `service`, if asked locked until the commit; None if there is none."""
    statement = (
        select(_case, _service.c.name.label("service"))
        .join_from(_case, _service, _service.c.id == _case.c.service_id)
        .where(_case.c.id == case_id)
    )
    if locked:
        statement = statement.with_for_update(of=_case)
    return connection.execute(statement).one_or_none()


def history_of(connection: Connection, what: Corrected) -> list[Any]:
    """(field, before, after, reason, by, at) of every correction, newest first."""
    statement = (
        select(
            _correction.c.field,
            _correction.c.before,
            _correction.c.after,
            _correction.c.reason,
            _account.c.full_name.label("by"),
            _correction.c.at,
        )
        .join_from(_correction, _account, _account.c.id == _correction.c.account_id)
        .where(
            _correction.c.interaction_id == what.interaction_id
            if what.case_id is None
            else _correction.c.case_id == what.case_id
        )
        .order_by(_correction.c.id.desc())
    )
    return list(connection.execute(statement))


def add_corrections(
    connection: Connection,
    what: Corrected,
    fields: Mapping[str, tuple[str, str]],
    reason: str,
    account_id: int,
    at: datetime,
) -> None:
    """Log the old and the new value of each field."""
    shared: dict[str, Any] = {"interaction_id": what.interaction_id, "case_id": what.case_id}
    shared |= {"reason": reason, "account_id": account_id, "at": at}
    rows = [shared | {"field": name, "before": before, "after": after} for name, (before, after) in fields.items()]
    connection.execute(insert(_correction), rows)


def correct_exchange(connection: Connection, row: Any, values: Mapping[str, Any]) -> None:
    """Write the new values over an exchange; one correction is one version, whatever else it moved."""
    connection.execute(
        update(_interaction).where(_interaction.c.id == row.id).values(dict(values) | {"version": row.version + 1})
    )


def correct_case(connection: Connection, row: Any, values: Mapping[str, str], line: str) -> None:
    """Write the new words over a case, and what its line of the timeline says."""
    connection.execute(update(_case).where(_case.c.id == row.id).values(dict(values) | {"version": row.version + 1}))
    connection.execute(
        update(_timeline)
        .where(_timeline.c.kind == EntryKind.CASE.value, _timeline.c.source_id == row.id)
        .values(summary=line)
    )


def cases_of(connection: Connection, interaction_id: int) -> Iterable[Any]:
    """(id, contact_id, confidentiality) of the cases that an exchange opened."""
    statement = select(_case.c.id, _case.c.contact_id, _case.c.confidentiality)
    return list(connection.execute(statement.where(_case.c.interaction_id == interaction_id).order_by(_case.c.id)))

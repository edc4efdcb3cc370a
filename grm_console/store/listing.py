"""The rows of each kind of file, under the columns of the files, for a look or a check."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select

from grm_console.domain.words import QueueState
from grm_console.store.tables import (
    Account,
    AuditRow,
    Calendar,
    CaseFile,
    Contact,
    Disposition,
    Interaction,
    Organisation,
    Queue,
    QueueEntry,
    QueueLine,
    Relation,
    Segment,
    Service,
    ServiceDepartment,
)
from grm_console.store.tables.columns import table_of

_organisation = table_of(Organisation)
_queue = table_of(Queue)
_other_queue = _queue.alias()
_disposition = table_of(Disposition)
_segment = table_of(Segment)
_service = table_of(Service)
_contact = table_of(Contact)
_person = _contact.alias()
_relation = table_of(Relation)
_interaction = table_of(Interaction)
_account = table_of(Account)
_case = table_of(CaseFile)
_entry = table_of(QueueEntry)
_line = table_of(QueueLine)
_department = table_of(ServiceDepartment)
_audit = table_of(AuditRow)
_calendar = table_of(Calendar)

ORGANISATIONS = select(
    _organisation.c.code,
    _organisation.c.kind,
    _organisation.c.name.label("name_en"),
    _organisation.c.other_name.label("name_zh"),
    _organisation.c.phone,
    _organisation.c.email,
    _organisation.c.hours,
    _organisation.c.duties,
    _organisation.c.interprets,
    _organisation.c.detects_machines,
    _organisation.c.active,
).order_by(_organisation.c.code)

QUEUES = (
    select(
        _queue.c.id,
        _queue.c.code,
        _queue.c.name.label("name_en"),
        _queue.c.other_name.label("name_zh"),
        _queue.c.languages,
        _queue.c.target_seconds,
        _queue.c.text_delay_seconds,
        _queue.c.wrap_up_seconds,
        func.coalesce(_calendar.c.code, "").label("calendar"),
        _queue.c.capacity,
        _queue.c.longest_wait_seconds,
        func.coalesce(_other_queue.c.code, "").label("overflow_queue"),
        _queue.c.overflow_after_seconds,
        _queue.c.music,
        _queue.c.callback_dropped,
        _queue.c.records,
        _queue.c.text_target_seconds,
        _queue.c.quiet_hours,
        _queue.c.asks_rating,
        _queue.c.detects_machines,
        _queue.c.active,
    )
    .join_from(_queue, _calendar, _calendar.c.id == _queue.c.calendar_id, isouter=True)
    .join(_other_queue, _other_queue.c.id == _queue.c.overflow_queue_id, isouter=True)
    .order_by(_queue.c.id)
)

DISPOSITIONS = select(
    _disposition.c.code,
    _disposition.c.name.label("name_en"),
    _disposition.c.other_name.label("name_zh"),
    _disposition.c.outcome,
    _disposition.c.channels,
    _disposition.c.active,
).order_by(_disposition.c.position, _disposition.c.code)

SEGMENTS = select(
    _segment.c.code,
    _segment.c.name.label("name_en"),
    _segment.c.other_name.label("name_zh"),
    _segment.c.purpose,
    _segment.c.expires_at.label("expires_on"),
).order_by(_segment.c.code)

SERVICES = (
    select(
        _service.c.id,
        _service.c.code,
        _service.c.name.label("name_en"),
        _service.c.other_name.label("name_zh"),
        _service.c.description.label("description_en"),
        _service.c.other_description.label("description_zh"),
        _organisation.c.code.label("department"),
        _service.c.kind,
        _service.c.first_reply_hours,
        _service.c.done_hours,
        _service.c.done_working_days,
        _service.c.default_harm,
        _service.c.confidential,
        _service.c.keywords,
        _service.c.questions,
        _service.c.active,
    )
    .join_from(_service, _organisation, _organisation.c.id == _service.c.organisation_id)
    .order_by(_service.c.code)
)

STAFF = (
    select(
        _account.c.name.label("account"),
        _account.c.full_name.label("name"),
        _account.c.role,
        _organisation.c.code.label("organisation"),
        _account.c.languages,
        _account.c.device.label("phone"),
        _account.c.active,
        _account.c.password_hash.is_not(None).label("has_password"),
    )
    .join_from(_account, _organisation, _organisation.c.id == _account.c.organisation_id)
    .where(_account.c.role != "system")
    .order_by(_account.c.name)
)

CONTACTS = select(
    _contact.c.id,
    _contact.c.import_key.label("key"),
    _contact.c.kind,
    _contact.c.name,
    _contact.c.other_name,
    _contact.c.language,
    _contact.c.district,
).order_by(_contact.c.id)

RELATIONS = (
    select(
        _relation.c.id,
        _person.c.import_key.label("person"),
        _person.c.name.label("person_name"),
        _contact.c.import_key.label("organisation"),
        _contact.c.name.label("organisation_name"),
        _relation.c.role,
        _relation.c.mandate,
        _relation.c.since,
        _relation.c.until,
    )
    .join_from(_relation, _person, _person.c.id == _relation.c.person_id)
    .join(_contact, _contact.c.id == _relation.c.acts_for_id)
    .order_by(_relation.c.id)
)

HISTORY = (
    select(
        _interaction.c.id,
        _interaction.c.import_key.label("key"),
        _contact.c.import_key.label("contact"),
        _interaction.c.channel,
        _interaction.c.direction,
        _interaction.c.happened_at,
        _interaction.c.sender.label("address"),
        _interaction.c.language,
        _disposition.c.code.label("disposition"),
        _account.c.name.label("agent"),
        _interaction.c.duration,
        _interaction.c.end_reason,
    )
    .join_from(_interaction, _contact, _contact.c.id == _interaction.c.contact_id, isouter=True)
    .join(_disposition, _disposition.c.id == _interaction.c.disposition_id, isouter=True)
    .join(_account, _account.c.id == _interaction.c.agent_id, isouter=True)
    .order_by(_interaction.c.id)
)

CASES = (
    select(
        _case.c.number,
        _case.c.import_key.label("key"),
        _service.c.code.label("service"),
        _organisation.c.code.label("department"),
        _case.c.summary,
        _case.c.place,
        _case.c.confidentiality,
        _case.c.state,
        _case.c.opened_at,
        _case.c.due_at,
        _case.c.closed_at,
    )
    .join_from(_case, _service, _service.c.id == _case.c.service_id)
    .join(_organisation, _organisation.c.id == _case.c.organisation_id)
    .order_by(_case.c.id)
)


def locked_key(connection: Connection, table: Any, natural: str, code: str) -> int | None:
    """The key of a row, which nobody else changes before the transaction ends; None if there is none."""
    statement = select(table.c.id).where(table.c[natural] == code)
    return connection.execute(statement.with_for_update()).scalar_one_or_none()


def last_change(connection: Connection, subjects: Collection[str]) -> Any | None:
    """(full_name, at) of the newest audit row of one of some subjects, or None."""
    statement = (
        select(_account.c.full_name, _audit.c.at)
        .join_from(_audit, _account, _account.c.id == _audit.c.account_id)
        .where(_audit.c.subject.in_(subjects))
        .order_by(_audit.c.at.desc(), _audit.c.seq.desc())
        .limit(1)
    )
    return connection.execute(statement).one_or_none()


def cooperating(connection: Connection) -> dict[int, list[str]]:
    """The codes of the departments that cooperate in each service, by the service's key."""
    statement = (
        select(_department.c.service_id, _organisation.c.code)
        .join_from(_department, _organisation, _organisation.c.id == _department.c.organisation_id)
        .order_by(_organisation.c.code)
    )
    found: dict[int, list[str]] = {}
    for service, code in connection.execute(statement):
        found.setdefault(service, []).append(code)
    return found


def queues_of_lines(connection: Connection) -> dict[str, str]:
    """The code of the queue that each of our numbers leads to."""
    statement = select(_line.c.line, _queue.c.code).join_from(_line, _queue, _queue.c.id == _line.c.queue_id)
    return dict(connection.execute(statement).all())


def items_in_queues(connection: Connection) -> dict[str, int]:
    """How many items wait in each queue by its code; queues without any are left out."""
    statement = (
        select(_queue.c.code, func.count())
        .join_from(_entry, _queue, _queue.c.id == _entry.c.queue_id)
        .where(_entry.c.state == QueueState.WAITING.value)
        .group_by(_queue.c.code)
    )
    return dict(connection.execute(statement).all())


def count_active(connection: Connection, table: Any, **values: str) -> int:
    """How many rows in use have these values."""
    statement = select(func.count()).select_from(table).where(table.c.active)
    for column, value in values.items():
        statement = statement.where(table.c[column] == value)
    return int(connection.execute(statement).scalar_one())


def disposition_order(connection: Connection) -> dict[str, int]:
    """The position of each wrap-up code, in the order they are offered."""
    statement = select(_disposition.c.code, _disposition.c.position)
    ordered = statement.order_by(_disposition.c.position, _disposition.c.code)
    return dict(connection.execute(ordered).all())

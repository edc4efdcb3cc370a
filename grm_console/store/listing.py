"""The rows of each kind of file, under the columns of the files, for a look or a check."""

from sqlalchemy import select

from grm_console.store.tables import (
    Account,
    CaseFile,
    Contact,
    Disposition,
    Interaction,
    Organisation,
    Queue,
    Relation,
    Segment,
    Service,
)
from grm_console.store.tables.columns import table_of

_organisation = table_of(Organisation)
_queue = table_of(Queue)
_disposition = table_of(Disposition)
_segment = table_of(Segment)
_service = table_of(Service)
_contact = table_of(Contact)
_person = _contact.alias()
_relation = table_of(Relation)
_interaction = table_of(Interaction)
_account = table_of(Account)
_case = table_of(CaseFile)

ORGANISATIONS = select(
    _organisation.c.code,
    _organisation.c.kind,
    _organisation.c.name.label("name_en"),
    _organisation.c.other_name.label("name_zh"),
    _organisation.c.phone,
    _organisation.c.email,
    _organisation.c.hours,
    _organisation.c.active,
).order_by(_organisation.c.code)

QUEUES = select(
    _queue.c.id,
    _queue.c.code,
    _queue.c.name.label("name_en"),
    _queue.c.other_name.label("name_zh"),
    _queue.c.languages,
    _queue.c.target_seconds,
    _queue.c.text_delay_seconds,
    _queue.c.wrap_up_seconds,
).order_by(_queue.c.id)

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
    _segment.c.expires_at,
).order_by(_segment.c.code)

SERVICES = (
    select(
        _service.c.code,
        _service.c.name.label("name_en"),
        _service.c.other_name.label("name_zh"),
        _organisation.c.code.label("department"),
        _service.c.kind,
        _service.c.first_reply_hours,
        _service.c.done_hours,
        _service.c.done_working_days,
        _service.c.confidential,
        _service.c.active,
    )
    .join_from(_service, _organisation, _organisation.c.id == _service.c.organisation_id)
    .order_by(_service.c.code)
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

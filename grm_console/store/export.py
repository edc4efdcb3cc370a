"""Rows for export, streamed in the order of their keys."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from grm_console.domain.words import OutboxState
from grm_console.store.tables import (
    Account,
    CaseFile,
    Contact,
    Disposition,
    Interaction,
    Organisation,
    Outbox,
    Queue,
    Service,
)
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_contact = table_of(Contact)
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)
_outbox = table_of(Outbox)
_queue = table_of(Queue)
_disposition = table_of(Disposition)
_account = table_of(Account)
_typist = _account.alias("typist")

INTERACTIONS = (
    select(
        _interaction.c.id,
        _interaction.c.provider,
        _interaction.c.sid,
        _interaction.c.channel,
        _interaction.c.direction,
        _interaction.c.state,
        _interaction.c.provider_state,
        _interaction.c.end_reason,
        _interaction.c.sender,
        _interaction.c.line,
        _interaction.c.contact_id,
        _interaction.c.identified,
        _interaction.c.concerned_name,
        _interaction.c.reference,
        _typist.c.name.label("entered_by"),
        _account.c.name.label("agent"),
        _queue.c.code.label("queue"),
        _disposition.c.code.label("disposition"),
        _interaction.c.language,
        _interaction.c.happened_at,
        _interaction.c.entered_at,
        _interaction.c.answered_at,
        _interaction.c.connected_at,
        _interaction.c.ended_at,
        _interaction.c.wrapped_up_at,
        _interaction.c.duration,
        _interaction.c.attachments,
        _interaction.c.text,
        _interaction.c.note,
        _interaction.c.problem,
        _interaction.c.recovered,
    )
    .join_from(_interaction, _account, _account.c.id == _interaction.c.agent_id, isouter=True)
    .join(_typist, _typist.c.id == _interaction.c.entered_by_id, isouter=True)
    .join(_queue, _queue.c.id == _interaction.c.queue_id, isouter=True)
    .join(_disposition, _disposition.c.id == _interaction.c.disposition_id, isouter=True)
    .order_by(_interaction.c.id)
)

CONTACTS = select(
    _contact.c.id,
    _contact.c.import_key,
    _contact.c.kind,
    _contact.c.name,
    _contact.c.other_name,
    _contact.c.language,
    _contact.c.address,
    _contact.c.district,
    _contact.c.note,
    _contact.c.merged_into_id,
    _contact.c.created_at,
).order_by(_contact.c.id)

CASES = (
    select(
        _case.c.id,
        _case.c.number,
        _service.c.code.label("service"),
        _organisation.c.code.label("department"),
        _case.c.contact_id,
        _case.c.concerned_name,
        _case.c.interaction_id,
        _case.c.summary,
        _case.c.details,
        _case.c.occurred,
        _case.c.place,
        _case.c.people,
        _case.c.demand,
        _case.c.language,
        _case.c.harm,
        _case.c.confidentiality,
        _case.c.state,
        _case.c.answers,
        _case.c.opened_at,
        _case.c.first_reply_due_at,
        _case.c.due_at,
        _case.c.closed_at,
    )
    .join_from(_case, _service, _service.c.id == _case.c.service_id)
    .join(_organisation, _organisation.c.id == _case.c.organisation_id)
    .order_by(_case.c.id)
)

REPLIES = (
    select(
        _outbox.c.id,
        _outbox.c.answered_sid,
        _outbox.c.provider,
        _outbox.c.provider_id,
        _outbox.c.interaction_id,
        _interaction.c.sender.label("recipient"),
        _interaction.c.channel,
        _outbox.c.body,
        _outbox.c.by_document,
        _outbox.c.state,
        _outbox.c.error,
        _outbox.c.decided_at,
        _outbox.c.sent_at,
    )
    .join_from(_outbox, _interaction, _interaction.c.id == _outbox.c.interaction_id)
    .where(_outbox.c.kind == "text", _outbox.c.state != OutboxState.WITHDRAWN.value)
    .order_by(_outbox.c.id)
)


def stream(connection: Connection, statement: Select[Any]) -> Iterator[dict[str, Any]]:
    """Rows as dictionaries, some thousand in memory at a time."""
    with connection.execute(statement, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            yield dict(row._mapping)

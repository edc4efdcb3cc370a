"""A contact's history: newest first, page by page by key, as a union over merged contacts."""

import heapq
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_

from grm_console.domain.words import Channel, Confidentiality, OutboxState
from grm_console.store.contacts import union_of
from grm_console.store.conversations import TEXT_CHANNELS
from grm_console.store.prepared import Prepared
from grm_console.store.recordings import voicemail_seconds
from grm_console.store.tables import (
    Account,
    AnswerGiven,
    Article,
    ArticleText,
    ArticleVersion,
    CaseFile,
    Contact,
    ContactNote,
    Disposition,
    Interaction,
    Organisation,
    Outbox,
    Service,
    TimelineEntry,
)
from grm_console.store.tables.columns import INSTANT, KEY, table_of

_timeline = table_of(TimelineEntry)
_interaction = table_of(Interaction)
_account = table_of(Account)
_typist = _account.alias("typist")
_disposition = table_of(Disposition)
_concerned = table_of(Contact).alias("concerned")
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)
_given = table_of(AnswerGiven)
_version = table_of(ArticleVersion)
_article_text = table_of(ArticleText)
_article = table_of(Article)
_outbox = table_of(Outbox)
_note = table_of(ContactNote)

_COLUMNS = (
    _timeline.c.id,
    _timeline.c.at,
    _timeline.c.kind,
    _timeline.c.channel,
    _timeline.c.direction,
    _timeline.c.state,
    _timeline.c.case_number,
    _timeline.c.summary,
    _timeline.c.voicemail_seconds,
)
_PAGE = Prepared(
    select(*_COLUMNS)
    .where(
        _timeline.c.contact_id == bindparam("contact"),
        # The types are said, for within a tuple SQLAlchemy does not infer them from the columns.
        tuple_(_timeline.c.at, _timeline.c.id) < tuple_(bindparam("at", type_=INSTANT), bindparam("id", type_=KEY)),
    )
    .order_by(_timeline.c.at.desc(), _timeline.c.id.desc())
    .limit(bindparam("limit"))
)
_IN_PARTS = {"yield_per": 5000}
_AFTER_ALL = (datetime.max.replace(tzinfo=UTC), 2**62)


def page(connection: Connection, contact: int, older: tuple[datetime, int] | None, limit: int) -> list[tuple[Any, ...]]:
    """Rows of `_COLUMNS`, newest first, below the key `older`."""
    at, key = older or _AFTER_ALL
    pages = [
        _PAGE.rows(connection, {"contact": member, "at": at, "id": key, "limit": limit})
        for member in union_of(connection, contact)
    ]
    if len(pages) == 1:
        return pages[0]
    return list(islice(heapq.merge(*pages, key=lambda row: (row[1], row[0]), reverse=True), limit))


def count(connection: Connection, contact: int) -> int:
    """How many lines a history has."""
    statement = select(func.count()).where(_timeline.c.contact_id.in_(union_of(connection, contact)))
    return int(connection.execute(statement).scalar_one())


def entry_row(connection: Connection, entry_id: int) -> Any | None:
    """One line, with whose and what it is."""
    return connection.execute(select(_timeline).where(_timeline.c.id == entry_id)).one_or_none()


def interaction_detail(connection: Connection, interaction_id: int) -> Any | None:
    """An exchange with the names of its agent, of who entered it and of its wrap-up code."""
    statement = (
        select(
            _interaction,
            _concerned.c.name.label("concerned"),
            _account.c.full_name.label("agent"),
            _typist.c.full_name.label("entered_by"),
            _disposition.c.name.label("disposition"),
            _disposition.c.other_name.label("other_disposition"),
        )
        .join_from(_interaction, _account, _account.c.id == _interaction.c.agent_id, isouter=True)
        .join(_typist, _typist.c.id == _interaction.c.entered_by_id, isouter=True)
        .join(_disposition, _disposition.c.id == _interaction.c.disposition_id, isouter=True)
        .join(_concerned, _concerned.c.id == _interaction.c.concerned_id, isouter=True)
        .where(_interaction.c.id == interaction_id)
    )
    return connection.execute(statement).one_or_none()


def case_detail(connection: Connection, case_id: int) -> Any | None:
    """A case with the names of its service, of its lead department and of who entered it."""
    statement = (
        select(
            _case,
            _concerned.c.name.label("concerned"),
            _service.c.name.label("service"),
            _service.c.other_name.label("other_service"),
            _organisation.c.name.label("department"),
            _typist.c.full_name.label("entered_by"),
        )
        .join_from(_case, _service, _service.c.id == _case.c.service_id)
        .join(_organisation, _organisation.c.id == _case.c.organisation_id)
        .join(_typist, _typist.c.id == _case.c.entered_by_id)
        .join(_concerned, _concerned.c.id == _case.c.concerned_id, isouter=True)
        .where(_case.c.id == case_id)
    )
    return connection.execute(statement).one_or_none()


def disposition_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """The names of wrap-up codes, also of those no longer in use."""
    statement = select(_disposition.c.code, _disposition.c.name).where(_disposition.c.code.in_(codes))
    return {row.code: row.name for row in connection.execute(statement)} if codes else {}


def answer_detail(connection: Connection, given_id: int) -> Any | None:
    """An answer given: code, version, language, the words it was told in and those of that version, by whom and when.

    `text_state` is what became of the text it went out with, None where it was no text.
    """
    statement = (
        select(
            _given.c.at,
            _given.c.channel,
            _given.c.rank,
            _given.c.query,
            _given.c.told,
            _outbox.c.state.label("text_state"),
            _article.c.code,
            _version.c.version,
            _article_text.c.language,
            _version.c.question,
            _version.c.answer,
            _account.c.full_name.label("agent"),
        )
        .join_from(_given, _version, _version.c.id == _given.c.article_version_id)
        .join(_article_text, _article_text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _article_text.c.article_id)
        .join(_account, _account.c.id == _given.c.account_id)
        .join(_outbox, _outbox.c.id == _given.c.outbox_id, isouter=True)
        .where(_given.c.id == given_id)
    )
    return connection.execute(statement).one_or_none()


def reply_detail(connection: Connection, outbox_id: int) -> Any | None:
    """A text we sent, with its delivery state."""
    return connection.execute(select(_outbox).where(_outbox.c.id == outbox_id)).one_or_none()


def note_detail(connection: Connection, note_id: int) -> Any | None:
    """A note on a contact with who wrote it."""
    statement = (
        select(_note.c.text, _note.c.at, _account.c.full_name.label("by"))
        .join_from(_note, _account, _account.c.id == _note.c.account_id)
        .where(_note.c.id == note_id)
    )
    return connection.execute(statement).one_or_none()


def expected_entries(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every line that ought to be there, made anew from the sources; for rebuilding and checking.

    In the order of the sources' keys, so that lines of one moment stay in theirs.
    """
    interactions = select(
        _interaction.c.id,
        _interaction.c.contact_id,
        _interaction.c.happened_at,
        _interaction.c.channel,
        _interaction.c.direction,
        func.coalesce(_interaction.c.end_reason, _interaction.c.state).label("state"),
        func.substr(_interaction.c.text, 1, 200).label("summary"),
        voicemail_seconds(_interaction.c.id).label("voicemail"),
    ).order_by(_interaction.c.id)
    row: Any
    for row in connection.execute(interactions, execution_options=_IN_PARTS):
        yield _entry(
            "interaction",
            row.id,
            row.contact_id,
            row.happened_at,
            row.id,
            row.channel,
            row.direction,
            row.state,
            "",
            row.summary,
            row.voicemail,
        )
    cases = select(
        _case.c.id,
        _case.c.contact_id,
        _case.c.opened_at,
        _case.c.interaction_id,
        _case.c.state,
        _case.c.number,
        _case.c.confidentiality,
        _case.c.summary,
    ).order_by(_case.c.id)
    for row in connection.execute(cases, execution_options=_IN_PARTS):
        yield _entry(
            "case",
            row.id,
            row.contact_id,
            row.opened_at,
            row.interaction_id,
            None,
            None,
            row.state,
            row.number,
            case_summary(row.confidentiality, row.summary),
        )
    given = (
        select(
            _given.c.id,
            _interaction.c.contact_id,
            _given.c.at,
            _given.c.interaction_id,
            _given.c.channel,
            _article.c.code,
            _version.c.version,
            _version.c.question,
        )
        .join_from(_given, _interaction, _interaction.c.id == _given.c.interaction_id)
        .join(_version, _version.c.id == _given.c.article_version_id)
        .join(_article_text, _article_text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _article_text.c.article_id)
        .order_by(_given.c.id)
    )
    for row in connection.execute(given, execution_options=_IN_PARTS):
        yield _entry(
            "answer",
            row.id,
            row.contact_id,
            row.at,
            row.interaction_id,
            row.channel,
            "outbound",
            "",
            "",
            answer_summary(row.code, row.version, row.question),
        )
    replies = (
        select(
            _outbox.c.id,
            _interaction.c.contact_id,
            _outbox.c.decided_at,
            _outbox.c.interaction_id,
            _interaction.c.channel,
            _outbox.c.state,
            _outbox.c.body,
            _outbox.c.detail,
        )
        .join_from(_outbox, _interaction, _interaction.c.id == _outbox.c.interaction_id)
        .where(_outbox.c.kind == "text", _outbox.c.state != OutboxState.WITHDRAWN.value)
        .order_by(_outbox.c.id)
    )
    for row in connection.execute(replies, execution_options=_IN_PARTS):
        yield _entry(
            "reply",
            row.id,
            row.contact_id,
            row.decided_at,
            row.interaction_id,
            _door_of_text(row),
            "outbound",
            row.state,
            "",
            row.body[:200],
        )
    notes = select(_note.c.id, _note.c.contact_id, _note.c.at, _note.c.text).order_by(_note.c.id)
    for row in connection.execute(notes, execution_options=_IN_PARTS):
        yield _entry("note", row.id, row.contact_id, row.at, None, None, None, "", "", row.text[:200])


def _door_of_text(row: Any) -> str:
    """The channel a text went out by: a caller is texted by SMS, or by WhatsApp."""
    if row.channel in TEXT_CHANNELS:
        return str(row.channel)
    recipient = str((row.detail or {}).get("recipient", ""))
    return (Channel.WHATSAPP if recipient.startswith("whatsapp:") else Channel.SMS).value


def case_summary(confidentiality: str, summary: str) -> str:
    """A case in one line; of a sealed one only its number, because operators who may not see it read histories."""
    return summary[:200] if confidentiality == Confidentiality.OPEN else ""


def answer_summary(code: str, version: int, question: str) -> str:
    """An answer given in one line."""
    return f"{code} v{version} {question}"[:200]


def differences(connection: Connection) -> list[tuple[str, int]]:
    """(kind, source) of every line that is missing, too many, or not as its source says; empty if all is well."""
    wanted = {(entry["kind"], entry["source_id"]): entry for entry in expected_entries(connection)}
    wrong = []
    for row in connection.execute(select(_timeline), execution_options=_IN_PARTS):
        entry = wanted.pop((row.kind, row.source_id), None)
        if entry is None or any(getattr(row, name) != value for name, value in entry.items()):
            wrong.append((row.kind, row.source_id))
    return sorted(wrong + list(wanted))


def rebuild(connection: Connection) -> int:
    """Make all lines anew from their sources; gives how many."""
    entries = list(expected_entries(connection))
    connection.execute(_timeline.delete())
    for start in range(0, len(entries), 5000):
        connection.execute(insert(_timeline), entries[start : start + 5000])
    return len(entries)


def _entry(
    kind: str,
    source: int,
    contact: int | None,
    at: datetime,
    interaction: int | None,
    channel: str | None,
    direction: str | None,
    state: str,
    case_number: str,
    summary: str,
    voicemail_seconds: int | None = None,
) -> dict[str, Any]:
    return {
        "contact_id": contact,
        "at": at,
        "kind": kind,
        "source_id": source,
        "interaction_id": interaction,
        "channel": channel,
        "direction": direction,
        "state": state,
        "case_number": case_number,
        "summary": summary,
        "voicemail_seconds": voicemail_seconds,
    }

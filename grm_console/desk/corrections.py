"""Putting right what the desk typed: a wrong wrap-up, note or contact, a wrong word of a case; always with a reason.

Never corrected are numbers, moments and promises: a clock never starts anew, and everybody's matter of one kind is
promised the same. A case of the wrong service is therefore not turned into another one: what the citizen was told
stays, and the right department gets a new case that names the first.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.desk import Desk, record
from grm_console.desk.exchange_views import CorrectableCase, CorrectableExchange, CorrectionLine
from grm_console.domain.case_form import ELEMENTS, MAX_TEXT, element_problems
from grm_console.domain.permissions import Act
from grm_console.domain.reason import check_reason
from grm_console.domain.words import Channel, Confidentiality, Identification, InteractionState
from grm_console.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import cases, contacts, corrections, entries, interactions, timeline
from grm_console.store.corrections import Corrected
from grm_console.store.store import Write

OWN_FOR = timedelta(days=7)
"""How long operators correct what they did themselves; supervisors correct everything."""

EXCHANGE_FIELDS = ("disposition", "note", "contact_id")
CASE_FIELDS = ELEMENTS


class Corrections:
    """What one account may put right."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def exchange(self, interaction_id: int) -> CorrectableExchange:
        """A finished exchange to correct; raises NotFound, NotAllowed, or InvalidInput while it is not finished."""
        actor = self._actor
        actor.require(Act.CORRECT)
        with self._desk.store.reading() as connection:
            row = self._own_exchange(corrections.exchange_row(connection, interaction_id))
            codes = {d.code: d.name for d in entries.dispositions_for(connection, row.channel)}
            if row.code:
                codes.setdefault(row.code, row.code_name)  # one that is no longer in use stays to be seen
            contact = contacts.living_row(connection, row.contact_id) if row.contact_id is not None else None
            view = CorrectableExchange(
                interaction_id=row.id,
                version=row.version,
                channel=Channel(row.channel),
                happened_at=row.happened_at,
                disposition=row.code or "",
                note=row.note,
                contact_id=contact.id if contact is not None else None,
                contact_name=contact.name if contact is not None else "",
                dispositions=tuple(codes.items()),
                history=_history(connection, Corrected(interaction_id=row.id)),
            )
        if view.contact_id is not None:
            note_opening(self._desk, actor, view.contact_id, interaction_id)
        return view

    def correct_exchange(
        self, interaction_id: int, version: int, changes: Mapping[str, str], reason: str
    ) -> CorrectableExchange:
        """Put fields of EXCHANGE_FIELDS right: a wrap-up code, the note, the contact's key (empty: nobody by name).

        Raises InvalidInput for each wrong field, StaleChange if the exchange was changed since `version`.
        """
        actor = self._actor
        actor.require(Act.CORRECT)
        reason = check_reason(reason)
        with self._desk.store.writing() as write:
            row = self._own_exchange(corrections.exchange_row(write.connection, interaction_id, locked=True))
            what = Corrected(interaction_id=row.id)
            living = contacts.living_row(write.connection, row.contact_id) if row.contact_id is not None else None
            contact = str(living.id) if living is not None else ""
            now = {"disposition": row.code or "", "note": row.note, "contact_id": contact}
            _refuse_stale(write.connection, what, row.version, version, now, changes)
            values = _changed(now, changes)
            wrong = _unknown(changes, EXCHANGE_FIELDS, "") | self._exchange_problems(write, row, values)
            if wrong:
                raise InvalidInput(wrong)
            done = {name: (now[name], new) for name, new in values.items()}
            if "contact_id" in done:
                self._move(write, row, values["contact_id"], reason)
            columns: dict[str, Any] = {"note": values["note"]} if "note" in done else {}
            if "disposition" in done:
                codes = {d.code: d.id for d in entries.dispositions_for(write.connection, row.channel)}
                columns["disposition_id"] = codes[values["disposition"]]
            corrections.correct_exchange(write.connection, row, columns)
            self._log(write, what, done, reason, "interaction")
        return self.exchange(interaction_id)

    def case(self, case_id: int) -> CorrectableCase:
        """A case to correct; raises NotFound, or NotAllowed for a sealed one and for what is not the actor's own."""
        self._actor.require(Act.CORRECT)
        with self._desk.store.reading() as connection:
            row = self._own_case(corrections.case_row(connection, case_id))
            return CorrectableCase(
                case_id=row.id,
                version=row.version,
                number=row.number,
                service=row.service,
                history=_history(connection, Corrected(case_id=row.id)),
                **{name: getattr(row, name) for name in CASE_FIELDS},
            )

    def correct_case(self, case_id: int, version: int, changes: Mapping[str, str], reason: str) -> CorrectableCase:
        """Put words of CASE_FIELDS right; number, service, department and promised times stay as they were told.

        Raises InvalidInput for each wrong field, StaleChange if the case was changed since `version`.
        """
        actor = self._actor
        actor.require(Act.CORRECT)
        reason = check_reason(reason)
        with self._desk.store.writing() as write:
            row = self._own_case(corrections.case_row(write.connection, case_id, locked=True))
            what = Corrected(case_id=row.id)
            now = {name: getattr(row, name) for name in CASE_FIELDS}
            _refuse_stale(write.connection, what, row.version, version, now, changes)
            values = _changed(now, changes)
            wrong = _unknown(changes, CASE_FIELDS, row.number) | element_problems(values)
            if wrong:
                raise InvalidInput(wrong)
            done = {name: (now[name], new) for name, new in values.items()}
            line = timeline.case_summary(row.confidentiality, values.get("summary", row.summary))
            corrections.correct_case(write.connection, row, values, line)
            detail = {"fields": sorted(done)}
            cases.add_event(
                write.connection, row.id, "corrected", write.now, actor.account_id, note=reason, detail=detail
            )
            self._log(write, what, done, reason, "case")
        return self.case(case_id)

    def _own_exchange(self, row: Any | None) -> Any:
        if row is None:
            raise NotFound(_("This exchange is not in the store."))
        self._require_own(row.agent_id, row.wrapped_up_at or row.ended_at or row.entered_at)
        if row.state != InteractionState.DONE:
            raise InvalidInput({"state": _("This exchange is not finished. Wrap it up first (F9).")})
        return row

    def _own_case(self, row: Any | None) -> Any:
        if row is None:
            raise NotFound(_("This case is not in the store."))
        self._require_open(row.confidentiality)
        self._require_own(row.entered_by_id, row.opened_at)
        return row

    def _require_own(self, account_id: int | None, at: datetime) -> None:
        """Raise NotAllowed unless the actor did it within the last days, or leads the operators."""
        if self._actor.may(Act.LEAD_AGENTS):
            return
        if account_id != self._actor.account_id:
            raise NotAllowed(_("Somebody else did this. Ask a supervisor to correct it."))
        if self._desk.store.now() - at > OWN_FOR:
            raise NotAllowed(
                _("This is older than {days} days. Ask a supervisor to correct it.").format(days=OWN_FOR.days)
            )

    def _require_open(self, confidentiality: str) -> None:
        if confidentiality != Confidentiality.OPEN and not self._actor.may(Act.SEE_CONFIDENTIAL_CASES):
            raise NotAllowed(_("This case is confidential. Ask a supervisor."))

    def _exchange_problems(self, write: Write, row: Any, values: Mapping[str, str]) -> dict[str, str]:
        wrong: dict[str, str] = {}
        codes = {d.code for d in entries.dispositions_for(write.connection, row.channel)}
        if "disposition" in values and values["disposition"] not in codes:
            wrong["disposition"] = _("Choose one of the wrap-up codes, e.g. information given.")
        if len(values.get("note", "")) > MAX_TEXT:
            wrong["note"] = _("Keep the note under {limit} characters.").format(limit=MAX_TEXT)
        contact = values.get("contact_id", "")
        if contact:
            known = contacts.contact_row(write.connection, int(contact)) if contact.isdecimal() else None
            account_id, act = self._actor.account_id, Act.OPEN_CONTACT.value
            if (
                known is None
                or known.merged_into_id is not None
                or not contacts.ever_opened(write.connection, account_id, act, f"contact:{known.id}")
            ):
                wrong["contact_id"] = _("Find the contact first, open it, and choose it here.")
        return wrong

    def _move(self, write: Write, row: Any, contact: str, reason: str) -> None:
        """Give the exchange and its cases to another history; the cases say so too."""
        contact_id = int(contact) if contact else None
        found = corrections.cases_of(write.connection, row.id)
        for case in found:
            self._require_open(case.confidentiality)
        identified = Identification.CONFIRMED if contact_id is not None else Identification.SOMEONE_ELSE
        account_id, now = self._actor.account_id, write.now
        interactions.identify(write.connection, row.id, contact_id, identified, "corrected", account_id, now)
        cases.follow_speaker(write.connection, row.id, contact_id)
        for case in found:
            moved = {"contact_id": (str(case.contact_id or ""), contact)}
            self._log(write, Corrected(case_id=case.id), moved, reason, "case")

    def _log(
        self, write: Write, what: Corrected, fields: Mapping[str, tuple[str, str]], reason: str, topic: str
    ) -> None:
        corrections.add_corrections(write.connection, what, fields, reason, self._actor.account_id, write.now)
        key = what.case_id or what.interaction_id or 0
        record(write, self._actor, Act.CORRECT, f"{topic}:{key}", "correct", " ".join(sorted(fields)))
        write.changed(topic, key)


def _history(connection: Connection, what: Corrected) -> tuple[CorrectionLine, ...]:
    rows = corrections.history_of(connection, what)
    keys = {int(value) for row in rows if row.field == "contact_id" for value in (row.before, row.after) if value}
    names = {str(key): row.name for key, row in contacts.names_of(connection, keys).items()}

    def shown(field: str, value: str) -> str:
        return names.get(value, value) if field == "contact_id" else value

    return tuple(
        CorrectionLine(row.field, shown(row.field, row.before), shown(row.field, row.after), row.reason, row.by, row.at)
        for row in rows
    )


def _changed(now: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """The new values of the fields that differ; raises InvalidInput if none of them does."""
    values = {name: changes[name].strip() for name in now if name in changes and changes[name] != now[name]}
    if not values and changes.keys() <= now.keys():
        raise InvalidInput({"reason": _("Nothing is changed. Change a field, or leave with Esc.")})
    return values


def _refuse_stale(
    connection: Connection, what: Corrected, version: int, seen: int, now: Mapping[str, str], mine: Mapping[str, str]
) -> None:
    """Raise StaleChange, with who changed what since the version seen, unless that is the present one."""
    if version == seen:
        return
    rows = corrections.history_of(connection, what)
    moments = sorted({row.at for row in rows}, reverse=True)[: max(0, version - seen)]
    since = [row for row in rows if row.at in moments]
    newest = {row.field: row for row in reversed(since)}
    oldest = {row.field: row for row in since}
    conflicts = tuple(
        Conflict(field, mine[field], now[field], oldest[field].before, row.by, row.at)
        for field, row in newest.items()
        if field in mine and mine[field].strip() != now[field]
    )
    told = ", ".join(f"{row.by}: {field}" for field, row in newest.items()) or _("somebody")
    raise StaleChange(
        _("Changed meanwhile ({told}). Look at it again, then save once more.").format(told=told), conflicts
    )


def _unknown(changes: Mapping[str, str], fields: tuple[str, ...], number: str) -> dict[str, str]:
    """A sentence for each field that is not one of those to correct."""
    wrong = {}
    for name in changes:
        if name == "service":
            wrong[name] = _(
                "A case keeps its service and what was promised. Open one of the right service and name {number} there."
            ).format(number=number)
        elif name not in fields:
            wrong[name] = _("This is never corrected; only: {fields}.").format(fields=", ".join(fields))
    return wrong

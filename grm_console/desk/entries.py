"""Exchanges logged by hand: a visit, a letter, an e-mail, a call made from another phone.

A logged exchange has no place in a queue: it never waited, so it neither raises nor lowers the service level. It is
the operator's at once, and everything at the desk works on it as on a call.
"""

import re
from datetime import UTC, datetime

from grm_console.desk import agent_states
from grm_console.desk.actor import Actor
from grm_console.desk.case_work import case_of_exchange, elements, open_within
from grm_console.desk.contact_access import opened
from grm_console.desk.contact_views import Preferences
from grm_console.desk.desk import Desk, record
from grm_console.desk.exchange_views import ClosedEntry, NewEntry
from grm_console.desk.parking import make_room, own
from grm_console.desk.phrases import language_of_text
from grm_console.desk.views import CaseForm, DispositionChoice, OpenedCase
from grm_console.domain.addresses import Address, AddressKind, read_address
from grm_console.domain.case_form import MAX_TEXT, limit_of
from grm_console.domain.matching import rank_holders
from grm_console.domain.permissions import Act
from grm_console.domain.reach import why_not
from grm_console.domain.words import (
    AgentState,
    Channel,
    Confidentiality,
    Direction,
    EndReason,
    EntryKind,
    Identification,
    InteractionState,
)
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import contacts, entries, interactions, text_state
from grm_console.store import intake as rows
from grm_console.store.store import Write

READ_AS = {Channel.WHATSAPP: AddressKind.WHATSAPP, Channel.LETTER: AddressKind.POSTAL}
"""What an address of a channel is where its spelling alone does not say it."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_TELEPHONES = frozenset({AddressKind.PHONE, AddressKind.SHORT_CODE, AddressKind.SIP, AddressKind.CLIENT})
_REACHED_BY = {
    Channel.VOICE: _TELEPHONES,
    Channel.SMS: _TELEPHONES | {AddressKind.ALPHANUMERIC},
    Channel.FAX: _TELEPHONES,
    Channel.WHATSAPP: frozenset({AddressKind.WHATSAPP}),
    Channel.EMAIL: frozenset({AddressKind.EMAIL}),
}
"""Kinds of address that a channel can have; a visit, a web form or a broadcast may leave any."""

_PERSONAL = frozenset({AddressKind.PHONE, AddressKind.WHATSAPP, AddressKind.EMAIL})
"""Kinds whose one holder is taken for the speaker, as at intake; under one roof live many."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SUMMARY_LENGTH = 200


class Entries:
    """What one operator enters by hand."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def dispositions(self, channel: Channel) -> tuple[DispositionChoice, ...]:
        """The wrap-up codes that fit a door, for what is entered and closed at once."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.reading() as connection:
            found = entries.dispositions_for(connection, channel)
        return tuple(DispositionChoice(d.code, d.name, d.other_name, d.outcome) for d in found)

    def log(self, entry: NewEntry, key: str = "") -> int:
        """Enter an exchange and hold it; gives its interaction.

        What is held now is parked. `key` names the submission: the same again enters nothing twice. Raises
        InvalidInput naming each wrong field, or `state` while a call is not over.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            before = self._entered_before(write, key)
            if before is not None:
                return before
            make_room(write, actor)
            interaction_id = self._add(write, entry, key)
            agent_states.change(write, actor, actor.account_id, AgentState.TALKING, "")
            return interaction_id

    def log_and_close(
        self, entry: NewEntry, disposition: str, form: CaseForm | None = None, key: str = ""
    ) -> ClosedEntry:
        """Enter one letter of the morning's post whole: the exchange, its case if the form has one, the wrap-up.

        All or nothing. What the operator holds is left alone, be it a call. `key` names the submission: the same
        again makes nothing twice. Raises InvalidInput naming each field that is missing or wrong.
        """
        actor, form = self._actor, form or CaseForm()
        actor.require(Act.TAKE_INTERACTION)
        has_case = any((form.service, *elements(form).values(), *(value for _code, value in form.answers)))
        with self._desk.store.writing() as write:
            before = self._entered_before(write, key)
            if before is not None:
                return ClosedEntry(before, case_of_exchange(write.connection, before))
            codes = {d.code: d.id for d in entries.dispositions_for(write.connection, entry.channel)}
            wrong = {}
            if disposition not in codes:
                wrong["disposition"] = _("Choose one of the wrap-up codes, e.g. information given.")
            if len(form.note) > MAX_TEXT:
                wrong["note"] = _("Keep the note under {limit} characters.").format(limit=MAX_TEXT)
            anonymous = has_case and form.confidentiality is Confidentiality.ANONYMOUS
            if anonymous and (entry.address.strip() or entry.contact_id is not None):
                # Both are written in one moment, by which the case would lead back to who wrote.
                wrong["confidentiality"] = _(
                    "An anonymous case keeps nothing that leads back: leave address and contact empty."
                )
            interaction_id = self._add(write, entry, key, wrong)
            case: OpenedCase | None = None
            if has_case:
                case = open_within(self._desk, write, actor, own(write, actor, interaction_id), form)
            interactions.end(write.connection, interaction_id, write.now)
            reason = EndReason.ANSWERED if entry.channel is Channel.VOICE else EndReason.HANDLED
            interactions.wrap_up(
                write.connection, interaction_id, codes[disposition], reason, form.note.strip(), write.now
            )
            record(write, actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", "wrap-up", disposition)
            return ClosedEntry(interaction_id, case)

    def _entered_before(self, write: Write, key: str) -> int | None:
        return entries.entered_before(write.connection, self._import_key(key)) if key else None

    def _import_key(self, key: str) -> str:
        return f"entered:{self._actor.account_id}:{key}"

    def _add(self, write: Write, entry: NewEntry, key: str, wrong: dict[str, str] | None = None) -> int:
        """Write the exchange as one that this operator talks in; raises InvalidInput with `wrong` and what else is."""
        actor, connection = self._actor, write.connection
        address = _address(entry, self._desk.region)
        wrong = (wrong or {}) | _problems(entry, address, write.now)
        if wrong:
            raise InvalidInput(wrong)
        point = None if address.kind is AddressKind.WITHHELD else rows.point_key(connection, address)
        contact_id, identified = self._from_whom(write, entry, address, point)
        if entry.direction is Direction.OUTBOUND and contact_id is not None:
            check_reach(write, entry.channel, contact_id, point)
        happened_at = entry.happened_at or write.now
        spoken = contacts.language_of(connection, contact_id) if contact_id is not None else ""
        made = entries.add_entered(
            connection,
            {
                "import_key": self._import_key(key) if key else None,
                "provider": "",
                "sid": "",
                "channel": entry.channel.value,
                "direction": entry.direction.value,
                "state": InteractionState.TALKING.value,
                "provider_state": "",
                "sender": entry.address.strip(),
                "line": "",
                "contact_point_id": point,
                "contact_id": contact_id,
                "concerned_id": None,
                "concerned_name": "",
                "follows_id": None,
                "entered_by_id": actor.account_id,
                "reference": entry.reference.strip(),
                "identified": identified.value if identified is not None else None,
                "agent_id": actor.account_id,
                "queue_id": None,
                "language": entry.language or spoken or language_of_text(entry.text, ""),
                "happened_at": happened_at,
                "entered_at": write.now,
                "parked_at": None,
                "answered_at": write.now,
                "connected_at": None,
                "ended_at": None,
                "wrapped_up_at": None,
                "duration": None,
                "end_reason": None,
                "disposition_id": None,
                "text": entry.text,
                "attachments": 0,
                "note": "",
                "problem": "",
                "recovered": False,
                "version": 1,
            },
        )
        if made is None:
            # The same submission came by two roads at once; the other's is committed, and is found at the next try.
            raise InvalidInput({"key": _("This is being entered already. Look at it before you enter it again.")})
        rows.add_timeline_entry(
            connection,
            {
                "contact_id": contact_id,
                "at": happened_at,
                "kind": EntryKind.INTERACTION.value,
                "source_id": made,
                "interaction_id": made,
                "channel": entry.channel.value,
                "direction": entry.direction.value,
                "state": InteractionState.TALKING.value,
                "case_number": "",
                "summary": entry.text[:_SUMMARY_LENGTH],
            },
        )
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{made}", "log", entry.channel.value)
        if identified is Identification.CONFIRMED:
            interactions.identify(
                connection, made, contact_id, identified, f"entered: {entry.channel}", actor.account_id, write.now
            )
            record(write, actor, Act.OPEN_CONTACT, f"interaction:{made}", f"contact:{contact_id}", "entered")
        write.changed("interaction", made)
        return made

    def _from_whom(
        self, write: Write, entry: NewEntry, address: Address, point: int | None
    ) -> tuple[int | None, Identification | None]:
        """Whom the operator opened and named, else the one who alone uses the address, else nobody yet."""
        if entry.contact_id is not None:
            self._actor.require(Act.OPEN_CONTACT)
            return opened(write.connection, self._actor, entry.contact_id).id, Identification.CONFIRMED
        if point is None or address.kind not in _PERSONAL:
            return None, None
        matches = rank_holders(contacts.holders_of(write.connection, point), write.now)
        if matches and matches[0].sure:
            return matches[0].contact_id, Identification.BY_NUMBER
        return None, None


def _address(entry: NewEntry, region: str) -> Address:
    address = read_address(entry.address, region, expect=READ_AS.get(entry.channel))
    if entry.channel not in _REACHED_BY and address.kind in (AddressKind.OTHER, AddressKind.ALPHANUMERIC):
        return read_address(entry.address, region, expect=AddressKind.POSTAL)
    return address


def _problems(entry: NewEntry, address: Address, now: datetime) -> dict[str, str]:
    """What is wrong with an entry, field by field, with the rule and an example."""
    found: dict[str, str] = {}
    at = entry.happened_at
    if at is not None and at.tzinfo is None:
        found["happened_at"] = _("Say the time with its zone, e.g. 2026-11-20 18:41 here.")
    elif at is not None and at > now:
        found["happened_at"] = _("It cannot have happened later than now; give the true time, e.g. 2026-11-20 18:41.")
    elif at is not None and at < EARLIEST:
        found["happened_at"] = _("Give a time after 1990, e.g. 2026-11-20 18:41.")
    allowed = _REACHED_BY.get(entry.channel)
    if len(entry.address) > limit_of("address"):
        found["address"] = _("Keep the address under {limit} characters, e.g. +1 202 555 0142.").format(
            limit=limit_of("address")
        )
    elif allowed is not None and address.kind is not AddressKind.WITHHELD and address.kind not in allowed:
        found["address"] = (
            _("Write an e-mail address, e.g. chen.li@mail.example, or leave it empty.")
            if entry.channel is Channel.EMAIL
            else _("Write a telephone number, e.g. +1 202 555 0142, or leave it empty.")
        )
    if len(entry.reference) > limit_of("reference"):
        found["reference"] = _("Keep the reference under {limit} characters, e.g. AZ 12/2026.").format(
            limit=limit_of("reference")
        )
    if len(entry.text) > MAX_TEXT:
        found["text"] = _("Keep the text under {limit} characters, e.g. what the letter asks for.").format(
            limit=MAX_TEXT
        )
    if entry.language and not _LANGUAGE.fullmatch(entry.language):
        found["language"] = _("Write the language as a code, e.g. en or zh.")
    return found


def check_reach(write: Write, channel: Channel, contact_id: int, point: int | None) -> None:
    """Refuse a door that the contact, or the number, has closed to us."""
    wishes = contacts.preference_row(write.connection, contact_id)
    opted_out = point is not None and text_state.opted_out(write.connection, point)
    reason = why_not(channel, wishes or Preferences(), opted_out)
    if reason:
        raise InvalidInput({"channel": reason})

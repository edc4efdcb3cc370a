"""Ready-made texts at the desk: found by words, filled from the exchange and its case, kept by team or operator."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.exchange_views import Canned, NewCanned
from grm_console.desk.parking import own
from grm_console.domain.addresses import read_address
from grm_console.domain.canned_slots import SLOTS, fill_slots, slots_of, unknown_slots
from grm_console.domain.case_number import read_case_number
from grm_console.domain.permissions import Act
from grm_console.domain.words import Confidentiality, Identification
from grm_console.errors import Conflict, InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import canned_texts, cases, contacts
from grm_console.store.store import Write

MAX_TITLE = 100
MAX_CATEGORY = 60
MAX_BODY = 10_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SURE = (Identification.CONFIRMED, Identification.CREATED)


class CannedTexts:
    """The texts one account may take and write."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def search(self, words: str = "", language: str = "") -> tuple[Canned, ...]:
        """Team texts and own ones that hold all the words, by category, the most used first among equals.

        With a language only texts in it, and those for any; no words find everything.
        """
        self._actor.require(Act.TAKE_INTERACTION)
        wanted = _folded(words).split()
        with self._desk.store.reading() as connection:
            rows = canned_texts.texts_for(connection, self._actor.account_id)
        return tuple(
            _view(row)
            for row in rows
            if (not language or row.language in ("", language))
            and all(word in _folded(f"{row.category} {row.title} {row.body}") for word in wanted)
        )

    def fill(self, text_id: int, interaction_id: int, case_number: str = "") -> str:
        """The text for a held exchange, with its slots filled, counted as used.

        Without a number the case is the newest one opened in the exchange. Raises InvalidInput naming each slot
        that has no value, NotFound for a text or case that is not there, or not for this exchange.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            row = own(write, actor, interaction_id)
            text = self._readable(write.connection, text_id)
            values = self._values(write.connection, row, text.language, set(slots_of(text.body)), case_number)
            missing = {slot: _no_value(slot) for slot in slots_of(text.body) if not values.get(slot)}
            if missing:
                raise InvalidInput(missing)
            canned_texts.count_use(write.connection, text_id)
            told = f"interaction:{interaction_id}"
            record(write, actor, Act.TAKE_INTERACTION, f"canned-text:{text_id}", told, "fill")
            return fill_slots(text.body, values)

    def save(self, text: NewCanned) -> int:
        """Keep a new text; a team text needs the permission. Raises InvalidInput naming each wrong field."""
        self._require_writing(private=text.private)
        with self._desk.store.writing() as write:
            made = canned_texts.add_text(write.connection, self._checked(text), self._actor.account_id, write.now)
            self._note(write, made, "save", private=text.private)
            return made

    def change(self, text_id: int, version: int, text: NewCanned) -> None:
        """Change a text, or give an own one to the team; raises StaleChange if it is no longer that version."""
        self._require_writing(private=not self._actor.may(Act.WRITE_TEAM_TEXTS))
        with self._desk.store.writing() as write:
            row = self._writable(write.connection, text_id, text.private)
            values = self._checked(text)
            if row.version != version:
                raise _stale(row, values)
            canned_texts.change_text(write.connection, text_id, values, self._actor.account_id, write.now)
            self._note(write, text_id, "change", private=text.private)

    def delete(self, text_id: int, version: int) -> None:
        """Take a text out of use; raises StaleChange if it is no longer that version."""
        self._require_writing(private=not self._actor.may(Act.WRITE_TEAM_TEXTS))
        with self._desk.store.writing() as write:
            row = self._writable(write.connection, text_id, private=True)
            if row.version != version:
                raise _stale(row, {})
            gone = {"active": False}
            canned_texts.change_text(write.connection, text_id, gone, self._actor.account_id, write.now)
            self._note(write, text_id, "delete", private=row.owner_id is not None)

    def _require_writing(self, *, private: bool) -> None:
        self._actor.require(Act.TAKE_INTERACTION if private else Act.WRITE_TEAM_TEXTS)

    def _readable(self, connection: Connection, text_id: int) -> Any:
        row = canned_texts.text_row(connection, text_id)
        if row is None or row.owner_id not in (None, self._actor.account_id):
            raise NotFound(_("This text is no longer there. Search again."))
        return row

    def _writable(self, connection: Connection, text_id: int, private: bool) -> Any:
        """A text to change; what is or becomes the team's needs the permission."""
        row = self._readable(connection, text_id)
        self._require_writing(private=private and row.owner_id is not None)
        return row

    def _checked(self, text: NewCanned) -> dict[str, Any]:
        """The columns of a text; raises InvalidInput naming each wrong field."""
        wrong = text_problems(text)
        if wrong:
            raise InvalidInput(wrong)
        return columns_of(text) | {"owner_id": self._actor.account_id if text.private else None}

    def _note(self, write: Write, text_id: int, what: str, *, private: bool) -> None:
        act = Act.TAKE_INTERACTION if private else Act.WRITE_TEAM_TEXTS
        record(write, self._actor, act, f"canned-text:{text_id}", "private" if private else "team", what)
        write.changed("canned-text", text_id)

    def _values(
        self, connection: Connection, row: Any, language: str, wanted: set[str], case_number: str
    ) -> dict[str, str]:
        """What is known for the slots; one that is not known is empty."""
        speaker = contacts.living_row(connection, row.contact_id) if row.contact_id is not None else None
        line = row.line or canned_texts.first_line(connection)
        values = {
            "name": speaker.name if speaker is not None else "",
            "agent": self._actor.full_name,
            "line": read_address(line, self._desk.region).display if line else "",
        }
        if wanted.isdisjoint(("case", "service", "due", "department")):
            return values
        case = self._case(connection, row, case_number)
        if case is not None:
            chinese = language.startswith("zh")
            values |= {
                "case": case.number,
                "service": (chinese and case.other_service) or case.service,
                "due": _moment(case.due_at),
                "department": (chinese and case.other_department) or case.department,
            }
        return values

    def _case(self, connection: Connection, row: Any, case_number: str) -> Any | None:
        """The case a text tells of: one of this exchange, or one of whoever was made sure to speak."""
        if not case_number:
            newest = cases.newest_of(connection, row.id)
            return None if newest is None else canned_texts.case_numbered(connection, newest.number)
        case = canned_texts.case_numbered(connection, read_case_number(case_number) or case_number)
        if case is None:
            raise NotFound(_("There is no case of this number, e.g. 26-000418-7. Check its last digit."))
        if case.interaction_id == row.id:
            return case
        sealed = case.confidentiality != Confidentiality.OPEN and not self._actor.may(Act.SEE_CONFIDENTIAL_CASES)
        theirs = (
            case.contact_id is not None
            and row.contact_id is not None
            and row.identified in _SURE
            and case.contact_id in contacts.union_of(connection, _living(connection, row.contact_id))
        )
        if sealed or not theirs:
            raise NotFound(_("This case belongs to nobody on this exchange. Settle who speaks first (F3)."))
        return case


def text_problems(text: NewCanned) -> dict[str, str]:
    """What is wrong with a text, field by field, with the rule and an example."""
    found: dict[str, str] = {}
    if not text.title.strip():
        found["title"] = _("Give the text a title, e.g. Case opened.")
    elif len(text.title) > MAX_TITLE:
        found["title"] = _("Keep the title under {limit} characters, e.g. Case opened.").format(limit=MAX_TITLE)
    if len(text.category) > MAX_CATEGORY:
        found["category"] = _("Keep the category under {limit} characters, e.g. Cases.").format(limit=MAX_CATEGORY)
    if text.language and not _LANGUAGE.fullmatch(text.language):
        found["language"] = _("Write the language as a code, e.g. en or zh, or leave it empty for any.")
    unknown = unknown_slots(text.body)
    if not text.body.strip():
        found["body"] = _("Write the text, e.g. Dear {name}, your case is {case}.")
    elif len(text.body) > MAX_BODY:
        found["body"] = _("Keep the text under {limit} characters.").format(limit=MAX_BODY)
    elif unknown:
        found["body"] = _("Not known: {unknown}. Only these are filled: {known}.").format(
            unknown=", ".join(f"{{{slot}}}" for slot in unknown), known=", ".join(f"{{{slot}}}" for slot in SLOTS)
        )
    return found


def columns_of(text: NewCanned) -> dict[str, str]:
    """The text's own columns, without blanks around them."""
    return {
        "category": text.category.strip(),
        "title": text.title.strip(),
        "language": text.language,
        "body": text.body.strip(),
    }


def _view(row: Any) -> Canned:
    private = row.owner_id is not None
    return Canned(row.id, private, row.category, row.title, row.language, row.body, row.uses, row.version)


def _stale(row: Any, mine: dict[str, Any]) -> StaleChange:
    conflicts = tuple(
        Conflict(name, value, getattr(row, name), "", row.by, row.changed_at)
        for name, value in mine.items()
        if name != "owner_id" and value != getattr(row, name)
    )
    return StaleChange(
        _("{who} changed this text meanwhile. Look at it, then save again.").format(who=row.by), conflicts
    )


def _no_value(slot: str) -> str:
    sentences = {
        "name": _("Nothing to put for {slot}: settle who speaks first (F3)."),
        "line": _("Nothing to put for {slot}: no line of ours is known. Ask the administrator."),
    }
    return sentences.get(slot, _("Nothing to put for {slot}: open the case first, or name its number.")).format(
        slot=f"{{{slot}}}"
    )


def _living(connection: Connection, contact_id: int) -> int:
    row = contacts.living_row(connection, contact_id)
    return contact_id if row is None else int(row.id)


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

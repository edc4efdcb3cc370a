"""What can be added to a contact: the fields of each small form, and how its words reach the book."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.contact_form import RuledField
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.contact_words import SHOWN_CHARACTERS
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField, WordsField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.contact_book import ContactBook

FLAG_DAYS = 30
"""How long a flag lasts if nobody says otherwise."""

LONGEST_FLAG = 365


def point_fields() -> tuple[FormField, ...]:
    """An address, what a number is used with, and how sure it is theirs."""
    uses = (("", _("as written")), (AddressKind.WHATSAPP.value, _("WhatsApp")))
    certainties = ((Certainty.STATED.value, _("they said so")), (Certainty.CONFIRMED.value, _("confirmed")))
    return (
        RuledField("address", _("Number or e-mail"), LineField(placeholder=_("+1 202 555 0142, name@example.com"))),
        RuledField("kind", _("Used with"), ChoiceField(uses)),
        RuledField("certainty", _("How sure"), ChoiceField(certainties)),
    )


def store_point(book: "ContactBook", contact_id: int, words: dict[str, str]) -> None:
    """Runs in a thread."""
    kind = AddressKind(words["kind"]) if words["kind"] else None
    book.add_point(contact_id, words["address"], kind, Certainty(words["certainty"]))


def flag_fields() -> tuple[FormField, ...]:
    """Words and days."""
    return (
        RuledField("text", _("What everybody must know"), LineField()),
        RuledField("expires_at", _("For how many days"), LineField(str(FLAG_DAYS))),
    )


def store_flag(book: "ContactBook", contact_id: int, now: datetime, words: dict[str, str]) -> None:
    """Runs in a thread; raises InvalidInput for days that are no number from 1 to 365."""
    days = words["expires_at"]
    if not (days.isdecimal() and days.isascii() and 1 <= int(days[:6]) <= LONGEST_FLAG):
        raise InvalidInput({"expires_at": _("Days from 1 to 365 in figures, e.g. 30.")})
    book.set_flag(contact_id, words["text"], now + timedelta(days=int(days)))


def note_fields() -> tuple[FormField, ...]:
    """Some lines of text."""
    return (RuledField("text", _("Everybody who serves the contact can read it"), WordsField()),)


def store_note(book: "ContactBook", contact_id: int, words: dict[str, str]) -> None:
    """Runs in a thread."""
    book.note(contact_id, words["text"])


def group_fields() -> tuple[FormField, ...]:
    """The code of a segment, why, and to when."""
    return (
        RuledField("code", _("Group"), LineField(placeholder=_("its code, e.g. retired"))),
        *reason_fields(),
        RuledField("expires_at", _("To, if it ends"), LineField(placeholder="2027-12-31")),
    )


def store_group(book: "ContactBook", contact_id: int, words: dict[str, str]) -> None:
    """Runs in a thread; raises InvalidInput for a day that is none."""
    book.join_segment(contact_id, words["code"], words["reason"], _end_of("expires_at", words["expires_at"]))


def reason_fields() -> tuple[FormField, ...]:
    """Why."""
    return (RuledField("reason", _("Why"), LineField(placeholder=_("asked for it on the phone …"))),)


def store_leaving(book: "ContactBook", contact_id: int, code: str, words: dict[str, str]) -> None:
    """Runs in a thread."""
    book.leave_segment(contact_id, code, words["reason"])


def relation_fields(name: str, now: datetime) -> tuple[FormField, ...]:
    """Who acts for whom, as what, by which mandate, from when to when."""
    other = printable(name, limit=SHOWN_CHARACTERS)
    ways = (
        ("forwards", _("this contact acts for {name}").format(name=other)),
        ("backwards", _("{name} acts for this contact").format(name=other)),
    )
    return (
        RuledField("way", _("Who acts for whom"), ChoiceField(ways)),
        RuledField("role", _("As what"), LineField(placeholder=_("owner, daughter, tax adviser …"))),
        RuledField("mandate", _("By which mandate"), LineField(placeholder=_("register entry, power of attorney …"))),
        RuledField("since", _("From"), LineField(f"{now.astimezone():%Y-%m-%d}")),
        RuledField("until", _("To, if it ends"), LineField(placeholder="2027-12-31")),
    )


def store_relation(book: "ContactBook", contact_id: int, other_id: int, words: dict[str, str]) -> None:
    """Runs in a thread; raises InvalidInput for dates that are none."""
    forwards = words["way"] == "forwards"
    person, acts_for = (contact_id, other_id) if forwards else (other_id, contact_id)
    since = datetime.combine(_day("since", words["since"]), time.min).astimezone(UTC)
    until = _end_of("until", words["until"])
    book.add_relation(person, acts_for, words["role"], words["mandate"], since, until)


def _end_of(field: str, word: str) -> datetime | None:
    """The last moment of a local day in UTC: what is said to end with a day holds all that day."""
    return datetime.combine(_day(field, word), time.max).astimezone(UTC) if word else None


def _day(field: str, word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise InvalidInput({field: _("A day as year, month, day, e.g. 2026-11-23.")}) from None

"""The fields of a contact as an operator reads them, wherever they are shown: form, conflict, merge."""

from datetime import datetime

from grm_console.domain.words import Channel, ContactKind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.hit_list import local_day
from grm_console.tui.words import channel_word

SHOWN_CHARACTERS = 300
"""More of a foreign text never fits its line."""


def field_label(field: str) -> str:
    """The name of a field of ContactFields, or of Preferences as `preferences.…`."""
    labels = {
        "kind": _("Kind"),
        "name": _("Name"),
        "other_name": _("Other name"),
        "language": _("Language"),
        "address": _("Address"),
        "district": _("District"),
        "note": _("Note on the card"),
        "preferences.door": _("Best door"),
        "preferences.hours": _("Best hours"),
        "preferences.language": _("Answer in"),
        "preferences.text_only": _("Text only"),
        "preferences.never_call": _("Never call"),
    }
    return labels.get(field) or printable(field)


def kind_word(kind: ContactKind) -> str:
    """What deals with us, in a word."""
    return {
        ContactKind.CITIZEN: _("Citizen"),
        ContactKind.BUSINESS: _("Business"),
        ContactKind.DEPARTMENT: _("Department"),
    }[kind]


def value_word(field: str, value: str) -> str:
    """A field's value as it may be shown; a stored code becomes its word."""
    if field == "kind" and value in set(ContactKind):
        return kind_word(ContactKind(value))
    if field == "preferences.door" and value in set(Channel):
        return channel_word(Channel(value))
    if field in ("preferences.text_only", "preferences.never_call"):
        return _("yes") if value == "yes" else _("no")
    return printable(value, limit=SHOWN_CHARACTERS)


def day_of(moment: datetime, now: datetime) -> str:
    """The local day of a moment: `03 Oct`, with the year if it is not this one."""
    return local_day(moment.astimezone().date(), now.astimezone().date())

"""The fields of a contact as an operator reads them, wherever they are shown: form, conflict, merge."""

from datetime import datetime

from grm_console.clock import local_day
from grm_console.desk.spoken import channel_word
from grm_console.domain.words import Channel, ContactKind
from grm_console.i18n import _
from grm_console.text import printable

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


def field_help(field: str) -> str:
    """What a field is for, with an example."""
    return {
        "kind": _("Whoever speaks for a business is a citizen; say what they may do for it under Relations."),
        "name": _("The name as it is written in letters to them, for example: Chen Li."),
        "other_name": _("The name in another script, or how it is said, for example: 陈莉."),
        "language": _("The code of the language they speak, for example: zh."),
        "address": _("Where they live or sit, for example: 12 Garden Road, stairwell B."),
        "district": _("The district of the address, for example: Old Town."),
        "note": _("One line on the caller card. Longer words belong into a note (F5), what ends into a flag (F4)."),
        "preferences.door": _("How they like to be reached. Left and Right choose."),
        "preferences.hours": _("When they like to be reached, for example: mornings."),
        "preferences.language": _("The code of the language they want answers in, for example: en."),
        "preferences.text_only": _("Yes: they are served in writing only, and no road leads to a call."),
        "preferences.never_call": _("Yes: nobody calls them, and no road leads to a call."),
    }[field]


def part_help(part: str) -> tuple[str, str]:
    """The name of a list of the contact's screen and what it is for."""
    return {
        "points": (
            _("Points"),
            _("Numbers and addresses. One that others use too is never a sure sign of who speaks. F8 ends a point."),
        ),
        "relations": (
            _("Relations"),
            _("Who may act for which business or department. A relation that ended gives no access. F8 ends one."),
        ),
        "flags": (_("Flags"), _("What everybody must know for a time; each flag ends by itself. F8 lifts it now.")),
        "groups": (
            _("Groups and merges"),
            _("Groups bring fitting content and never a better place. F8 leaves a group or undoes a merge."),
        ),
    }.get(part, ("", ""))


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
        return _("yes") if value else _("no")
    return printable(value, limit=SHOWN_CHARACTERS)


def day_of(moment: datetime, now: datetime) -> str:
    """The local day of a moment: `03 Oct`, with the year if it is not this one."""
    return local_day(moment.astimezone().date(), now.astimezone().date())

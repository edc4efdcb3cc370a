"""Changing what a contact is and wants, field by field merged with what others changed meanwhile."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from grm_console.clock import local_moment
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_change, opened
from grm_console.desk.contact_sheet import FIELDS, WISHES, fields_of, preferences_of
from grm_console.desk.contact_views import ContactFields, Preferences
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.domain.reach import why_not
from grm_console.domain.words import Channel, ContactKind
from grm_console.errors import Conflict, InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.store import contact_book
from grm_console.store.contacts import Liked
from grm_console.store.store import Write

LONGEST = {"name": 200, "other_name": 200, "language": 35, "address": 500, "district": 100, "note": 500}
"""Characters a field may have."""
LONGEST_HOURS = 100
PREFERENCE = "preferences."
"""Begins the name of a field of the preferences where it stands beside the contact's own."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def change(
    desk: Desk, actor: Actor, contact_id: int, version: int, before: ContactFields, after: ContactFields
) -> None:
    """Store what the operator changed from `before` to `after`, and leave alone what only others changed.

    `before` are the fields as the screen opened them, of the version given. Raises StaleChange with the fields that
    both changed, differently; InvalidInput naming each field that is not right; nothing is stored then.
    """
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    wanted = {
        name: tidy(value) if isinstance(value, str) else value
        for name in FIELDS
        if (value := getattr(after, name)) != getattr(before, name)
    }
    if problems := _problems(wanted):
        raise InvalidInput(problems)
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        if living.id != contact_id:
            raise StaleChange(
                _(
                    "This contact was merged with {name} meanwhile. Open that one; what you typed was not stored."
                ).format(name=living.name)
            )
        row = contact_book.lock(write.connection, [contact_id])[contact_id]
        now = fields_of(row)
        if row.version != version:
            theirs = [name for name in wanted if getattr(now, name) not in (getattr(before, name), wanted[name])]
            if theirs:
                raise _stale(write, contact_id, theirs, before, wanted, now)
        wanted = {name: value for name, value in wanted.items() if value != getattr(now, name)}
        if not wanted:
            return
        if "kind" in wanted:
            _check_kind(write, contact_id, after.kind)
        contact_book.change_contact(write.connection, contact_id, {name: str(value) for name, value in wanted.items()})
        note_change(write, actor, Act.CHANGE_CONTACT, contact_id, f"fields {','.join(wanted)}")


def set_preferences(
    desk: Desk, actor: Actor, contact_id: int, wanted: Preferences, before: Preferences | None = None
) -> None:
    """Store how the contact wants to be reached.

    With `before`, the preferences as the screen opened them, what others changed meanwhile is kept, and StaleChange
    raised for what both changed. Raises InvalidInput, e.g. for calls preferred by who must not be called.
    """
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        contact_book.lock(write.connection, [living.id])
        now = preferences_of(write.connection, living.id)
        wanted = replace(wanted, hours=tidy(wanted.hours))
        if before is not None:
            mine = {name: value for name in WISHES if (value := getattr(wanted, name)) != getattr(before, name)}
            theirs = [name for name in mine if getattr(now, name) not in (getattr(before, name), mine[name])]
            if theirs:
                raise _stale(write, living.id, theirs, before, mine, now, prefix=PREFERENCE)
            wanted = replace(now, **mine)
        if problems := _wish_problems(wanted):
            raise InvalidInput(problems)
        changed = [PREFERENCE + name for name in WISHES if getattr(wanted, name) != getattr(now, name)]
        if not changed:
            return
        contact_book.write_preference(
            write.connection, living.id, Liked(**{name: getattr(wanted, name) for name in WISHES})
        )
        contact_book.change_contact(write.connection, living.id, {})
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"fields {','.join(changed)}")


def field_word(field: str) -> str:
    """A field's name within a sentence."""
    words = {
        "kind": _("kind"),
        "name": _("name"),
        "other_name": _("other name"),
        "language": _("language"),
        "address": _("address"),
        "district": _("district"),
        "note": _("note"),
        "preferences.door": _("preferred door"),
        "preferences.hours": _("preferred hours"),
        "preferences.language": _("preferred language"),
        "preferences.text_only": _("text only"),
        "preferences.never_call": _("never call"),
    }
    return words[field]


def tidy(text: str) -> str:
    """One line without space at its ends; what else it holds is kept as it was typed."""
    return " ".join(text.split())


def _problems(wanted: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the fields that are to change, each with its rule and an example."""
    problems = {
        name: _("Keep this under {limit} characters, e.g. the street, the house and the flat.").format(
            limit=LONGEST[name]
        )
        for name, value in wanted.items()
        if name in LONGEST and len(value) > LONGEST[name]
    }
    if len(wanted.get("name", "-")) > LONGEST["name"] or not wanted.get("name", "-"):
        problems["name"] = _("Write a name of 1 to {limit} characters, e.g. Chen Li.").format(limit=LONGEST["name"])
    if wanted.get("language") and not LANGUAGE.fullmatch(wanted["language"]):
        problems["language"] = _("Write the language as a code, e.g. en, zh or es.")
    return problems


def _wish_problems(wanted: Preferences) -> dict[str, str]:
    problems = {}
    if wanted.door and wanted.door not in set(Channel):
        problems["door"] = _("Choose one of our doors, e.g. sms, or leave it empty.")
    elif wanted.door and (reason := why_not(Channel(wanted.door), wanted, False)):
        problems["door"] = reason
    if len(wanted.hours) > LONGEST_HOURS:
        problems["hours"] = _("Keep this under {limit} characters, e.g. mornings.").format(limit=LONGEST_HOURS)
    if wanted.language and not LANGUAGE.fullmatch(wanted.language):
        problems["language"] = _("Write the language as a code, e.g. en, zh or es.")
    return problems


def _check_kind(write: Write, contact_id: int, kind: ContactKind) -> None:
    """Refuse a kind that who acts for whom does not allow: only a citizen acts, never for a citizen."""
    citizen = kind is ContactKind.CITIZEN
    for row in contact_book.relations_of(write.connection, contact_id):
        in_force = row.until is None or row.until > write.now
        if in_force and (row.acts_for if citizen else row.person) == contact_id:
            raise InvalidInput(
                {"kind": _("End the relations first: only a citizen acts for others, for a business or a department.")}
            )


def _stale(
    write: Write, contact_id: int, names: list[str], before: Any, mine: dict[str, Any], now: Any, prefix: str = ""
) -> StaleChange:
    """What both changed, with who did; the newest row of the record that names the field, or an import, tells."""
    done = contact_book.changes_of(
        write.connection, contact_id, (Act.CHANGE_CONTACT.value, Act.MERGE_CONTACTS.value), "import:contacts"
    )
    conflicts = []
    for name in names:
        field = prefix + name
        by, at = "", write.now
        for row in done:
            imported = row.act == Act.IMPORT.value
            if imported or field in row.detail.partition("fields ")[2].split(","):
                by, at = "" if imported else row.by, row.at
                break
        conflicts.append(
            Conflict(field, shown(mine[name]), shown(getattr(now, name)), shown(getattr(before, name)), by, at)
        )
    return StaleChange(" ".join(_told(conflict, write.now) for conflict in conflicts), tuple(conflicts))


def _told(conflict: Conflict, now: datetime) -> str:
    return _("{who} changed the {field} to “{theirs}” at {at} while you wrote “{mine}”: choose one, then save.").format(
        who=conflict.by or _("A file"),
        field=field_word(conflict.field),
        theirs=conflict.theirs,
        mine=conflict.mine,
        at=local_moment(conflict.at, now),
    )


def shown(value: Any) -> str:
    """A field's value as words; what is not ticked is empty, so that a tick counts as something said."""
    if isinstance(value, bool):
        return _("yes") if value else ""
    return str(value)

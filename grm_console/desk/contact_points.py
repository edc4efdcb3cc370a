"""By what addresses a contact is reached, and who may act for whom: each with its dates, nothing ever deleted."""

from datetime import datetime
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_change, opened
from grm_console.desk.contact_changes import tidy
from grm_console.desk.desk import Desk
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.permissions import Act
from grm_console.domain.words import Certainty, ContactKind
from grm_console.errors import InvalidInput, NotAllowed, NotFound
from grm_console.i18n import _
from grm_console.store import contact_book, contacts
from grm_console.store.intake import point_key
from grm_console.store.store import Write

LONGEST_ROLE = 100
LONGEST_MANDATE = 500

_UNREADABLE = frozenset({AddressKind.WITHHELD, AddressKind.OTHER, AddressKind.ALPHANUMERIC})


def add_point(
    desk: Desk,
    actor: Actor,
    contact_id: int,
    address: str,
    kind: AddressKind | None = None,
    certainty: Certainty = Certainty.STATED,
) -> None:
    """The contact can be reached by this address; one that had ended begins anew.

    `kind` settles what the words alone do not say, e.g. that a number is used with WhatsApp. Raises InvalidInput for
    what is no address of that kind, and for our own numbers.
    """
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    read = read_address(address, desk.region, expect=kind)
    if read.kind in _UNREADABLE or (kind is not None and read.kind is not kind):
        raise InvalidInput(
            {"address": _("Write a number or an e-mail address, e.g. +1 202 555 0142, ana@mail.example.")}
        )
    with desk.store.writing() as write:
        living = opened(write.connection, actor, contact_id)
        if contact_book.is_own_line(write.connection, read.number or read.address):
            raise InvalidInput({"address": _("This is our own number. Write the contact's, e.g. +1 202 555 0142.")})
        point = point_key(write.connection, read)
        contacts.hold_point(write.connection, living.id, point, certainty, write.now)
        note_change(write, actor, Act.CHANGE_CONTACT, living.id, f"point {point} added")


def end_point(desk: Desk, actor: Actor, holder_id: int) -> None:
    """The contact no longer uses this address; that they did stays known. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        living, point = _held_point(write, actor, holder_id)
        contact_book.end_holdings(write.connection, living, point, write.now)
        note_change(write, actor, Act.CHANGE_CONTACT, living, f"point {point} ended")


def confirm_point(desk: Desk, actor: Actor, holder_id: int) -> None:
    """The contact has confirmed this address as theirs; a former one stays a former one. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        living, point = _held_point(write, actor, holder_id)
        contacts.confirm_point(write.connection, living, point, write.now)
        note_change(write, actor, Act.CHANGE_CONTACT, living, f"point {point} confirmed")


def restart_point(desk: Desk, actor: Actor, holder_id: int) -> None:
    """The contact uses an address again that had ended; they said so. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        living, point = _held_point(write, actor, holder_id)
        contact_book.restart_holding(write.connection, holder_id, Certainty.STATED)
        note_change(write, actor, Act.CHANGE_CONTACT, living, f"point {point} restarted")


def add_relation(
    desk: Desk,
    actor: Actor,
    person_id: int,
    acts_for_id: int,
    role: str,
    mandate: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """A citizen may act for a business or a department, from now or `since` on; gives the relation's key.

    One of the two was opened by the actor. The same role that has ended begins anew. Raises InvalidInput.
    """
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    role, mandate = tidy(role), tidy(mandate)
    with desk.store.writing() as write:
        person, acts_for = _ends(write, actor, person_id, acts_for_id)
        since = since or write.now
        if problems := _relation_problems(person, acts_for, role, mandate, since, until):
            raise InvalidInput(problems)
        known = contact_book.same_relation(write.connection, person.id, acts_for.id, role)
        values = {"mandate": mandate, "since": since, "until": until}
        if known is None:
            key = contact_book.add_relation(
                write.connection, {"person_id": person.id, "acts_for_id": acts_for.id, "role": role, **values}
            )
        elif known.until is None or known.until > write.now:
            raise InvalidInput({"role": _("This role is noted already. End it first, or write another, e.g. owner.")})
        else:
            key = int(known.id)
            contact_book.change_relation(write.connection, key, values)
        for end in (person, acts_for):
            note_change(write, actor, Act.CHANGE_CONTACT, end.id, f"relation {key} added")
        return key


def end_relation(desk: Desk, actor: Actor, relation_id: int) -> None:
    """From now on nobody may act by this relation; that they could stays known. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        row = contact_book.relation(write.connection, relation_id)
        if row is None:
            raise NotFound(_("This relation is not in the store. Read the contact again."))
        person, acts_for = _ends(write, actor, row.person_id, row.acts_for_id)
        if row.until is not None and row.until <= write.now:
            return
        contact_book.change_relation(write.connection, relation_id, {"until": write.now})
        for end in (person, acts_for):
            note_change(write, actor, Act.CHANGE_CONTACT, end.id, f"relation {relation_id} ended")


def _held_point(write: Write, actor: Actor, holder_id: int) -> tuple[int, int]:
    """(contact, contact point) of a holding whose contact the actor has opened."""
    row = contact_book.holding(write.connection, holder_id)
    if row is None:
        raise NotFound(_("This address is not in the store. Read the contact again."))
    return opened(write.connection, actor, row.contact_id).id, row.contact_point_id


def _ends(write: Write, actor: Actor, person_id: int, acts_for_id: int) -> tuple[Any, Any]:
    """The living contacts at both ends of a relation, of which the actor has opened one at least."""
    ends = [contacts.living_row(write.connection, key) for key in (person_id, acts_for_id)]
    if ends[0] is None or ends[1] is None:
        raise NotFound(_("This contact is not in the store. Find the other contact again."))
    try:
        opened(write.connection, actor, person_id)
    except NotAllowed:
        opened(write.connection, actor, acts_for_id)
    return ends[0], ends[1]


def _relation_problems(
    person: Any, acts_for: Any, role: str, mandate: str, since: datetime, until: datetime | None
) -> dict[str, str]:
    problems = {}
    if person.kind != ContactKind.CITIZEN:
        problems["person"] = _("Only a person acts for others: choose a citizen, e.g. the owner.")
    if acts_for.kind == ContactKind.CITIZEN:
        problems["acts_for"] = _("Choose a business or a department to act for, e.g. Lotus Bakery.")
    if not role or len(role) > LONGEST_ROLE:
        problems["role"] = _("Say in 1 to {limit} characters as what they act, e.g. owner or tax adviser.").format(
            limit=LONGEST_ROLE
        )
    if len(mandate) > LONGEST_MANDATE:
        problems["mandate"] = _("Keep the mandate under {limit} characters, e.g. register entry HRB 12.").format(
            limit=LONGEST_MANDATE
        )
    if until is not None and until <= since:
        problems["until"] = _("The end lies before the beginning. Write a later day, e.g. 2027-12-31, or none.")
    return problems

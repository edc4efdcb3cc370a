"""Settling who speaks: a candidate confirmed, a new contact, someone else, or nobody by name."""

from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.domain.addresses import read_address
from grm_console.domain.permissions import Act
from grm_console.domain.unnamed import unnamed
from grm_console.domain.words import Certainty, Channel, ContactKind, Direction, Identification
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import cases, contacts, interactions
from grm_console.store.store import Write

MAX_NAME = 200


def confirm(desk: Desk, actor: Actor, interaction_id: int, contact_id: int, how: str) -> None:
    """The operator has made sure that this contact speaks; `how` says by what, e.g. `name + address`."""
    actor.require(Act.TAKE_INTERACTION, Act.OPEN_CONTACT)
    if not how.strip():
        raise InvalidInput({"how": _("Say how it was confirmed, e.g. name + address.")})
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        living = contacts.living_row(write.connection, contact_id)
        if living is None:
            raise NotFound(_("This contact is not in the store."))
        contact_id = living.id  # it may have been merged since the screen named it
        _settle(write, actor, row, contact_id, Identification.CONFIRMED, how.strip()[:MAX_NAME])
        if row.contact_point_id is not None:
            contacts.confirm_point(write.connection, contact_id, row.contact_point_id, write.now)


def someone_else(desk: Desk, actor: Actor, interaction_id: int) -> None:
    """None of the candidates speaks; who it is stays open until a contact is made."""
    actor.require(Act.TAKE_INTERACTION, Act.OPEN_CONTACT)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        _settle(write, actor, row, None, Identification.SOMEONE_ELSE, "")


def anonymous(desk: Desk, actor: Actor, interaction_id: int) -> None:
    """The caller gives no name, which is a right; nothing is joined to anybody."""
    actor.require(Act.TAKE_INTERACTION, Act.OPEN_CONTACT)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        _settle(write, actor, row, None, Identification.ANONYMOUS, "")


def create(desk: Desk, actor: Actor, interaction_id: int, name: str = "") -> None:
    """Make a contact of an unknown caller; without a name it is called by what is known, e.g. its number.

    A withheld caller becomes a contact of their own with no address, never joined to another.
    """
    actor.require(Act.TAKE_INTERACTION, Act.OPEN_CONTACT, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        if row.identified == Identification.CREATED:
            return  # a second click
        address = read_address(row.sender, desk.region)
        entered_on = row.happened_at.astimezone().date() if row.entered_by_id is not None else None
        known_by = unnamed(Channel(row.channel), Direction(row.direction), address, entered_on)
        contact_id = contacts.add_contact(
            write.connection,
            kind=ContactKind.CITIZEN.value,
            name=(name.strip() or known_by)[:MAX_NAME],
            language=row.language,
            at=write.now,
            account_id=actor.account_id,
        )
        if row.contact_point_id is not None:
            contacts.hold_point(write.connection, contact_id, row.contact_point_id, Certainty.STATED, write.now)
        record(write, actor, Act.CHANGE_CONTACT, f"contact:{contact_id}", f"interaction:{interaction_id}", "create")
        write.changed("contact", contact_id)
        _settle(write, actor, row, contact_id, Identification.CREATED, "")


def set_concerned(desk: Desk, actor: Actor, interaction_id: int, name: str) -> None:
    """Note whom the matter concerns, if it is not who speaks; an empty name takes it back."""
    actor.require(Act.TAKE_INTERACTION, Act.CHANGE_CONTACT)
    with desk.store.writing() as write:
        held(write, actor, interaction_id)
        interactions.set_concerned(write.connection, interaction_id, name.strip()[:MAX_NAME])
        record(write, actor, Act.CHANGE_CONTACT, f"interaction:{interaction_id}", "concerned")
        write.changed("interaction", interaction_id)


def _settle(write: Write, actor: Actor, row: Any, contact_id: int | None, identified: Identification, how: str) -> None:
    interactions.identify(write.connection, row.id, contact_id, identified, how, actor.account_id, write.now)
    subject = f"interaction:{row.id}"
    cases.follow_speaker(write.connection, row.id, contact_id)
    spoken = contacts.language_of(write.connection, contact_id) if contact_id is not None else ""
    before = contacts.language_of(write.connection, row.contact_id) if row.contact_id is not None else ""
    if spoken and row.language in ("", before):
        # What was taken from somebody who does not speak after all goes with them.
        interactions.set_language(write.connection, row.id, spoken)
    record(write, actor, Act.OPEN_CONTACT, subject, f"contact:{contact_id or 0}", f"{identified}: {how}"[:100])
    write.changed("interaction", row.id)

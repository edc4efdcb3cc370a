"""What every act on a contact begins and ends with: it was opened by this actor, and why is on record."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.errors import NotAllowed
from grm_console.i18n import _
from grm_console.store import contacts, interactions
from grm_console.store.store import Write

SHIFT = timedelta(hours=8)
"""An opening outside any exchange is on record once in so long; within an exchange once for the exchange."""


def opened(connection: Connection, actor: Actor, contact_id: int) -> Any:
    """The columns of the contact that stands for this one after a merge, which may be itself.

    Raises NotAllowed unless the audit says that this actor opened it: a candidate of a shared number is not opened.
    """
    living = contacts.living_row(connection, contact_id)
    if living is None or not contacts.ever_opened(
        connection, actor.account_id, Act.OPEN_CONTACT.value, f"contact:{living.id}"
    ):
        raise NotAllowed(_("Open this contact first: find it (Ctrl+L), or settle who speaks (F3)."))
    return living


def note_opening(desk: Desk, actor: Actor, contact_id: int, interaction_id: int | None) -> None:
    """Write that the actor opened a contact, for an exchange or at the desk, unless that is written already."""
    actor.require(Act.OPEN_CONTACT)
    subject = f"contact:{contact_id}"
    purpose = "desk" if interaction_id is None else f"interaction:{interaction_id}"
    since = desk.store.now() - SHIFT if interaction_id is None else None
    with desk.store.reading() as connection:
        if contacts.opening_noted(connection, actor.account_id, Act.OPEN_CONTACT.value, subject, purpose, since):
            return
    with desk.store.writing() as write:
        record(write, actor, Act.OPEN_CONTACT, subject, purpose)


def note_change(write: Write, actor: Actor, act: Act, contact_id: int, detail: str) -> None:
    """Put a change of a contact on record, for the exchange the actor holds, and tell who looks at it."""
    held = interactions.held_by(write.connection, actor.account_id)
    purpose = "desk" if held is None else f"interaction:{held}"
    record(write, actor, act, f"contact:{contact_id}", purpose, detail)
    write.changed("contact", contact_id)

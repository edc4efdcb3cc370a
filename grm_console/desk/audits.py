"""Checking the audit chain."""

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.store.audit import verify_chain


def verify_audit(desk: Desk, actor: Actor) -> int:
    """Check the whole chain; gives its number of rows. Raises AuditBroken naming the first row that is wrong."""
    actor.require(Act.VERIFY_AUDIT)
    with desk.store.reading() as connection:
        return verify_chain(connection, desk.store.trail)

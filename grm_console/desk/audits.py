"""Checking the audit chains."""

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.store.audit import verify_chains


def verify_audit(desk: Desk, actor: Actor) -> int:
    """Check all chains; gives their number of rows. Raises AuditBroken naming the first row that is wrong."""
    actor.require(Act.VERIFY_AUDIT)
    with desk.store.reading() as connection:
        return verify_chains(connection, desk.store.trail)

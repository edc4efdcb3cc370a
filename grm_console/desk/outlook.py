"""How a queue looks to whoever writes now: open or closed, crowded, quiet hours; remembered for some seconds.

Every text asks it, and a storm of texts must not ask the store each time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from grm_console.desk.desk import Desk
from grm_console.desk.opening_hours import ALWAYS_OPEN, Opening, opening_in
from grm_console.domain.quiet_hours import quiet_until
from grm_console.store import queue

REMEMBERED = timedelta(seconds=15)
CROWDED = 50
"""Items waiting in one queue from which on an answer is said to take longer."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One queue at one moment."""

    asked_at: datetime
    opening: Opening
    crowded: bool
    quiet_hours: str
    """The queue's own; empty for the desk's."""

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone by whose clock its people live; None for the host's."""
        return ZoneInfo(self.opening.time_zone) if self.opening.time_zone else None


def outlook(desk: Desk, connection: Connection, queue_id: int | None, now: datetime) -> Outlook:
    """How a queue looks; one that is not there is always open."""
    if queue_id is None:
        return Outlook(now, ALWAYS_OPEN, False, "")
    known: Outlook | None = desk.outlooks.get(queue_id)
    if known is None or not timedelta(0) <= now - known.asked_at < REMEMBERED:
        waiting, quiet_hours = queue.crowd(connection, queue_id, CROWDED)
        known = Outlook(now, opening_in(connection, queue_id, now), waiting >= CROWDED, quiet_hours)
        desk.outlooks[queue_id] = known
    return known


def begins_at(desk: Desk, connection: Connection, queue_id: int | None, now: datetime) -> datetime | None:
    """When a machine may begin a text to somebody of this queue; None for at once."""
    seen = outlook(desk, connection, queue_id, now)
    return quiet_until(now, seen.quiet_hours or desk.texts.quiet_hours, seen.zone)

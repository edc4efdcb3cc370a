"""The queues in which calls wait: made on demand by name, in the order of arrival."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from grm_console.standin.webhooks import stamp

if TYPE_CHECKING:
    from grm_console.standin.call import Call

MAX_SIZE = 1000
"""Calls in one queue unless the document says otherwise (Twilio documentation, Enqueue)."""


@dataclass(eq=False, slots=True)
class Place:
    """One call's place in a queue."""

    queue: "Queue"
    call: "Call"
    entered: float = field(default_factory=monotonic)
    entered_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def fields(self) -> dict[str, str]:
        """What a request of a waiting call says of its queue; seconds and the position from 1."""
        queue = self.queue
        return {
            "QueueSid": queue.sid,
            "QueuePosition": str(queue.places.index(self) + 1),
            "QueueTime": str(self.waited()),
            "AvgQueueTime": str(queue.average()),
            "CurrentQueueSize": str(len(queue.places)),
            "MaxQueueSize": str(queue.max_size),
        }

    def waited(self) -> int:
        """Seconds in the queue."""
        return round((monotonic() - self.entered) * self.queue.pace)


class Queue:
    """One queue and the calls in it, first in front."""

    def __init__(self, sid: str, name: str, pace: float) -> None:
        self.sid = sid
        self.name = name
        self.pace = pace
        self.max_size = MAX_SIZE
        self.places: list[Place] = []
        self._waits = 0
        self._waited = 0

    def enter(self, call: "Call") -> Place | None:
        """A place at the end; None if the queue is full."""
        if len(self.places) >= self.max_size:
            return None
        place = Place(self, call)
        self.places.append(place)
        return place

    def leave(self, place: Place) -> None:
        """Give up a place."""
        self.places.remove(place)
        self._waits += 1
        self._waited += place.waited()

    def average(self) -> int:
        """Seconds that those who have left had waited."""
        return round(self._waited / self._waits) if self._waits else 0

    def as_json(self) -> dict[str, Any]:
        """The queue as the REST API shows it."""
        return {
            "sid": self.sid,
            "friendly_name": self.name,
            "current_size": len(self.places),
            "max_size": self.max_size,
            "average_wait_time": self.average(),
        }


def member_json(place: Place) -> dict[str, Any]:
    """A waiting call as the REST API shows it."""
    return {
        "call_sid": place.call.sid,
        "queue_sid": place.queue.sid,
        "date_enqueued": stamp(place.entered_at),
        "position": place.queue.places.index(place) + 1,
        "wait_time": place.waited(),
    }

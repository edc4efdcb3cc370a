"""A stored event from outside as the folds read it."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import Channel, Direction


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """The part of a stored event that the folds read."""

    kind: EventKind
    sid: str
    thread_sid: str
    channel: Channel
    direction: Direction
    sender: str
    recipient: str
    state: str
    sequence: int | None
    happened_at: datetime | None
    received_at: datetime
    text: str
    duration: int | None
    error: str
    attachments: int

    @property
    def at(self) -> datetime:
        """When it happened; when it came, if the provider does not say."""
        return self.happened_at or self.received_at

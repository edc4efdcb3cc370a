"""Who is served next: harm to people first, then waiting-since, then arrival. Nothing about the person counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from grm_console.domain.words import Channel, Harm


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """What alone decides an item's place."""

    harm: Harm
    queued_as_of: datetime
    key: int


def queued_as_of(channel: Channel, waiting_since: datetime, text_delay_seconds: int) -> datetime:
    """The moment an item counts as queued: a call at once, anything written later by the queue's delay."""
    written = channel is not Channel.VOICE
    return waiting_since + timedelta(seconds=text_delay_seconds) if written else waiting_since


def serving_order(place: QueuePlace) -> tuple[int, datetime, int]:
    """Sort key: lower is served first; the store's ORDER BY is tested to be equal to it."""
    return (-place.harm, place.queued_as_of, place.key)

"""What a door hands to the desk: one event from outside, in words that no provider owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from grm_console.domain.words import Channel, Direction

ANSWERED_WITHIN = timedelta(minutes=10)
"""How late a text may come to us and still be answered by a machine."""


class EventKind(StrEnum):
    """What happened outside."""

    CALL = "call"
    CALL_STATUS = "call-status"
    CALL_DIALLED = "call-dialled"
    CALL_LEG = "call-leg"
    """A step of a leg that the desk had dialled."""
    CONFERENCE = "conference"
    """A step of the conference a call lives in; `state` is the carrier's word, `sender` the leg's label."""
    CALL_KEY = "call-key"
    """Keys the caller pressed; `text` holds them, `state` the question they answer."""
    CALL_STEP = "call-step"
    """The caller came to a place of its way that ends the wait: closed, voicemail, callback, blocked, overflow."""
    RECORDING = "recording"
    TEXT = "text"
    TEXT_STATUS = "text-status"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """One signed event from outside; unique on (provider, sid, kind, discriminator)."""

    provider: str
    """Who sent it, e.g. `twilio`."""
    sid: str
    """The provider's id of the call or message; for an unreadable event a digest of what came."""
    kind: EventKind
    discriminator: str
    """What tells steps of one sid apart: sequence number, status or step; empty for the first event."""
    channel: Channel
    sender: str
    """As the provider wrote it; may be withheld, a short code, `whatsapp:+…`, `client:…`, `sip:…`."""
    recipient: str
    direction: Direction = Direction.INBOUND
    state: str = ""
    """The provider's word for the state, e.g. `in-progress`, `delivered`."""
    sequence: int | None = None
    """Position among the events of one sid, from 0, where the provider gives one."""
    happened_at: datetime | None = None
    """The provider's own time, aware UTC, where it gives one."""
    text: str = ""
    """The words of a message, unchanged."""
    duration: int | None = None
    """Seconds, on the last event of a call."""
    error: str = ""
    """The provider's error code, or for an unreadable event the reason."""
    media: tuple[tuple[str, str], ...] = ()
    """Attachments as (content type, address); never fetched at intake."""
    opt_out: str = ""
    """`STOP`, `START` or `HELP` when the provider itself handled such a word."""
    parent: str = ""
    """The sid of the call that this leg was dialled for; empty for a citizen's own call."""
    recovered: bool = False
    """Whether the provider's own list told of it afterwards, and no request of its did; `happened_at` is set then."""
    account: str = ""
    idempotency_token: str = ""
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    """All parameters as they came, blanks and repeated keys kept, unknown ones too."""
    raw: bytes = b""
    """The raw request body, kept when the fields alone would not be the whole evidence."""

    def received_at(self, now: datetime) -> datetime:
        """When it counts as received, so that what was recovered leaves the rows it would have left in time."""
        return self.happened_at if self.recovered and self.happened_at is not None else now

    def too_old_to_answer(self, now: datetime) -> bool:
        """Whether a machine's answer would come when nobody expects it any more; then it is left to people."""
        return now - self.received_at(now) > ANSWERED_WITHIN

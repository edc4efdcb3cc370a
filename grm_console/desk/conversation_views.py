"""What the screens of a text conversation get to see: frozen rows. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import AttachmentStage, Channel, Direction, OutboxState


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """One attachment of a text."""

    attachment_id: int
    name: str
    """What a file of it is called, without a folder: no name and no number of anybody is in it."""
    media_type: str
    size: int | None
    """Bytes; None until it was fetched, for the carrier does not tell before."""
    stage: AttachmentStage
    problem: str
    """Why it could not be fetched the last time; empty if all is well."""
    digest: str
    """SHA-256 of what was fetched, in hexadecimal; empty before."""


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One text of a conversation, in or out."""

    line_id: str
    at: datetime
    """When it came, or when it was written."""
    direction: Direction
    text: str
    by: str
    """Full name of who wrote it at the desk; empty for a citizen's text."""
    automatic: bool
    """Whether a machine of ours wrote it."""
    state: OutboxState | None
    """What became of it; None for a text that came in."""
    problem: str
    """Why it did not arrive and what to do, as a plain sentence; empty if nothing is wrong."""
    attachments: tuple[AttachmentLine, ...] = ()
    recovered: bool = False
    """Whether no webhook brought it, and it was found afterwards."""
    outbox_id: int | None = None
    undo_until: datetime | None = None
    """Until when it can be taken back; None if it cannot."""
    may_send_again: bool = False
    """Whether the carrier surely did not deliver it, so that the same words may go out once more."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The texts with one contact point, as far as this exchange and this reader may see them."""

    interaction_id: int
    contact_point_id: int | None
    """None for a withheld number, with which there is no conversation."""
    channel: Channel
    """How a text would go out: `sms` or `whatsapp`."""
    address: str
    """The citizen's address in human form, masked for contractors."""
    who: str
    """The name of whoever is settled to speak; empty as long as nobody is."""
    language: str
    lines: tuple[ConversationLine, ...]
    """Oldest first, the newest 50."""
    older: tuple[datetime, str] | None
    """The key of `older`; None if there is nothing older."""
    blocked: str
    """Why nothing may be sent now and what to do, as a sentence; empty if it may."""
    warnings: tuple[str, ...]
    """What to think of before sending, as sentences."""
    opted_out: bool
    """Whether the number said STOP."""
    our_line: str
    """The number of ours a text would go out from, in human form."""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One row of the log of what a contact point wants of our texts, newest first."""

    at: datetime
    word: OptOut
    by: str
    """Full name of who set it at the desk; empty for a word of the citizen's, or the carrier's report of one."""
    by_carrier: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReachLine:
    """One row of the log of whether texts reach a contact point, newest first."""

    at: datetime
    reached: bool
    reason: str
    by: str
    """Full name of who lifted it by hand; empty otherwise."""


@dataclass(frozen=True, slots=True)
class ConsentLog:
    """Whether a contact point may be sent texts, and everything that led to it."""

    contact_point_id: int
    opted_out: bool
    reached: bool
    """False if the carrier said that texts do not arrive there."""
    words: tuple[ConsentLine, ...]
    reach: tuple[ReachLine, ...]

"""One exchange and everything that happens to it: events from outside, the queue, who spoke, the wrap-up."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import (
    Channel,
    Direction,
    EndReason,
    Harm,
    Identification,
    InteractionState,
    QueueState,
)
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class InboundEventRow(SQLModel, table=True):
    """One signed event from outside, append-only; the unique key makes retries harmless."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        UniqueConstraint("provider", "sid", "kind", "discriminator"),
        one_of("kind", EventKind),
        Index("ix_inbound_event_thread", "provider", "thread_sid"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    provider: str = Field(sa_type=WORDS)
    sid: str = Field(sa_type=WORDS)
    kind: str = Field(sa_type=WORDS)
    discriminator: str = Field(sa_type=WORDS)
    thread_sid: str = Field(sa_type=WORDS)
    """The sid of the interaction: the parent's for a leg that was dialled, else its own."""
    channel: str = Field(sa_type=WORDS)
    direction: str = Field(sa_type=WORDS)
    sender: str = Field(sa_type=WORDS)
    recipient: str = Field(sa_type=WORDS)
    state: str = Field(default="", sa_type=WORDS)
    sequence: int | None = Field(default=None, sa_type=KEY)
    happened_at: datetime | None = Field(default=None, sa_type=INSTANT)
    received_at: datetime = Field(sa_type=INSTANT)
    text: str = Field(default="", sa_type=WORDS)
    duration: int | None = Field(default=None, sa_type=KEY)
    error: str = Field(default="", sa_type=WORDS)
    opt_out: str = Field(default="", sa_type=WORDS)
    media: Any = Field(default=None, nullable=True, sa_type=JSON)
    recovered: bool = Field(default=False)
    """Whether the provider's list told of it afterwards; then it counts as received when it happened."""
    account: str = Field(default="", sa_type=WORDS)
    idempotency_token: str = Field(default="", sa_type=WORDS)
    fields: Any = Field(default=None, nullable=True, sa_type=JSON)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)


class Queue(SQLModel, table=True):
    """Where interactions wait."""

    __tablename__ = "queue"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    languages: str = Field(default="", sa_type=WORDS)
    target_seconds: int = Field(default=15)
    text_delay_seconds: int = Field(default=120)
    wrap_up_seconds: int = Field(default=60)
    calendar_id: int | None = Field(default=None, foreign_key="calendar.id", sa_type=KEY)
    """Opening hours of its calls; without them it is always open."""
    capacity: int = Field(default=0)
    """Calls that may wait at a time, 0 for any number; further ones go to the voicemail."""
    longest_wait_seconds: int = Field(default=1800)
    """After so long a waiting caller is sent to the voicemail; 0 for never."""
    callback_dropped: bool = Field(default=False)
    """Whether a call that broke off before it was answered becomes a callback."""
    overflow_queue_id: int | None = Field(default=None, foreign_key="queue.id", sa_type=KEY)
    """Whose agents are offered its calls as well when it is full, or when they have waited long."""
    overflow_after_seconds: int = Field(default=0)
    """After so long a waiting call is offered there; 0 for only when it is full."""
    music: str = Field(default="", sa_type=WORDS)
    """What a waiting caller hears between sentences: an https address, `none`, or empty for our own piece."""
    records: bool = Field(default=False)
    """Whether its calls are recorded; callers are told before."""
    detects_machines: bool = Field(default=True)
    """Whether the carrier listens if a person or a machine picks up when its callers are called back."""
    text_target_seconds: int = Field(default=180)
    """Within how long a person shall reply to a text."""
    quiet_hours: str = Field(default="", sa_type=WORDS)
    """When no machine begins a text, e.g. `21:00-08:00`; empty means the desk's own hours, `none` means never."""
    asks_rating: bool = Field(default=False)
    """Whether a finished text exchange, or a closed case, asks the citizen for a rating by text."""
    active: bool = Field(default=True)


class QueueLine(SQLModel, table=True):
    """Which queue one of our own numbers leads to; an unknown line leads to the first queue."""

    __tablename__ = "queue_line"

    line: str = Field(primary_key=True, sa_type=WORDS)
    queue_id: int = Field(foreign_key="queue.id", sa_type=KEY)


class Disposition(SQLModel, table=True):
    """A wrap-up code."""

    __tablename__ = "disposition"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    outcome: str = Field(sa_type=WORDS)
    channels: str = Field(default="*", sa_type=WORDS)
    position: int = Field(default=0)
    active: bool = Field(default=True)


class Interaction(SQLModel, table=True):
    """One call, text, letter or visit. Reporter, person concerned and typist are three columns."""

    __tablename__ = "interaction"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("direction", Direction),
        one_of("state", InteractionState),
        one_of("end_reason", EndReason),
        one_of("identified", Identification),
        Index(
            "ix_interaction_sid",
            "provider",
            "sid",
            unique=True,
            sqlite_where=text("sid <> ''"),
            postgresql_where=text("sid <> ''"),
        ),
        Index(
            "ix_interaction_follows",
            "follows_id",
            sqlite_where=text("follows_id IS NOT NULL"),
            postgresql_where=text("follows_id IS NOT NULL"),
        ),
        Index(
            "ix_interaction_held",
            "agent_id",
            sqlite_where=text("state = 'talking' OR state = 'wrap-up'"),
            postgresql_where=text("state = 'talking' OR state = 'wrap-up'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    import_key: str | None = Field(default=None, unique=True, sa_type=WORDS)
    provider: str = Field(default="", sa_type=WORDS)
    sid: str = Field(default="", sa_type=WORDS)
    channel: str = Field(sa_type=WORDS)
    direction: str = Field(sa_type=WORDS)
    state: str = Field(sa_type=WORDS)
    provider_state: str = Field(default="", sa_type=WORDS)
    sender: str = Field(default="", sa_type=WORDS)
    line: str = Field(default="", sa_type=WORDS)
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id", index=True, sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True, sa_type=KEY)
    """Who speaks or writes: the reporter."""
    concerned_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    concerned_name: str = Field(default="", sa_type=WORDS)
    entered_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    """Who typed it; none for what came by itself."""
    reference: str = Field(default="", sa_type=WORDS)
    """What the door itself calls it: a letter's own number, an e-mail's subject, the counter's ticket."""
    identified: str | None = Field(default=None, sa_type=WORDS)
    follows_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    """The text exchange somebody held, or took, of which this text became a part: it waits in no queue of its own."""
    agent_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    queue_id: int | None = Field(default=None, foreign_key="queue.id", sa_type=KEY)
    language: str = Field(default="", sa_type=WORDS)
    happened_at: datetime = Field(sa_type=INSTANT)
    entered_at: datetime = Field(sa_type=INSTANT)
    parked_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """Put aside by its agent, who works on another one meanwhile."""
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    connected_at: datetime | None = Field(default=None, sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    wrapped_up_at: datetime | None = Field(default=None, sa_type=INSTANT)
    duration: int | None = Field(default=None, sa_type=KEY)
    end_reason: str | None = Field(default=None, sa_type=WORDS)
    disposition_id: int | None = Field(default=None, foreign_key="disposition.id", sa_type=KEY)
    text: str = Field(default="", sa_type=WORDS)
    attachments: int = Field(default=0)
    note: str = Field(default="", sa_type=WORDS)
    problem: str = Field(default="", sa_type=WORDS)
    recovered: bool = Field(default=False)
    """Whether no request told of it when it began, and it was found in the provider's list afterwards."""
    version: int = Field(default=1)


class SpeakerLog(SQLModel, table=True):
    """What was settled about who speaks, how, and by whom; the newest row counts."""

    __tablename__ = "speaker_log"
    __table_args__ = (one_of("identified", Identification),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", index=True, sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    identified: str = Field(sa_type=WORDS)
    how: str = Field(default="", sa_type=WORDS)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)


class QueueEntry(SQLModel, table=True):
    """An item's wait; `queued_as_of` is waiting-since plus the channel's delay, fixed when it was queued."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        one_of("state", QueueState),
        one_of("harm", Harm),
        one_of("left_reason", EndReason),
        CheckConstraint("(state = 'waiting') = (claimed_by_id IS NULL) OR state = 'left'", name="claimed_by_somebody"),
        Index(
            "ix_queue_entry_waiting",
            "queued_as_of",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_queue_entry_claimed",
            "claim_expires_at",
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        Index("ix_queue_entry_left", "left_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", unique=True, sa_type=KEY)
    queue_id: int = Field(foreign_key="queue.id", sa_type=KEY)
    state: str = Field(sa_type=WORDS)
    harm: int = Field(default=0)
    waiting_since: datetime = Field(sa_type=INSTANT)
    queued_as_of: datetime = Field(sa_type=INSTANT)
    claimed_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    claimed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    claim_expires_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """Until when the claim holds unless the seat renews it."""
    moved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When a supervisor moved it: from then on its line no longer says where it waits."""
    overflow_queue_id: int | None = Field(default=None, foreign_key="queue.id", sa_type=KEY)
    """Another queue whose agents are offered it as well; it still waits, and is counted, in its own."""
    overflowed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """Since when it is offered there."""
    not_before: datetime | None = Field(default=None, sa_type=INSTANT)
    """When it is offered at the earliest: the window of a callback, or the pause after an attempt."""
    replied_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When a person first replied to it in writing."""
    left_at: datetime | None = Field(default=None, sa_type=INSTANT)
    left_reason: str | None = Field(default=None, sa_type=WORDS)


class Draft(SQLModel, table=True):
    """What an operator has typed so far for one exchange, saved as it is typed."""

    __tablename__ = "draft"

    interaction_id: int = Field(primary_key=True, foreign_key="interaction.id", sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    form: Any = Field(sa_type=JSON)
    saved_at: datetime = Field(sa_type=INSTANT)

"""A live call: its legs, its handing over, callbacks, recordings, and what is done about missed ones."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import (
    BlockKind,
    CallbackReason,
    CallbackState,
    LegRole,
    LegState,
    RecordingKind,
    TransferState,
)
from grm_console.store.tables.columns import INSTANT, KEY, WORDS, one_of


class LiveCall(SQLModel, table=True):
    """The conference a call lives in since somebody answered; the carrier's own id is known once it runs."""

    __tablename__ = "live_call"

    interaction_id: int = Field(primary_key=True, foreign_key="interaction.id", sa_type=KEY)
    conference: str = Field(unique=True, sa_type=WORDS)
    conference_sid: str = Field(default="", sa_type=WORDS)
    legs: int = Field(default=0)
    """How many legs were made so far; the next one gets this number."""
    moved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When the caller was asked into the conference."""
    leaving: int | None = Field(default=None)
    """The leg whose person the citizen is left with as soon as it is sure that one is there."""


class CallLeg(SQLModel, table=True):
    """One telephone in a call; number 0 is the citizen's."""

    __tablename__ = "call_leg"
    __table_args__ = (
        UniqueConstraint("interaction_id", "number"),
        one_of("role", LegRole),
        one_of("state", LegState),
        Index(
            "ix_call_leg_live",
            "account_id",
            sqlite_where=text("state = 'asked' OR state = 'ringing' OR state = 'joined'"),
            postgresql_where=text("state = 'asked' OR state = 'ringing' OR state = 'joined'"),
        ),
        Index(
            "ix_call_leg_interpreter",
            "joined_at",
            sqlite_where=text("role = 'interpreter'"),
            postgresql_where=text("role = 'interpreter'"),
        ),
        Index("ix_call_leg_sid", "sid", sqlite_where=text("sid <> ''"), postgresql_where=text("sid <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    number: int = Field()
    role: str = Field(sa_type=WORDS)
    address: str = Field(default="", sa_type=WORDS)
    """What is dialled: a telephone number, `sip:…` or `client:…`."""
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=KEY)
    name: str = Field(default="", sa_type=WORDS)
    """Who that is, in words; an interpreter's language."""
    sid: str = Field(default="", sa_type=WORDS)
    """The carrier's id of the leg, known once it rings."""
    state: str = Field(sa_type=WORDS)
    held: bool = Field(default=False)
    muted: bool = Field(default=False)
    coaching: bool = Field(default=False)
    """Heard by the operator alone."""
    asked_at: datetime = Field(sa_type=INSTANT)
    asked_by_id: int = Field(foreign_key="account.id", sa_type=KEY)
    joined_at: datetime | None = Field(default=None, sa_type=INSTANT)
    left_at: datetime | None = Field(default=None, sa_type=INSTANT)
    outcome: str = Field(default="", sa_type=WORDS)
    """The carrier's last word: completed, no-answer, busy, failed, canceled."""
    detects: bool = Field(default=False)
    """Whether the carrier listens who picks up, a person or a machine."""
    answered_by: str = Field(default="", sa_type=WORDS)
    """What it heard: human, machine_start, fax, unknown; empty as long as it has not said."""
    person: bool = Field(default=False)
    """Somebody of ours has heard a person there, whatever the carrier says."""
    language: str = Field(default="", sa_type=WORDS)
    """Of an interpreter: into which language."""


class Transfer(SQLModel, table=True):
    """A live call offered to another operator; the open one of a call is unique."""

    __tablename__ = "transfer"
    __table_args__ = (
        one_of("state", TransferState),
        Index(
            "ix_transfer_open",
            "interaction_id",
            unique=True,
            sqlite_where=text("state = 'offered' OR state = 'accepted'"),
            postgresql_where=text("state = 'offered' OR state = 'accepted'"),
        ),
        Index("ix_transfer_interaction_id", "interaction_id"),
        Index(
            "ix_transfer_offered",
            "to_id",
            sqlite_where=text("state = 'offered' OR state = 'accepted'"),
            postgresql_where=text("state = 'offered' OR state = 'accepted'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    from_id: int = Field(foreign_key="account.id", sa_type=KEY)
    to_id: int = Field(foreign_key="account.id", sa_type=KEY)
    note: str = Field(default="", sa_type=WORDS)
    state: str = Field(sa_type=WORDS)
    offered_at: datetime = Field(sa_type=INSTANT)
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    holds: bool = Field(default=False)
    """Whether the offer put the citizen on hold, and its end takes them back."""
    not_taken: str = Field(default="", sa_type=WORDS)
    """Why it was not taken (`NotTaken`); empty as long as nothing speaks against it."""


class Callback(SQLModel, table=True):
    """A promise to call somebody; it waits in the queue as an outbound exchange of its own."""

    __tablename__ = "callback"
    __table_args__ = (
        one_of("reason", CallbackReason),
        one_of("state", CallbackState),
        CheckConstraint("window_to > window_from", name="window_to_after_from"),
        Index(
            "ix_callback_open",
            "contact_point_id",
            "queue_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", unique=True, sa_type=KEY)
    """The outbound exchange that waits and is dialled."""
    asked_in_id: int | None = Field(default=None, foreign_key="interaction.id", index=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    queue_id: int = Field(foreign_key="queue.id", sa_type=KEY)
    reason: str = Field(sa_type=WORDS)
    state: str = Field(sa_type=WORDS)
    window_from: datetime = Field(sa_type=INSTANT)
    window_to: datetime = Field(sa_type=INSTANT)
    attempts: int = Field(default=0)
    last_attempt_at: datetime | None = Field(default=None, sa_type=INSTANT)
    asked_at: datetime = Field(sa_type=INSTANT)
    settled_at: datetime | None = Field(default=None, index=True, sa_type=INSTANT)


class FollowUp(SQLModel, table=True):
    """A missed call somebody has seen to."""

    __tablename__ = "follow_up"

    interaction_id: int = Field(primary_key=True, foreign_key="interaction.id", sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)


class EmergencyCall(SQLModel, table=True):
    """An emergency that an operator called: where, when, and whom the desk rang for it."""

    __tablename__ = "emergency_call"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", index=True, sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(index=True, sa_type=INSTANT)
    area: str = Field(sa_type=WORDS)
    """Of the emergency line."""
    number: str = Field(sa_type=WORDS)
    """What the citizen is told to dial."""
    place: str = Field(default="", sa_type=WORDS)
    dialled: str = Field(default="", sa_type=WORDS)
    """What the desk rang itself; empty if only the number was told."""
    callback: str = Field(default="", sa_type=WORDS)
    """The other numbers that the line's service calls back from, separated by `|`."""
    caller_id: str = Field(default="", sa_type=WORDS)
    """Our own number that the service saw."""


class EmergencyCallback(SQLModel, table=True):
    """A call that is the emergency service calling back."""

    __tablename__ = "emergency_callback"

    interaction_id: int = Field(primary_key=True, foreign_key="interaction.id", sa_type=KEY)
    emergency_call_id: int = Field(foreign_key="emergency_call.id", sa_type=KEY)


class Recording(SQLModel, table=True):
    """Sound the carrier keeps for us; the audio itself is fetched only when somebody wishes to hear it."""

    __tablename__ = "recording"
    __table_args__ = (
        one_of("kind", RecordingKind),
        UniqueConstraint("provider", "sid"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", index=True, sa_type=KEY)
    provider: str = Field(sa_type=WORDS)
    sid: str = Field(sa_type=WORDS)
    kind: str = Field(sa_type=WORDS)
    state: str = Field(default="", sa_type=WORDS)
    """The carrier's word: in-progress, completed, absent, failed."""
    url: str = Field(default="", sa_type=WORDS)
    seconds: int | None = Field(default=None, sa_type=KEY)
    started_at: datetime = Field(sa_type=INSTANT)
    media_type: str = Field(default="", sa_type=WORDS)
    audio: bytes | None = Field(default=None, sa_type=LargeBinary)
    fetched_at: datetime | None = Field(default=None, sa_type=INSTANT)
    problem: str = Field(default="", sa_type=WORDS)
    """Why it could not be fetched, in words."""


class BlockedNumber(SQLModel, table=True):
    """A number that is not put through, or a person with whom talk has rules; never touches a queue place."""

    __tablename__ = "blocked_number"
    __table_args__ = (
        one_of("kind", BlockKind),
        CheckConstraint("until > since", name="until_after_since"),
        Index("ix_blocked_number_point", "contact_point_id", "until"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    reason: str = Field(sa_type=WORDS)
    notice: str = Field(default="", sa_type=WORDS)
    """How and when the person was told; required for a person."""
    review_on: datetime | None = Field(default=None, sa_type=INSTANT)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    lifted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    lifted_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)

"""What belongs to texts: attachments and the files behind them, questions put by text, and pauses of the machine."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from grm_console.domain.words import AttachmentStage
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class Attachment(SQLModel, table=True):
    """One attachment of a text; the carrier keeps it until somebody wishes to see it."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("interaction_id", "position"), one_of("stage", AttachmentStage))

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    position: int = Field()
    media_type: str = Field(sa_type=WORDS)
    """As the carrier announced it, later as it was fetched."""
    url: str = Field(sa_type=WORDS)
    stage: str = Field(sa_type=WORDS)
    problem: str = Field(default="", sa_type=WORDS)
    """Why it could not be fetched the last time, in words."""
    digest: str | None = Field(default=None, foreign_key="stored_file.digest", sa_type=WORDS)
    asked: int = Field(default=0)
    """How often it was asked for."""
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)


class StoredFile(SQLModel, table=True):
    """A file somebody sent us, kept once by the digest of what is in it."""

    __tablename__ = "stored_file"

    digest: str = Field(primary_key=True, sa_type=WORDS)
    """SHA-256 in hexadecimal."""
    size: int = Field()
    content: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime = Field(sa_type=INSTANT)


class TextQuestion(SQLModel, table=True):
    """A question put to a contact point by text, which takes the next digit for its answer."""

    __tablename__ = "text_question"
    __table_args__ = (
        UniqueConstraint("decision"),
        Index("ix_text_question_point", "contact_point_id", "asked_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    """`which-case` or `rating`."""
    decision: str = Field(sa_type=WORDS)
    """What it is about, so that it is put once: the sid it answers, or the exchange or case to be rated."""
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    case_id: int | None = Field(default=None, foreign_key="case_file.id", index=True, sa_type=KEY)
    options: Any = Field(default=None, nullable=True, sa_type=JSON)
    """What each digit stands for, the first for 1."""
    asked_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    answer: int = Field(default=0)
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)


class TextPause(SQLModel, table=True):
    """A stop of what machines send, by the circuit breaker: for a while, with the reason."""

    __tablename__ = "text_pause"
    __table_args__ = (Index("ix_text_pause_until", "until"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    """`automatic` for what machines decide, `line` for everything from one of our numbers."""
    line: str = Field(default="", sa_type=WORDS)
    code: int = Field(default=0)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime = Field(sa_type=INSTANT)


class CasePin(SQLModel, table=True):
    """The secret by which a case is asked for by text, as an argon2 hash; it was told once, at the opening."""

    __tablename__ = "case_pin"

    case_id: int = Field(primary_key=True, foreign_key="case_file.id", sa_type=KEY)
    pin_hash: str = Field(sa_type=WORDS)
    made_at: datetime = Field(sa_type=INSTANT)


class PinAttempt(SQLModel, table=True):
    """A wrong PIN, counted by case and by number."""

    __tablename__ = "pin_attempt"
    __table_args__ = (Index("ix_pin_attempt_point", "contact_point_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    case_id: int = Field(foreign_key="case_file.id", index=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)

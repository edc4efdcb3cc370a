"""What belongs to texts: attachments and the files behind them, questions put by text, and pauses of the machine."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import AttachmentStage, StopKind
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
    """`which-case`, `rating` or `which-answer`."""
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


class AskedText(SQLModel, table=True):
    """A text about which the answer engine is asked: written with the text, settled once by whoever takes it."""

    __tablename__ = "asked_text"
    __table_args__ = (
        UniqueConstraint("interaction_id"),
        Index(
            "ix_asked_text_open",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_asked_text_settled", "settled_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    asked_at: datetime = Field(sa_type=INSTANT)
    taken_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When a process last took it; one that dies leaves it to the next."""
    tries: int = Field(default=0)
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    outcome: str = Field(default="", sa_type=WORDS)
    """`answer`, `menu`, or why it was left to people: `unsure`, `slow`, `repeated`, `stopped`, `failed`, …"""
    confidence: int | None = Field(default=None)
    """What the engine held of its best answer, in thousandths; None if it was not asked or found none."""


class AnswerStop(SQLModel, table=True):
    """Machines do not answer: a contact, about an article or a service, or at all; until somebody lets them again."""

    __tablename__ = "answer_stop"
    __table_args__ = (
        one_of("kind", StopKind),
        Index(
            "ix_answer_stop_in_force",
            "id",
            sqlite_where=text("resumed_at IS NULL"),
            postgresql_where=text("resumed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id", sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    """Whoever was settled to write from there, with all their addresses; None if nobody was."""
    article_id: int | None = Field(default=None, foreign_key="article.id", sa_type=KEY)
    service: str = Field(default="", sa_type=WORDS)
    stopped_at: datetime = Field(sa_type=INSTANT)
    stopped_by_id: int = Field(foreign_key="account.id", sa_type=KEY)
    resumed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    resumed_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)


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

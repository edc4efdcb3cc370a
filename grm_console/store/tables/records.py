"""The store's own records: the audit chains with their heads, the feed of changes, and marks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from grm_console.store.tables.columns import INSTANT, KEY, WORDS


class AuditRow(SQLModel, table=True):
    """One write or one opening of a contact: who, what, why. Holds keys, never names or texts of citizens."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"),)

    seq: int = Field(primary_key=True, sa_type=KEY, sa_column_kwargs={"autoincrement": False})
    """The row's number: its chain and its place there, see `domain/audit_chain.py`."""
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(sa_type=KEY)
    organisation_id: int = Field(sa_type=KEY)
    act: str = Field(sa_type=WORDS)
    subject: str = Field(sa_type=WORDS)
    """Kind and key, e.g. `contact:42`."""
    purpose: str = Field(sa_type=WORDS)
    """Why, e.g. `interaction:917`."""
    detail: str = Field(default="", sa_type=WORDS)
    hash: str = Field(sa_type=WORDS)
    """HMAC-SHA256 over the previous hash and this row."""


class AuditHead(SQLModel, table=True):
    """Where a chain continues; a copy is kept apart, in a file."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True, sa_type=KEY, sa_column_kwargs={"autoincrement": False})
    """The chain; they count from 1."""
    count: int = Field(sa_type=KEY)
    hash: str = Field(sa_type=WORDS)


class ChangeRow(SQLModel, table=True):
    """A committed change for the feeds; readers follow (transaction, seq), which no late commit can slip behind."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_order", "transaction", "seq"),)

    seq: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    transaction: int = Field(sa_type=KEY)
    """PostgreSQL's transaction number; 0 on SQLite, whose writers come one after the other."""
    topic: str = Field(sa_type=WORDS)
    subject_id: int = Field(sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)


class Mark(SQLModel, table=True):
    """A fact about the store itself, e.g. that it is a demo."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True, sa_type=WORDS)
    value: str = Field(sa_type=WORDS)


class Correction(SQLModel, table=True):
    """One field of an exchange or a case that was wrong, and was put right with a reason; append-only."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("(interaction_id IS NULL) <> (case_id IS NULL)", name="of_one_thing"),
        Index("ix_correction_interaction", "interaction_id"),
        Index("ix_correction_case", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    case_id: int | None = Field(default=None, foreign_key="case_file.id", sa_type=KEY)
    field: str = Field(sa_type=WORDS)
    before: str = Field(default="", sa_type=WORDS)
    after: str = Field(default="", sa_type=WORDS)
    reason: str = Field(sa_type=WORDS)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)

"""What we decided to send or to ask of the carrier, written in the transaction of the decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import OutboxState
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class Outbox(SQLModel, table=True):
    """One reply or telephone act; `decision` names what it answers, so that it is decided at most once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "decision"),
        one_of("state", OutboxState),
        Index(
            "ix_outbox_unsent",
            "not_before",
            sqlite_where=text("state = 'pending' OR state = 'sending'"),
            postgresql_where=text("state = 'pending' OR state = 'sending'"),
        ),
        Index("ix_outbox_contact_point", "contact_point_id", "decided_at"),
        # Of one column on purpose: with the kind before it, planners took it for an address's own texts as well.
        Index("ix_outbox_decided", "decided_at"),
        # Only of what was asked of the carrier: most texts go with a webhook's own answer and have no id of its.
        Index(
            "ix_outbox_provider_id",
            "provider",
            "provider_id",
            sqlite_where=text("provider_id <> ''"),
            postgresql_where=text("provider_id <> ''"),
        ),
        Index(
            "ix_outbox_asked",
            "decided_at",
            sqlite_where=text("provider_id <> ''"),
            postgresql_where=text("provider_id <> ''"),
        ),
        Index(
            "ix_outbox_unknown",
            "id",
            sqlite_where=text("state = 'unknown'"),
            postgresql_where=text("state = 'unknown'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    """`text` or `call-end`."""
    decision: str = Field(sa_type=WORDS)
    """What it answers: the sid of the text or call, and the rule."""
    interaction_id: int = Field(foreign_key="interaction.id", index=True, sa_type=KEY)
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id", sa_type=KEY)
    provider: str = Field(sa_type=WORDS)
    answered_sid: str = Field(sa_type=WORDS)
    body: str = Field(default="", sa_type=WORDS)
    by_document: bool = Field(default=False)
    """Whether the webhook's own answer carried it; then there is nothing left to send."""
    state: str = Field(sa_type=WORDS)
    provider_id: str = Field(default="", sa_type=WORDS)
    error: str = Field(default="", sa_type=WORDS)
    code: int = Field(default=0)
    """The carrier's error code; 0 without one."""
    rule: str = Field(default="", sa_type=WORDS)
    """The rule by which a machine decided it; empty for what a person decided."""
    attempts: int = Field(default=0)
    decided_at: datetime = Field(sa_type=INSTANT)
    decided_by_id: int = Field(foreign_key="account.id", sa_type=KEY)
    not_before: datetime = Field(sa_type=INSTANT)
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    detail: Any = Field(default=None, nullable=True, sa_type=JSON)

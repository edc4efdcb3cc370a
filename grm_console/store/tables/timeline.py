"""Everything of one contact, newest first: one projection for interactions, cases, answers and replies."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from grm_console.domain.words import Channel, Direction, EntryKind
from grm_console.store.tables.columns import INSTANT, KEY, WORDS, one_of


class TimelineEntry(SQLModel, table=True):
    """One line of a history; the body stays with its source and is read when the eye rests on the line."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        UniqueConstraint("kind", "source_id"),
        one_of("kind", EntryKind),
        one_of("channel", Channel),
        one_of("direction", Direction),
        Index("ix_timeline_entry_contact", "contact_id", "at", "id"),
        Index("ix_timeline_entry_interaction", "interaction_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)
    kind: str = Field(sa_type=WORDS)
    source_id: int = Field(sa_type=KEY)
    """Key of the interaction, case, answer given or outbox row that the entry stands for."""
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    channel: str | None = Field(default=None, sa_type=WORDS)
    direction: str | None = Field(default=None, sa_type=WORDS)
    state: str = Field(default="", sa_type=WORDS)
    case_number: str = Field(default="", sa_type=WORDS)
    summary: str = Field(default="", sa_type=WORDS)
    voicemail_seconds: int | None = Field(default=None, sa_type=KEY)
    """How long the voicemails are that were left in a call, 0 if nobody knows; none where none was left."""

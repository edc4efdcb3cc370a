"""What supervisors and operators tell each other during a shift."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from grm_console.store.tables.columns import INSTANT, KEY, WORDS


class Notice(SQLModel, table=True):
    """A notice of the supervisor to everybody at the desk, or to those who serve one queue."""

    __tablename__ = "notice"
    __table_args__ = (CheckConstraint("until > since", name="until_after_since"), Index("ix_notice_until", "until"))

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    text: str = Field(sa_type=WORDS)
    queue_id: int | None = Field(default=None, foreign_key="queue.id", sa_type=KEY)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)


class NoticeSeen(SQLModel, table=True):
    """Who has read which notice."""

    __tablename__ = "notice_seen"

    notice_id: int = Field(primary_key=True, foreign_key="notice.id", sa_type=KEY)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)


class HelpRequest(SQLModel, table=True):
    """An operator asks the supervisor for help with an exchange."""

    __tablename__ = "help_request"
    __table_args__ = (Index("ix_help_request_open", "done_at", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)
    taken_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    taken_at: datetime | None = Field(default=None, sa_type=INSTANT)
    done_at: datetime | None = Field(default=None, sa_type=INSTANT)

"""Ready-made texts of the team or of one operator, with slots that contact and case fill."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from grm_console.store.tables.columns import INSTANT, KEY, WORDS


class CannedText(SQLModel, table=True):
    """One ready-made text; without an owner it is the team's."""

    __tablename__ = "canned_text"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    owner_id: int | None = Field(default=None, foreign_key="account.id", index=True, sa_type=KEY)
    category: str = Field(default="", sa_type=WORDS)
    title: str = Field(sa_type=WORDS)
    language: str = Field(default="", sa_type=WORDS)
    body: str = Field(sa_type=WORDS)
    active: bool = Field(default=True)
    uses: int = Field(default=0)
    version: int = Field(default=1)
    changed_at: datetime = Field(sa_type=INSTANT)
    changed_by_id: int = Field(foreign_key="account.id", sa_type=KEY)

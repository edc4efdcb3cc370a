"""What standard answers are found by, as every process reads it, and what was said of answers that were suggested."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS


class ArticleTerms(SQLModel, table=True):
    """A published version's words as the analyser cut them; derived, so a lower `analyser` is only out of date."""

    __tablename__ = "article_terms"

    article_version_id: int = Field(primary_key=True, foreign_key="article_version.id", sa_type=KEY)
    analyser: int
    units: Any = Field(default=None, nullable=True, sa_type=JSON)
    """A list of units, each with the terms of its title, phrasings and passage, parted by spaces."""


class ArticleMeaning(SQLModel, table=True):
    """A published version as one model of meaning sees it; derived."""

    __tablename__ = "article_meaning"

    article_version_id: int = Field(primary_key=True, foreign_key="article_version.id", sa_type=KEY)
    model: str = Field(primary_key=True, sa_type=WORDS)
    """Name and version: another version's rows cannot be compared."""
    units: int
    """Rows, one for each unit; 0 where the model must not read the text."""
    rows: bytes = Field(sa_type=LargeBinary)
    """Whole numbers of two bytes, low byte first."""


class AnswerVerdict(SQLModel, table=True):
    """An answer that was suggested and not helpful, by the words it was found with."""

    __tablename__ = "answer_verdict"
    __table_args__ = (UniqueConstraint("account_id", "article_version_id", "query"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_version_id: int = Field(foreign_key="article_version.id", index=True, sa_type=KEY)
    rank: int
    query: str = Field(sa_type=WORDS)
    language: str = Field(default="", sa_type=WORDS)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(index=True, sa_type=INSTANT)

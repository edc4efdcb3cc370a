"""Standard answers, their versions with each step of their life, which were given to whom, and who is told anew."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.article_life import Step
from grm_console.domain.words import ArticleState, Audience, Channel
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class Article(SQLModel, table=True):
    """A standard answer in all its languages, known by a short code that can be said on the phone."""

    __tablename__ = "article"
    __table_args__ = (one_of("audience", Audience),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    audience: str = Field(default="public", sa_type=WORDS)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=KEY)
    """The department that answers for its content."""
    legal_basis: str = Field(default="", sa_type=WORDS)
    services: Any = Field(default=None, nullable=True, sa_type=JSON)
    segments: Any = Field(default=None, nullable=True, sa_type=JSON)
    """Codes of the groups it is meant for as well: it is found by everybody, and offered to these in addition."""


class ArticleText(SQLModel, table=True):
    """An article in one language; `import_id` is the id its import gave it."""

    __tablename__ = "article_text"
    __table_args__ = (UniqueConstraint("article_id", "language", "import_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_id: int = Field(foreign_key="article.id", sa_type=KEY)
    language: str = Field(sa_type=WORDS)
    import_id: str = Field(unique=True, sa_type=WORDS)


class ArticleVersion(SQLModel, table=True):
    """One wording, changed only while it is a draft."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("article_text_id", "version"),
        one_of("state", ArticleState),
        CheckConstraint("version > 0", name="version_positive"),
        Index(
            "ix_article_version_published",
            "article_text_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "ix_article_version_under_way",
            "article_text_id",
            unique=True,
            sqlite_where=text("state = 'draft' OR state = 'review' OR state = 'approved'"),
            postgresql_where=text("state = 'draft' OR state = 'review' OR state = 'approved'"),
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> author_id AND approved_by_id <> edited_by_id)",
            name="approved_by_another",
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_text_id: int = Field(foreign_key="article_text.id", sa_type=KEY)
    version: int
    state: str = Field(sa_type=WORDS)
    question: str = Field(sa_type=WORDS)
    phrasings: Any = Field(default=None, nullable=True, sa_type=JSON)
    answer: str = Field(sa_type=WORDS)
    sms: str = Field(default="", sa_type=WORDS)
    """Own short words for a text, if an editor gave some."""
    translated_from_id: int | None = Field(default=None, foreign_key="article_version.id", sa_type=KEY)
    """The version of another language it was made from."""
    frame: Any = Field(default=None, nullable=True, sa_type=JSON)
    """The article's own columns by name: what this version changes of them when it is published; once it has ended, all
    of them as they were then."""
    effective_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    author_id: int = Field(foreign_key="account.id", sa_type=KEY)
    created_at: datetime = Field(sa_type=INSTANT)
    edited_by_id: int = Field(foreign_key="account.id", sa_type=KEY)
    edited_at: datetime = Field(sa_type=INSTANT)
    approved_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    published_at: datetime | None = Field(default=None, sa_type=INSTANT)
    revision: int = Field(default=1)
    """Goes up with every step, so that nobody approves words they have not seen."""


class ArticleStep(SQLModel, table=True):
    """One step in a version's life, append-only."""

    __tablename__ = "article_step"
    __table_args__ = (one_of("step", Step),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_version_id: int = Field(foreign_key="article_version.id", index=True, sa_type=KEY)
    step: str = Field(sa_type=WORDS)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)
    comment: str = Field(default="", sa_type=WORDS)


class AnswerGiven(SQLModel, table=True):
    """An article version told to a citizen in an interaction: exactly what was said, and how it was found."""

    __tablename__ = "answer_given"
    __table_args__ = (
        UniqueConstraint("interaction_id", "article_version_id", "channel"),
        one_of("channel", Channel),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    article_version_id: int = Field(foreign_key="article_version.id", index=True, sa_type=KEY)
    channel: str = Field(sa_type=WORDS)
    """The door it was told through: a caller who is sent the answer as a text was told it by SMS."""
    language: str = Field(default="", sa_type=WORDS)
    told: str = Field(default="", sa_type=WORDS)
    """The words as they were told: the telephone's script, or the text as it went out; empty in old rows."""
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", sa_type=KEY)
    """The text it went out with."""
    rank: int
    """Place among the answers found, from 1; 0 if it was not searched for."""
    query: str = Field(default="", sa_type=WORDS)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(index=True, sa_type=INSTANT)
    confidence: int | None = Field(default=None)
    """How likely the engine held it to be right, in thousandths, when a machine gave it; None if a person gave it."""
    wrong_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When the citizen said that it did not help, or asked the same again."""


class ToldAgain(SQLModel, table=True):
    """Somebody who was told an answer that no longer holds, and is told of it; once for each version that ended."""

    __tablename__ = "told_again"
    __table_args__ = (
        UniqueConstraint("article_version_id", "contact_point_id"),
        one_of("channel", Channel),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_version_id: int = Field(foreign_key="article_version.id", sa_type=KEY)
    """The version they were told."""
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    channel: str = Field(sa_type=WORDS)
    interaction_id: int = Field(foreign_key="interaction.id", sa_type=KEY)
    """The exchange in which they are told: a callback that waits, or a text."""
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)

"""Questions without a good answer, the groups they form, and topics of which suddenly many people speak."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import AskedBy, ProposalState, ProposedAs
from grm_console.store.tables.columns import INSTANT, KEY, WORDS, one_of


class QuestionGroup(SQLModel, table=True):
    """Questions that ask the same, as a proposal for the knowledge base; its figures are those of the last grouping."""

    __tablename__ = "question_group"
    __table_args__ = (one_of("state", ProposalState), one_of("proposed_as", ProposedAs), one_of("taken_as", ProposedAs))

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    state: str = Field(sa_type=WORDS)
    proposed_as: str = Field(sa_type=WORDS)
    article_id: int | None = Field(default=None, foreign_key="article.id", sa_type=KEY)
    """The nearest article, if any was found at all."""
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", sa_type=KEY)
    """The department it is put to; none for the desk's own editors."""
    language: str = Field(default="", sa_type=WORDS)
    """That of most of its questions."""
    questions: int = Field(default=0)
    askers: int = Field(default=0)
    repeats: int = Field(default=0)
    gap: int = Field(default=0)
    """In percent."""
    first_at: datetime = Field(sa_type=INSTANT)
    last_at: datetime = Field(sa_type=INSTANT)
    decided_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    reason: str = Field(default="", sa_type=WORDS)
    askers_decided: int = Field(default=0)
    """How many people had asked when it was decided."""
    taken_as: str | None = Field(default=None, sa_type=WORDS)
    article_version_id: int | None = Field(default=None, foreign_key="article_version.id", sa_type=KEY)
    """The draft that was made of it; its publication is when it took effect."""


class UnansweredQuestion(SQLModel, table=True):
    """One question without a good answer; the words of texts and refused answers are read where they stand."""

    __tablename__ = "unanswered_question"
    __table_args__ = (one_of("asked_by", AskedBy),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    source: str = Field(unique=True, sa_type=WORDS)
    """What it is, e.g. `text:917`, `search:917:1`, `refused:31`, so that nothing is counted twice."""
    asked_by: str = Field(sa_type=WORDS)
    at: datetime = Field(index=True, sa_type=INSTANT)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", index=True, sa_type=KEY)
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id", sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    verdict_id: int | None = Field(default=None, foreign_key="answer_verdict.id", sa_type=KEY)
    words: str = Field(default="", sa_type=WORDS)
    """What an operator searched for; empty for everything else."""
    language: str = Field(default="", sa_type=WORDS)
    nearest_id: int | None = Field(default=None, foreign_key="article.id", sa_type=KEY)
    """The article the engine found first when it was looked at."""
    confidence: int | None = Field(default=None, sa_type=KEY)
    """How sure it was of it, in percent; NULL before it was looked at."""
    model: str = Field(default="", sa_type=WORDS)
    meaning: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Its vector by that model: whole numbers of two bytes, low byte first."""
    group_id: int | None = Field(default=None, foreign_key="question_group.id", index=True, sa_type=KEY)
    nearness: int = Field(default=0)
    """To what its group has in its middle, in percent; 100 for the one that says best what is asked."""


class TopicAlarm(SQLModel, table=True):
    """A topic that suddenly more people than usual speak of; over once it is cleared."""

    __tablename__ = "topic_alarm"
    __table_args__ = (
        CheckConstraint("(service_id IS NULL) <> (group_id IS NULL)", name="of_one_topic"),
        Index(
            "ix_topic_alarm_open",
            "id",
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
        Index("ix_topic_alarm_cleared_at", "cleared_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    service_id: int | None = Field(default=None, foreign_key="service.id", sa_type=KEY)
    group_id: int | None = Field(default=None, foreign_key="question_group.id", sa_type=KEY)
    since: datetime = Field(sa_type=INSTANT)
    """When people began to come faster."""
    raised_at: datetime = Field(sa_type=INSTANT)
    cleared_at: datetime | None = Field(default=None, sa_type=INSTANT)
    askers: int
    """Different people in the last hour, as of the last look."""
    tenths: int
    """How many times the usual number that is, in tenths."""
    notice_id: int | None = Field(default=None, foreign_key="notice.id", sa_type=KEY)

"""The catalogue of services, and the citizen's cases with each department's part."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import CaseState, Confidentiality, Harm, TaskState
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class Service(SQLModel, table=True):
    """A matter type: its questions, lead department and limits."""

    __tablename__ = "service"
    __table_args__ = (
        one_of("default_harm", Harm),
        CheckConstraint("(done_hours IS NULL) <> (done_working_days IS NULL)", name="one_limit"),
        CheckConstraint("coalesce(done_hours, done_working_days) > 0", name="limit_positive"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    description: str = Field(default="", sa_type=WORDS)
    other_description: str = Field(default="", sa_type=WORDS)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    first_reply_hours: int | None = Field(default=None)
    done_hours: int | None = Field(default=None)
    done_working_days: int | None = Field(default=None)
    default_harm: int = Field(default=0)
    confidential: bool = Field(default=False)
    keywords: Any = Field(default=None, nullable=True, sa_type=JSON)
    questions: Any = Field(default=None, nullable=True, sa_type=JSON)
    active: bool = Field(default=True)


class ServiceDepartment(SQLModel, table=True):
    """A department that cooperates in a service beside the lead."""

    __tablename__ = "service_department"

    service_id: int = Field(primary_key=True, foreign_key="service.id", sa_type=KEY)
    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id", sa_type=KEY)


class Counter(SQLModel, table=True):
    """The last number given out of each series, e.g. the cases of a year."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True, sa_type=WORDS)
    value: int = Field(sa_type=KEY)


class CaseFile(SQLModel, table=True):
    """A citizen's matter: one number, one owner, one due date."""

    __tablename__ = "case_file"
    __table_args__ = (
        one_of("harm", Harm),
        one_of("confidentiality", Confidentiality),
        one_of("state", CaseState),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint(
            "confidentiality <> 'anonymous' OR (contact_id IS NULL AND interaction_id IS NULL)",
            name="anonymous_leads_to_nobody",
        ),
        Index(
            "ix_case_file_due",
            "organisation_id",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_case_file_opened_at", "opened_at"),
        Index(
            "ix_case_file_open",
            "contact_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    import_key: str | None = Field(default=None, unique=True, sa_type=WORDS)
    number: str = Field(unique=True, sa_type=WORDS)
    service_id: int = Field(foreign_key="service.id", sa_type=KEY)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    """The reporter; none for an anonymous case."""
    concerned_id: int | None = Field(default=None, foreign_key="contact.id", sa_type=KEY)
    concerned_name: str = Field(default="", sa_type=WORDS)
    entered_by_id: int = Field(foreign_key="account.id", sa_type=KEY)
    interaction_id: int | None = Field(default=None, foreign_key="interaction.id", index=True, sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=KEY)
    """The lead department, which owns the case."""
    summary: str = Field(sa_type=WORDS)
    details: str = Field(default="", sa_type=WORDS)
    occurred: str = Field(default="", sa_type=WORDS)
    """When it happens or happened, in the citizen's words or as a moment."""
    place: str = Field(default="", sa_type=WORDS)
    """Where the matter is; never where the person lives."""
    people: str = Field(default="", sa_type=WORDS)
    """Who is affected or involved."""
    demand: str = Field(default="", sa_type=WORDS)
    """What the citizen wants to be done."""
    language: str = Field(default="", sa_type=WORDS)
    harm: int = Field(default=0)
    confidentiality: str = Field(default="open", sa_type=WORDS)
    state: str = Field(default="open", sa_type=WORDS)
    answers: Any = Field(default=None, nullable=True, sa_type=JSON)
    opened_at: datetime = Field(sa_type=INSTANT)
    first_reply_due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = Field(default=1)


class Task(SQLModel, table=True):
    """A department's part of a case; exactly one leads."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("case_id", "organisation_id"),
        one_of("state", TaskState),
        Index(
            "ix_task_one_lead",
            "case_id",
            unique=True,
            sqlite_where=text("is_lead"),
            postgresql_where=text("is_lead"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    case_id: int = Field(foreign_key="case_file.id", sa_type=KEY)
    organisation_id: int = Field(foreign_key="organisation.id", index=True, sa_type=KEY)
    is_lead: bool = Field(default=False)
    state: str = Field(default="dispatched", sa_type=WORDS)
    dispatched_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    signed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    done_at: datetime | None = Field(default=None, sa_type=INSTANT)


class CaseEvent(SQLModel, table=True):
    """One step in a case's life, append-only."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    case_id: int = Field(foreign_key="case_file.id", index=True, sa_type=KEY)
    task_id: int | None = Field(default=None, foreign_key="task.id", sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    note: str = Field(default="", sa_type=WORDS)
    detail: Any = Field(default=None, nullable=True, sa_type=JSON)

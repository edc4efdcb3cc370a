"""Who works here: organisations, staff accounts, what each role may do, and what agents were doing when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from grm_console.domain.words import AgentState, OrganisationKind
from grm_console.store.tables.columns import INSTANT, KEY, WORDS, one_of


class Organisation(SQLModel, table=True):
    """A department of ours, another authority, or a contractor; staff belong to one."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", OrganisationKind),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    kind: str = Field(sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    phone: str = Field(default="", sa_type=WORDS)
    email: str = Field(default="", sa_type=WORDS)
    hours: str = Field(default="", sa_type=WORDS)
    duties: str = Field(default="", sa_type=WORDS)
    interprets: str = Field(default="", sa_type=WORDS)
    """Languages it interprets, separated by `|`."""
    detects_machines: bool = Field(default=True)
    """Whether the carrier listens if a person or a machine picks up its telephone."""
    active: bool = Field(default=True)


class Account(SQLModel, table=True):
    """A staff account, or a system actor that may never sign in (no password)."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(unique=True, sa_type=WORDS)
    full_name: str = Field(sa_type=WORDS)
    role: str = Field(sa_type=WORDS)
    organisation_id: int = Field(foreign_key="organisation.id", sa_type=KEY)
    password_hash: str | None = Field(default=None, sa_type=WORDS)
    must_change_password: bool = Field(default=False)
    languages: str = Field(default="", sa_type=WORDS)
    device: str = Field(default="", sa_type=WORDS)
    active: bool = Field(default=True)
    failures: int = Field(default=0)
    failed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    created_at: datetime = Field(sa_type=INSTANT)


class Permission(SQLModel, table=True):
    """One act that one role may carry out."""

    __tablename__ = "permission"

    role: str = Field(primary_key=True, sa_type=WORDS)
    act: str = Field(primary_key=True, sa_type=WORDS)


class AgentStateLog(SQLModel, table=True):
    """What an operator was doing from when to when; the open row is the present state."""

    __tablename__ = "agent_state_log"
    __table_args__ = (
        one_of("state", AgentState),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
        Index(
            "ix_agent_state_log_open",
            "account_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_agent_state_log_account_since", "account_id", "since"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    state: str = Field(sa_type=WORDS)
    reason: str = Field(default="", sa_type=WORDS)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime | None = Field(default=None, sa_type=INSTANT)


class AgentQueue(SQLModel, table=True):
    """A queue that an agent serves; an agent without any row serves all of them."""

    __tablename__ = "agent_queue"

    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=KEY)
    queue_id: int = Field(primary_key=True, foreign_key="queue.id", sa_type=KEY)


class AccountChoice(SQLModel, table=True):
    """How somebody likes the console: colours, language, plain mode; follows the account to any seat."""

    __tablename__ = "account_choice"

    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=KEY)
    name: str = Field(primary_key=True, sa_type=WORDS)
    value: str = Field(sa_type=WORDS)

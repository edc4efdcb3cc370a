"""Where contacts and texts are found by: terms of names, ends of numbers, words of texts. All of it is derived."""

from typing import Any

from sqlalchemy import Dialect, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from grm_console.domain.words import EntryKind
from grm_console.store.tables.columns import KEY, WORDS, one_of, table_of
from grm_console.store.tables.records import AuditRow

TEXT_INDEX = "text_index"
"""SQLite's full-text table over the tokens; it and its shadow tables are kept by triggers and are no tables of ours."""


class Tokens(TypeDecorator[str]):
    """Words that were cut and folded by us, separated by spaces; PostgreSQL keeps them as a tsvector, as they are.

    A token must hold letters and digits only: nothing is quoted or cut again.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value and " ".join(sorted(value.replace("'", "").split()))


TOKENS = Tokens()


class ContactName(SQLModel, table=True):
    """One term of one contact's names. By its key the hits of a term stand in the order they are shown in."""

    __tablename__ = "contact_name"
    __table_args__ = (
        Index("ix_contact_name_contact", "contact_id", "term"),
        {"sqlite_with_rowid": False},
    )

    term: str = Field(primary_key=True, sa_type=WORDS)
    name: str = Field(primary_key=True, sa_type=WORDS)
    """The name's first characters, folded."""
    contact_id: int = Field(primary_key=True, foreign_key="contact.id", sa_type=KEY)


class NameVariant(SQLModel, table=True):
    """A term with up to two characters left out; a misspelt word and the right one have such a rest in common."""

    __tablename__ = "name_variant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    variant: str = Field(primary_key=True, sa_type=WORDS)
    term: str = Field(primary_key=True, sa_type=WORDS)


class PointTail(SQLModel, table=True):
    """The digits of a number from the last to the first, so that its end is found as a beginning."""

    __tablename__ = "point_tail"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digits: str = Field(primary_key=True, sa_type=WORDS)
    contact_point_id: int = Field(primary_key=True, foreign_key="contact_point.id", sa_type=KEY)


class TextEntry(SQLModel, table=True):
    """The words of one line of a history. The key rises with the line's moment, so that newest first needs no sort."""

    __tablename__ = "text_entry"
    __table_args__ = (
        UniqueConstraint("kind", "source_id"),
        one_of("kind", EntryKind),
        Index("ix_text_entry_tokens", "tokens", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: int = Field(primary_key=True, sa_type=KEY, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(sa_type=WORDS)
    source_id: int = Field(sa_type=KEY)
    tokens: str = Field(sa_type=TOKENS)


_audit = table_of(AuditRow)
Index(
    "ix_audit_opened",
    _audit.c.account_id,
    _audit.c.at,
    _audit.c.seq,
    sqlite_where=text("act = 'contact.open'"),
    postgresql_where=text("act = 'contact.open'"),
)
"""Whom an account opened lately; partial, so that no other act's row pays for it."""


def is_ours(name: str | None, kind: str, dialect: str) -> bool:
    """Whether a table or index of a store is described by the tables here: for comparing schemas.

    SQLite's full-text tables are made by the migration, and its text_entry needs no index beside them.
    """
    if kind == "index" and name == "ix_text_entry_tokens":
        return dialect == "postgresql"
    return not (kind == "table" and str(name).startswith(TEXT_INDEX))

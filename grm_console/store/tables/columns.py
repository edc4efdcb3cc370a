"""The column types and constraints that all tables share, the same on SQLite and PostgreSQL."""

import json
import re
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Integer, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name on both stores, so that a migration can change it."""

KEY = BigInteger().with_variant(Integer, "sqlite")
"""A key given by the store; SQLite counts only an INTEGER PRIMARY KEY."""

INSTANT = UTCDateTime()
"""An aware UTC moment with microseconds; naive values are refused."""


class Words(TypeDecorator[str]):
    """Text of any origin, ordered by code point on both stores.

    PostgreSQL takes neither NUL nor lone surrogates: both become U+FFFD. The evidence, with them,
    is in the event's JSON fields, which hold them escaped.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(Text(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """JSON as ASCII text with sorted keys: the same bytes on both stores, and NUL or surrogates only escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


_REFUSED = re.compile("[\x00\ud800-\udfff]")

WORDS = Words()
JSON = Json()


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model class, for Core statements; the type checker does not know that classes have one."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


def storable(text: str) -> str:
    """Text that both stores accept: NUL and lone surrogates become U+FFFD, all else stays."""
    return _REFUSED.sub("\ufffd", text) if _REFUSED.search(text) else text


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces and ASCII only, so that equal values are equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def one_of(column: str, members: type[StrEnum] | type[IntEnum]) -> CheckConstraint:
    """The constraint that a column holds only values of a closed list; NULL passes."""
    values = ", ".join(str(m.value) if isinstance(m.value, int) else f"'{m.value}'" for m in members)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")

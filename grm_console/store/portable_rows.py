"""Rows as lines that mean the same on both stores: PostgreSQL's COPY text format, with moments always in UTC.

A line is a row, its fields parted by tabs in the order of the column names; `\\N` is no value, a backslash escapes
(PostgreSQL documentation, COPY, "Text Format"). PostgreSQL writes and reads it by itself, for SQLite it is done here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import psycopg
from sqlalchemy import Boolean, Connection, Date, DateTime, Inspector, Integer, LargeBinary, String, inspect

from grm_console.errors import StoreError
from grm_console.i18n import _

PART_BYTES = 1 << 18
"""About as much is in memory at a time."""

_ROWS_AT_ONCE = 2000
_NONE = "\\N"
_SPECIAL = re.compile("[\b\f\n\r\t\v\\\\]")
_ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Kind(Enum):
    """What a column holds."""

    WORDS = auto()
    NUMBER = auto()
    TRUTH = auto()
    INSTANT = auto()
    DAY = auto()
    BYTES = auto()
    TOKENS = auto()
    """Words to search by, of which PostgreSQL keeps neither order nor number."""


_KINDS: tuple[tuple[type, Kind], ...] = (
    (Boolean, Kind.TRUTH),
    (DateTime, Kind.INSTANT),
    (Date, Kind.DAY),
    (LargeBinary, Kind.BYTES),
    (Integer, Kind.NUMBER),
    (String, Kind.WORDS),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as the store has it, whatever this program's version."""

    name: str
    columns: dict[str, Kind]
    """By name, in the order of the names."""
    key: tuple[str, ...]
    """The columns that rows are ordered by."""


def tables_of(connection: Connection) -> list[str]:
    """The names of all tables that hold rows of their own, in order; SQLite's full-text tables only index others."""
    if connection.dialect.name == "sqlite":
        listed = (
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return sorted(connection.exec_driver_sql(listed).scalars())
    return sorted(inspect(connection).get_table_names())


def shape_of(inspector: Inspector, table: str) -> Shape:
    """The shape of a table; StoreError if it holds what no table of ours holds."""
    columns = {}
    for column in sorted(inspector.get_columns(table), key=lambda found: found["name"]):
        kind = next((kind for type_, kind in _KINDS if isinstance(column["type"], type_)), None)
        if (table, column["name"]) == ("text_entry", "tokens"):
            kind = Kind.TOKENS
        if kind is None:
            raise StoreError(
                _(
                    "The table {table} has a column {column} of a type that is none of ours. Keep tables of "
                    "other programs out of this database."
                ).format(table=table, column=column["name"])
            )
        columns[column["name"]] = kind
    return Shape(table, columns, tuple(inspector.get_pk_constraint(table)["constrained_columns"]))


def read_rows(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """All rows of a table in the order of its key, some whole lines at a time."""
    parts = _sqlite_lines(connection, shape) if connection.dialect.name == "sqlite" else _copied(connection, shape)
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= PART_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def write_rows(connection: Connection, shape: Shape, parts: Iterable[bytes]) -> None:
    """Insert all rows; StoreError if this store cannot hold one of them."""
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(shape.name)} ({', '.join(map(quote, shape.columns))})"
    cursor: Any = connection.connection.cursor()
    try:
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(shape.columns))
            sql = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 (only our own names)
            for lines in _whole_lines(parts):
                cursor.executemany(sql, _values(shape, lines))
        else:
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for part in parts:
                    copy.write(part)
    except psycopg.Error as error:
        raise StoreError(
            _("The table {table} cannot be restored here ({reason}). Nothing was written.").format(
                table=shape.name, reason=error.diag.message_primary
            )
        ) from error
    finally:
        cursor.close()


def _copied(connection: Connection, shape: Shape) -> Iterator[bytes]:
    quote = connection.dialect.identifier_preparer.quote
    wanted = []
    for name, kind in shape.columns.items():
        # Formatted here, so that no setting of the server has a say.
        if kind is Kind.TOKENS:
            sorted_words = "string_agg(word, ' ' ORDER BY word COLLATE \"C\")"
            each = f"SELECT {sorted_words} FROM unnest(tsvector_to_array({quote(name)})) AS word"  # noqa: S608
            wanted.append(f"coalesce(({each}), '')")
            continue
        form = {Kind.INSTANT: 'YYYY-MM-DD HH24:MI:SS.US"+00"', Kind.DAY: "YYYY-MM-DD"}.get(kind)
        plain = "0" if _belongs_to_server(shape, name) else quote(name)
        wanted.append(f"to_char({plain}, '{form}')" if form else plain)
    ordered = ", ".join(map(quote, shape.key))
    sql = f"COPY (SELECT {', '.join(wanted)} FROM {quote(shape.name)} ORDER BY {ordered}) TO STDOUT"  # noqa: S608
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(sql) as copy:
            yield from map(bytes, copy)
    finally:
        cursor.close()


def _sqlite_lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    quote = connection.dialect.identifier_preparer.quote
    wanted = ", ".join("0" if _belongs_to_server(shape, name) else quote(name) for name in shape.columns)
    sql = f"SELECT {wanted} FROM {quote(shape.name)} ORDER BY {', '.join(map(quote, shape.key))}"  # noqa: S608
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(sql)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            fields = [
                _WRITTEN[kind](values)
                for kind, values in zip(shape.columns.values(), zip(*rows, strict=True), strict=True)
            ]
            yield ("\n".join(map("\t".join, zip(*fields, strict=True))) + "\n").encode()
    finally:
        cursor.close()


def _belongs_to_server(shape: Shape, column: str) -> bool:
    """Whether a value means something only on the server it was made on: the feed's transaction numbers."""
    return (shape.name, column) == ("change", "transaction")


def _whole_lines(parts: Iterable[bytes]) -> Iterator[list[str]]:
    rest = b""
    for part in parts:
        whole, end, tail = part.rpartition(b"\n")
        if not end:
            rest += part
            continue
        yield (rest + whole).decode().split("\n")
        rest = tail


def _values(shape: Shape, lines: list[str]) -> Iterable[tuple[Any, ...]]:
    fields = zip(*(line.split("\t") for line in lines), strict=True)
    columns = [_READ[kind](values) for kind, values in zip(shape.columns.values(), fields, strict=True)]
    return zip(*columns, strict=True)


def _each(convert: Callable[[Any], str]) -> Callable[[Sequence[Any]], list[str]]:
    return lambda values: [_NONE if value is None else convert(value) for value in values]


def _words_written(values: Sequence[str | None]) -> list[str]:
    # Nearly all text is clean: one look at all of it together costs less than one at each.
    if _SPECIAL.search("".join(filter(None, values))) is None:
        return [_NONE if value is None else value for value in values]
    return [_NONE if value is None else _SPECIAL.sub(lambda m: _ESCAPES[m[0]], value) for value in values]


def _words_read(fields: Sequence[str]) -> Sequence[str | None]:
    if "\\" not in "".join(fields):
        return fields
    return [
        None if f == _NONE else _ESCAPED.sub(lambda m: _MEANT.get(m[1], m[1]), f) if "\\" in f else f for f in fields
    ]


def _each_read(convert: Callable[[str], Any]) -> Callable[[Sequence[str]], list[Any]]:
    return lambda fields: [None if field == _NONE else convert(field) for field in fields]


_WRITTEN: dict[Kind, Callable[[Sequence[Any]], Sequence[str]]] = {
    Kind.WORDS: _words_written,
    Kind.NUMBER: _each(str),
    Kind.TRUTH: _each(lambda value: "t" if value else "f"),
    # SQLite holds moments as UTC without saying so.
    Kind.INSTANT: _each(lambda value: value + "+00"),
    Kind.DAY: _each(str),
    Kind.BYTES: _each(lambda value: "\\\\x" + value.hex()),
    Kind.TOKENS: _each(lambda value: " ".join(sorted(set(value.split())))),
}
_READ: dict[Kind, Callable[[Sequence[str]], Sequence[Any]]] = {
    Kind.WORDS: _words_read,
    Kind.NUMBER: _each_read(int),
    Kind.TRUTH: _each_read(lambda field: int(field == "t")),
    Kind.INSTANT: _each_read(lambda field: field.removesuffix("+00")),
    Kind.DAY: _each_read(str),
    Kind.BYTES: _each_read(lambda field: bytes.fromhex(field[3:])),
    Kind.TOKENS: _each_read(str),
}

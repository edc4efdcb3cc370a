"""A Core statement compiled once and run straight on the driver: for the few statements on hot paths.

The ordinary way through SQLAlchemy costs about 0.1 ms a statement, which intake pays ten times a request.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, String, bindparam, insert, literal_column, update
from sqlalchemy.sql import ClauseElement
from sqlmodel.sql.sqltypes import UTCDateTime

from grm_console.store.tables.columns import INSTANT, Words, storable
from grm_console.store.trips import arrive, asks_along, go_along

_Processor = Callable[[Any], Any]


def fixed(word: StrEnum) -> ColumnElement[str]:
    """One of our own words written into the statement: SQLite uses a partial index only for a value it can see."""
    return literal_column(f"'{word.value}'", String())


def filled(column: Any) -> ColumnElement[bool]:
    """Whether a column of words is not empty, in the words of the indexes that leave empty ones out: see `fixed`."""
    return column != literal_column("''")  # type: ignore[no-any-return]


def row_type(table: Any) -> Any:
    """A tuple of a whole row, its columns by name."""
    return namedtuple(table.name, [column.name for column in table.columns])


class Prepared:
    """A statement of which every parameter is a `bindparam`, with no IN list; the same object serves both stores.

    Rows come back as plain tuples in the order of the selected columns, converted as SQLAlchemy would.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a query, or of a write with RETURNING."""
        if asks_along(connection):
            read = self.sent(connection, parameters)
            arrive(connection)
            return read()
        return self.rows_on(connection.connection, connection.dialect, parameters)

    def rows_on(self, raw: Any, dialect: Dialect, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a query, asked on a driver's own connection."""
        compiled = self._for(dialect)
        with closing(raw.cursor()) as cursor:
            cursor.execute(compiled.sql, compiled.bind(parameters))
            return compiled.convert(list(cursor.fetchall()))

    def sent(self, connection: Connection, parameters: Mapping[str, Any]) -> Callable[[], list[tuple[Any, ...]]]:
        """Send a question along; what it gives reads the rows when all has arrived."""
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.bind(parameters))

        def rows() -> list[tuple[Any, ...]]:
            with closing(cursor):
                return compiled.convert(list(cursor.fetchall()))

        return rows

    def first(self, connection: Connection, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        rows = self.rows(connection, parameters)
        return rows[0] if rows else None

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> None:
        """Carry out a write without RETURNING; in a writing transaction its error may come with the next question."""
        compiled = self._for(connection.dialect)
        go_along(connection)
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(compiled.sql, compiled.bind(parameters))

    def count(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Carry out a write without RETURNING; gives the number of rows it touched."""
        compiled = self._for(connection.dialect)
        asks_along(connection)
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(compiled.sql, compiled.bind(parameters))
            arrive(connection)
            return int(cursor.rowcount)

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry out a write without RETURNING for each of the rows; errors as with `run`."""
        compiled = self._for(connection.dialect)
        along = go_along(connection)
        with closing(connection.connection.cursor()) as cursor:
            if along:  # only single statements can be queued
                for row in rows:
                    cursor.execute(compiled.sql, compiled.bind(row))
            else:
                cursor.executemany(compiled.sql, [compiled.bind(row) for row in rows])

    def _for(self, dialect: Dialect) -> "_Compiled":
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return compiled


Question = tuple[Prepared, Mapping[str, Any]]
"""A statement that gives rows, and its parameters."""


def ask_together(connection: Connection, *questions: Question) -> list[list[tuple[Any, ...]]]:
    """The rows of each question, carried out in their order; in a writing transaction on PostgreSQL in one trip."""
    if not go_along(connection):
        return [prepared.rows(connection, parameters) for prepared, parameters in questions]
    asked = [prepared.sent(connection, parameters) for prepared, parameters in questions]
    arrive(connection)
    return [answer() for answer in asked]


class PreparedInsert:
    """The INSERT of whole rows into a table whose own key the store gives."""

    def __init__(self, table: Any) -> None:
        self._statement = Prepared(insert(table).values({c.name: bindparam(c.name) for c in table.c if c.name != "id"}))

    def __call__(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Insert one row."""
        self._statement.run(connection, values)


class PreparedUpdate:
    """UPDATEs of the rows of a table that some columns name; compiled once for each set of columns they change."""

    def __init__(self, table: Any, *keys: str, also: Mapping[str, Any] | None = None) -> None:
        """`also` are columns that every update changes, by expressions without parameters."""
        self._table = table
        self._keys = keys
        self._also = dict(also or {})
        self._statements: dict[tuple[str, ...], Prepared] = {}

    def __call__(self, connection: Connection, keys: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Give new values to the columns they name where the keys, in their order, fit."""
        columns = tuple(values)
        statement = self._statements.get(columns)
        if statement is None:
            fits = [self._table.c[key] == bindparam(f"key_{key}") for key in self._keys]
            changed: dict[str, Any] = {column: bindparam(column) for column in columns}
            prepared = update(self._table).where(*fits).values(changed | self._also)
            statement = self._statements[columns] = Prepared(prepared)
        named = {f"key_{key}": value for key, value in zip(self._keys, keys, strict=True)}
        statement.run(connection, {**values, **named})


class _Compiled:
    """A statement in one store's SQL with the conversions of its parameters and columns."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql: str = compiled.string
        binders = {name: _binder(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._fixed: dict[str, Any] = {
            name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
        }
        self._positional: bool = compiled.positional
        names: list[str] = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._slots = [(name, binders[name]) for name in names]
        columns = list(getattr(statement, "exported_columns", ()))
        processors = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns]
        self._converters = [(i, p) for i, p in enumerate(processors) if p is not None]

    def bind(self, parameters: Mapping[str, Any]) -> Any:
        values = {**self._fixed, **parameters} if self._fixed else parameters
        if self._positional:
            return [bind(values[name]) if bind else values[name] for name, bind in self._slots]
        return {name: bind(values[name]) if bind else values[name] for name, bind in self._slots}

    def convert(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not self._converters:
            return rows
        converted = []
        for row in rows:
            values = list(row)
            for index, convert in self._converters:
                values[index] = convert(values[index])
            converted.append(tuple(values))
        return converted


def _binder(type_: Any, dialect: Dialect) -> _Processor | None:
    """The conversion of a parameter, as SQLAlchemy does it but for the calls around it."""
    if isinstance(type_, Words):
        return _words
    if isinstance(type_, UTCDateTime):
        return _moments(dialect)
    bind: _Processor | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return bind


def _words(value: str | None) -> str | None:
    # Nearly all words are plain ASCII, which needs no look at each character.
    if value is None or (value.isascii() and "\0" not in value):
        return value
    return storable(value)


@cache
def _moments(dialect: Dialect) -> _Processor | None:
    """One conversion for all columns, kept: a transaction writes its one moment a dozen times for each event."""
    bind: _Processor | None = INSTANT.dialect_impl(dialect).bind_processor(dialect)
    return None if bind is None else lru_cache(maxsize=256)(bind)

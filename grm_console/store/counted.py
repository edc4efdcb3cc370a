"""Two SQL functions that the board's statements count with, said as each store says them."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from grm_console.store.tables.columns import INSTANT, WORDS


class Later(FunctionElement[datetime]):
    """A moment some seconds after another, exact to the microsecond on both stores."""

    type = INSTANT
    inherit_cache = True


@compiles(Later, "sqlite")
def _later_in_sqlite(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    # SQLite counts milliseconds only: the whole seconds are added, and the fraction is put back as it was.
    whole = f"strftime('%Y-%m-%d %H:%M:%S', substr({moment}, 1, 19), '+' || {seconds} || ' seconds')"
    return f"({whole} || substr({moment}, 20))"


@compiles(Later, "postgresql")
def _later_in_postgresql(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    moment, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({moment} + {seconds} * interval '1 second')"


class Keys(FunctionElement[str]):
    """The keys of a group's rows as one string with commas; NULL for none."""

    type = WORDS
    inherit_cache = True


@compiles(Keys, "sqlite")
def _keys_in_sqlite(element: Keys, compiler: SQLCompiler, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)})"


@compiles(Keys, "postgresql")
def _keys_in_postgresql(element: Keys, compiler: SQLCompiler, **options: Any) -> str:
    return f"string_agg(({compiler.process(element.clauses, **options)})::text, ',')"

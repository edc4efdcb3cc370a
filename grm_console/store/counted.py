"""Two SQL functions that the board's statements count with, said as each store says them."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from grm_console.store.tables.columns import WORDS


class Within(FunctionElement[bool]):
    """Whether a moment is at most so many seconds after an earlier one, exact to the microsecond on both stores."""

    type = Boolean()
    inherit_cache = True


@compiles(Within, "sqlite")
def _within_in_sqlite(element: Within, compiler: SQLCompiler, **options: Any) -> str:
    moment, since, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    # SQLite counts milliseconds only: whole seconds are counted, and where they are equal the fractions decide.
    whole = f"unixepoch(substr({moment}, 1, 19)) - unixepoch(substr({since}, 1, 19))"
    return f"({whole}, substr({moment}, 20)) <= ({seconds}, substr({since}, 20))"


@compiles(Within, "postgresql")
def _within_in_postgresql(element: Within, compiler: SQLCompiler, **options: Any) -> str:
    moment, since, seconds = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{moment} <= {since} + {seconds} * interval '1 second'"


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

"""Pauses of what machines send: set by the circuit breaker, over by themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from grm_console.store.tables import TextPause
from grm_console.store.tables.columns import table_of

_pause = table_of(TextPause)

AUTOMATIC = "automatic"
"""The kind of a pause of everything that machines decide; the name of a rule pauses that rule alone."""
LINE = "line"
"""The kind of a pause of whatever goes out from one of our numbers; without a number, from all of them."""


def in_force(connection: Connection, now: datetime, kind: str = "") -> list[Any]:
    """(kind, line, code, since, until) of the pauses in force, of one kind or of all."""
    statement = select(_pause.c.kind, _pause.c.line, _pause.c.code, _pause.c.since, _pause.c.until).where(
        _pause.c.until > now
    )
    if kind:
        statement = statement.where(_pause.c.kind == kind)
    return list(connection.execute(statement.order_by(_pause.c.id)))


def add(connection: Connection, kind: str, since: datetime, until: datetime, *, line: str = "", code: int = 0) -> None:
    """Begin a pause."""
    connection.execute(insert(_pause).values(kind=kind, line=line, code=code, since=since, until=until))

"""Pauses of what machines send: set by the circuit breaker, over by themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, select

from grm_console.domain.words import OutboxState
from grm_console.store.prepared import fixed
from grm_console.store.tables import Outbox, TextPause
from grm_console.store.tables.columns import table_of

_pause = table_of(TextPause)
_outbox = table_of(Outbox)

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


def automatic_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many texts each rule decided since a moment."""
    statement = (
        select(_outbox.c.rule, func.count(_outbox.c.id))
        .where(_outbox.c.decided_at >= since, _outbox.c.kind == "text", _outbox.c.rule != "")
        .group_by(_outbox.c.rule)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def outcomes_since(connection: Connection, since: datetime) -> tuple[int, int]:
    """How many texts decided since a moment arrived or failed, and how many of them failed."""
    failed = func.sum(case((_outbox.c.state == fixed(OutboxState.FAILED), 1), else_=0))
    statement = select(func.count(_outbox.c.id), failed).where(
        _outbox.c.decided_at >= since,
        _outbox.c.kind == "text",
        _outbox.c.state.in_((OutboxState.DELIVERED.value, OutboxState.FAILED.value)),
    )
    settled, count = connection.execute(statement).one()
    return int(settled), int(count or 0)

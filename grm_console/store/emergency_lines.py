"""Whom to ring for an area when life is in danger."""

from typing import Any

from sqlalchemy import Connection, bindparam, select

from grm_console.store.tables import EmergencyLine
from grm_console.store.tables.columns import table_of

_line = table_of(EmergencyLine)

EMERGENCY_LINES = select(
    _line.c.area, _line.c.number, _line.c.dial, _line.c.callback, _line.c.script, _line.c.active
).order_by(_line.c.area)
_IN_USE = EMERGENCY_LINES.where(_line.c.active)
_OF_AREA = select(_line).where(_line.c.active, _line.c.area == bindparam("area"))


def lines_in_use(connection: Connection) -> list[Any]:
    """(area, number, dial, callback, script, active) of every line in use, by area."""
    return list(connection.execute(_IN_USE))


def line_of(connection: Connection, area: str) -> Any | None:
    """The whole row of an area's line in use; None if there is none."""
    return connection.execute(_OF_AREA, {"area": area}).one_or_none()

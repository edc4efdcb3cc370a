"""Emergencies that operators called, and the calls in which the service called back."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from grm_console.domain.words import Harm, QueueState
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import EmergencyCall, EmergencyCallback, EmergencyLine, QueueEntry
from grm_console.store.tables.columns import table_of

_call = table_of(EmergencyCall)
_callback = table_of(EmergencyCallback)
_line = table_of(EmergencyLine)
_entry = table_of(QueueEntry)


class Made(NamedTuple):
    """An emergency that was called."""

    id: int
    account_id: int
    at: datetime
    number: str
    place: str
    dialled: str
    callback: str
    caller_id: str


_COLUMNS = tuple(_call.c[name] for name in Made._fields)
_MADE_SINCE = Prepared(
    select(*_COLUMNS).where(_call.c.at >= bindparam("since")).order_by(_call.c.at.desc(), _call.c.id.desc())
)
_OF_CALL = Prepared(select(*_COLUMNS).where(_call.c.interaction_id == bindparam("interaction")).order_by(_call.c.id))
_CALLED_BACK_ABOUT = Prepared(
    select(*_COLUMNS)
    .join_from(_callback, _call, _call.c.id == _callback.c.emergency_call_id)
    .where(_callback.c.interaction_id == bindparam("interaction"))
)
_WAITING_SINCE = Prepared(
    select(_entry.c.interaction_id).where(
        _entry.c.state == fixed(QueueState.WAITING),
        _entry.c.waiting_since > bindparam("after"),
        _entry.c.waiting_since <= bindparam("until"),
        _entry.c.harm == Harm.DANGER.value,
        exists().where(_callback.c.interaction_id == _entry.c.interaction_id),
    )
)


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Note an emergency; the same area and place of the same exchange once."""
    same = select(_call.c.id).where(*(_call.c[name] == values[name] for name in ("interaction_id", "area", "place")))
    if connection.execute(same).first() is None:
        connection.execute(insert(_call).values(values))


def made_since(connection: Connection, since: datetime) -> list[Made]:
    """The emergencies called since a moment, newest first; hardly ever any."""
    return [Made(*row) for row in _MADE_SINCE.rows(connection, {"since": since})]


def of_exchange(connection: Connection, interaction_id: int) -> list[Made]:
    """The emergencies called in one exchange, in their order."""
    return [Made(*row) for row in _OF_CALL.rows(connection, {"interaction": interaction_id})]


def called_back_about(connection: Connection, interaction_id: int) -> Made | None:
    """The emergency that a call is the service's callback for; None for any other call."""
    row = _CALLED_BACK_ABOUT.first(connection, {"interaction": interaction_id})
    return None if row is None else Made(*row)


def registered_numbers(connection: Connection) -> set[str]:
    """Every number that the emergency lines in use are rung at or call back from, in normal form."""
    rows = connection.execute(select(_line.c.dial, _line.c.callback).where(_line.c.active))
    return {number for dial, others in rows for number in (dial, *others.split("|")) if number}


def note_callback(connection: Connection, interaction_id: int, emergency_call_id: int) -> None:
    """A call is the service calling back: it is served before all but other danger, and known for what it is."""
    connection.execute(insert(_callback).values(interaction_id=interaction_id, emergency_call_id=emergency_call_id))
    connection.execute(update(_entry).where(_entry.c.interaction_id == interaction_id).values(harm=Harm.DANGER.value))


def waiting_since(connection: Connection, after: datetime, until: datetime) -> list[int]:
    """The services' callbacks that wait since a moment between two others."""
    return [int(row[0]) for row in _WAITING_SINCE.rows(connection, {"after": after, "until": until})]

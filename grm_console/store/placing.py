"""Whom an address belongs to and where a line leads: one statement, because every text and every call asks it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, literal_column, select, true

from grm_console.domain.addresses import Address
from grm_console.domain.matching import Holder
from grm_console.store import contacts
from grm_console.store.intake import add_point
from grm_console.store.prepared import Prepared
from grm_console.store.queue import FOR_LINE, ForLine
from grm_console.store.tables import Contact, ContactPoint, PointHolder
from grm_console.store.tables.columns import table_of

_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_contact = table_of(Contact)


class Placed(NamedTuple):
    """What is known of an address that calls or writes, and of the line it reached."""

    point: int
    holders: list[Holder]
    leads: ForLine | None
    """None if there is no queue at all."""


_one = select(literal_column("1").label("one")).subquery("one")
_leads = FOR_LINE.subquery("leads")
_PLACED = Prepared(
    select(_leads.c.id, _leads.c.text_delay_seconds, _point.c.id, contacts.LIVING, _holder.c.certainty, _holder.c.until)
    .select_from(_one)
    .outerjoin(_leads, true())
    .outerjoin(_point, and_(_point.c.kind == bindparam("kind"), _point.c.address == bindparam("address")))
    .outerjoin(_holder, _holder.c.contact_point_id == _point.c.id)
    .outerjoin(_contact, _contact.c.id == _holder.c.contact_id)
)


def placed(connection: Connection, address: Address, line: str) -> Placed:
    """The address's key, made if it is new, and where the line leads; never call it for a withheld number."""
    rows = _PLACED.rows(connection, {"kind": address.kind.value, "address": address.address, "line": line})
    queue, delay, point, *_ = rows[0]
    leads = None if queue is None else ForLine(queue, delay)
    if point is None:
        return Placed(add_point(connection, address), [], leads)
    return Placed(point, contacts.longest(_held(rows)), leads)


def _held(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    return (row[3:] for row in rows if row[3] is not None)

"""Contacts that share something with another, each found by an index; comparing them is the domain's part."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from grm_console.store.contacts import LIVING, members_of, union_of
from grm_console.store.tables import Contact, ContactName, ContactPoint, PointHolder
from grm_console.store.tables.columns import table_of

_contact = table_of(Contact)
_name = table_of(ContactName)
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)

MOST_SHARING = 300
"""Contacts looked at for shared addresses: a shelter's telephone has thousands of holders and proves nothing."""

MOST_NAMESAKES = 5000
"""Contacts of the very same name that are looked at."""


def sharing_a_point(connection: Connection, contact: int) -> set[int]:
    """Living contacts that hold or held an address this one holds or held."""
    members = union_of(connection, contact)
    points = select(_holder.c.contact_point_id).where(_holder.c.contact_id.in_(members))
    statement = (
        select(LIVING)
        .join_from(_holder, _contact, _contact.c.id == _holder.c.contact_id)
        .where(_holder.c.contact_point_id.in_(points), _holder.c.contact_id.not_in(members))
        .order_by(_holder.c.contact_point_id, _holder.c.contact_id)
        .limit(MOST_SHARING)
    )
    return set(connection.execute(statement).scalars())


def of_the_same_name(connection: Connection, contact: int, names: Collection[str]) -> list[tuple[int, str]]:
    """(living contact, address) of who has one of these whole names, by the terms of finding, and an address."""
    members = union_of(connection, contact)
    statement = (
        select(LIVING, _contact.c.address)
        .join_from(_name, _contact, _contact.c.id == _name.c.contact_id)
        .where(_name.c.term.in_(names), _contact.c.address != "", _name.c.contact_id.not_in(members))
        .order_by(_name.c.term, _name.c.name, _name.c.contact_id)
        .limit(MOST_NAMESAKES)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def rows_of(connection: Connection, contacts: Collection[int]) -> list[Any]:
    """(id, kind, name, other_name, address) of contacts."""
    columns = (_contact.c.id, _contact.c.kind, _contact.c.name, _contact.c.other_name, _contact.c.address)
    return list(connection.execute(select(*columns).where(_contact.c.id.in_(contacts)).order_by(_contact.c.id)))


def points_of(connection: Connection, contacts: Collection[int]) -> list[tuple[int, str, str]]:
    """(living contact, kind, address) of every address that living contacts hold or held, merged ones included."""
    members = members_of(connection, contacts)
    statement = (
        select(_holder.c.contact_id, _point.c.kind, _point.c.address)
        .join_from(_holder, _point, _point.c.id == _holder.c.contact_point_id)
        .where(_holder.c.contact_id.in_(list(members)))
    )
    return [(members[row[0]], row[1], row[2]) for row in connection.execute(statement)]

"""Who claims an item of a queue comes first or not at all: when fifty see the same call, none stands in line for it."""

from sqlalchemy import Connection, Integer, bindparam, func, literal, select

from grm_console.store.prepared import Prepared

_CLAIMS = 0x636C616D
"""The first key of the advisory locks of those who claim; the second is the item."""
_SECOND_KEYS = 1 << 31
_TAKE = Prepared(
    select(func.pg_try_advisory_xact_lock(literal(_CLAIMS, Integer()), bindparam("entry", type_=Integer())))
)


def is_taken(connection: Connection, entry_id: int) -> bool:
    """Whether another transaction claims an item just now; if not, none but this one may until it ends.

    Always False on SQLite, where one transaction writes at a time.
    """
    if connection.dialect.name == "sqlite":
        return False
    return _TAKE.rows(connection, {"entry": entry_id % _SECOND_KEYS}) != [(True,)]

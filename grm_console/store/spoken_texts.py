"""Words of ours that replace what the desk says by itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, tuple_

from grm_console.store import bulk
from grm_console.store.prepared import Prepared
from grm_console.store.tables import SpokenText
from grm_console.store.tables.columns import table_of

_spoken = table_of(SpokenText)

Place = tuple[str, str, str]
"""What words stand for: the sentence's name, the language, and a queue's code or nothing for all queues."""

_FOR_QUEUE = Prepared(
    select(_spoken.c.name, _spoken.c.language, _spoken.c.words)
    .where(or_(_spoken.c.queue == "", _spoken.c.queue == bindparam("queue")), _spoken.c.words != "")
    .order_by(_spoken.c.queue)
)
_ALL = select(_spoken).order_by(_spoken.c.name, _spoken.c.language, _spoken.c.queue)


def for_queue(connection: Connection, queue_code: str) -> dict[tuple[str, str], str]:
    """Our words by a sentence's name and language: those of the queue, else those for all queues."""
    return {(name, language): words for name, language, words in _FOR_QUEUE.rows(connection, {"queue": queue_code})}


def texts(connection: Connection) -> list[Any]:
    """(id, name, language, queue, words) of every text."""
    return list(connection.execute(_ALL))


def locked_key(connection: Connection, place: Place) -> int | None:
    """The key of the words for a place, which nobody else changes before the transaction ends."""
    statement = select(_spoken.c.id).where(tuple_(_spoken.c.name, _spoken.c.language, _spoken.c.queue) == place)
    return connection.execute(statement.with_for_update()).scalar_one_or_none()


def put(connection: Connection, wanted: Mapping[Place, str]) -> tuple[dict[Place, int], set[Place], set[Place]]:
    """Let these words stand in their places; gives the keys, the places that are new, and those that changed."""
    known = {(row.name, row.language, row.queue): row for row in texts(connection)}
    keys = {place: known[place].id for place in wanted if place in known}
    changed = {place for place in keys if known[place].words != wanted[place]}
    bulk.update_rows(connection, _spoken, {keys[place]: {"words": wanted[place]} for place in sorted(changed)})
    new = [place for place in wanted if place not in known]
    for place, key in zip(new, bulk.reserve_keys(connection, _spoken, len(new)), strict=True):
        name, language, queue = place
        row = {"id": key, "name": name, "language": language, "queue": queue, "words": wanted[place]}
        connection.execute(insert(_spoken).values(row))
        keys[place] = key
    return keys, set(new), changed

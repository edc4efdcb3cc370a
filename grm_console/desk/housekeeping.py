"""The store's upkeep by the process that serves the doors; names no person, so it needs no actor."""

from grm_console.desk import find_index
from grm_console.desk.desk import Desk
from grm_console.store import changes, housekeeping

FORGOTTEN_AT_ONCE = 2000
"""Changes deleted in one transaction, some milliseconds in which nobody else writes."""


def answer(desk: Desk) -> None:
    """Return if the store can be read; raises a StoreError if not. Never waits for a writer."""
    housekeeping.answer(desk.store)


def checkpoint(desk: Desk) -> int:
    """Write the store's log back beside all other work; gives the pages still to write. Raises a StoreError."""
    return housekeeping.checkpoint(desk.store)


def shorten_feed(desk: Desk) -> int:
    """Delete changes older than the feed lasts that the find index has followed, at most so many; gives how many.

    Raises a StoreError.
    """
    before = desk.store.now() - changes.LASTS
    with desk.store.asking() as connection:
        followed = find_index.followed(connection)
        if followed is None or not changes.any_before(connection, before):
            return 0
    with desk.store.writing() as write:
        return changes.forget(write.connection, before, followed, FORGOTTEN_AT_ONCE)

"""The store's upkeep by the process that serves the doors; names no person, so it needs no actor."""

from grm_console.desk.desk import Desk
from grm_console.store import housekeeping


def answer(desk: Desk) -> None:
    """Return if the store can be read; raises a StoreError if not. Never waits for a writer."""
    housekeeping.answer(desk.store)


def checkpoint(desk: Desk) -> int:
    """Write the store's log back beside all other work; gives the pages still to write. Raises a StoreError."""
    return housekeeping.checkpoint(desk.store)

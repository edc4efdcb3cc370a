"""What the web process does for the store beside its work: look whether it is there, and write back its log."""

from contextlib import closing

from sqlalchemy import text

from grm_console.store.engine import sqlite_module
from grm_console.store.store import Store, translated

_BUSY_SECONDS = 1.0


def answer(store: Store) -> None:
    """Read one row by the reading side; raises a StoreError if the store does not answer."""
    with store.reading() as connection:
        connection.execute(text("SELECT version_num FROM alembic_version")).first()


def checkpoint(store: Store) -> int:
    """Write SQLite's log back into its file without holding up any writer; gives the pages still to write.

    On a connection of its own, so that no acknowledgement ever waits for it (SQLite documentation, PASSIVE).
    PostgreSQL does this by itself: always 0.
    """
    if store.dialect != "sqlite":
        return 0
    with translated(), closing(sqlite_module().connect(store.url.database, timeout=_BUSY_SECONDS)) as connection:
        _busy, in_log, written = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return max(0, int(in_log) - int(written))

"""The feed of committed changes, and waiting for the next one.

Order is (transaction, seq), and a cursor goes only up to PostgreSQL's oldest running transaction: a commit that comes
late with an early number can then never be slipped past. SQLite's writers come one after the other anyway.
"""

import threading
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Connection, bindparam, delete, literal_column, select, true, tuple_

from grm_console.errors import StoreError
from grm_console.store.prepared import Prepared
from grm_console.store.store import CHANGE_CHANNEL, Store, translated
from grm_console.store.tables import ChangeRow
from grm_console.store.tables.columns import table_of

if TYPE_CHECKING:
    import psycopg

_change = table_of(ChangeRow)

Cursor = tuple[int, int]
"""The last change read: (transaction, seq)."""

ANYTHING = ("store", 0)
"""The change that says only that something was committed."""

LASTS = timedelta(days=2)
"""How long a change is told at least: whoever follows reads it within seconds, and a desk makes millions a year."""

_MOST = 1000
"""Changes read at once."""
_SQLITE_PAUSE = 0.02
_STORM = 5
"""Reads in a row that found something at once, after which nobody listens until one finds nothing."""
_NET_SECONDS = 1.0
"""A listener that hears nothing looks all the same, in case a notification was lost."""


def end_of_feed(connection: Connection) -> Cursor:
    """The cursor after everything committed so far."""
    rows = _END[connection.dialect.name].rows(connection, {})
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


def changes_after(connection: Connection, cursor: Cursor, limit: int = _MOST) -> tuple[list[tuple[str, int]], Cursor]:
    """(topic, subject) of what was committed after the cursor, in order, and the new cursor."""
    rows = _SETTLED_AFTER[connection.dialect.name].rows(connection, _from(cursor, limit))
    if not rows:
        return [], cursor
    return [(topic, subject) for _, _, topic, subject in rows], (rows[-1][0], rows[-1][1])


def any_before(connection: Connection, moment: datetime) -> bool:
    """Whether the feed begins before a moment."""
    rows = _FIRST[connection.dialect.name].rows(connection, {})
    return bool(rows) and rows[0][0] < moment


def forget(connection: Connection, moment: datetime, cursor: Cursor, most: int) -> int:
    """Delete what was told before a moment and stands before the cursor, at most so many rows; gives how many.

    What stands at the cursor stays: SQLite would give the number of its last row again.
    """
    transaction, seq = cursor
    values = {"transaction": transaction, "seq": seq, "most": most, "moment": moment}
    return _FORGET[connection.dialect.name].count(connection, values)


def _from(cursor: Cursor, limit: int) -> dict[str, int]:
    transaction, seq = cursor
    return {"transaction": transaction, "seq": seq, "most": limit}


_ORDER = {"sqlite": (_change.c.seq,), "postgresql": (_change.c.transaction, _change.c.seq)}
# Each in the one form of which its store makes a search in an index: the feed is as long as the desk is old.
_BEHIND = {
    "sqlite": _change.c.seq > bindparam("seq"),
    "postgresql": tuple_(_change.c.transaction, _change.c.seq) > tuple_(bindparam("transaction"), bindparam("seq")),
}
_SETTLED: dict[str, ColumnElement[bool]] = {
    "sqlite": true(),
    "postgresql": literal_column("change.transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint", Boolean),
}


def _after(store: str, *more: Any) -> Any:
    told = select(_change.c.transaction, _change.c.seq, _change.c.topic, _change.c.subject_id, *more)
    return told.where(_BEHIND[store]).order_by(*_ORDER[store]).limit(bindparam("most"))


_SETTLED_AFTER = {store: Prepared(_after(store).where(settled)) for store, settled in _SETTLED.items()}
_VISIBLE_AFTER = {store: Prepared(_after(store, settled.label("settled"))) for store, settled in _SETTLED.items()}
"""Asked by every console after every commit of the whole desk."""
_END = {
    store: Prepared(
        select(_change.c.transaction, _change.c.seq)
        .where(settled)
        .order_by(*(column.desc() for column in _ORDER[store]))
        .limit(literal_column("1"))
    )
    for store, settled in _SETTLED.items()
}


_FIRST = {
    store: Prepared(select(_change.c.at).order_by(*order).limit(literal_column("1"))) for store, order in _ORDER.items()
}
_BEFORE = {
    "sqlite": _change.c.seq < bindparam("seq"),
    "postgresql": tuple_(_change.c.transaction, _change.c.seq) < tuple_(bindparam("transaction"), bindparam("seq")),
}


def _forgotten(store: str) -> Any:
    """The oldest rows first, and only then which of them are old enough: the others are not looked through."""
    oldest = select(_change.c.seq, _change.c.at).where(_BEFORE[store]).order_by(*_ORDER[store]).limit(bindparam("most"))
    rows = oldest.subquery("oldest")
    return delete(_change).where(_change.c.seq.in_(select(rows.c.seq).where(rows.c.at < bindparam("moment"))))


_FORGET = {store: Prepared(_forgotten(store)) for store in _ORDER}


class ChangeWatch:
    """Follows the feed from the moment it is made; one for each console or process, used by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.reading() as connection:
            self._cursor = end_of_feed(connection)
        self._early: set[Cursor] = set()
        """What was told already though an earlier transaction still ran, so that the cursor could not go past it."""
        self._version: int | None = None
        self._sqlite: Any = None
        self._connection: psycopg.Connection[Any] | None = None
        self._listens = False
        self._at_once = 0
        """Reads in a row that found something without a wait."""
        self._stop = threading.Event()
        self._asking = threading.Lock()
        """Held while SQLite is asked or let go: closing a connection that another thread is asking ends the process."""

    def wait(self, timeout: float) -> list[tuple[str, int]]:
        """Block until something was committed, at most `timeout` seconds; (topic, subject) in order, or nothing.

        Of what is committed while an earlier transaction still runs only so many are told in a row, and then, when
        something more was committed, `ANYTHING`: look for yourself. Raises StoreGone while the store is away; the next
        call tries again and misses nothing.
        """
        deadline = monotonic() + timeout
        try:
            with translated():
                self._listen_no_more_in_a_storm()
                while True:
                    found = self._read()
                    left = deadline - monotonic()
                    self._at_once += bool(found)
                    if found or left <= 0 or self._stop.is_set():
                        return found
                    if self._sleep(left) and not (found := self._read()) and len(self._early) == _MOST:
                        return [ANYTHING]
                    if found:
                        return found
        except StoreError:
            self._forget_connections()
            raise

    def close(self) -> None:
        """Stop waiting and give the connections back."""
        self._stop.set()
        self._forget_connections()

    def _read(self) -> list[tuple[str, int]]:
        statement, limits = _VISIBLE_AFTER[self._store.dialect], _from(self._cursor, _MOST)
        if self._store.dialect == "postgresql":
            # A connection of its own and a trip each: a busy desk reads ten times a second.
            rows = statement.rows_on(self._own_connection(), self._store.engine_dialect, limits)
        else:
            with self._store.asking() as connection:
                rows = statement.rows(connection, limits)
        found = [(topic, subject) for *at, topic, subject, _ in rows if tuple(at) not in self._early]
        settled = [(transaction, seq) for transaction, seq, *_, settled in rows if settled]
        self._early = {(transaction, seq) for transaction, seq, *_, settled in rows if not settled}
        self._cursor = settled[-1] if settled else self._cursor
        return found

    def _sleep(self, seconds: float) -> bool:
        """Sleep until woken; True if a notification said that something was committed."""
        if self._store.dialect == "sqlite":
            self._watch_data_version(seconds)
            return False
        self._at_once = 0
        connection = self._own_connection()
        if not self._listens:
            # Read again before the first wait: what was committed before this wakes nobody.
            connection.execute(f"LISTEN {CHANGE_CHANNEL}")
            self._listens = True
            return False
        return any(True for _ in connection.notifies(timeout=min(seconds, _NET_SECONDS), stop_after=1))

    def _listen_no_more_in_a_storm(self) -> None:
        """Where each read finds something nobody waits to be woken, and the server need not wake fifty consoles."""
        if self._listens and self._at_once >= _STORM:
            self._own_connection().execute(f"UNLISTEN {CHANGE_CHANNEL}")
            self._listens = False

    def _watch_data_version(self, seconds: float) -> None:
        """`PRAGMA data_version` changes when another connection committed; asking costs some microseconds."""
        deadline = monotonic() + seconds
        while monotonic() < deadline:
            with self._asking:
                if self._stop.is_set():
                    return
                if self._sqlite is None:
                    self._sqlite = self._store.raw_reader()
                    self._version = None
                (version,) = self._sqlite.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                # The first look always ends the wait: a commit may have come between the last read and it.
                self._version = version
                return
            self._stop.wait(_SQLITE_PAUSE)

    def _own_connection(self) -> "psycopg.Connection[Any]":
        """The connection to PostgreSQL that only follows the feed."""
        if self._connection is None:
            import psycopg  # 80 ms and 5 MB that a desk on SQLite does not pay

            url = self._store.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=3)
            self._listens, self._at_once = False, 0
        return self._connection

    def _forget_connections(self) -> None:
        with self._asking:
            for connection in (self._sqlite, self._connection):
                if connection is not None:
                    connection.close()
            self._sqlite = self._connection = None

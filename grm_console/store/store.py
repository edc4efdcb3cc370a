"""The store: where the program reads and writes, SQLite or PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Any

from sqlalchemy import URL, Connection, Dialect, bindparam, insert, literal_column, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from grm_console.clock import Clock, ahead, system_clock
from grm_console.domain.audit_chain import Head
from grm_console.errors import StoreBusy, StoreError, StoreGone
from grm_console.i18n import _
from grm_console.store.audit import AuditTrail, PendingAudit
from grm_console.store.bell import Bell
from grm_console.store.engine import asking_engine, reading_engine, writing_engine
from grm_console.store.prepared import Prepared
from grm_console.store.tables import ChangeRow
from grm_console.store.tables.columns import table_of
from grm_console.store.trips import arrive, in_few_trips

CHANGE_CHANNEL = "grm_change"
"""The name PostgreSQL notifies its listeners under."""

_OFFSET_SECONDS = 60.0

_change = table_of(ChangeRow)
_CHANGED = {
    "sqlite": Prepared(
        insert(_change).values(
            transaction=0, topic=bindparam("topic"), subject_id=bindparam("subject_id"), at=bindparam("at")
        )
    ),
    "postgresql": Prepared(
        insert(_change).values(
            transaction=literal_column("pg_current_xact_id()::text::bigint"),
            topic=bindparam("topic"),
            subject_id=bindparam("subject_id"),
            at=bindparam("at"),
        )
    ),
}
_SERVERS_MOMENT = Prepared(text("SELECT clock_timestamp()"))
_NOTIFY = Prepared(text(f"NOTIFY {CHANGE_CHANNEL}"))


class Write:
    """One writing transaction: the connection, its one moment, and what it leaves behind for audit and feeds."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.ahead = connection
        """The connection for what neither reads nor changes anything that was put off."""
        self.now = now
        self.audits: list[PendingAudit] = []
        self.changes: dict[tuple[str, int], None] = {}
        self._put_off: dict[Prepared, list[dict[str, Any]]] = {}

    @property
    def connection(self) -> Connection:
        """The connection for everything else: what was put off is written first, so that nobody misses it."""
        if self._put_off:
            self.catch_up()
        return self.ahead

    def put_off(self, statement: Prepared, values: dict[str, Any]) -> None:
        """Write a row together with others of its kind: many texts come in one transaction, and few are asked for."""
        self._put_off.setdefault(statement, []).append(values)

    def catch_up(self) -> None:
        """Write what was put off."""
        put_off, self._put_off = self._put_off, {}
        for statement, rows in put_off.items():
            statement.run_many(self.ahead, rows)

    def audit(
        self, account_id: int, organisation_id: int, act: str, subject: str, purpose: str, detail: str = ""
    ) -> None:
        """Record who did what to what and why; chained when the transaction commits."""
        self.audits.append(PendingAudit(account_id, organisation_id, act, subject, purpose, detail))

    def changed(self, topic: str, subject_id: int) -> None:
        """Tell the feeds; several mentions of one thing are one change."""
        self.changes[topic, subject_id] = None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail without the rest: on an exception its rows, audits and changes are gone."""
        audits, changes = len(self.audits), dict(self.changes)
        self.connection.exec_driver_sql("SAVEPOINT part")
        try:
            yield
            self.catch_up()
            arrive(self.ahead)
        except BaseException as error:
            self._put_off.clear()
            arrive(self.ahead, after=error)
            self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
            self.connection.exec_driver_sql("RELEASE SAVEPOINT part")
            del self.audits[audits:]
            self.changes = changes
            raise
        self.connection.exec_driver_sql("RELEASE SAVEPOINT part")


class Store:
    """Reading and writing transactions on one store.

    Every method may raise StoreGone or StoreBusy; then nothing was written and the act may be tried again.
    """

    def __init__(self, url: URL, trail: AuditTrail, clock: Clock | None = None) -> None:
        self.url = url
        self.trail = trail
        self.dialect = url.get_backend_name()
        self._clock = clock
        self._writing = writing_engine(url)
        self._reading = reading_engine(url, self._writing)
        self._asking = asking_engine(url, self._writing, self._reading)
        self._bell = Bell(self._notify)
        self._writer = threading.Lock()
        self._offset = timedelta(0)
        self._offset_until = 0.0

    @property
    def engine_dialect(self) -> Dialect:
        """The SQL of this store, for statements asked on a connection of the driver's own."""
        return self._reading.dialect

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._bell.close()
        self._writing.dispose()
        self._reading.dispose()

    def now(self) -> datetime:
        """The store's moment: on PostgreSQL the server's clock, so that all hosts agree."""
        if self._clock is not None:
            return self._clock()
        if self.dialect == "postgresql" and monotonic() > self._offset_until:
            with self.asking() as connection:
                self._offset = ahead(lambda: _SERVERS_MOMENT.rows(connection, {})[0][0].astimezone(UTC))
            self._offset_until = monotonic() + _OFFSET_SECONDS
        return system_clock() + self._offset

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the store and cannot write."""
        with translated(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """For questions of which each may see its own moment, and which write nothing.

        On PostgreSQL a transaction costs two trips beside the question's own, which counts for what every seat and
        every waiting caller asks again and again.
        """
        with translated(), self._asking.connect() as connection:
            yield connection

    def raw_reader(self) -> Any:
        """A driver connection of its own that only reads, for watching the file; the caller closes it."""
        connection = self._reading.raw_connection()
        raw = connection.driver_connection
        connection.detach()
        return raw

    @contextmanager
    def writing(self) -> Iterator[Write]:
        """A transaction that commits, with its audit rows and changes, when the block ends without an exception."""
        now = self.now()
        head: tuple[int, Head] | None = None
        owed = False
        with translated(), self._transaction() as connection:
            write = Write(connection, now)
            yield write
            write.catch_up()
            if write.changes:
                told = [{"topic": topic, "subject_id": subject, "at": now} for topic, subject in write.changes]
                _CHANGED[self.dialect].run_many(connection, told)
                if self.dialect == "postgresql":
                    if self._bell.is_due():
                        _NOTIFY.run(connection, {})
                    else:
                        owed = True
            if write.audits:
                head = self.trail.append(connection, write.audits, now)
        if owed:
            self._bell.owe()
        if head is not None:
            self.trail.note_head(*head)

    def _notify(self) -> None:
        with self.asking() as connection:
            _NOTIFY.run(connection, {})

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self.dialect == "postgresql":
            with self._asking.connect() as connection, in_few_trips(connection):
                yield connection
            return
        # One writer at a time anyway: waiting here is fair, and costs no busy-polling.
        if not self._writer.acquire(timeout=10):
            raise StoreBusy(_("The store is busy and did not answer in 10 s. Nothing was written; try again."))
        try:
            with self._writing.begin() as connection:
                yield connection
        finally:
            self._writer.release()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what drivers raise about lost or busy stores into our errors; constraint violations pass."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy(_("The store is busy. Nothing was written; try again.")) from error
    except Exception as error:
        if is_lost_or_busy(error):
            raise _as_store_error(getattr(error, "orig", None) or error) from error
        raise


def is_lost_or_busy(error: Exception) -> bool:
    """Whether a driver says that its connection or whole transaction is lost: then no savepoint helps.

    psycopg has a subclass for every such state (DeadlockDetected, AdminShutdown, QueryCanceled, ...), and one for
    values beyond PostgreSQL's limits (class 54, e.g. a key too long for its index): then only the row is bad.
    """
    if str(getattr(getattr(error, "orig", error), "sqlstate", "")).startswith("54"):
        return False
    return getattr(error, "connection_invalidated", False) or any(
        kind.__name__ in ("OperationalError", "InterfaceError")
        and kind.__module__.startswith(("sqlite3", "pysqlite3", "psycopg", "sqlalchemy"))
        for kind in type(error).__mro__
    )


def _as_store_error(error: Any) -> StoreError:
    """StoreBusy for a lock or time-out, StoreGone for everything that says the store is not there."""
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    state = getattr(error, "sqlstate", None)
    if "locked" in words or "busy" in words or state in ("57014", "55P03", "40001", "40P01"):
        return StoreBusy(_("The store is busy and did not answer in time. Nothing was written; try again."))
    return StoreGone(
        _("The store cannot be reached ({reason}). What you typed is kept; it is tried again by itself.").format(
            reason=words
        )
    )

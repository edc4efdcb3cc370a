"""A writing transaction on PostgreSQL in few trips: what nobody waits for goes along with the next question.

Each trip costs two switches of processes, which count where many seats share a server, and the line's delay, for which
others wait behind what the transaction has locked. Only prepared statements travel so; SQLAlchemy's own need their
answer at once, so whatever was sent before them arrives first.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"  # a writer sees what others committed meanwhile
_TRIPS = "trips"


class _Trips:
    """Where a transaction's statements are: some may be under way, with their errors."""

    def __init__(self, driver: Any) -> None:
        """`driver` is a QueueingConnection, whose module a desk on SQLite does not load."""
        self._driver = driver
        self._pipeline: Any = None
        self._begun = False

    @property
    def under_way(self) -> bool:
        """Whether a question has something to go along with: writes that nobody waited for, or the beginning."""
        return self._pipeline is not None or not self._begun

    def go_along(self) -> None:
        if self._pipeline is None:
            self._pipeline = self._driver.queued()
            self._pipeline.__enter__()
        if not self._begun:
            self._begun = True
            self._send(_BEGIN)

    def arrive(self, after: BaseException | None = None) -> None:
        if not self._begun and after is None:
            self.go_along()  # what comes next belongs to the transaction
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is None:
            return
        if after is None:
            pipeline.__exit__(None, None, None)
        else:
            with suppress(Exception):  # what else went wrong behind the first error
                pipeline.__exit__(type(after), after, after.__traceback__)

    def commit(self) -> None:
        if self._begun:
            self.go_along()
            self._send("COMMIT")
            self.arrive()

    def undo(self, error: BaseException) -> bool:
        self.arrive(after=error)
        if self._driver.closed:
            return False
        try:
            self._driver.rollback()
        except Exception:
            return False
        return True

    def _send(self, statement: str) -> None:
        self._driver.cursor().execute(statement)


@contextmanager
def in_few_trips(connection: Connection) -> Iterator[None]:
    """A transaction on a PostgreSQL connection that SQLAlchemy knows in autocommit; commits at the block's end."""
    known = connection.info  # a lost connection no longer tells
    trips = known[_TRIPS] = _Trips(connection.connection.driver_connection)
    try:
        yield
        trips.commit()
    except BaseException as error:
        if not trips.undo(error):
            connection.invalidate()  # it is lost, and the server has forgotten the transaction by itself
        raise
    finally:
        known.pop(_TRIPS, None)


def go_along(connection: Connection) -> bool:
    """In a writing transaction on PostgreSQL what is sent from here on waits for no answer of its own; else False."""
    trips = connection.info.get(_TRIPS)
    if trips is None:
        return False
    trips.go_along()
    return True


def asks_along(connection: Connection) -> bool:
    """Whether a question goes along with what is under way; then it is answered when all has arrived.

    Otherwise it is asked as usual: the driver's way of sending ahead costs more of the processor.
    """
    trips = connection.info.get(_TRIPS)
    if trips is None or not trips.under_way:
        return False
    trips.go_along()
    return True


def arrive(connection: Connection, after: BaseException | None = None) -> None:
    """Wait until everything sent is done; raises its errors, unless it was given up `after` one."""
    trips = connection.info.get(_TRIPS)
    if trips is not None:
        trips.arrive(after)

"""Two engines on one store, SQLite or PostgreSQL: one that writes, one that can only read."""

import select
import sqlite3
import warnings
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, DisconnectionError

from grm_console.errors import SettingsError
from grm_console.i18n import _
from grm_console.store.trips import arrive

SAFE_SQLITE = (3, 51, 3)
"""The first release without the bug that can corrupt a WAL file written by several processes."""

_CACHE_KIB = 64 * 1024
_READERS = 8
"""Connections that read at once at most in a process; the next one waits."""
_PREPARED_AFTER = 2
"""Runs of a statement on a connection of PostgreSQL after which the server keeps it parsed."""
_MOST_PREPARED = 500
"""Statements kept so at most: more than the program has, for one put aside for another is parsed again and again."""
_BUSY_MS = 8_000
"""Below the carrier's 15 s, so that a locked store still gets an answer out."""


def read_url(text: str) -> URL:
    """The store's address; SettingsError names the fix when it is none of ours."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SettingsError(
            _(
                "GRM_DATABASE_URL is not an address. Write sqlite:////path/to/grm.db or "
                "postgresql://user:password@host/database."
            )
        ) from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise SettingsError(_("GRM_DATABASE_URL needs a file, e.g. sqlite:////var/lib/grm/grm.db."))
        return url.set(drivername="sqlite")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise SettingsError(
        _("GRM_DATABASE_URL names {name}; this program works on sqlite and postgresql.").format(
            name=url.get_backend_name()
        )
    )


def sqlite_module() -> ModuleType:
    """The SQLite to use: the packaged new one, or Python's own with a warning."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        if sqlite3.sqlite_version_info < SAFE_SQLITE:
            warnings.warn(
                f"SQLite {sqlite3.sqlite_version} can corrupt a store that several processes write. "
                "Install the package pysqlite3.",
                RuntimeWarning,
                stacklevel=2,
            )
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


def writing_engine(url: URL) -> Engine:
    """The engine all writes go through; on SQLite it has one connection and begins with the write lock."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    engine = create_engine(
        url, module=sqlite_module(), pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
    )
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", query_only=False)
    return engine


def reading_engine(url: URL, writing: Engine) -> Engine:
    """The engine for screens and exports: it never takes the write lock and refuses to write.

    On PostgreSQL it shares the connections of the writing one: a server takes a hundred unless told otherwise, and
    every seat would hold twice as many. A reader there sees one moment from its first statement to its last.
    """
    if url.get_backend_name() == "postgresql":
        return writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    # Kept once opened, the latest used first: a connection opened anew reads the schema and plans everything again.
    engine = create_engine(
        url,
        module=sqlite_module(),
        pool_size=_READERS,
        max_overflow=0,
        pool_use_lifo=True,
        connect_args={"check_same_thread": False},
    )
    _prepare_sqlite(engine, begin="BEGIN", query_only=True)
    return engine


def asking_engine(url: URL, writing: Engine, reading: Engine) -> Engine:
    """The engine for single questions: on PostgreSQL each is answered by itself, with no transaction around it."""
    if url.get_backend_name() == "postgresql":
        return writing.execution_options(isolation_level="AUTOCOMMIT")
    return reading


def migrating_engine(url: URL) -> Engine:
    """The engine of migrations: on SQLite with foreign keys off, or a table rebuilt would lose its children."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    engine = create_engine(url, module=sqlite_module(), connect_args={"check_same_thread": False})
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", query_only=False, foreign_keys=False)
    return engine


class _PlannedOnce(SQLiteCompiler):
    """Statements whose LIMIT is a sum of nought and the parameter.

    SQLite plans a statement with a bare parameter there anew each time it runs, to plan by the number: that costs a
    query of what waits thirty times what it takes to run.
    """

    def limit_clause(self, select: Any, **kw: Any) -> str:
        limit, offset = select._limit_clause, select._offset_clause
        if limit is None:
            return str(super().limit_clause(select, **kw))  # type: ignore[no-untyped-call]
        told = f"\n LIMIT 0 + {self.process(limit, **kw)}"
        return told if offset is None else f"{told} OFFSET {self.process(offset, **kw)}"


def _prepare_sqlite(engine: Engine, *, begin: str, query_only: bool, foreign_keys: bool = True) -> None:
    engine.dialect.statement_compiler = _PlannedOnce

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            f"cache_size = -{_CACHE_KIB}",
            "temp_store = MEMORY",
            # A long checkpoint would stand on the way of an acknowledgement; the web process makes them aside.
            "wal_autocheckpoint = 16000",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _postgresql(url: URL) -> Engine:
    from grm_console.store.queueing import QueueingConnection  # with the driver, which a desk on SQLite does not pay

    # random_page_cost: on any disk of today an index is worth more than the default of 4 believes.
    options = "-c timezone=UTC -c statement_timeout=8000 -c lock_timeout=6000 -c random_page_cost=1.1"
    engine = create_engine(
        url,
        # Only as many as are used at once are ever opened; a web process under load uses all of them.
        pool_size=14,
        max_overflow=6,
        # The latest used first: it has prepared what is asked most, and those that nobody needs stay out of the way.
        pool_use_lifo=True,
        isolation_level="READ COMMITTED",  # a writer sees what others committed meanwhile
        connect_args={
            "connect_timeout": 3,
            "options": options,
            "application_name": "grm",
            "prepare_threshold": _PREPARED_AFTER,
        },
    )

    @event.listens_for(engine, "do_connect")
    def do_connect(_dialect: object, _record: object, told: Any, named: Any) -> QueueingConnection:
        return QueueingConnection.connect(*told, **named)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.prepared_max = _MOST_PREPARED

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, _record: object, _proxy: object) -> None:
        if connection.closed or _has_news(connection):
            raise DisconnectionError("The server ended this connection; another one is opened.")

    @event.listens_for(engine, "before_cursor_execute")
    def on_execute(connection: Connection, *_: object) -> None:
        arrive(connection)

    return engine


def _has_news(connection: Any) -> bool:
    """Whether the server said something on an idle connection, which is as good as always that it ended it.

    It costs no round trip, which a ping before every transaction would.
    """
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))

"""Two engines on one store, SQLite or PostgreSQL: one that writes, one that can only read."""

import sqlite3
import warnings
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

from grm_console.errors import SettingsError
from grm_console.i18n import _

SAFE_SQLITE = (3, 51, 3)
"""The first release without the bug that can corrupt a WAL file written by several processes."""

_CACHE_KIB = 64 * 1024
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
        return _postgresql(url, read_only=False)
    engine = create_engine(
        url, module=sqlite_module(), pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
    )
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", query_only=False)
    return engine


def reading_engine(url: URL) -> Engine:
    """The engine for screens and exports: it never takes the write lock and refuses to write."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, read_only=True)
    engine = create_engine(
        url, module=sqlite_module(), pool_size=2, max_overflow=6, connect_args={"check_same_thread": False}
    )
    _prepare_sqlite(engine, begin="BEGIN", query_only=True)
    return engine


def migrating_engine(url: URL) -> Engine:
    """The engine of migrations: on SQLite with foreign keys off, or a table rebuilt would lose its children."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, read_only=False)
    engine = create_engine(url, module=sqlite_module(), connect_args={"check_same_thread": False})
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", query_only=False, foreign_keys=False)
    return engine


def _prepare_sqlite(engine: Engine, *, begin: str, query_only: bool, foreign_keys: bool = True) -> None:
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


def _postgresql(url: URL, *, read_only: bool) -> Engine:
    # random_page_cost: on any disk of today an index is worth more than the default of 4 believes.
    # A reader sees one moment from its first statement to its last; a writer sees what others committed meanwhile.
    isolation = "REPEATABLE READ" if read_only else "READ COMMITTED"
    options = "-c timezone=UTC -c statement_timeout=8000 -c lock_timeout=6000 -c random_page_cost=1.1"
    if read_only:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        url,
        pool_size=2,
        max_overflow=6,
        pool_pre_ping=True,
        isolation_level=isolation,
        connect_args={"connect_timeout": 3, "options": options, "application_name": "grm"},
    )

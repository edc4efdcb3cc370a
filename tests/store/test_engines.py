"""Two engines on one store: what they refuse, what they promise, and how they say that the store is away."""

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from builders import contact
from conftest import FixedClock
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from grm_console.cli.opening import trail_of
from grm_console.errors import SettingsError, StoreBusy, StoreGone
from grm_console.settings import Settings
from grm_console.store import engine, tables
from grm_console.store.engine import read_url, sqlite_module
from grm_console.store.store import Store

_contact = tables.Contact.__table__  # type: ignore[attr-defined]
_mark = tables.Mark.__table__  # type: ignore[attr-defined]
_NOTE = insert(_mark)


@pytest.fixture
def sqlite_store(sqlite_url: str, settings_of: "type[Settings]", clock: FixedClock) -> Iterator[Store]:
    settings = settings_of(sqlite_url)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield store


@pytest.fixture
def settings_of(tmp_path):  # type: ignore[no-untyped-def]
    def make(url: str) -> Settings:
        return Settings(database_url=url, audit_folder=tmp_path / "store", audit_key="test key", _env_file=None)

    return make


def test_the_reading_side_cannot_write(store: Store) -> None:
    for statement in (_NOTE.values(name="x", value="y"), _contact.delete(), text("CREATE TABLE x (y integer)")):
        with pytest.raises((DBAPIError, StoreGone)), store.reading() as connection:
            connection.execute(statement)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).where(_mark.c.name == "x")).scalar_one() == 0


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.reading() as connection:
        count = select(func.count()).select_from(_contact)
        before = connection.execute(count).scalar_one()
        contact(store, "Late")
        assert connection.execute(count).scalar_one() == before
    with store.reading() as connection:
        assert connection.execute(count).scalar_one() == before + 1


def test_a_small_limit_costs_no_new_plan(sqlite_store: Store) -> None:
    """SQLite plans anew at every run where a bare parameter limits: what runs often says a sum instead."""
    with sqlite_store.reading() as connection:
        limited = select(_contact.c.id).order_by(_contact.c.id).limit(3)
        assert "LIMIT 0 + ?" in str(limited.compile(connection.engine))
        assert connection.execute(limited.offset(1)).all() == []


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as write:
        write.connection.execute(_NOTE.values(name="x", value="y"))
        write.audit(1, 1, "act", "subject", "purpose")
        write.changed("contact", 1)
        write.connection.execute(_NOTE.values(name="x", value="again"))
    with store.reading() as connection:
        assert connection.execute(select(func.count()).where(_mark.c.name == "x")).scalar_one() == 0


def test_a_savepoint_takes_only_its_own_back(store: Store) -> None:
    with store.writing() as write:
        write.connection.execute(_NOTE.values(name="kept", value=""))
        write.changed("contact", 1)
        with pytest.raises(IntegrityError), write.savepoint():
            write.audit(1, 1, "act", "subject", "purpose")
            write.changed("contact", 2)
            write.connection.execute(_NOTE.values(name="kept", value=""))
        assert (write.audits, list(write.changes)) == ([], [("contact", 1)])
        with write.savepoint():
            write.connection.execute(_NOTE.values(name="also kept", value=""))
    with store.reading() as connection:
        assert connection.execute(select(func.count()).where(_mark.c.name.like("%kept"))).scalar_one() == 2


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as write:
        write.connection.execute(insert(tables.QueueLine.__table__).values(line="+1", queue_id=4711))  # type: ignore[attr-defined]


def test_text_is_ordered_by_code_point_on_both(store: Store) -> None:
    words = ["Zebra", "apple", "Äpfel", "zebra", "一", "_", "😀"]
    with store.writing() as write:
        write.connection.execute(_NOTE, [{"name": f"order:{word}", "value": word} for word in words])
    with store.reading() as connection:
        found = connection.execute(select(_mark.c.value).where(_mark.c.name.like("order:%")).order_by(_mark.c.value))
        assert list(found.scalars()) == sorted(words)


def test_words_no_store_takes_are_marked_one_for_one(store: Store) -> None:
    with store.writing() as write:
        write.connection.execute(_NOTE.values(name="hostile", value="a\x00b\ud800c\udfffd😀"))
    with store.reading() as connection:
        found = connection.execute(select(_mark.c.value).where(_mark.c.name == "hostile")).scalar_one()
    assert found == "a\ufffdb\ufffdc\ufffdd😀"


# SQLite


def test_pragmas_read_back(sqlite_store: Store) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 8000}
    with sqlite_store.writing() as write, sqlite_store.reading() as connection:
        for side, query_only in ((write.connection, 0), (connection, 1)):
            for name, value in (expected | {"query_only": query_only}).items():
                assert side.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value, name


def test_sqlite_is_one_that_several_processes_may_write() -> None:
    assert sqlite_module().sqlite_version_info >= engine.SAFE_SQLITE


def test_a_write_begins_with_the_lock_and_a_read_never_takes_it(sqlite_store: Store) -> None:
    said: list[str] = []
    for side in (sqlite_store._writing, sqlite_store._reading):
        event.listen(side, "before_cursor_execute", lambda *args: said.append(args[2]))
    with sqlite_store.writing():
        pass
    with sqlite_store.reading():
        pass
    assert said == ["BEGIN IMMEDIATE", "BEGIN"]
    with (
        closing(sqlite_module().connect(sqlite_store.url.database, timeout=0, isolation_level=None)) as other,
        sqlite_store.reading() as connection,
    ):
        connection.execute(select(_mark)).all()
        other.execute("BEGIN IMMEDIATE")
        assert connection.execute(select(_mark)).all()
        other.execute("ROLLBACK")


def test_a_locked_file_is_busy_not_gone(
    sqlite_url: str,
    settings_of,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_BUSY_MS", 30)
    with (
        Store(read_url(sqlite_url), trail_of(settings_of(sqlite_url), create=False)) as store,
        closing(sqlite_module().connect(store.url.database, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy), store.writing():
            raise AssertionError("no write may begin")
        with store.reading() as connection:
            assert connection.execute(select(_mark)).all()
        other.execute("ROLLBACK")
        contact(store, "Later")


def test_a_file_that_went_away_is_gone(tmp_path, settings_of) -> None:  # type: ignore[no-untyped-def]
    url = f"sqlite:///{tmp_path / 'nowhere' / 'grm.db'}"
    store = Store(read_url(url), trail_of(settings_of(url), create=True))
    with store, pytest.raises(StoreGone), store.reading() as connection:
        connection.execute(select(_mark))


@pytest.mark.parametrize("address", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/x"])
def test_an_address_that_is_none_says_what_to_write(address: str) -> None:
    with pytest.raises(SettingsError, match=r"sqlite|postgresql"):
        read_url(address)


# PostgreSQL


@pytest.fixture
def postgresql_store(request: pytest.FixtureRequest, store: Store) -> Store:
    if store.dialect != "postgresql":
        pytest.skip("of PostgreSQL alone")
    return store


def _kill_all_but_me(store: Store) -> None:
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_killed_connection_is_gone_and_the_next_one_works(postgresql_store: Store) -> None:
    with pytest.raises(StoreGone), postgresql_store.writing() as write:
        write.connection.execute(_NOTE.values(name="lost", value=""))
        _kill_all_but_me(postgresql_store)
        write.connection.execute(_NOTE.values(name="lost too", value=""))
    with pytest.raises(StoreGone), postgresql_store.reading() as connection:
        connection.execute(select(_mark))
        _kill_all_but_me(postgresql_store)
        connection.execute(select(_mark))
    contact(postgresql_store, "Later")
    with postgresql_store.reading() as connection:
        assert connection.execute(select(func.count()).where(_mark.c.name.like("lost%"))).scalar_one() == 0


def test_a_killed_connection_in_a_prepared_statement_is_gone(postgresql_store: Store) -> None:
    from grm_console.store.queue import waiting_sum

    with pytest.raises(StoreGone), postgresql_store.reading() as connection:
        waiting_sum(connection)
        _kill_all_but_me(postgresql_store)
        waiting_sum(connection)
    with postgresql_store.reading() as connection:
        assert waiting_sum(connection) == (0, None)


def test_a_lock_held_too_long_is_busy(postgresql_store: Store) -> None:
    key = contact(postgresql_store, "Chen")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with postgresql_store.writing() as write:
            write.connection.execute(select(_contact).where(_contact.c.id == key).with_for_update())
            held.set()
            done.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(StoreBusy), postgresql_store.writing() as write:
            write.connection.exec_driver_sql("SET LOCAL lock_timeout = 20")
            write.connection.execute(_contact.update().where(_contact.c.id == key).values(name="x"))
    finally:
        done.set()
        other.join()


def test_a_server_that_is_not_there_is_gone(settings_of) -> None:  # type: ignore[no-untyped-def]
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    with Store(read_url(url), trail_of(settings_of(url), create=True)) as store:
        with pytest.raises(StoreGone, match="tried again"):
            store.now()
        with pytest.raises(StoreGone), store.writing():
            pass


def test_the_server_tells_the_time(postgresql_store: Store) -> None:
    with Store(postgresql_store.url, postgresql_store.trail) as store:
        before, moment, after = store.now(), store.now(), store.now()
        assert before <= moment <= after
        with store.reading() as connection:
            served = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        assert abs((served - after).total_seconds()) < 2

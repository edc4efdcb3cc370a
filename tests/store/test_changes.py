"""The feed of changes: nothing that was committed is ever slipped past, however late it comes."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Connection

from grm_console.errors import StoreGone
from grm_console.store.changes import (
    _SETTLED_AFTER,
    _VISIBLE_AFTER,
    ANYTHING,
    ChangeWatch,
    any_before,
    changes_after,
    end_of_feed,
    forget,
)
from grm_console.store.prepared import Prepared
from grm_console.store.store import Store, Write

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
LATER = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture
def watch(store: Store) -> Iterator[ChangeWatch]:
    made = ChangeWatch(store)
    yield made
    made.close()


def tell(store: Store, topic: str, subject: int) -> None:
    with store.writing() as write:
        write.changed(topic, subject)


def test_changes_come_in_order_and_once(store: Store) -> None:
    with store.reading() as connection:
        cursor = end_of_feed(connection)
    for number in range(5):
        tell(store, "queue", number)
    with store.reading() as connection:
        found, cursor = changes_after(connection, cursor, limit=3)
        rest, cursor = changes_after(connection, cursor, limit=3)
        assert [subject for _, subject in found + rest] == [0, 1, 2, 3, 4]
        assert changes_after(connection, cursor) == ([], cursor)


def test_what_is_mentioned_twice_in_a_transaction_is_one_change(store: Store, watch: ChangeWatch) -> None:
    with store.writing() as write:
        write.changed("queue", 7)
        write.changed("queue", 7)
    assert [change for change in watch.wait(5) if change != ANYTHING] == [("queue", 7)]


def test_a_waiting_reader_is_woken_by_a_commit_in_another_thread(store: Store, watch: ChangeWatch) -> None:
    assert watch.wait(0.05) == []
    ready = threading.Event()
    heard: list[tuple[str, int]] = []

    def listen() -> None:
        ready.set()
        while ("case", 3) not in heard:
            heard.extend(watch.wait(10))

    listener = threading.Thread(target=listen)
    listener.start()
    ready.wait(5)
    tell(store, "case", 3)
    listener.join(10)
    assert not listener.is_alive()
    assert ("case", 3) in heard


def test_a_late_commit_with_an_early_number_is_not_skipped(store: Store) -> None:
    """The later transaction commits first: its change has the higher number and is visible alone for a while."""
    if store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    with store.reading() as connection:
        cursor = end_of_feed(connection)
    early = store._writing.connect()
    early.begin()
    slow = Write(early, NOW)
    early.exec_driver_sql(
        "INSERT INTO change (transaction, topic, subject_id, at)"
        " VALUES (pg_current_xact_id()::text::bigint, 'early', 1, now())"
    )
    tell(store, "late", 2)
    with store.reading() as connection:
        found, cursor = changes_after(connection, cursor)
    assert found == [], "nothing may be read beyond a transaction that still runs"
    slow.connection.commit()
    early.close()
    with store.reading() as connection:
        found, cursor = changes_after(connection, cursor)
    assert sorted(found) == [("early", 1), ("late", 2)]


@pytest.fixture
def long_transaction(store: Store) -> Iterator[Connection]:
    """A transaction that began before all others and still runs."""
    if store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    with store._writing.connect() as running, running.begin():
        running.exec_driver_sql("SELECT pg_current_xact_id()")
        yield running


def test_a_long_transaction_delays_nothing_and_makes_nothing_come_twice(
    store: Store, watch: ChangeWatch, long_transaction: Connection
) -> None:
    watch.wait(0.05)
    tell(store, "queue", 9)
    assert watch.wait(5) == [("queue", 9)]
    tell(store, "case", 3)
    assert watch.wait(5) == [("case", 3)]
    long_transaction.exec_driver_sql(
        "INSERT INTO change (transaction, topic, subject_id, at)"
        " VALUES (pg_current_xact_id()::text::bigint, 'early', 1, now())"
    )
    long_transaction.exec_driver_sql("NOTIFY grm_change")
    long_transaction.commit()
    assert watch.wait(5) == [("early", 1)]
    tell(store, "queue", 10)
    assert watch.wait(5) == [("queue", 10)]


def test_more_than_is_told_behind_a_long_transaction_still_wakes(
    store: Store, watch: ChangeWatch, long_transaction: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grm_console.store.changes._MOST", 2)
    watch.wait(0.05)
    tell(store, "queue", 1)
    tell(store, "queue", 2)
    tell(store, "queue", 3)
    found = [*watch.wait(5), *watch.wait(5)]
    assert found == [("queue", 1), ("queue", 2), ANYTHING]
    long_transaction.commit()
    tell(store, "queue", 4)
    assert [*watch.wait(5), *watch.wait(5)] == [("queue", 3), ("queue", 4)]


@pytest.fixture
def listening(store: Store, watch: ChangeWatch) -> ChangeWatch:
    """A watch that listens to the server, since it found nothing."""
    if store.dialect != "postgresql":
        pytest.skip("SQLite has no server that wakes anybody")
    assert watch.wait(0.05) == []
    assert watch._listens
    return watch


def test_whoever_finds_something_at_each_look_is_woken_no_more_until_it_is_quiet(
    store: Store, listening: ChangeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grm_console.store.changes._STORM", 2)
    for number in range(4):
        tell(store, "queue", number)
        assert listening.wait(5) == [("queue", number)]
    assert not listening._listens
    assert listening.wait(0.05) == []
    assert listening._listens


def test_what_was_read_is_told_even_if_the_server_goes_then(
    store: Store, listening: ChangeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grm_console.store.changes._STORM", 1)

    def gone(_statement: str) -> None:
        raise psycopg.OperationalError("The server went away.")

    monkeypatch.setattr(listening._connection, "execute", gone)
    told = []
    for number in range(2):
        tell(store, "queue", number)
        try:
            told += listening.wait(5)
        except StoreGone:
            told += listening.wait(5)
    assert told == [("queue", 0), ("queue", 1)]


def test_what_was_told_long_ago_is_forgotten_and_nobody_misses_anything(store: Store, watch: ChangeWatch) -> None:
    for number in range(6):
        tell(store, "queue", number)
    with store.reading() as connection:
        start = (0, 0)
        _, fourth = changes_after(connection, start, limit=4)
        assert any_before(connection, LATER)
        assert not any_before(connection, NOW)
    with store.writing() as write:
        assert forget(write.connection, NOW, fourth, most=10) == 0, "nothing is that old"
        assert forget(write.connection, LATER, fourth, most=2) == 2
        assert forget(write.connection, LATER, fourth, most=10) == 1, "what stands at the cursor stays"
    tell(store, "queue", 6)
    with store.reading() as connection:
        assert [subject for _, subject in changes_after(connection, start)[0]] == [3, 4, 5, 6]
        assert [subject for _, subject in changes_after(connection, fourth)[0]] == [4, 5, 6]


@pytest.mark.parametrize("statements", [_SETTLED_AFTER, _VISIBLE_AFTER], ids=["settled", "visible"])
def test_however_long_the_feed_is_only_its_end_is_read(store: Store, statements: dict[str, Prepared]) -> None:
    """A console asks at each commit; PostgreSQL's plan is the one it would take were the feed long."""
    with store.writing() as write:
        compiled = statements[store.dialect]._for(write.connection.dialect)
        explain = "EXPLAIN QUERY PLAN "
        if store.dialect == "postgresql":
            explain = "EXPLAIN "
            for way in ("seqscan", "bitmapscan", "sort"):
                write.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        cursor = write.connection.connection.cursor()
        cursor.execute(explain + compiled.sql, compiled.bind({"transaction": 7, "seq": 7, "most": 7}))
        plan = [str(row[-1]) for row in cursor.fetchall()]
    if store.dialect == "sqlite":
        assert plan == ["SEARCH change USING INTEGER PRIMARY KEY (rowid>?)"]
    else:
        assert any("(ROW(transaction, seq) > ROW(" in step and "Index Cond" in step for step in plan), plan
        assert not any("Sort" in step for step in plan)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_connection_is_never_let_go_while_it_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite ends the whole process when one thread closes what another one asks."""
    told: list[str] = []
    asked, go_on = threading.Event(), threading.Event()

    class Reader:
        def execute(self, _statement: str) -> "Reader":
            told.append("asked")
            asked.set()
            go_on.wait(10)
            told.append("answered")
            return self

        def fetchone(self) -> tuple[int]:
            return (1,)

        def close(self) -> None:
            told.append("closed")

    monkeypatch.setattr(store, "raw_reader", Reader)
    watch = ChangeWatch(store)
    waiting = threading.Thread(target=watch.wait, args=(10,))
    waiting.start()
    assert asked.wait(10)
    closing = threading.Thread(target=watch.close)
    closing.start()
    closing.join(0.05)  # time in which it could do the wrong thing
    go_on.set()
    closing.join(10)
    waiting.join(10)
    assert told == ["asked", "answered", "closed"]

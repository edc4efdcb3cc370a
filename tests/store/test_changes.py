"""The feed of changes: nothing that was committed is ever slipped past, however late it comes."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from grm_console.store.changes import ANYTHING, ChangeWatch, changes_after, end_of_feed
from grm_console.store.store import Store, Write

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


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


def test_a_long_transaction_delays_details_but_not_the_wake_up(store: Store, watch: ChangeWatch) -> None:
    if store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    watch.wait(0.05)
    long = store._writing.connect()
    long.begin()
    long.exec_driver_sql("SELECT pg_current_xact_id()")
    tell(store, "queue", 9)
    assert watch.wait(5) == [ANYTHING]
    long.rollback()
    long.close()
    assert ("queue", 9) in watch.wait(5)


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

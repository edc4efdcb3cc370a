"""Group commit: an answer means it is stored, a bad event stands alone, and nobody is left waiting."""

import threading
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from builders import CALLER, OTHER_CALLER, all_rows, call, call_status, conference, contact, found_town, meaning, text

from grm_console.desk import group_commit, intake
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.group_commit import BATCH, GroupCommit
from grm_console.desk.intake import Receipt, receive
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import StoreBusy, StoreError, StoreGone
from grm_console.store import tables, timeline
from grm_console.store.audit import verify_chains
from grm_console.store.store import Store, Write

PATIENCE = 20
"""Seconds after which a test says that an answer never came."""


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    found_town(desk.store)
    contact(desk.store, "Chen Li", CALLER, language="zh")
    return desk


@pytest.fixture
def commits(furnished: Desk, web_actor: Actor) -> GroupCommit:
    """Not started, so that what a test submits is one batch."""
    return GroupCommit(furnished, web_actor)


def stored(store: Store) -> set[str]:
    """The sids of all kept events; whatever is kept agrees with what is derived from it."""
    with store.reading() as connection:
        assert timeline.differences(connection) == []
        verify_chains(connection, store.trail)
    return {row.sid for row in all_rows(store, tables.InboundEventRow)}


def numbered_calls(count: int) -> list[InboundEvent]:
    return [call(f"CA{number}", f"+1202555{number:04}") for number in range(count)]


def serially(desk: Desk, actor: Actor, events: list[InboundEvent]) -> dict[str, list[str]]:
    """The rows that the events leave one after the other, taken back again."""

    class Undone(Exception):
        pass

    left: dict[str, list[str]] = {}
    with pytest.raises(Undone), desk.store.writing() as write:
        for event in events:
            receive(desk, write, actor, event)
        left = meaning(write.connection)
        raise Undone
    return left


# Bad among good


def test_a_bad_event_does_not_take_its_neighbours_along(furnished: Desk, commits: GroupCommit) -> None:
    good = [call("CA1"), text("SM1"), call("CA5", OTHER_CALLER), call_status("CA1", "completed", 4, duration=9)]
    bad = [
        call("CA2", fields={"From": [object()]}),  # no JSON
        call_status("CA1", "in-progress", 2**70),  # no bigint
        text("SM2", happened_at=datetime(2026, 11, 23)),  # no moment without a zone
    ]
    expected = serially(furnished, commits._actor, good)
    waiting = [commits.submit(event) for event in (good[0], bad[0], good[1], bad[1], good[2], bad[2], good[3])]
    commits.start()
    commits.close()
    assert [future.exception(0) is None for future in waiting] == [True, False, True, False, True, False, True]
    for future in waiting[1::2]:
        assert isinstance(future.exception(0), StoreError)
    assert [future.result(0).fresh for future in waiting[::2]] == [True] * 4
    assert stored(furnished.store) == {"CA1", "SM1", "CA5"}
    with furnished.store.reading() as connection:
        assert meaning(connection) == expected


def test_an_event_no_index_can_hold_stands_alone(furnished: Desk, commits: GroupCommit) -> None:
    """PostgreSQL says of it what it also says of a full disk; yet it is the event that is bad, not the store."""
    endless = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(6000))
    good, bad = commits.submit(call("CA1")), commits.submit(call(endless, OTHER_CALLER))
    commits.start()
    commits.close()
    assert good.result(0).fresh
    if furnished.store.dialect == "postgresql":
        assert isinstance(bad.exception(0), StoreError)
        assert stored(furnished.store) == {"CA1"}
    else:
        assert stored(furnished.store) == {"CA1", endless}


def test_the_next_batch_is_written_after_a_bad_one(furnished: Desk, commits: GroupCommit) -> None:
    commits.start()
    with pytest.raises(StoreError):
        commits.submit(call("CA1", fields={"x": [object()]})).result(PATIENCE)
    assert commits.submit(call("CA1")).result(PATIENCE).fresh
    commits.close()


def test_the_same_event_twice_is_fresh_once(commits: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is written once, whoever brings it again meanwhile, be it that it is just being written."""
    again: list[Future[Receipt]] = []

    def impatient(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> Receipt:
        again.append(commits.submit(event))
        return receive(desk, write, actor, event)

    monkeypatch.setattr(intake, "receive", impatient)
    waiting = [commits.submit(text("SM1")) for _ in range(3)]
    assert waiting[0].cancel()
    commits.start()
    receipts = [future.result(PATIENCE) for future in waiting[1:]]
    commits.close()
    assert len(again) == 1
    receipts += [future.result(0) for future in again]
    assert [receipt.fresh for receipt in receipts] == [True, False, False]
    assert len({receipt.reply for receipt in receipts}) == 1


def test_what_waits_of_the_legs_of_one_call_is_settled_at_once(
    furnished: Desk, commits: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longer events wait for their turn the less each of them costs."""
    calls = [call("CA1"), call("CA2", OTHER_CALLER)]
    steps = [
        conference(sid, step, number)
        for number, step in enumerate(("conference-start", "participant-join", "participant-leave"))
        for sid in ("CA1", "CA2")
    ]
    expected = serially(furnished, commits._actor, [*calls, *steps])
    settled: list[int] = []
    settle = intake.settle_call

    def counted(desk: Desk, write: Write, actor: Actor, interaction_id: int, *more: Any) -> None:
        settled.append(interaction_id)
        settle(desk, write, actor, interaction_id, *more)

    monkeypatch.setattr(intake, "settle_call", counted)
    with furnished.store.writing() as write:
        for event in (*calls, steps[0]):
            receive(furnished, write, commits._actor, event)
    settled.clear()
    waiting = [commits.submit(event) for event in steps]
    commits.start()
    commits.close()
    assert [future.result(0).fresh for future in waiting] == [False] + [True] * 5
    assert len(settled) == len(set(settled)) == 2
    with furnished.store.reading() as connection:
        assert meaning(connection) == expected


def test_the_same_event_after_its_commit_is_not_fresh(commits: GroupCommit) -> None:
    commits.start()
    first = commits.submit(text("SM1")).result(PATIENCE)
    second = commits.submit(text("SM1")).result(PATIENCE)
    commits.close()
    assert (first.fresh, second.fresh) == (True, False)
    assert first.reply == second.reply


# The store is away


def test_everybody_is_told_when_the_store_is_gone(furnished: Desk, web_actor: Actor) -> None:
    url = furnished.store.url
    nowhere = f"{url.database}/nowhere.db" if furnished.store.dialect == "sqlite" else "no_such_database"
    with Store(url.set(database=nowhere), furnished.store.trail, furnished.store.now) as gone:
        commits = GroupCommit(replace(furnished, store=gone), web_actor)
        waiting = [commits.submit(event) for event in numbered_calls(BATCH + 4)]
        commits.start()
        later = commits.submit(text("SM1"))
        commits.close()
    assert all(isinstance(future.exception(0), StoreGone) for future in [*waiting, later])


def test_a_fault_of_our_own_still_answers_everybody(commits: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: Any) -> Receipt:
        raise RuntimeError("a fault")

    monkeypatch.setattr(intake, "receive", faulty)
    waiting = [commits.submit(event) for event in numbered_calls(3)]
    commits.start()
    commits.close()
    assert all(isinstance(future.exception(0), StoreError) for future in waiting)


# The end, too much, and nobody waiting


def test_closing_answers_what_is_queued(furnished: Desk, commits: GroupCommit) -> None:
    events = numbered_calls(BATCH + 44)
    waiting = [commits.submit(event) for event in events]
    commits.start()
    commits.close()
    assert all(future.result(0).fresh for future in waiting)
    assert stored(furnished.store) == {event.sid for event in events}


def test_too_much_is_refused_at_once(furnished: Desk, commits: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_WAITING", 3)
    waiting = [commits.submit(event) for event in numbered_calls(3)]
    with pytest.raises(StoreBusy, match="again"):
        commits.submit(text("SM1"))
    commits.start()
    assert all(future.result(PATIENCE).fresh for future in waiting)
    assert commits.submit(text("SM2")).result(PATIENCE).fresh
    commits.close()
    assert stored(furnished.store) == {"CA0", "CA1", "CA2", "SM2"}


def test_what_nobody_waits_for_is_not_written(furnished: Desk, commits: GroupCommit) -> None:
    first, second, third = (commits.submit(event) for event in numbered_calls(3))
    assert second.cancel()
    commits.start()
    assert first.result(PATIENCE).fresh
    assert third.result(PATIENCE).fresh
    assert not third.cancel()
    commits.close()
    with pytest.raises(CancelledError):
        second.result(0)
    assert stored(furnished.store) == {"CA0", "CA2"}


def test_a_batch_of_cancelled_events_leaves_nothing(furnished: Desk, commits: GroupCommit) -> None:
    before = len(all_rows(furnished.store, tables.AuditRow))
    for event in numbered_calls(3):
        commits.submit(event).cancel()
    commits.start()
    commits.close()
    assert stored(furnished.store) == set()
    assert len(all_rows(furnished.store, tables.AuditRow)) == before


# Two web processes


def test_a_deadlock_is_done_again(furnished: Desk, web_actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has made the address that the other one needs next."""
    if furnished.store.dialect != "postgresql":
        pytest.skip("SQLite's writers come one after the other")
    halves = (
        [call("CA1", CALLER), call("CA4", OTHER_CALLER)],
        [call("CA2", OTHER_CALLER), call("CA3", CALLER)],
    )
    with furnished.store.writing() as write:  # so that both addresses are new
        write.connection.execute(tables.PointHolder.__table__.delete())  # type: ignore[attr-defined]
        write.connection.execute(tables.ContactPoint.__table__.delete())  # type: ignore[attr-defined]
    expected = serially(furnished, web_actor, [*halves[0], *halves[1]])
    both_hold_one = threading.Barrier(2, timeout=PATIENCE)
    received: list[str] = []

    def meeting(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> Receipt:
        receipt = receive(desk, write, actor, event)
        received.append(event.sid)
        if event.sid in ("CA1", "CA2") and received.count(event.sid) == 1:
            both_hold_one.wait()
        return receipt

    monkeypatch.setattr(intake, "receive", meeting)
    writers = [GroupCommit(furnished, web_actor) for _ in halves]
    waiting = [writer.submit(event) for writer, half in zip(writers, halves, strict=True) for event in half]
    for writer in writers:
        writer.start()
    assert all(future.result(PATIENCE).fresh for future in waiting)
    for writer in writers:
        writer.close()
    assert len(received) > len(waiting), "no deadlock came about"
    stored(furnished.store)
    with furnished.store.reading() as connection:
        assert meaning(connection) == expected


def test_a_call_is_always_written_by_the_same_thread(furnished: Desk, web_actor: Actor) -> None:
    commits = GroupCommit(furnished, web_actor, 4)
    events = [
        event
        for number in range(20)
        for event in (
            call(f"CA{number}", f"+120255503{number:02}"),
            call_status(f"CA{number}", "completed", 3, f"+120255503{number:02}", duration=9),
        )
    ]
    waiting = [commits.submit(event) for event in events]
    lanes = [{item.event.sid for item in iter(lane.get_nowait, None)} for lane in _ended(commits)]
    assert sum(len(lane) for lane in lanes) == 20
    assert all(lanes)
    for future in waiting:
        future.cancel()


def _ended(commits: GroupCommit) -> list[Any]:
    for lane in commits._lanes:
        lane.put(None)
    return commits._lanes


@pytest.mark.parametrize("threads", [1, 4])
def test_two_writers_with_the_same_senders_lose_nothing(furnished: Desk, web_actor: Actor, threads: int) -> None:
    senders = [f"+120255503{number:02}" for number in range(5)]
    events = [
        event
        for number in range(30)
        for event in (
            call(f"CA{number:02}", senders[number % 5]),
            call_status(f"CA{number:02}", "completed", 3, senders[number % 5], duration=number),
            text(f"SM{number:02}", f"Text {number}", f"+120255504{number:02}"),
        )
    ]
    expected = serially(furnished, web_actor, events)
    writers = [GroupCommit(furnished, web_actor, threads) for _ in range(2)]
    for writer in writers:
        writer.start()
    left = [(writer, event) for writer, half in zip(writers, (events, events[::-1]), strict=True) for event in half]
    fresh = 0
    for _ in range(20):  # whoever is told that the store is busy sends again, as a carrier does
        waiting = [(writer, event, writer.submit(event)) for writer, event in left]
        left = []
        for writer, event, future in waiting:
            refusal = future.exception(PATIENCE)
            if refusal is None:
                fresh += future.result(0).fresh
            else:
                assert isinstance(refusal, StoreBusy)
                left.append((writer, event))
        if not left:
            break
    for writer in writers:
        writer.close()
    assert not left
    assert fresh == len(events)
    stored(furnished.store)
    with furnished.store.reading() as connection:
        assert meaning(connection) == expected

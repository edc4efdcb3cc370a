"""Callbacks wait in the one queue, once for each number, and are tried a few times; missed calls until seen to."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    OTHER_CALLER,
    Town,
    all_rows,
    call,
    contact,
    found_town,
    interaction_of,
    point_key,
    put,
    staff,
    take_in,
)
from conftest import FixedClock
from sqlalchemy import update

from grm_console.desk import callbacks
from grm_console.desk.actor import Actor
from grm_console.desk.callback_list import Callbacks
from grm_console.desk.desk import Desk
from grm_console.domain.queue_order import QueuePlace, serving_order
from grm_console.domain.words import CallbackReason, CallbackState, EndReason, Harm
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.store import board, missed_calls, queue, tables
from grm_console.store import callbacks as callback_rows
from grm_console.store.prepared import Prepared
from grm_console.store.store import Store
from grm_console.store.tables.columns import table_of

INTERACTION = table_of(tables.Interaction)
ENTRY = table_of(tables.QueueEntry)


@pytest.fixture
def town(store: Store) -> Town:
    return found_town(store)


@pytest.fixture
def mei(desk: Desk, town: Town) -> Actor:
    return staff(desk, "mei")


@pytest.fixture
def ask(desk: Desk, web_actor: Actor, town: Town) -> Callable[..., int | None]:
    """Ask for a callback the way the caller's key does."""

    def asked(number: str = CALLER, **values: Any) -> int | None:
        with desk.store.writing() as write:
            values.setdefault("contact_point_id", point_key(write.connection, number))
            defaults = {
                "asked_in_id": None,
                "queue_id": town.queue,
                "language": "zh",
                "harm": 0,
                "waiting_since": write.now,
                "reason": CallbackReason.ASKED,
                "window": None,
            }
            return callbacks.request(desk, write, web_actor, **(defaults | values))

    return asked


def ended(store: Store, sid: str, reason: EndReason, at: datetime) -> int:
    """Let a call be over for a reason, whatever brings that about."""
    key = interaction_of(store, sid)
    values = {"state": "left", "left_at": at, "left_reason": reason.value}
    with store.writing() as write:
        done = {"state": "done", "end_reason": reason.value, "ended_at": at}
        write.connection.execute(update(INTERACTION).where(INTERACTION.c.id == key).values(**done))
        write.connection.execute(update(ENTRY).where(ENTRY.c.interaction_id == key).values(**values))
    return key


def changed(store: Store, key: int, **values: Any) -> None:
    with store.writing() as write:
        write.connection.execute(update(INTERACTION).where(INTERACTION.c.id == key).values(**values))


def row_of(store: Store, key: int) -> Any:
    return next(row for row in all_rows(store, tables.Interaction) if row.id == key)


def entry_of(store: Store, key: int) -> Any:
    return next(row for row in all_rows(store, tables.QueueEntry) if row.interaction_id == key)


def only_callback(store: Store) -> Any:
    (row,) = all_rows(store, tables.Callback)
    return row


def only_callback_of(store: Store, key: int | None) -> Any:
    return next(row for row in all_rows(store, tables.Callback) if row.interaction_id == key)


# Asking


def test_a_callback_takes_over_line_language_person_and_place(
    desk: Desk, web_actor: Actor, town: Town, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    chen = contact(desk.store, "Chen Li", CALLER)
    take_in(desk, web_actor, call("CA1"))
    since, asked_in = clock(), interaction_of(desk.store, "CA1")
    clock.forward(minutes=7)
    key = ask(asked_in_id=asked_in, waiting_since=since, harm=2)
    assert key is not None
    row, entry = row_of(desk.store, key), entry_of(desk.store, key)
    assert (row.direction, row.channel, row.state, row.line) == ("outbound", "voice", "waiting", LINE)
    assert (row.contact_id, row.identified, row.language) == (chen, "by-number", "zh")
    assert row.sid.startswith("OUT")
    assert len(row.sid) == 35
    assert (entry.state, entry.harm, entry.waiting_since, entry.queued_as_of) == ("waiting", 2, since, since)
    assert entry.not_before is None
    lines = [line for line in all_rows(desk.store, tables.TimelineEntry) if line.interaction_id == key]
    assert [(line.kind, line.direction, line.contact_id) for line in lines] == [("interaction", "outbound", chen)]


def test_a_second_request_changes_nothing(
    desk: Desk, town: Town, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    first = ask()
    before = all_rows(desk.store, tables.Interaction), all_rows(desk.store, tables.QueueEntry)
    clock.forward(minutes=5)
    assert ask(window=(clock(), clock() + timedelta(hours=1))) is None
    assert (all_rows(desk.store, tables.Interaction), all_rows(desk.store, tables.QueueEntry)) == before
    assert only_callback(desk.store).interaction_id == first
    other = put(desk.store, tables.Queue(code="water", name="Water"))
    assert ask(queue_id=other) is not None
    assert ask(OTHER_CALLER) is not None


def test_two_at_once_make_one(desk: Desk, town: Town, ask: Callable[..., int | None]) -> None:
    with desk.store.writing() as write:
        point = point_key(write.connection, CALLER)
    together, made = threading.Barrier(4), []

    def press() -> None:
        together.wait()
        made.append(ask(contact_point_id=point))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([key for key in made if key is not None]) == 1
    assert len(all_rows(desk.store, tables.Callback)) == len(all_rows(desk.store, tables.Interaction)) == 1


@pytest.mark.parametrize("wish", ["never_call", "text_only"])
def test_who_is_not_to_be_rung_is_not_called_back(
    desk: Desk, mei: Actor, ask: Callable[..., int | None], wish: str
) -> None:
    person = contact(desk.store, "Ana", CALLER)
    contact(desk.store, "Bo", CALLER)
    wishes: dict[str, Any] = {wish: True}
    put(desk.store, tables.Preference(contact_id=person, **wishes))
    assert ask() is None
    with desk.store.writing() as write:
        point = point_key(write.connection, CALLER)
    with pytest.raises(InvalidInput):
        Callbacks(desk, mei).promise(point, "town")
    assert not all_rows(desk.store, tables.Callback)


def test_a_line_of_ours_and_what_is_no_number_are_not_called_back(
    desk: Desk, town: Town, ask: Callable[..., int | None]
) -> None:
    assert ask(LINE) is None
    mail = put(desk.store, tables.ContactPoint(kind="email", address="ana@mail.example"))
    assert ask(contact_point_id=mail) is None


# The one queue


def test_calls_texts_and_callbacks_stand_in_one_order(
    desk: Desk, web_actor: Actor, town: Town, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    chance = random.Random(3)
    for number in range(30):
        if chance.random() < 0.5:
            take_in(desk, web_actor, call(f"CA{number}", f"+120255502{number:02}"))
        else:
            since = clock() - timedelta(minutes=chance.randrange(9))
            ask(f"+120255503{number:02}", waiting_since=since, harm=chance.choice(list(Harm)).value)
        clock.forward(seconds=chance.choice((0, 30)))
    rows = all_rows(desk.store, tables.QueueEntry)
    rule = sorted(rows, key=lambda row: serving_order(QueuePlace(Harm(row.harm), row.queued_as_of, row.id)))
    with desk.store.reading() as connection:
        assert [item[0] for item in queue.waiting_items(connection, 99, 0, clock())] == [row.id for row in rule]


def test_before_its_time_a_callback_neither_waits_nor_is_counted(
    desk: Desk, town: Town, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    key = ask(window=(clock() + timedelta(hours=1), clock() + timedelta(hours=3)))
    due = ask(OTHER_CALLER)

    def seen() -> tuple[list[int], int, list[list[str]]]:
        with desk.store.reading() as connection:
            offered = [item[1] for item in queue.waiting_items(connection, 9, 0, clock())]
            count, _ = queue.waiting_sum(connection, 0, clock())
            keys = [sorted(row[2].split(",")) for row in board.waiting(connection, clock())]  # in any order
            return offered, count, keys

    assert seen() == ([due], 1, [[f"{due}"]])
    clock.forward(minutes=59, seconds=59.999999)
    assert seen()[1] == 1
    clock.forward(microseconds=1)
    assert seen() == ([key, due], 2, [sorted((f"{key}", f"{due}"))])


# Attempts


def test_attempts_are_spaced_and_capped(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    since, key = clock(), ask()
    for number, pause in ((1, 15), (2, 60)):
        assert key is not None
        with desk.store.writing() as write:
            callbacks.ended(desk, write, web_actor, key)
            callbacks.attempt_failed(desk, write, web_actor, key)  # told twice is told once
        row = only_callback(desk.store)
        assert (row.attempts, row.state, row.last_attempt_at) == (number, "open", clock())
        assert row.interaction_id != key
        key = row.interaction_id
        entry = entry_of(desk.store, key)
        assert (entry.waiting_since, entry.not_before) == (since, clock() + timedelta(minutes=pause))
        clock.forward(minutes=pause)
    assert key is not None
    with desk.store.writing() as write:
        callbacks.attempt_failed(desk, write, web_actor, key)
    row = only_callback(desk.store)
    assert (row.attempts, row.state, row.settled_at) == (3, "missed", clock())
    assert len(all_rows(desk.store, tables.Interaction)) == 3
    (line,) = Callbacks(desk, mei).open()
    assert (line.state, line.attempts, line.number) == (CallbackState.MISSED, 3, "+1******0142")
    Callbacks(desk, mei).seen_to(line.interaction_id)
    assert Callbacks(desk, mei).open() == ()


def test_whoever_was_reached_is_done(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    key = ask()
    assert key is not None
    changed(desk.store, key, connected_at=clock())
    with desk.store.writing() as write:
        callbacks.ended(desk, write, web_actor, key)
        callbacks.ended(desk, write, web_actor, key)
        callbacks.ended(desk, write, web_actor, key + 1)  # no callback at all
    row = only_callback(desk.store)
    assert (row.state, row.attempts, row.settled_at) == ("done", 1, clock())
    assert Callbacks(desk, mei).open() == ()
    assert ask() is not None, "the number may ask anew"


def test_a_window_that_nobody_kept_is_reported(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    key = ask(window=(clock(), clock() + timedelta(hours=1)))
    assert key is not None
    clock.forward(hours=1, minutes=10)
    assert callbacks.keep_time(desk, web_actor) == 0
    clock.forward(seconds=1)
    assert callbacks.keep_time(desk, web_actor) == 1
    assert callbacks.keep_time(desk, web_actor) == 0
    row, entry = row_of(desk.store, key), entry_of(desk.store, key)
    assert (row.state, row.end_reason, entry.state, entry.left_reason) == ("done", "failed", "left", "failed")
    assert [line.state for line in Callbacks(desk, mei).open()] == [CallbackState.MISSED]


def test_a_callback_under_way_is_not_missed_nor_cancelled(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    key = ask(window=(clock(), clock() + timedelta(hours=1)))
    assert key is not None
    entry = entry_of(desk.store, key)
    with desk.store.writing() as write:
        queue.claim(write.connection, entry.id, mei.account_id, write.now, write.now + timedelta(hours=9))
    changed(desk.store, key, state="talking", agent_id=mei.account_id)
    clock.forward(hours=2)
    assert callbacks.keep_time(desk, web_actor) == 0
    with pytest.raises(StaleChange):
        Callbacks(desk, mei).cancel(key)
    assert only_callback(desk.store).state == "open"


def test_seats_are_woken_when_the_time_has_come(
    desk: Desk, web_actor: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    key = ask(window=(clock() + timedelta(hours=1), clock() + timedelta(hours=2)))

    def woken() -> int:
        before = len(all_rows(desk.store, tables.ChangeRow))
        callbacks.keep_time(desk, web_actor)
        new = all_rows(desk.store, tables.ChangeRow)[before:]
        assert {(row.topic, row.subject_id) for row in new} <= {("queue", key)}
        return len(new)

    assert woken() == 0
    clock.forward(hours=1, seconds=3)
    assert woken() == 1
    clock.forward(minutes=1)
    assert woken() == 0


def test_promising_and_cancelling(desk: Desk, mei: Actor, clock: FixedClock) -> None:
    lists = Callbacks(desk, mei)
    with desk.store.writing() as write:
        point = point_key(write.connection, CALLER)
    with pytest.raises(InvalidInput):
        lists.promise(point, "nowhere")
    with pytest.raises(InvalidInput):
        lists.promise(point, "town", (clock() - timedelta(hours=2), clock()))
    choice = lists.windows("town")[-1]
    key = lists.promise(point, "town", choice.window)
    with pytest.raises(InvalidInput):
        lists.promise(point, "town")
    (line,) = lists.open()
    assert (line.interaction_id, line.reason, line.next_at) == (key, CallbackReason.PROMISED, choice.begins)
    lists.cancel(key)
    assert only_callback(desk.store).state == "cancelled"
    assert (row_of(desk.store, key).state, entry_of(desk.store, key).left_reason) == ("done", "handled")
    with pytest.raises(NotFound):
        lists.cancel(key)


def opened(store: Store, town: Town, *hours: tuple[int, int]) -> None:
    """Let the town's queue be open on these hours of every day."""
    calendar = put(store, tables.Calendar(code="office", name="Office", time_zone="UTC"))
    for weekday in range(7):
        for opens, closes in hours:
            span = tables.CalendarSpan(calendar_id=calendar, weekday=weekday, opens=opens * 60, closes=closes * 60)
            put(store, span)
    with store.writing() as write:
        write.connection.execute(update(table_of(tables.Queue)).values(calendar_id=calendar))


def test_everything_is_within_the_opening_hours(
    desk: Desk, web_actor: Actor, mei: Actor, town: Town, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    opened(desk.store, town, (11, 12), (13, 17))
    clock.moment = today = clock().replace(hour=9, minute=0)

    def at(hours: float) -> datetime:
        return today + timedelta(hours=hours - 9)

    choices = Callbacks(desk, mei).windows("town")
    assert [choice.window for choice in choices] == [(at(11), at(12)), (at(11), at(12)), (at(35), at(36))]
    key = ask()
    row = only_callback(desk.store)
    assert (row.window_from, row.window_to) == (at(11), at(12))
    assert key is not None
    assert entry_of(desk.store, key).not_before == at(11)
    clock.moment = at(11.9)
    with desk.store.writing() as write:
        callbacks.attempt_failed(desk, write, web_actor, key)
    assert only_callback(desk.store).state == "missed", "the next attempt would be after its window"
    opened_late = ask()
    row = only_callback_of(desk.store, opened_late)
    assert (row.window_from, row.window_to) == (at(11.9), at(17)), "shortly before a pause it lasts into the next hours"
    with desk.store.writing() as write:
        assert opened_late is not None
        callbacks.attempt_failed(desk, write, web_actor, opened_late)
    assert entry_of(desk.store, all_rows(desk.store, tables.Callback)[-1].interaction_id).not_before == at(13)


# Dropped calls


def test_a_dropped_call_is_called_back_once_a_day_where_the_line_says_so(
    desk: Desk, web_actor: Actor, town: Town, clock: FixedClock
) -> None:
    def drop(sid: str, reason: EndReason = EndReason.ABANDONED) -> int | None:
        take_in(desk, web_actor, call(sid))
        since = clock()
        clock.forward(seconds=40)
        key = ended(desk.store, sid, reason, clock())
        with desk.store.writing() as write:
            made = callbacks.dropped(desk, write, web_actor, key)
        if made is not None:
            assert entry_of(desk.store, made).waiting_since == since
        return made

    assert drop("CA1") is None, "this line does not call back"
    table = table_of(tables.Queue)
    with desk.store.writing() as write:
        write.connection.execute(update(table).values(callback_dropped=True))
    assert drop("CA2", EndReason.SHORT_ABANDON) is None
    made = drop("CA3")
    assert made is not None
    assert only_callback(desk.store).reason == "dropped"
    with desk.store.writing() as write:
        callbacks.done(desk, write, web_actor, made)
    assert drop("CA4") is None, "once for each number and day"
    clock.forward(days=1)
    assert drop("CA5") is not None


# Missed calls


def test_missed_calls_are_listed_until_somebody_sees_to_them(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock
) -> None:
    missed = (*missed_calls.MISSED, EndReason.BLOCKED, EndReason.ANSWERED, EndReason.CALLBACK)
    keys = {}
    for number, reason in enumerate(missed):
        take_in(desk, web_actor, call(f"CA{number}", f"+120255502{number:02}"))
        clock.forward(seconds=20)
        keys[reason] = ended(desk.store, f"CA{number}", reason, clock())
    clock.forward(minutes=1)
    take_in(desk, web_actor, call("CAx", "anonymous"))
    withheld = ended(desk.store, "CAx", EndReason.ABANDONED, clock())
    voice = tables.Recording(
        interaction_id=keys[EndReason.VOICEMAIL], provider="twilio", sid="RE1", kind="voicemail", started_at=clock()
    )
    put(desk.store, voice)
    lists = Callbacks(desk, mei)
    listed = lists.missed()
    expected = [withheld, *(keys[reason] for reason in reversed(missed_calls.MISSED))]
    assert [line.interaction_id for line in listed] == expected
    assert (listed[0].number, listed[0].contact_point_id) == ("", None)
    assert {line.end_reason for line in listed if line.voicemail} == {EndReason.VOICEMAIL}
    assert {line.waited_seconds for line in listed[1:]} == {20}
    lists.seen_to(expected[1])
    lists.seen_to(expected[1])
    assert [line.interaction_id for line in lists.missed()] == [withheld, *expected[2:]]
    assert lists.seen_to_all([line.interaction_id for line in listed]) == len(expected) - 1
    assert lists.missed() == ()
    assert len(all_rows(desk.store, tables.FollowUp)) == len(expected)


def test_a_later_talk_clears_a_missed_call(desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock) -> None:
    lists = Callbacks(desk, mei)
    for sid, number in (("CA1", CALLER), ("CA2", OTHER_CALLER)):
        take_in(desk, web_actor, call(sid, number))
        clock.forward(seconds=30)
        ended(desk.store, sid, EndReason.ABANDONED, clock())
    take_in(desk, web_actor, call("CA3", CALLER))
    assert len(lists.missed()) == 2, "it only rings"
    clock.forward(seconds=30)
    changed(desk.store, interaction_of(desk.store, "CA3"), answered_at=clock(), state="talking")
    assert [line.interaction_id for line in lists.missed()] == [interaction_of(desk.store, "CA2")]
    with desk.store.writing() as write:
        point = point_key(write.connection, OTHER_CALLER)
    other = put(desk.store, tables.Queue(code="water", name="Water"))
    key = lists.promise(point, "water")
    assert other
    changed(desk.store, key, answered_at=clock(), state="talking")
    assert len(lists.missed()) == 1, "nobody was reached yet"
    changed(desk.store, key, connected_at=clock())
    assert lists.missed() == ()


def test_what_became_a_callback_is_in_its_list_alone(
    desk: Desk, web_actor: Actor, mei: Actor, clock: FixedClock, ask: Callable[..., int | None]
) -> None:
    take_in(desk, web_actor, call("CA1"))
    clock.forward(seconds=30)
    key = ended(desk.store, "CA1", EndReason.ABANDONED, clock())
    ask(asked_in_id=key, reason=CallbackReason.DROPPED)
    assert Callbacks(desk, mei).missed() == ()
    assert len(Callbacks(desk, mei).open()) == 1


@pytest.mark.parametrize("statement", [missed_calls._LISTED, callback_rows._OVERDUE, callback_rows._DUE])
def test_no_list_reads_the_past(store: Store, statement: Prepared) -> None:
    if store.dialect != "sqlite":
        pytest.skip("PostgreSQL chooses by what is in the tables; an empty one it always reads whole")
    with store.reading() as connection:
        compiled = statement._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [None] * len(compiled._slots))
        plan = [row[3] for row in cursor.fetchall()]
    partial = ("ix_callback_open", "ix_queue_entry_waiting")
    assert not [step for step in plan if step.startswith("SCAN") and not step.endswith(partial)], plan

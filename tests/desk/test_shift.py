"""Notices reach whom they concern until they end, and help is asked for once and taken once."""

from datetime import timedelta

import pytest
from builders import Town, all_rows, answered, call, found_town, interaction_of, put, staff, take_in
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.desk import Desk
from grm_console.desk.shift import LONGEST_NOTICE, MAX_NOTICE, Shift
from grm_console.errors import AlreadyClaimed, InvalidInput, NotAllowed, NotFound
from grm_console.store import tables


@pytest.fixture
def town(desk: Desk) -> Town:
    return found_town(desk.store)


@pytest.fixture
def supervisor(desk: Desk, town: Town) -> Actor:
    return staff(desk, "zhao", "supervisor")


@pytest.fixture
def shift(desk: Desk, supervisor: Actor) -> Shift:
    return Shift(desk, supervisor)


def test_a_notice_is_read_once_by_whom_it_concerns_until_it_ends(
    desk: Desk, shift: Shift, supervisor: Actor, town: Town, clock: FixedClock
) -> None:
    water = put(desk.store, tables.Queue(code="water", name="Water"))
    everyone, permits = Shift(desk, staff(desk, "ana")), staff(desk, "ben")
    Board(desk, supervisor).set_queues(permits.account_id, [town.queue], "his queue")
    until = clock.moment + timedelta(hours=1)
    general = shift.post_notice(" Fire drill at noon ", until)
    clock.forward(seconds=1)
    to_water = shift.post_notice("No water in Lotus Lane", until, water)
    told = everyone.notices()
    assert [(one.notice_id, one.text, one.queue, one.by, one.unread) for one in told] == [
        (to_water, "No water in Lotus Lane", "Water", "Zhao", True),
        (general, "Fire drill at noon", "", "Zhao", True),
    ]
    assert [one.notice_id for one in Shift(desk, permits).notices()] == [general]
    everyone.seen(general)
    everyone.seen(general)
    assert [one.unread for one in everyone.notices()] == [True, False]
    assert Shift(desk, permits).notices()[0].unread
    assert [one.notice_id for one in Board(desk, supervisor).snapshot().notices] == [to_water, general]
    clock.forward(seconds=1)
    shift.end_notice(to_water)
    assert [one.notice_id for one in everyone.notices()] == [general]
    clock.forward(hours=1)
    assert everyone.notices() == ()
    assert len(all_rows(desk.store, tables.NoticeSeen)) == 1
    acts = [(row.act, row.purpose) for row in all_rows(desk.store, tables.AuditRow) if row.subject.startswith("notice")]
    assert acts == [("notice.post", "board")] * 2 + [("queue.see", "read"), ("notice.post", "taken down")]


def test_a_refused_notice_names_the_rule(desk: Desk, shift: Shift, clock: FixedClock, town: Town) -> None:
    soon = clock.moment + timedelta(minutes=5)
    for text, until, queue, field in (
        (" ", soon, None, "text"),
        ("x" * (MAX_NOTICE + 1), soon, None, "text"),
        ("x", clock.moment, None, "until"),
        ("x", clock.moment + LONGEST_NOTICE + timedelta(microseconds=1), None, "until"),
        ("x", soon, 999, "queue"),
    ):
        with pytest.raises(InvalidInput) as refused:
            shift.post_notice(text, until, queue)
        assert list(refused.value.problems) == [field]
    with pytest.raises(NotAllowed):
        Shift(desk, staff(desk, "ana")).post_notice("x", soon)
    with pytest.raises(NotFound):
        shift.seen(999)
    key = shift.post_notice("x", soon)
    shift.end_notice(key)  # in the very moment of its posting


def test_help_is_asked_for_once_and_taken_once(
    desk: Desk, shift: Shift, supervisor: Actor, web_actor: Actor, clock: FixedClock
) -> None:
    operator = staff(desk, "mei")
    _, exchange = answered(desk, web_actor, operator, call("CA1"))
    asking = Shift(desk, operator)
    request = asking.call_help(exchange)
    clock.forward(seconds=3)
    assert asking.call_help(exchange) == request
    other = asking.call_help()
    assert other not in (request, None)
    board = Board(desk, supervisor)
    assert [(line.agent, line.interaction_id, line.taken_by) for line in board.snapshot().help] == [
        ("Mei", exchange, ""),
        ("Mei", None, ""),
    ]
    assert shift.take_help(request) == exchange
    assert shift.take_help(request) == exchange
    assert shift.take_help(other) is None
    with pytest.raises(AlreadyClaimed):
        Shift(desk, staff(desk, "wang", "supervisor")).take_help(request)
    with pytest.raises(NotAllowed):
        asking.take_help(request)
    assert [line.taken_by for line in board.snapshot().help] == ["Zhao", "Zhao"]
    with pytest.raises(NotAllowed):
        Shift(desk, staff(desk, "ana")).end_help(request)
    shift.end_help(request)
    asking.end_help(other)
    asking.end_help(other)
    assert board.snapshot().help == ()
    assert asking.call_help(exchange) not in (request, other)
    with pytest.raises(NotFound):
        asking.call_help(999)
    purposes = [row.purpose for row in all_rows(desk.store, tables.AuditRow) if row.subject.startswith("help")]
    assert purposes == ["asked", "asked", "taken", "taken", "done", "taken back", "asked"]


def test_the_exchange_of_a_request_is_seen_without_names(
    desk: Desk, shift: Shift, supervisor: Actor, web_actor: Actor, town: Town
) -> None:
    take_in(desk, web_actor, call("CA1"))
    opened = Board(desk, supervisor).open_exchange(interaction_of(desk.store, "CA1"))
    assert opened.title == "call"
    assert dict(opened.facts)["Queue"] == "General"

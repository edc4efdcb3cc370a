"""A sudden topic is told on the board with its rows and to the desk by a notice, and is over by itself."""

from datetime import datetime, timedelta

from builders import all_rows, call, found_town, interaction_of, put, staff, take_in
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.desk import Desk
from grm_console.desk.shift import Shift
from grm_console.desk.sign_in import actor_named
from grm_console.desk.topic_alarms import TopicWatch
from grm_console.store import tables


def brought(desk: Desk, web: Actor, at: datetime, *numbers: int, times: int = 1) -> None:
    """Cases of the water service, opened in calls of these numbers."""
    with desk.store.reading() as connection:
        service = connection.execute(tables.Service.__table__.select()).first()  # type: ignore[attr-defined]
    assert service is not None
    for number in numbers:
        for time in range(times):
            sid = f"CA{number}-{time}-{at:%d%H%M}"
            take_in(desk, web, call(sid, sender=f"+1202555{number:04}"))
            put(
                desk.store,
                tables.CaseFile(
                    number=sid,
                    service_id=service.id,
                    entered_by_id=web.account_id,
                    interaction_id=interaction_of(desk.store, sid),
                    organisation_id=service.organisation_id,
                    summary="No water",
                    opened_at=at + timedelta(seconds=time),
                    due_at=at + timedelta(days=1),
                ),
            )


def desk_with_a_past(desk: Desk, clock: FixedClock) -> Actor:
    """Six weeks with one call about water in this hour."""
    found_town(desk.store)
    web = actor_named(desk, "system:web")
    for week in range(1, 7):
        brought(desk, web, clock() - timedelta(weeks=week, minutes=20), 110)
    brought(desk, web, clock() - timedelta(weeks=8), 110)
    return web


def test_an_alarm_with_its_rows_that_is_over_by_itself(desk: Desk, clock: FixedClock) -> None:
    web = desk_with_a_past(desk, clock)
    leader = staff(desk, "sun", "supervisor")
    brought(desk, web, clock() - timedelta(minutes=12), *range(120, 132))
    assert TopicWatch(desk).look(web) == 1
    (alarm,) = Board(desk, leader).snapshot().alarms
    since = (clock() - timedelta(minutes=12)).astimezone()
    assert alarm.words.startswith("Water supply interruption: ")
    assert f"the usual since {since:%H}:{since.minute - since.minute % 5:02}" in alarm.words
    assert "12 people" in alarm.words
    assert alarm.figure.count == 12
    assert len(Board(desk, leader).rows(alarm.figure)) == 12
    operator = Shift(desk, staff(desk, "li"))
    assert [notice.text for notice in operator.notices()] == [alarm.words]
    assert Board(desk, leader).snapshot().notices == (), "the board says it once, as an alarm"
    clock.forward(minutes=5)
    assert TopicWatch(desk).look(web) == 1
    clock.forward(minutes=60)
    assert TopicWatch(desk).look(web) == 0
    assert Board(desk, leader).snapshot().alarms == ()
    assert operator.notices() == ()
    brought(desk, web, clock() - timedelta(minutes=1), *range(140, 155))
    clock.forward(minutes=5)
    assert TopicWatch(desk).look(web) == 0, "it is not told again within the hour"
    clock.forward(minutes=50)
    brought(desk, web, clock() - timedelta(minutes=1), *range(160, 175))
    clock.forward(minutes=5)
    assert TopicWatch(desk).look(web) == 1
    audits = [row.purpose for row in all_rows(desk.store, tables.AuditRow) if "topic-alarm" in row.subject]
    assert audits == ["raised", "cleared", "raised"]


def test_one_caller_raises_none_and_a_new_desk_knows_no_usual(desk: Desk, clock: FixedClock) -> None:
    web = desk_with_a_past(desk, clock)
    brought(desk, web, clock() - timedelta(minutes=12), 120, 121, 122, 123, times=6)
    assert TopicWatch(desk).look(web) == 0


def test_a_desk_without_a_past_is_not_alarmed(desk: Desk, clock: FixedClock) -> None:
    found_town(desk.store)
    web = actor_named(desk, "system:web")
    brought(desk, web, clock() - timedelta(minutes=12), *range(120, 140))
    assert TopicWatch(desk).look(web) == 0


def test_of_several_processes_one_looks(desk: Desk, clock: FixedClock) -> None:
    web = desk_with_a_past(desk, clock)
    brought(desk, web, clock() - timedelta(minutes=12), *range(120, 132))
    watches = [TopicWatch(desk), TopicWatch(desk)]
    assert [watch.look(web) for watch in watches] == [1, 1]
    assert len(all_rows(desk.store, tables.TopicAlarm)) == 1

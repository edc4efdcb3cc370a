"""Interpreters' time: counted from joining to leaving, billed by the minute begun, found again by its calls."""

from datetime import timedelta

import pytest
from builders import all_rows, conference, found_town, leg, put, staff
from conftest import FixedClock
from hypothesis import given
from hypothesis import strategies as st
from switchboard import Switchboard

from grm_console.clock import system_clock
from grm_console.desk import interpreter_minutes
from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.domain.interpreting import Interpreted, altogether, interpreted
from grm_console.domain.words import LegRole
from grm_console.errors import InvalidInput, NotAllowed
from grm_console.store import tables

BEGAN = system_clock()


@given(st.lists(st.integers(min_value=0, max_value=20_000)))
def test_each_leg_is_rounded_up_and_never_the_sum(seconds: list[int]) -> None:
    legs = [interpreted(BEGAN, BEGAN + timedelta(seconds=one, microseconds=900_000)) for one in seconds]
    took = altogether(legs)
    assert took.seconds == sum(seconds)
    assert took.minutes == sum(max(1, -(-one // 60)) for one in seconds)
    assert took.minutes * 60 >= took.seconds
    assert interpreted(BEGAN, BEGAN - timedelta(seconds=5)) == Interpreted(1, 0, 1), "clocks may disagree"


def interprets(board: Switchboard, seat: Seat, key: int, number: int, party: ThirdParty, sid: str = "CA1") -> None:
    seat.calls.add(key, party, consult=False)
    board.send()
    board.joins(sid, number, 2 * number)


def test_minutes_by_day_language_and_organisation_with_the_calls_behind_them(
    desk: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    found_town(desk.store)
    mei = staff(desk, "mei")
    put(
        desk.store,
        tables.Organisation(code="lingua", kind="contractor", name="Lingua", phone="+12025550141", interprets="es|zh"),
    )
    board = Switchboard(desk, web_actor)
    seat, key = board.talks(mei)
    spanish, chinese = (party for party in seat.calls.directory("lingua") if party.role is LegRole.INTERPRETER)
    assert (spanish.language, chinese.language) == ("es", "zh")
    assert chinese.name == "中文 · Lingua"
    interprets(board, seat, key, 2, chinese)
    clock.forward(seconds=250)
    boss = staff(desk, "boss", role="supervisor")
    snapshot = Board(desk, boss).snapshot()
    assert (snapshot.interpreted.keys, snapshot.interpreter_minutes) == ((key,), 5), "also while they talk"
    board.happens(conference("CA1", "participant-leave", 2, 5), leg("CA1", 2, "completed"))
    interprets(board, seat, key, 3, spanish)
    clock.forward(seconds=61)
    board.happens(conference("CA1", "participant-leave", 3, 7), leg("CA1", 3, "completed"))
    seat.calls.add(key, chinese, consult=False)
    board.send()
    board.happens(leg("CA1", 4, "ringing"), leg("CA1", 4, "no-answer"))

    day = clock.moment.astimezone().date()
    lines = interpreter_minutes.report(desk, boss, day, day)
    told = [(line.language, line.organisation, line.calls, line.took) for line in lines]
    assert told == [("es", "lingua", 1, Interpreted(1, 61, 2)), ("zh", "lingua", 1, Interpreted(1, 250, 5))]
    rows = interpreter_minutes.rows(desk, boss, day, day)
    assert [(row.interaction_id, row.sid, row.language) for row in rows] == [(key, "CA1", "zh"), (key, "CA1", "es")]
    assert altogether(row.took for row in rows) == altogether(line.took for line in lines)
    assert interpreter_minutes.report(desk, boss, day + timedelta(days=1), day + timedelta(days=2)) == ()
    opened = Board(desk, boss).open_exchange(key)
    assert ("Interpreter", "中文 · Lingua 4:10 (5 min); Español · Lingua 1:01 (2 min)") in opened.facts

    with pytest.raises(InvalidInput, match="first one"):
        interpreter_minutes.report(desk, boss, day, day - timedelta(days=1))
    with pytest.raises(NotAllowed):
        interpreter_minutes.report(desk, mei, day, day)
    assert any(row.subject == "report:interpreters" for row in all_rows(desk.store, tables.AuditRow))

"""Answering machines: nobody is left with one unnoticed, and who reached one was not reached."""

import pytest
from builders import all_rows, conference, found_town, leg, picked_up_by, put, staff
from conftest import FixedClock
from sqlalchemy import update
from switchboard import Switchboard

from grm_console.desk import callbacks
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.leaving import SURE_AFTER, leave_where_sure
from grm_console.desk.seat import Seat
from grm_console.domain.words import AgentState, CallbackReason, CallbackState, InteractionState, LegRole
from grm_console.errors import InvalidInput
from grm_console.store import tables

WATER = ThirdParty(LegRole.DEPARTMENT, "water", "Water Supply", "+12025550111", "")
SPANISH = ThirdParty(LegRole.INTERPRETER, "lingua", "Español · Lingua", "+12025550141", "", language="es")


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def board(desk: Desk, web_actor: Actor, mei: Actor) -> Switchboard:
    with desk.store.writing() as write:
        write.connection.execute(
            update(tables.Organisation.__table__)  # type: ignore[attr-defined]
            .where(tables.Organisation.code == "water")  # type: ignore[arg-type]
            .values(phone="+12025550111")
        )
    lingua = {"phone": "+12025550141", "interprets": "es|zh", "detects_machines": False}
    put(desk.store, tables.Organisation(code="lingua", kind="contractor", name="Lingua", **lingua))
    return Switchboard(desk, web_actor)


def drops(board: Switchboard) -> list[str]:
    return [asked["sid"] for method, asked in board.carrier.asked if method == "drop_leg"]


def test_nobody_is_left_with_a_machine(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    seat.calls.add(key, WATER, consult=False)
    (ring,) = board.send()
    assert ring[1]["detects"]
    board.joins("CA1", 2, 3)
    assert not seat.calls.leave(key), "it is not sure yet who picked up"
    assert board.line(seat, key).leaving == 2
    board.happens(picked_up_by("CA1", 2, "machine_start"))
    line = board.line(seat, key)
    assert (line.leaving, line.legs[2].machine) == (None, True)
    assert seat.card(key).state is InteractionState.TALKING, "the citizen stays with the operator"
    with pytest.raises(InvalidInput, match="machine answered at Water Supply"):
        seat.calls.leave(key)
    assert drops(board) == []

    seat.calls.person_there(key, 2)
    board.happens(picked_up_by("CA1", 2, "human"))
    assert not board.line(seat, key).legs[2].machine, "the operator hears it better than the carrier"
    assert seat.calls.leave(key)
    board.send()
    assert drops(board) == ["CA1L1"]
    assert seat.agent_status().state is AgentState.WRAP_UP


def test_a_blind_transfer_goes_as_soon_as_a_person_is_there_and_never_before(
    board: Switchboard, mei: Actor, clock: FixedClock
) -> None:
    seat, key = board.talks(mei)
    seat.calls.add(key, WATER, consult=True)
    board.send()
    assert not seat.calls.leave(key)
    seat.calls.stay(key)
    assert board.line(seat, key).leaving is None
    seat.calls.leave(key)
    board.happens(leg("CA1", 2, "ringing"), leg("CA1", 2, "no-answer"))
    assert board.line(seat, key).leaving is None
    assert seat.card(key).state is InteractionState.TALKING

    seat.calls.add(key, WATER, consult=True)
    board.send()
    seat.calls.leave(key)
    board.joins("CA1", 3, 4)
    assert drops(board) == []
    board.happens(picked_up_by("CA1", 3, "human"))
    assert drops(board) == ["CA1L1"]
    assert board.carrier.asked[-2][1]["held"] is False, "the citizen hears the department"
    assert seat.card(key).state is InteractionState.WRAP_UP


def test_a_lost_word_of_the_carrier_is_not_waited_for_long(board: Switchboard, mei: Actor, clock: FixedClock) -> None:
    seat, key = board.talks(mei)
    seat.calls.add(key, WATER, consult=False)
    board.send()
    board.joins("CA1", 2, 3)
    seat.calls.leave(key)
    assert leave_where_sure(board.desk, board.web) == 0
    clock.forward(seconds=SURE_AFTER.total_seconds() + 1)
    assert leave_where_sure(board.desk, board.web) == 1
    board.send()
    assert drops(board) == ["CA1L1"]


def test_detection_is_the_departments_choice_and_operators_are_never_listened_to(
    board: Switchboard, mei: Actor
) -> None:
    seat, key = board.talks(mei)
    assert board.carrier.asked[0][1]["detects"] is False
    (party,) = seat.calls.directory("español")
    assert (party.role, party.language, party.key) == (LegRole.INTERPRETER, "es", "lingua")
    seat.calls.add(key, SPANISH, consult=False)
    (ring,) = board.send()
    assert ring[1]["detects"] is False
    interpreter = board.line(seat, key).legs[2]
    assert (interpreter.role, interpreter.language) == (LegRole.INTERPRETER, "es")


def asks_back(board: Switchboard, seat: Seat, clock: FixedClock) -> tuple[int, str]:
    """A callback is taken and connected; its interaction and thread."""
    waiting = seat.ringing()
    assert waiting is not None
    assert waiting.entry_id is not None
    key = seat.answer(waiting.entry_id).interaction_id
    board.send()
    thread = next(row.sid for row in all_rows(board.desk.store, tables.Interaction) if row.id == key)
    number = max(one.number for one in board.line(seat, key).legs)
    board.happens(leg(thread, number, "in-progress"), conference(thread, "participant-join", number, 1))
    assert board.carrier.asked[-1][1]["detects"], "a machine may answer a callback"
    board.happens(leg(thread, 0, "in-progress"), conference(thread, "participant-join", 0, 2))
    return key, thread


@pytest.mark.parametrize("when", ["before the end", "after it"])
def test_a_callback_that_a_machine_answers_is_an_attempt_that_reached_nobody(
    board: Switchboard, mei: Actor, clock: FixedClock, when: str
) -> None:
    seat, key = board.talks(mei)
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    asked = next(row for row in all_rows(board.desk.store, tables.Interaction) if row.id == key)
    with board.desk.store.writing() as write:
        callbacks.request(
            board.desk,
            write,
            board.web,
            asked_in_id=key,
            contact_point_id=asked.contact_point_id,
            queue_id=asked.queue_id,
            language="en",
            harm=0,
            waiting_since=write.now,
            reason=CallbackReason.ASKED,
            window=None,
        )
    called, thread = asks_back(board, seat, clock)
    assert board.line(seat, called).callback
    if when == "before the end":
        board.happens(picked_up_by(thread, 0, "machine_start"))
        assert seat.card(called).state is InteractionState.TALKING, "a message may be left"
    seat.end(called)
    board.send()
    if when == "after it":
        board.happens(picked_up_by(thread, 0, "machine_start"))
    (callback,) = all_rows(board.desk.store, tables.Callback)
    assert (callback.state, callback.attempts) == (CallbackState.OPEN.value, 1)
    assert callback.interaction_id != called, "another attempt waits, at a distance"
    seat.wrap_up(called, "informed", "message left")
    assert seat.ringing() is None
    clock.forward(minutes=16)
    again, thread = asks_back(board, seat, clock)
    board.happens(picked_up_by(thread, 0, "human"))
    seat.end(again)
    (callback,) = all_rows(board.desk.store, tables.Callback)
    assert (callback.state, callback.attempts) == (CallbackState.DONE.value, 2)

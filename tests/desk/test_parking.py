"""Exchanges put aside and taken up again: exactly one is held, none is lost, and neither is a word."""

import random
from dataclasses import replace

import pytest
from builders import (
    CALLER,
    all_rows,
    answered,
    call,
    call_status,
    connected,
    contact,
    entry_of,
    found_town,
    staff,
    take_in,
    text,
)
from conftest import FixedClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grm_console.desk.actor import Actor
from grm_console.desk.claims import release_expired
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.parking import Parking
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState, Channel, InteractionState
from grm_console.errors import InvalidInput, NotAllowed, StaleChange
from grm_console.store import tables, timeline


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.sampled_from(["log", "answer", "type", "late", "park", "resume", "end", "crash"]), min_size=8, max_size=25
    ),
    words=st.text(st.sampled_from("abc 终\n{}\x00"), max_size=9),
    seed=st.integers(0, 9),
)
def test_no_word_is_lost_and_one_is_held(desk: Desk, web_actor: Actor, acts: list[str], words: str, seed: int) -> None:
    chance = random.Random(seed)
    number = len(all_rows(desk.store, tables.Account))
    if not all_rows(desk.store, tables.Queue)[1:]:
        found_town(desk.store)
    operator = staff(desk, f"op{number}")
    seat, parking, entries = Seat(desk, operator), Parking(desk, operator), Entries(desk, operator)
    typed: dict[int, CaseForm] = {}
    held: int | None = None
    parked: list[int] = []
    for step, act in enumerate(acts):
        mine = [*parked, *([held] if held is not None else [])]
        if act == "log":
            parked += [held] if held is not None else []
            held = entries.log(NewEntry(chance.choice(list(Channel)), text=f"{step}"))
        elif act == "answer" and held is None:
            sid = f"SM{number}-{step}"
            # Of a number of its own: who is served already stays with whoever serves them.
            take_in(desk, web_actor, text(sid, sender=f"+1202555{number:02}{step:02}"))
            held = seat.answer(entry_of(desk.store, sid)).interaction_id
        elif act == "type" and held is not None:
            typed[held] = CaseForm(summary=f"{words}{step}", people=words, note=words)
            seat.save_draft(held, typed[held])
        elif act == "late" and mine:
            key = chance.choice(mine)
            typed[key] = CaseForm(details=f"{step}{words}")
            seat.save_draft(key, typed[key])
        elif act == "park" and held is not None:
            parking.park(held)
            parked, held = [*parked, held], None
            assert seat.agent_status().state is AgentState.AVAILABLE
        elif act == "resume" and parked:
            key = chance.choice(parked)
            parking.resume(key)
            parked = [*(p for p in parked if p != key), *([held] if held is not None else [])]
            held = key
        elif act == "end" and held is not None:
            seat.end(held)
        elif act == "crash":
            seat.close()
            seat = Seat(desk, operator)
        current = seat.current()
        assert (None if current is None else current.interaction_id) == held
        assert sorted(line.interaction_id for line in parking.parked()) == sorted(parked)
        if current is not None:
            wraps = current.state is InteractionState.WRAP_UP
            assert seat.agent_status().state is (AgentState.WRAP_UP if wraps else AgentState.TALKING)
    for key in [*parked, *([held] if held is not None else [])]:
        assert seat.draft(key) == typed.get(key)
    for key in parked:
        parking.resume(key)
        seat.end(key)
        seat.wrap_up(key, "informed", "")
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []
    seat.close()


def test_a_call_is_parked_when_it_is_over_and_not_before(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    seat, key = answered(desk, web_actor, operator, call())
    parking = Parking(desk, operator)
    with pytest.raises(InvalidInput, match="F8"):
        parking.park(key)
    take_in(desk, web_actor, *connected("CA1"), call_status("CA1", "completed", 3, duration=60))
    parking.park(key)
    parking.park(key)
    take_in(desk, web_actor, text("SM1"))
    second = seat.answer(entry_of(desk.store, "SM1")).interaction_id
    take_in(desk, web_actor, call_status("CA1", "in-progress", 1))
    parking.resume(key)
    assert [line.interaction_id for line in parking.parked()] == [second]
    assert seat.agent_status().state is AgentState.WRAP_UP
    seat.wrap_up(key, "informed", "")
    assert seat.current() is None
    take_in(desk, web_actor, call("CA2"))
    seat.answer(entry_of(desk.store, "CA2"))
    with pytest.raises(InvalidInput, match="F8"):
        parking.resume(second)


def test_a_line_names_who_and_what(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    contact(desk.store, "Chen Li", CALLER)
    entries, parking = Entries(desk, operator), Parking(desk, operator)
    first = entries.log(NewEntry(Channel.FAX, address=CALLER, text="x" * 100))
    Seat(desk, operator).save_draft(first, CaseForm(summary="No water"))
    entries.log(NewEntry(Channel.EMAIL, address="ana@mail.example", text="y" * 100))
    entries.log(NewEntry(Channel.COUNTER))
    entries.log(NewEntry(Channel.COUNTER))
    shown = [(line.who, line.summary, line.by) for line in parking.parked()]
    assert shown == [("Chen Li", "No water", "Mei"), ("ana@mail.example", "y" * 80, "Mei"), ("unknown", "", "Mei")]
    masked = Parking(desk, replace(operator, masked=True)).parked()
    assert "ana@mail" not in masked[1].who


def test_what_is_parked_stays_after_signing_out_and_a_supervisor_may_take_it(
    desk: Desk, web_actor: Actor, operator: Actor
) -> None:
    take_in(desk, web_actor, text("SM1"))
    seat = Seat(desk, operator)
    key = seat.answer(entry_of(desk.store, "SM1")).interaction_id
    form = CaseForm(summary="Half a sen")
    seat.save_draft(key, form)
    boss = staff(desk, "boss", "supervisor")
    with pytest.raises(StaleChange):
        Parking(desk, boss).take_over(key, "needed now")
    Parking(desk, operator).park(key)
    seat.sign_out()
    assert [line.by for line in Parking(desk, boss).all_parked()] == ["Mei"]
    with pytest.raises(NotAllowed):
        Parking(desk, operator).all_parked()
    with pytest.raises(NotAllowed):
        Parking(desk, staff(desk, "zoe")).take_over(key, "I want it")
    with pytest.raises(InvalidInput):
        Parking(desk, boss).take_over(key, " ")
    for _ in range(2):
        Parking(desk, boss).take_over(key, "Mei went home")
    with pytest.raises(StaleChange):
        Parking(desk, operator).resume(key)
    with pytest.raises(StaleChange):
        seat.save_draft(key, CaseForm())
    Parking(desk, boss).resume(key)
    lead = Seat(desk, boss)
    current = lead.current()
    assert current is not None
    assert (current.interaction_id, current.mine) == (key, True)
    assert lead.draft(key) == form
    lead.release(key)
    waiting = all_rows(desk.store, tables.Interaction)[0]
    assert (waiting.state, waiting.parked_at) == ("waiting", None)


def test_a_parked_claim_does_not_run_out(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    take_in(desk, web_actor, text("SM1"))
    seat = Seat(desk, operator)
    key = seat.answer(entry_of(desk.store, "SM1")).interaction_id
    Parking(desk, operator).park(key)
    seat.sign_out()
    clock.forward(hours=12)
    assert release_expired(desk, web_actor) == 0
    assert [line.interaction_id for line in Parking(desk, operator).parked()] == [key]


def test_what_somebody_held_who_signed_out_can_be_taken_over(desk: Desk, web_actor: Actor, operator: Actor) -> None:
    key = Entries(desk, operator).log(NewEntry(Channel.LETTER, text="Letter"))
    Seat(desk, operator).sign_out()
    boss = staff(desk, "boss", "supervisor")
    Parking(desk, boss).take_over(key, "Mei is ill")
    assert [line.interaction_id for line in Parking(desk, boss).parked()] == [key]

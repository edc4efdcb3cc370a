"""A call from the ring to its end: every act of the operator, everything a telephone may do meanwhile."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import (
    all_rows,
    article,
    call,
    call_status,
    conference,
    entry_of,
    found_town,
    interaction_of,
    leg,
    picked_up_by,
    put,
    staff,
    take_in,
)
from conftest import FixedClock
from sqlalchemy import update
from switchboard import Switchboard

from grm_console.desk.actor import Actor
from grm_console.desk.call_failures import give_up_rings
from grm_console.desk.call_views import Ear, ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.views import CaseForm
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import AgentState, EndReason, InteractionState, LegRole, LegState
from grm_console.errors import AlreadyClaimed, CarrierError, InvalidInput, NotAllowed, StaleChange
from grm_console.store import outbox, tables, timeline

WATER = ThirdParty(LegRole.DEPARTMENT, "water", "Water Supply", "+12025550111", "")


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def board(desk: Desk, web_actor: Actor, mei: Actor) -> Switchboard:
    store = desk.store
    with store.writing() as write:
        write.connection.execute(
            update(tables.Organisation.__table__)  # type: ignore[attr-defined]
            .where(tables.Organisation.code == "water")  # type: ignore[arg-type]
            .values(phone="+12025550111")
        )
    return Switchboard(desk, web_actor)


def test_the_operators_telephone_rings_first_and_the_citizen_comes_then(board: Switchboard, mei: Actor) -> None:
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call("CA1"))
    card = seat.answer(entry_of(board.desk.store, "CA1"))
    (ring,) = board.send()
    assert ring[0] == "ring"
    assert (ring[1]["to"], ring[1]["conference"], ring[1]["label"]) == (mei.device, "call-CA1", "call-CA1-1")
    assert seat.agent_status().state is AgentState.RINGING
    board.happens(leg("CA1", 1, "ringing"))
    assert board.methods() == ["ring"], "the citizen hears the queue's music until somebody is there"
    board.happens(leg("CA1", 1, "in-progress"), conference("CA1", "participant-join", 1, 1))
    assert board.carrier.asked[-1] == (
        "join",
        {"sid": "CA1", "conference": "call-CA1", "label": "call-CA1-0", "record": False},
    )
    board.happens(conference("CA1", "participant-join", 0, 2))
    assert seat.agent_status().state is AgentState.TALKING
    assert seat.card(card.interaction_id).connected_at is not None
    seat.end(card.interaction_id)
    assert seat.agent_status().limit_seconds == 60, "what the queue allows for the wrap-up"
    assert [method for method, _ in board.send()] == ["end_conference", "end_call"]
    board.happens(call_status("CA1", "completed", 9), leg("CA1", 1, "completed"))
    seat.wrap_up(card.interaction_id, "informed", "")
    assert (seat.agent_status().state, seat.agent_status().limit_seconds) == (AgentState.AVAILABLE, 0)
    assert board.unsent() == []


def test_a_caller_who_is_gone_before_the_telephone_is_picked_up(
    board: Switchboard, mei: Actor, clock: FixedClock
) -> None:
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call("CA1"))
    clock.forward(seconds=30)
    key = seat.answer(entry_of(board.desk.store, "CA1")).interaction_id
    board.send()
    board.happens(leg("CA1", 1, "ringing"))
    board.happens(call_status("CA1", "completed", 2, happened_at=clock.moment))
    assert board.carrier.asked[-1][0] == "drop_leg", "nobody picks up into an empty room"
    assert seat.agent_status().state is AgentState.AVAILABLE
    assert seat.current() is None
    row = next(row for row in all_rows(board.desk.store, tables.Interaction) if row.id == key)
    assert (row.state, row.end_reason, row.answered_at) == ("done", EndReason.ABANDONED.value, None)


def test_a_caller_who_is_gone_while_being_moved_in(board: Switchboard, mei: Actor) -> None:
    board.carrier.refuses["join"] = CarrierError("Call is not in-progress.", code=21220)
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call("CA1"))
    seat.answer(entry_of(board.desk.store, "CA1"))
    board.send()
    board.happens(leg("CA1", 1, "in-progress"), conference("CA1", "participant-join", 1, 1))
    assert board.carrier.asked[-1][0] == "end_conference"
    assert seat.current() is None
    assert seat.agent_status().state is AgentState.AVAILABLE
    row = all_rows(board.desk.store, tables.Interaction)[0]
    assert (row.state, row.end_reason) == ("done", "short-abandon"), "the lost callback is made up for"


def test_a_telephone_that_cannot_be_rung_gives_the_call_back(board: Switchboard, mei: Actor) -> None:
    board.carrier.refuses["ring"] = CarrierError("Twilio refused the request (error 21211).", code=21211)
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call("CA1"))
    seat.answer(entry_of(board.desk.store, "CA1"))
    board.send()
    assert seat.current() is None
    assert (seat.agent_status().state, seat.agent_status().reason) == (AgentState.AWAY, "telephone could not be rung")
    other = Seat(board.desk, staff(board.desk, "ana"))
    board.carrier.refuses.clear()
    assert other.answer(entry_of(board.desk.store, "CA1")).mine


def test_an_earlier_telephone_of_the_same_operator_says_nothing_of_the_present_one(
    board: Switchboard, mei: Actor
) -> None:
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call("CA1"))
    key = seat.answer(entry_of(board.desk.store, "CA1")).interaction_id
    board.send()
    board.happens(leg("CA1", 1, "ringing"))
    seat.release(key)
    seat.answer(entry_of(board.desk.store, "CA1"))
    board.send()
    board.happens(leg("CA1", 1, "canceled"))
    assert seat.card(key).mine
    assert seat.agent_status().state is AgentState.RINGING


def test_whoever_cannot_be_rung_for_an_offer_or_a_call_out_is_free_again(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    ana = Seat(board.desk, staff(board.desk, "ana"))
    ana.set_available()
    seat.calls.offer(key, ThirdParty(LegRole.OPERATOR, "ana", "Ana", "", ""), "")
    offer = ana.calls.offered()
    assert offer is not None
    ana.calls.accept(offer.transfer_id)
    board.carrier.refuses["ring"] = CarrierError("Twilio refused the request (error 21211).", code=21211)
    board.send()
    assert (ana.agent_status().state, ana.agent_status().reason) == (AgentState.AWAY, "telephone could not be rung")
    assert board.line(seat, key).transfer is None

    seat.end(key)
    board.happens(call_status("CA1", "completed", 9))
    seat.wrap_up(key, "informed", "")
    point = all_rows(board.desk.store, tables.ContactPoint)[0].id
    dialled = seat.calls.dial(point, None)
    board.send()
    assert seat.card(dialled).state is InteractionState.WRAP_UP, "it waits in no queue, so its operator codes it"


def test_hold_consult_and_a_department_brought_in(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    (party,) = (p for p in seat.calls.directory("water") if p.role is LegRole.DEPARTMENT)
    seat.calls.add(key, party, consult=True)
    held, ring = board.send()
    assert held == ("change_leg", {"conference_sid": "CFCA1", "sid": "CA1", "held": True})
    assert (ring[0], ring[1]["to"]) == ("ring", "+12025550111")
    board.happens(conference("CA1", "participant-hold", 0, 3))
    assert board.line(seat, key).held
    board.joins("CA1", 2, 4)
    department = board.line(seat, key).leg(LegRole.DEPARTMENT)
    assert department is not None
    assert department.state is LegState.JOINED
    with pytest.raises(InvalidInput, match="already"):
        seat.calls.add(key, party, consult=False)
    seat.calls.together(key)
    assert board.send() == [("change_leg", {"conference_sid": "CFCA1", "sid": "CA1", "held": False})]
    board.happens(conference("CA1", "participant-unhold", 0, 5), picked_up_by("CA1", 2, "human"))
    assert seat.calls.leave(key)
    assert board.send() == [("drop_leg", {"conference_sid": "CFCA1", "sid": "CA1L1"})]
    assert seat.card(key).state is InteractionState.WRAP_UP
    board.happens(conference("CA1", "participant-leave", 1, 6), leg("CA1", 1, "completed"))
    assert "end_call" not in board.methods(), "citizen and department talk on"


def test_a_department_that_does_not_answer_changes_nothing(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    seat.calls.add(key, WATER, consult=False)
    board.send()
    board.happens(leg("CA1", 2, "ringing"), leg("CA1", 2, "no-answer"))
    assert board.line(seat, key).leg(LegRole.DEPARTMENT) is None
    assert board.line(seat, key).legs[2].outcome == "no-answer"
    assert seat.agent_status().state is AgentState.TALKING
    with pytest.raises(InvalidInput, match="Nobody else"):
        seat.calls.leave(key)


def test_a_carrier_that_fails_is_told_in_words_and_costs_nothing(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    board.carrier.refuses["change_leg"] = CarrierError("Twilio did not answer. Look before repeating.", unknown=True)
    seat.calls.hold(key, True)
    board.send()
    assert board.line(seat, key).trouble == "Twilio did not answer. Look before repeating."
    assert not board.line(seat, key).held
    board.carrier.refuses.clear()
    seat.calls.hold(key, True)
    board.send()
    assert board.line(seat, key).trouble == ""


def test_a_citizen_who_turns_out_to_be_gone_ends_the_call(board: Switchboard, mei: Actor) -> None:
    """The callback of the end was lost, and the next act on the leg tells it."""
    board.carrier.refuses["change_leg"] = CarrierError("It is over.", code=20404)
    seat, key = board.talks(mei)
    seat.calls.hold(key, True)
    board.send()
    assert seat.card(key).state is InteractionState.WRAP_UP
    assert seat.agent_status().state is AgentState.WRAP_UP


def test_an_act_that_cannot_be_carried_out_is_given_up_in_time(
    board: Switchboard, mei: Actor, clock: FixedClock
) -> None:
    seat, key = board.talks(mei)
    board.carrier.refuses["change_leg"] = CarrierError("Twilio did not answer.", retryable=True)
    seat.calls.mute(key, True)
    for _ in range(20):
        board.send()
        clock.forward(seconds=2)
    assert board.unsent() == []
    assert board.line(seat, key).trouble == "Twilio did not answer."


def test_a_web_process_that_dies_leaves_the_call_to_the_next_one(
    board: Switchboard, mei: Actor, clock: FixedClock
) -> None:
    """The call goes on by itself; what was being asked of the carrier is asked again, but for a ring."""
    seat, key = board.talks(mei)
    seat.calls.hold(key, True)
    seat.calls.add(key, WATER, consult=False)
    now = board.desk.store.now()
    with board.desk.store.writing() as write:
        taken = outbox.take_pending(write.connection, now, now, 20, fetches=False)
        assert [row.kind for row in taken] == ["leg-change"], "nobody is rung before the citizen is on hold"
        assert outbox.take_pending(write.connection, now, now, 20, fetches=False) == []
        later = now + timedelta(seconds=1)
        taken = outbox.take_pending(write.connection, now, later, 20, fetches=False)
        assert [row.kind for row in taken] == ["leg-ring"], "what was under way in a dead process holds up nothing"
    assert board.send() == []
    clock.forward(seconds=13)
    assert [method for method, _ in board.send()] == ["change_leg"]
    board.happens(conference("CA1", "participant-hold", 0, 3))
    assert board.line(seat, key).held
    board.happens(leg("CA1", 2, "ringing"))
    clock.forward(minutes=2)
    board.send()
    assert board.line(seat, key).leg(LegRole.DEPARTMENT) is not None, "the ring may have gone out"
    assert give_up_rings(board.desk, board.web) == 1
    assert board.line(seat, key).leg(LegRole.DEPARTMENT) is None
    board.happens(conference("CA1", "participant-unhold", 0, 4))
    assert board.line(seat, key).leg(LegRole.DEPARTMENT) is None, "given up for good"
    assert seat.card(key).state is InteractionState.TALKING


def test_a_warm_transfer_shows_everything_before_it_is_accepted(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    ana = Seat(board.desk, staff(board.desk, "ana"))
    ana.set_available()
    (party,) = (p for p in seat.calls.directory("ana") if p.role is LegRole.OPERATOR)
    assert party.free
    water = article(board.desk.store, "W-1", "When does the water come back?")
    seat.answers.give(key, water, 1, "water back")
    seat.save_draft(key, CaseForm(summary="No water since Monday"))
    seat.calls.offer(key, party, "  Wants the director. ")
    offer = ana.calls.offered()
    assert offer is not None
    assert (offer.from_name, offer.note, offer.accepted) == ("Mei", "Wants the director.", False)
    assert offer.answers == ("W-1 When does the water come back?",)
    draft = ana.draft(key)
    assert draft is not None
    assert draft.summary == "No water since Monday"
    assert ana.card(key).interaction_id == key
    assert ana.calls.accept(offer.transfer_id) == key
    assert ana.agent_status().state is AgentState.RINGING
    board.send()
    with pytest.raises(InvalidInput, match="not on the line"):
        seat.calls.complete(key)
    board.joins("CA1", 2, 5)
    talking = ana.calls.offered()
    assert talking is not None
    assert talking.on_the_line
    seat.calls.complete(key)
    board.send()
    assert seat.current() is None
    assert seat.agent_status().state is AgentState.AVAILABLE
    assert ana.card(key).mine
    assert ana.agent_status().state is AgentState.TALKING
    board.happens(conference("CA1", "participant-leave", 1, 6), leg("CA1", 1, "completed"))
    assert ana.card(key).state is InteractionState.TALKING
    board.happens(call_status("CA1", "completed", 7))
    assert ana.card(key).state is InteractionState.WRAP_UP
    assert ana.agent_status().state is AgentState.WRAP_UP
    assert seat.agent_status().state is AgentState.AVAILABLE


def test_a_transfer_declined_taken_back_or_missed_leaves_the_call_where_it_was(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    ana = Seat(board.desk, staff(board.desk, "ana"))
    ana.set_available()
    party = ThirdParty(LegRole.OPERATOR, "ana", "Ana", "", "")
    seat.calls.offer(key, party, "")
    with pytest.raises(InvalidInput, match="already"):
        seat.calls.offer(key, party, "")
    offer = ana.calls.offered()
    assert offer is not None
    ana.calls.decline(offer.transfer_id)
    assert (ana.calls.offered(), board.line(seat, key).transfer) == (None, None)
    with pytest.raises(AlreadyClaimed):
        ana.calls.accept(offer.transfer_id)
    seat.calls.offer(key, party, "")
    seat.calls.cancel(key)
    assert ana.calls.offered() is None
    seat.calls.offer(key, party, "")
    offer = ana.calls.offered()
    assert offer is not None
    ana.calls.accept(offer.transfer_id)
    board.send()
    board.happens(leg("CA1", 2, "no-answer"))
    assert board.line(seat, key).transfer is None
    assert seat.card(key).mine
    assert ana.agent_status().state is AgentState.AWAY


def test_back_to_the_queue_keeps_the_place(board: Switchboard, mei: Actor, clock: FixedClock) -> None:
    seat, key = board.talks(mei)
    since = seat.card(key).waiting_since
    clock.forward(minutes=3)
    (queue,) = (row for row in all_rows(board.desk.store, tables.Queue) if row.id == seat_queue(board, key))
    seat.calls.to_queue(key, queue.code, "needs somebody who speaks Chinese")
    assert [method for method, _ in board.send()] == ["send", "drop_leg"]
    assert seat.agent_status().state is AgentState.AVAILABLE
    ringing = seat.ringing()
    assert ringing is not None
    assert (ringing.interaction_id, ringing.waiting_since) == (key, since)
    board.happens(conference("CA1", "participant-leave", 0, 5), conference("CA1", "participant-leave", 1, 6))
    seat.answer(entry_of(board.desk.store, "CA1"))
    board.send()
    board.happens(leg("CA1", 2, "in-progress"), conference("CA1", "participant-join", 2, 7))
    assert board.methods()[-1] == "join", "the citizen is brought in again"


def test_a_call_that_waits_again_is_nobodys_until_the_next_one_picks_up(
    board: Switchboard, mei: Actor, clock: FixedClock
) -> None:
    """Its first talk is over: what becomes of the next telephone, and of the caller meanwhile, is judged anew."""
    seat, key = board.talks(mei)
    ana, ben = (Seat(board.desk, staff(board.desk, name)) for name in ("ana", "ben"))
    clock.forward(minutes=1)
    (queue,) = (row for row in all_rows(board.desk.store, tables.Queue) if row.id == seat_queue(board, key))
    seat.calls.to_queue(key, queue.code, "")
    board.happens(conference("CA1", "participant-leave", 0, 5), conference("CA1", "participant-leave", 1, 6))
    clock.forward(seconds=5)
    ana.answer(entry_of(board.desk.store, "CA1"))
    board.send()
    board.happens(leg("CA1", 2, "ringing"))
    assert ana.card(key).connected_at is None
    board.happens(leg("CA1", 2, "no-answer"))
    assert ana.agent_status().state is AgentState.AWAY
    ben.answer(entry_of(board.desk.store, "CA1"))
    assert "end_call" not in board.methods(), "the citizen waits on"
    board.send()
    board.happens(leg("CA1", 3, "ringing"), call_status("CA1", "completed", 9, happened_at=clock.moment))
    assert ben.agent_status().state is AgentState.AVAILABLE, "there is nothing to wrap up"
    row = all_rows(board.desk.store, tables.Interaction)[0]
    assert (row.state, row.end_reason) == ("done", EndReason.ABANDONED.value)


def seat_queue(board: Switchboard, key: int) -> int:
    return int(next(row.queue_id for row in all_rows(board.desk.store, tables.Interaction) if row.id == key))


def test_an_emergency_needs_no_field_and_alarms(board: Switchboard, mei: Actor) -> None:
    put(board.desk.store, tables.EmergencyLine(area="Harbour", number="911", dial="+12025550119", script="Say: 911"))
    put(board.desk.store, tables.EmergencyLine(area="*", number="911", dial="", script="Tell them to dial 911."))
    seat, key = board.talks(mei)
    choices = seat.calls.emergency_choices("7 Harbour Street")
    assert (choices[0].area, choices[0].can_dial, choices[0].fits) == ("Harbour", True, True)
    seat.calls.emergency(key, "Harbour", "7 Harbour Street")
    seat.calls.emergency(key, "Harbour", "7 Harbour Street")
    (ring,) = board.send()
    assert ring[1]["to"] == "+12025550119"
    board.joins("CA1", 2, 5)
    assert not board.line(seat, key).held, "all three parties stay on"
    assert len(all_rows(board.desk.store, tables.HelpRequest)) == 1
    seat.end(key)
    seat.wrap_up(key, "informed", "The fire brigade came.")
    (made,) = all_rows(board.desk.store, tables.EmergencyCall)
    assert (made.place, made.dialled, made.caller_id) == ("7 Harbour Street", "+12025550119", "+12025550100")


def test_without_a_line_to_dial_there_are_words_to_say(board: Switchboard, mei: Actor) -> None:
    put(board.desk.store, tables.EmergencyLine(area="*", number="911", dial="", script="Tell them to dial 911."))
    seat, key = board.talks(mei)
    told = seat.calls.emergency(key, "*", "")
    assert (told.can_dial, told.script) == (False, "Tell them to dial 911.")
    assert board.send() == []


def test_who_cannot_speak_answers_by_keys(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    seat.calls.ask_silently(key)
    assert board.send() == [("send", {"sid": "CA1", "step": "silent"})]
    board.happens(conference("CA1", "participant-leave", 0, 3))
    assert seat.card(key).state is InteractionState.TALKING
    board.happens(conference("CA1", "participant-join", 0, 4))
    assert board.line(seat, key).legs[0].state is LegState.JOINED
    assert seat.agent_status().state is AgentState.TALKING


def test_a_supervisor_listens_whispers_and_joins(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    boss = Seat(board.desk, staff(board.desk, "boss", role="supervisor", device="+12025550199"))
    with pytest.raises(NotAllowed):
        seat.calls.take_part(key, Ear.LISTEN)
    boss.calls.take_part(key, Ear.LISTEN)
    (ring,) = board.send()
    assert (ring[1]["muted"], ring[1]["coach"]) == (True, "")
    board.happens(leg("CA1", 2, "in-progress"), conference("CA1", "participant-join", 2, 5, text="muted"))
    assert board.line(seat, key).legs[2].muted, "nobody in the call sees who only listens"
    boss.calls.take_part(key, Ear.WHISPER)
    assert board.send()[0][1] == {
        "conference_sid": "CFCA1", "sid": "CA1L2", "coaching": True, "muted": False, "coach": "CA1L1",
    }  # fmt: skip
    board.happens(conference("CA1", "participant-unmute", 2, 6))
    assert not board.line(seat, key).legs[2].muted
    boss.calls.take_part(key, Ear.JOIN)
    assert board.send()[0][1] == {"conference_sid": "CFCA1", "sid": "CA1L2", "coaching": False, "muted": False}
    boss.calls.leave_ear(key)
    assert board.send() == [("drop_leg", {"conference_sid": "CFCA1", "sid": "CA1L2"})]
    seat.end(key)
    with pytest.raises(StaleChange):
        boss.calls.take_part(key, Ear.LISTEN)


def test_an_operator_whose_telephone_breaks_off_wraps_up(board: Switchboard, mei: Actor) -> None:
    seat, key = board.talks(mei)
    board.happens(leg("CA1", 1, "completed"), conference("CA1", "participant-leave", 1, 4))
    assert seat.card(key).state is InteractionState.WRAP_UP
    assert board.methods()[-1] == "end_call"


def test_we_ring_a_citizen(board: Switchboard, mei: Actor) -> None:
    take_in(board.desk, board.web, call("CA1"))
    point = all_rows(board.desk.store, tables.ContactPoint)[0].id
    seat = Seat(board.desk, mei)
    seat.set_available()
    key = seat.calls.dial(point, None)
    (ring,) = board.send()
    thread = ring[1]["label"].removeprefix("call-").removesuffix("-1")
    assert thread.startswith("OUT")
    assert ring[1]["to"] == mei.device
    board.happens(leg(thread, 1, "in-progress"), conference(thread, "participant-join", 1, 1))
    assert board.carrier.asked[-1][1]["to"] == "+12025550142"
    assert board.carrier.asked[-1][1]["label"] == f"call-{thread}-0"
    board.happens(leg(thread, 0, "ringing"), leg(thread, 0, "in-progress"))
    board.happens(conference(thread, "participant-join", 0, 2))
    assert seat.agent_status().state is AgentState.TALKING
    assert seat.card(key).connected_at is not None
    board.happens(leg(thread, 0, "completed"))
    assert seat.card(key).state is InteractionState.WRAP_UP
    assert board.methods()[-1] == "end_conference"
    seat.wrap_up(key, "informed", "")
    assert seat.current() is None


SCRIPT = (
    leg("CA1", 1, "initiated", sequence=0),
    leg("CA1", 1, "ringing", sequence=1),
    leg("CA1", 1, "in-progress", sequence=2),
    conference("CA1", "participant-join", 1, 1),
    conference("CA1", "participant-join", 0, 2),
    conference("CA1", "conference-start", sequence=3),
    conference("CA1", "participant-hold", 0, 4),
    conference("CA1", "participant-unhold", 0, 5),
    call_status("CA1", "in-progress", 1),
    conference("CA1", "participant-leave", 0, 6),
    call_status("CA1", "completed", 2, duration=61),
    leg("CA1", 1, "completed", sequence=3),
    conference("CA1", "participant-leave", 1, 7),
    conference("CA1", "conference-end", sequence=8),
)


@pytest.mark.parametrize("seed", range(10))
def test_callbacks_in_any_order_end_right(board: Switchboard, mei: Actor, seed: int) -> None:
    """Late, early, twice, after the end, for a call nobody knows: the call was talked, its operator wraps it up."""
    chance = random.Random(seed)
    sid = "CA7"
    seat = Seat(board.desk, mei)
    take_in(board.desk, board.web, call(sid))
    key = seat.answer(entry_of(board.desk.store, sid)).interaction_id
    board.send()
    events = [renamed(event, sid) for event in SCRIPT] + [
        renamed(chance.choice(SCRIPT), sid),
        renamed(SCRIPT[3], "CA?"),
    ]
    chance.shuffle(events)
    board.happens(*events)
    card = seat.card(key)
    assert (card.mine, card.state, card.end_reason) == (True, InteractionState.WRAP_UP, EndReason.ANSWERED)
    assert {leg.state for leg in board.line(seat, key).legs} == {LegState.LEFT}
    assert seat.agent_status().state is AgentState.WRAP_UP
    assert board.unsent() == []
    with board.desk.store.reading() as connection:
        assert timeline.differences(connection) == []
    seat.wrap_up(key, "informed", "")
    assert interaction_of(board.desk.store, sid) == key


def renamed(event: InboundEvent, sid: str) -> InboundEvent:
    name = event.sid.replace("CA1", sid)
    if event.kind is EventKind.CALL_STATUS:
        return replace(event, sid=name)
    labels = {"sender": event.sender.replace("CA1", sid), "recipient": event.recipient.replace("CA1", sid)}
    return replace(event, sid=name, parent=sid, **labels)

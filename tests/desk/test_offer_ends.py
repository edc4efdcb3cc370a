"""An offered call that nobody takes: the citizen is never left on hold, and nobody's telephone rings for nothing."""

import random

import pytest
from builders import call_status, conference, found_town, leg, staff
from conftest import FixedClock
from switchboard import Switchboard

from grm_console.desk.actor import Actor
from grm_console.desk.call_views import Ear, ThirdParty
from grm_console.desk.desk import Desk
from grm_console.desk.offer_ends import give_up_offers
from grm_console.desk.seat import Seat
from grm_console.domain.words import AgentState, InteractionState, LegRole, NotTaken
from grm_console.errors import AlreadyClaimed, CarrierError

ANA = ThirdParty(LegRole.OPERATOR, "ana", "Ana", "", "")
HELD = conference("CA1", "participant-hold", 0, 3)
BACK = conference("CA1", "participant-unhold", 0, 4)


@pytest.fixture
def mei(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def board(desk: Desk, web_actor: Actor, mei: Actor) -> Switchboard:
    return Switchboard(desk, web_actor)


@pytest.fixture
def ana(board: Switchboard) -> Seat:
    seat = Seat(board.desk, staff(board.desk, "ana", device="+12025550191"))
    seat.set_available()
    return seat


def offer(seat: Seat, ana: Seat, key: int) -> int:
    seat.calls.offer(key, ANA, "")
    offered = ana.calls.offered()
    assert offered is not None
    return offered.transfer_id


def holds(board: Switchboard) -> list[bool]:
    """What the carrier was asked for the citizen's hold, in order."""
    return [asked["held"] for method, asked in board.carrier.asked if method == "change_leg" and "held" in asked]


def why(board: Switchboard, seat: Seat, key: int) -> NotTaken | None:
    refusal = board.line(seat, key).refusal
    return None if refusal is None else refusal.why


def test_however_an_offer_ends_the_citizen_is_taken_back(
    board: Switchboard, mei: Actor, ana: Seat, clock: FixedClock
) -> None:
    seat, key = board.talks(mei)
    sequence = 2

    def held_and_back() -> None:
        nonlocal sequence
        board.send()
        assert holds(board)[-2:] == [True, False]
        sequence += 2
        board.happens(
            conference("CA1", "participant-hold", 0, sequence), conference("CA1", "participant-unhold", 0, sequence + 1)
        )
        line = board.line(seat, key)
        assert not line.held
        assert line.refusal is not None
        assert line.refusal.resumed
        clock.forward(seconds=20)

    transfer = offer(seat, ana, key)
    board.send()
    ana.calls.decline(transfer)
    assert why(board, seat, key) is NotTaken.SAID_NO
    held_and_back()

    transfer = offer(seat, ana, key)
    board.send()
    clock.forward(seconds=31)
    assert give_up_offers(board.desk, board.web) == 1
    assert why(board, seat, key) is NotTaken.RAN_OUT
    with pytest.raises(AlreadyClaimed):
        ana.calls.accept(transfer)
    held_and_back()

    offer(seat, ana, key)
    board.send()
    ana.sign_out()
    assert why(board, seat, key) is NotTaken.LEFT
    held_and_back()

    ana.set_available()
    ana.calls.accept(offer(seat, ana, key))
    board.send()
    board.happens(leg("CA1", 2, "ringing"), leg("CA1", 2, "no-answer"))
    assert why(board, seat, key) is NotTaken.NOT_REACHED
    held_and_back()
    assert seat.card(key).state is InteractionState.TALKING
    assert seat.agent_status().state is AgentState.TALKING

    ana.set_available()
    offer(seat, ana, key)
    assert why(board, seat, key) is None, "the next offer is what counts"


def test_who_was_on_hold_before_stays_so_and_ones_own_hold_is_kept(board: Switchboard, mei: Actor, ana: Seat) -> None:
    seat, key = board.talks(mei)
    seat.calls.hold(key, True)
    transfer = offer(seat, ana, key)
    board.send()
    ana.calls.decline(transfer)
    board.send()
    assert holds(board) == [True], "asked for before the offer, though no callback had told of it yet"

    board.happens(HELD)
    seat.calls.hold(key, False)
    transfer = offer(seat, ana, key)
    seat.calls.hold(key, False)
    seat.calls.hold(key, True)
    ana.calls.decline(transfer)
    board.send()
    assert holds(board)[-1], "chosen by hand while the offer was open"


def test_a_hold_that_was_not_sent_yet_never_follows_its_own_resume(
    board: Switchboard, mei: Actor, ana: Seat, clock: FixedClock
) -> None:
    seat, key = board.talks(mei)
    board.carrier.refuses["change_leg"] = CarrierError("Busy.", retryable=True)
    transfer = offer(seat, ana, key)
    board.send()
    ana.calls.decline(transfer)
    board.carrier.refuses.clear()
    for _ in range(4):
        clock.forward(seconds=1)
        board.send()
    assert holds(board) == [False]


@pytest.mark.parametrize("seed", range(4))
def test_late_and_disordered_callbacks_do_not_bring_the_hold_back(
    board: Switchboard, mei: Actor, ana: Seat, seed: int
) -> None:
    seat, key = board.talks(mei)
    ana.calls.accept(offer(seat, ana, key))
    board.send()
    events = [HELD, BACK, HELD, leg("CA1", 2, "ringing"), leg("CA1", 2, "no-answer"), leg("CA1", 2, "initiated")]
    random.Random(seed).shuffle(events)
    board.happens(*events)
    assert holds(board) == [True, False]
    line = board.line(seat, key)
    assert (line.held, line.transfer, seat.card(key).state) == (False, None, InteractionState.TALKING)
    assert ana.agent_status().state is AgentState.AWAY
    assert board.unsent() == []


def test_whoever_steps_back_is_rung_no_more_and_free(board: Switchboard, mei: Actor, ana: Seat) -> None:
    seat, key = board.talks(mei)
    transfer = offer(seat, ana, key)
    ana.calls.accept(transfer)
    board.send()
    ana.calls.decline(transfer)
    assert ("drop_leg", {"conference_sid": "CFCA1", "sid": "CA1L2"}) in board.send()
    assert ana.agent_status().state is AgentState.AVAILABLE
    board.joins("CA1", 2, 5)
    assert ana.agent_status().state is AgentState.AVAILABLE, "picked up what was offered no longer"
    assert seat.card(key).mine


def test_a_ring_just_being_asked_for_is_dropped_when_the_offer_is_taken_back(
    board: Switchboard, mei: Actor, ana: Seat
) -> None:
    seat, key = board.talks(mei)
    ana.calls.accept(offer(seat, ana, key))
    ring = board.carrier.ring

    def taken_back_meanwhile(**values: object) -> str:
        seat.calls.cancel(key)
        return ring(**values)

    board.carrier.ring = taken_back_meanwhile  # type: ignore[method-assign]
    asked = [method for method, _ in board.send()]
    assert asked.index("ring") < asked.index("drop_leg")
    assert ana.agent_status().state is AgentState.AVAILABLE


def test_the_end_of_the_call_ends_the_offer(board: Switchboard, mei: Actor, ana: Seat) -> None:
    seat, key = board.talks(mei)
    ana.calls.accept(offer(seat, ana, key))
    board.send()
    board.happens(leg("CA1", 2, "ringing"))
    board.happens(call_status("CA1", "completed", 9))
    assert ana.agent_status().state is AgentState.AVAILABLE, "whose telephone rang for nothing is free again"
    assert seat.card(key).state is InteractionState.WRAP_UP
    seat.wrap_up(key, "informed", "")

    seat, key = board.talks(mei, "CA2")
    offer(seat, ana, key)
    seat.end(key)
    assert ana.calls.offered() is None


def test_a_breaking_telephone_hands_over_with_the_citizen_back_and_the_whisper_too(
    board: Switchboard, mei: Actor, ana: Seat
) -> None:
    seat, key = board.talks(mei)
    boss = Seat(board.desk, staff(board.desk, "boss", role="supervisor", device="+12025550199"))
    boss.calls.take_part(key, Ear.WHISPER)
    board.send()
    board.joins("CA1", 2, 5)
    ana.calls.accept(offer(seat, ana, key))
    board.send()
    board.happens(conference("CA1", "participant-hold", 0, 6))
    board.joins("CA1", 3, 7)
    board.happens(leg("CA1", 1, "completed"), conference("CA1", "participant-leave", 1, 8))
    assert holds(board) == [True, False]
    assert board.carrier.asked[-1][1] == {
        "conference_sid": "CFCA1", "sid": "CA1L2", "coaching": True, "coach": "CA1L3",
    }  # fmt: skip
    assert ana.card(key).mine
    assert ana.agent_status().state is AgentState.TALKING

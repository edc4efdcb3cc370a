"""Somebody who left with an exchange in hand comes back to it."""

from builders import answered, found_town, staff, text

from grm_console.desk import agent_states
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.domain.words import AgentState


def test_the_state_says_again_what_is_held(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    operator = staff(desk, "mei")
    seat, key = answered(desk, web_actor, operator, text("SM1"))
    seat.sign_out()
    agent_states.sit_down(desk, operator)
    assert seat.agent_status().state is AgentState.TALKING
    seat.end(key)
    seat.sign_out()
    agent_states.sit_down(desk, operator)
    assert seat.agent_status().state is AgentState.WRAP_UP


def test_who_holds_nothing_stays_signed_out_and_who_is_at_it_stays_at_it(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    operator = staff(desk, "mei")
    agent_states.sit_down(desk, operator)
    seat, key = answered(desk, web_actor, operator, text("SM1"))
    before = seat.agent_status()
    agent_states.sit_down(desk, operator)
    assert seat.agent_status() == before
    seat.parking.park(key)
    seat.sign_out()
    agent_states.sit_down(desk, operator)
    assert seat.agent_status().state is AgentState.SIGNED_OUT, "parked is put aside, not held"

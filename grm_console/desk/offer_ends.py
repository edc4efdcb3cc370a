"""How an offered call comes back, or is withdrawn: nobody is left on hold, and whoever was rung is free again."""

from datetime import timedelta
from typing import Any

from grm_console.desk import agent_states, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.holding import hold_citizen
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, InteractionState, NotTaken, TransferState
from grm_console.store import accounts, call_legs, interactions
from grm_console.store import transfers as offers
from grm_console.store.store import Write
from grm_console.store.transfers import Offer

OFFER_LASTS = timedelta(seconds=30)
"""How long a colleague may look at an offered call before it is the offering operator's alone again."""


def not_taken(write: Write, actor: Actor, offer: Offer, why: NotTaken) -> None:
    """The call stays with whoever offered it; a citizen who was put on hold for the offer is taken back at once.

    The operator's own telephone never left the call. Who was on hold before the offer stays so.
    """
    offers.settle(write.connection, offer.id, TransferState.DECLINED, write.now, why)
    call = interactions.locked(write.connection, offer.interaction_id)
    live, legs = call_legs.call_and_legs(write.connection, offer.interaction_id)
    if call is None or live is None:
        return
    for leg in call_legs.alive(legs):
        if leg.account_id == offer.to_id:
            telephone_acts.drop(write, actor, call, live, leg)
    if offer.holds and call.state == InteractionState.TALKING:
        hold_citizen(write, actor, call, live, legs, False)
    record(write, actor, actor.work, f"interaction:{call.id}", f"offer {why}", f"transfer:{offer.id}")
    write.changed("queue", call.id)


def withdraw(write: Write, actor: Actor, call: Any) -> Offer | None:
    """Take back the open offer of a call, if there is one: a colleague who is rung or on the line is let go."""
    offer = offers.open_offer(write.connection, call.id)
    if offer is None:
        return None
    offers.settle(write.connection, offer.id, TransferState.CANCELLED, write.now)
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    for leg in call_legs.alive(legs):
        if live is not None and leg.account_id == offer.to_id:
            telephone_acts.drop(write, actor, call, live, leg)
    if offer.accepted:
        set_free(write, actor, offer.to_id)
    record(write, actor, actor.work, f"interaction:{call.id}", "offer taken back")
    write.changed("queue", call.id)
    return offer


def step_aside(desk: Desk, actor: Actor) -> None:
    """Somebody goes away or signs out: a call offered to them is with whoever offered it."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        offered = offers.offered_to(connection, actor.account_id)
    if offered is None:
        return
    with desk.store.writing() as write:
        interactions.locked(write.connection, offered.interaction_id)
        offer = offers.offer_row(write.connection, offered.id)
        if offer is not None:
            not_taken(write, actor, offer, NotTaken.LEFT)


def set_free(write: Write, actor: Actor, account_id: int) -> None:
    """Whoever was rung for somebody else's call is available again, unless something else has begun meanwhile."""
    state = accounts.open_state(write.connection, account_id)
    at_it = state is not None and state.state in (AgentState.RINGING, AgentState.TALKING)
    if at_it and interactions.held_by(write.connection, account_id) is None:
        agent_states.change(write, actor, account_id, AgentState.AVAILABLE, "")


def give_up_offers(desk: Desk, actor: Actor) -> int:
    """End offers nobody answered in time, and those to somebody who is not free any more; gives how many.

    To be called every few seconds by the web process.
    """
    actor.require(Act.RECEIVE_EVENTS)
    before = desk.store.now() - OFFER_LASTS
    with desk.store.reading() as connection:
        waiting = offers.unanswered(connection, before)
    for key in waiting:
        with desk.store.writing() as write:
            offer = offers.offer_row(write.connection, key)
            if offer is None:
                continue
            interactions.locked(write.connection, offer.interaction_id)
            offer = offers.offer_row(write.connection, key)  # as it stands now that nobody else changes it
            if offer is not None and not offer.accepted:
                late = offer.offered_at < before
                not_taken(write, actor, offer, NotTaken.RAN_OUT if late else NotTaken.LEFT)
    return len(waiting)

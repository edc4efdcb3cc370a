"""A live call's callbacks: what they make of its legs, and what follows for operator, citizen and the others.

The legs are a fold over all events of the call, so the rows are the same for every order of arrival; what follows is
decided by comparing the rows before and after, and each act is decided at most once.
"""

from collections.abc import Sequence
from typing import Any

from grm_console.desk import agent_states, callbacks, leaving, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.holding import hold_citizen
from grm_console.desk.offer_ends import not_taken, set_free, withdraw
from grm_console.desk.queue_work import give_back
from grm_console.domain.call_legs import CALLER, CallFacts
from grm_console.domain.words import (
    AgentState,
    Direction,
    EndReason,
    InteractionState,
    LegRole,
    LegState,
    NotTaken,
    TransferState,
)
from grm_console.store import accounts, call_legs, interactions, transfers
from grm_console.store import callbacks as callback_rows
from grm_console.store import intake as rows
from grm_console.store.call_legs import Call, CallRow, LegRow
from grm_console.store.store import Write

NOT_ANSWERED = "telephone not answered"
NOT_RUNG = "telephone could not be rung"
"""Reasons why an operator who was not reached is away."""


_RINGS = frozenset({LegState.ASKED, LegState.RINGING})


def settle_call(
    desk: Desk,
    write: Write,
    actor: Actor,
    interaction_id: int,
    facts: CallFacts,
    known: Call | None = None,
) -> None:
    """Bring the legs of a call, which is locked, to what all its events say, and do what follows.

    `known` are the call and its legs if they were read since it was locked and nothing was done to them.
    """
    live, legs = known or call_legs.call_and_legs(write.connection, interaction_id)
    if live is None:
        return  # nobody of ours was rung for it yet
    before = {leg.number: leg for leg in legs}
    if not _write(write, live, facts, before):
        return
    call, (_live, legs) = call_legs.locked_with_legs(write.connection, interaction_id)
    for leg in legs:
        earlier = before[leg.number]
        if leg.state != earlier.state or (leg.number == CALLER and leg.outcome and not earlier.outcome):
            follow(desk, write, actor, call or interactions.locked(write.connection, interaction_id), leg, legs)
            call = None  # it may be another than before
        if leg.machine and not earlier.machine and leg.number == CALLER:
            callbacks.was_machine(desk, write, actor, interaction_id)
            call = None
        if live.leaving == leg.number and (leg.state, leg.answered_by) != (earlier.state, earlier.answered_by):
            leaving.follow_leg(write, actor, call or interactions.locked(write.connection, interaction_id), leg)
            call = None


def _write(write: Write, live: CallRow, facts: CallFacts, known: dict[int, LegRow]) -> bool:
    """Write what the rows do not say yet; whether any leg is another than before."""
    if facts.conference_sid not in ("", live.conference_sid):
        call_legs.set_conference_sid(write.connection, live.interaction_id, facts.conference_sid)
    changed = False
    for number, leg in facts.legs.items():
        before = known.get(number)  # a label of ours with a number we never gave is nobody's
        given_up = before is not None and before.state == LegState.FAILED and leg.state in _RINGS
        if before is not None and not given_up:
            changed |= call_legs.settle_leg(write.connection, before, leg)
    if changed and facts.connected_at is not None:
        interactions.connect(write.connection, live.interaction_id, facts.connected_at)
    return changed


def follow(desk: Desk, write: Write, actor: Actor, call: Any, leg: LegRow, legs: Sequence[LegRow]) -> None:
    """What follows from the new state of one of the call's legs."""
    over = call.state not in (InteractionState.TALKING, InteractionState.WAITING)
    if leg.role == LegRole.OPERATOR and leg.number != _newest_of(legs, leg):
        return  # an earlier telephone of somebody who was rung again since
    match LegState(leg.state):
        case LegState.JOINED if over:
            live = call_legs.call_row(write.connection, call.id)
            if live is not None and leg.number != CALLER:
                telephone_acts.drop(write, actor, call, live, leg)  # nobody picks up into an empty room
        case LegState.JOINED if leg.number == CALLER:
            _talks(write, actor, call)
        case LegState.JOINED if leg.role == LegRole.OPERATOR:
            _operator_joined(write, actor, call, leg)
        case LegState.LEFT | LegState.FAILED if over:
            pass
        case LegState.LEFT | LegState.FAILED if leg.number == CALLER:
            _citizen_gone(desk, write, actor, call, leg)
        case LegState.LEFT | LegState.FAILED if leg.role == LegRole.OPERATOR:
            _operator_gone(desk, write, actor, call, leg)


def _newest_of(legs: Sequence[LegRow], leg: LegRow) -> int:
    """The number of the newest leg of the same operator."""
    return max(other.number for other in legs if other.account_id == leg.account_id and other.role == leg.role)


def _talks(write: Write, actor: Actor, call: Any) -> None:
    """The citizen is in the conference: whoever holds the call talks now."""
    if call.agent_id is not None and call.state == InteractionState.TALKING:
        state = accounts.open_state(write.connection, call.agent_id)
        if state is not None and state.state == AgentState.RINGING:
            agent_states.change(write, actor, call.agent_id, AgentState.TALKING, "")


def _operator_joined(write: Write, actor: Actor, call: Any, leg: LegRow) -> None:
    """An operator picked up: the citizen is brought in, unless they are in already (transfer)."""
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    if live is None or leg.account_id is None:
        return
    citizen = legs[CALLER]
    if leg.account_id != call.agent_id:
        offer = transfers.open_offer(write.connection, call.id)
        if offer is not None and offer.to_id == leg.account_id:
            agent_states.change(write, actor, leg.account_id, AgentState.TALKING, "")  # consulted before the transfer
        else:
            telephone_acts.drop(write, actor, call, live, leg)  # picked up what is offered no longer
            set_free(write, actor, leg.account_id)
        return
    if citizen.state == LegState.JOINED:
        _talks(write, actor, call)
    elif live.moved_at is None and (call.direction == Direction.INBOUND or citizen.waits_outside):
        telephone_acts.join(write, actor, call)
    elif call.direction == Direction.OUTBOUND and citizen.state == LegState.ASKED:
        telephone_acts.ring(write, actor, call, citizen)


def _operator_gone(desk: Desk, write: Write, actor: Actor, call: Any, leg: LegRow) -> None:
    """An operator's telephone rang out, or hung up."""
    offer = transfers.open_offer(write.connection, call.id)
    if leg.account_id != call.agent_id:
        if offer is not None and leg.account_id == offer.to_id:
            not_taken(write, actor, offer, NotTaken.NOT_REACHED)
            missed = leg.state == LegState.FAILED
            after = (AgentState.AWAY, _why_away(leg)) if missed else (AgentState.AVAILABLE, "")
            agent_states.change(write, actor, offer.to_id, *after)
        return
    queued = call.direction == Direction.INBOUND or (call.queue_id is not None and leg.state == LegState.FAILED)
    if call.connected_at is None and queued:
        give_back(write, actor, call.id, call.agent_id, AgentState.AWAY, _why_away(leg))
        return
    others = [
        other
        for other in call_legs.alive(call_legs.leg_rows(write.connection, call.id))
        if other.number not in (CALLER, leg.number) and other.state == LegState.JOINED and not other.machine
    ]
    if offer is not None and offer.accepted and any(other.account_id == offer.to_id for other in others):
        hand_over(write, actor, call, offer)
        return
    if call.direction == Direction.OUTBOUND:
        callbacks.ended(desk, write, actor, call.id)
    withdraw(write, actor, call)
    interactions.end(write.connection, call.id, write.now)
    rows.leave_queue(write.connection, call.id, write.now, EndReason.ANSWERED.value)
    agent_states.change(write, actor, call.agent_id, AgentState.WRAP_UP, "")
    write.changed("queue", call.id)
    if not any(other.role in leaving.TAKES_OVER for other in others):
        telephone_acts.hang_up(write, actor, call)


def _why_away(leg: LegRow) -> str:
    """A leg the carrier never named was never rung."""
    return NOT_ANSWERED if leg.sid else NOT_RUNG


def hand_over(write: Write, actor: Actor, call: Any, offer: Any) -> None:
    """The call is the other operator's from now on, the citizen with them; whoever offered it is available again.

    A supervisor who whispered to the one whispers to the other.
    """
    transfers.settle(write.connection, offer.id, TransferState.DONE, write.now)
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    if live is not None:
        hold_citizen(write, actor, call, live, legs, False)
        heir = next((leg for leg in reversed(legs) if leg.account_id == offer.to_id and leg.sid), None)
        for leg in call_legs.alive(legs):
            if leg.role == LegRole.SUPERVISOR and leg.coaching and heir is not None:
                telephone_acts.change(write, actor, call, live, leg, coaching=True, coach=heir.sid)
    interactions.pass_on(write.connection, call.id, offer.to_id)
    agent_states.change(write, actor, offer.from_id, AgentState.AVAILABLE, "")
    agent_states.change(write, actor, offer.to_id, AgentState.TALKING, "")
    write.changed("queue", call.id)


def _citizen_gone(desk: Desk, write: Write, actor: Actor, call: Any, leg: LegRow) -> None:
    """The citizen's leg is over. Of an inbound call its own status callback tells that, and intake follows it."""
    if call.direction != Direction.OUTBOUND or not leg.outcome:
        return
    if leg.joined_at is not None and call.connected_at is None:
        _gone_from_queue(desk, write, actor, call)
        return
    withdraw(write, actor, call)
    telephone_acts.end_all(write, actor, call)
    callbacks.ended(desk, write, actor, call.id)
    interactions.end(write.connection, call.id, write.now)
    rows.leave_queue(write.connection, call.id, write.now, EndReason.ANSWERED.value)
    if call.agent_id is not None:
        agent_states.change(write, actor, call.agent_id, AgentState.WRAP_UP, "")
    write.changed("queue", call.id)


def _gone_from_queue(desk: Desk, write: Write, actor: Actor, call: Any) -> None:
    """A citizen whom we had rung and who was sent back to a queue did not wait: as a callback it is tried again."""
    if call.agent_id is not None:
        give_back(write, actor, call.id, call.agent_id, AgentState.AVAILABLE, "")
    telephone_acts.end_all(write, actor, call)
    callbacks.ended(desk, write, actor, call.id)
    callback_rows.close_waiting(write.connection, call.id, EndReason.ABANDONED, write.now)
    write.changed("queue", call.id)


def citizen_hung_up(write: Write, actor: Actor, call: Any) -> None:
    """An inbound caller is gone: whoever still rings is stopped, and an empty conference ends."""
    withdraw(write, actor, call)
    telephone_acts.end_all(write, actor, call)

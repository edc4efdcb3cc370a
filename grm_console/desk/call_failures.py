"""What follows when the carrier has taken a telephone act, or could not: nobody is left waiting on a dead line."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from grm_console.desk import telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.call_events import follow
from grm_console.desk.desk import Desk, record
from grm_console.desk.intake import receive
from grm_console.desk.ports import CALL_IS_OVER
from grm_console.desk.queue_work import give_back
from grm_console.domain.call_legs import CALLER, leg_label
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, Channel, Direction, InteractionState, LegRole, LegState, OutboxState
from grm_console.store import call_legs, interactions
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write

LONGEST_RING = timedelta(seconds=75)
"""No telephone is rung longer, the carrier's own delays included."""
LONGEST_TALK = timedelta(hours=4, minutes=15)
"""No leg lives longer after its operator's exchange ended: the carrier cuts it after four hours (Twilio, Dial)."""


def act_settled(
    desk: Desk,
    write: Write,
    actor: Actor,
    call: Any,
    known: tuple[CallRow, list[LegRow]],
    row: Any,
    state: OutboxState,
    provider_id: str,
    code: int,
) -> None:
    """Note what became of an act on a call, which is locked; `known` are its live part and its legs.

    `row` is the act's outbox row, `state` where it ended, `code` the carrier's error or 0.

    A leg whose call ended while it was being rung is dropped at once. An operator who cannot be rung gives the call
    back; a citizen who cannot be moved in keeps waiting, unless the carrier says that they are gone: a callback that
    was lost is made up for.
    """
    live, legs = known
    if code in CALL_IS_OVER:
        gone = next((leg for leg in legs if leg.sid == (row.detail or {}).get("sid")), None)
        if gone is not None:
            receive(desk, write, actor, _gone(call, gone))
        return
    if row.kind == "call-join" and state is not OutboxState.SENT:
        call_legs.set_moved(write.connection, call.id, None)
        _release_operator(write, actor, call)
    if row.kind != "leg-ring":
        return
    leg = legs[row.detail["leg"]]
    if state is OutboxState.SENT:
        call_legs.set_sid(write.connection, call.id, leg.number, provider_id)
        wanted = call.state == InteractionState.TALKING and leg.state != LegState.FAILED
        if not wanted:
            telephone_acts.drop(write, actor, call, live, leg._replace(sid=provider_id))
    elif leg.state == LegState.ASKED:
        call_legs.fail_leg(write.connection, call.id, leg.number, write.now)
        if leg.role == LegRole.OPERATOR:
            follow(desk, write, actor, call, leg._replace(state=LegState.FAILED.value), legs)


def give_up_rings(desk: Desk, actor: Actor) -> int:
    """End legs whose ringing should be long over, as their last callback must be lost; gives how many."""
    actor.require(Act.RECEIVE_EVENTS)
    before = desk.store.now() - LONGEST_RING
    with desk.store.reading() as connection:
        overdue = call_legs.overdue(connection, before)
    for interaction_id, number in overdue:
        with desk.store.writing() as write:
            call = interactions.locked(write.connection, interaction_id)
            live, legs = call_legs.call_and_legs(write.connection, interaction_id)
            leg = legs[number]
            if call is None or live is None or leg.state not in (LegState.ASKED, LegState.RINGING):
                continue
            telephone_acts.drop(write, actor, call, live, leg)
            call_legs.fail_leg(write.connection, interaction_id, number, write.now, "no-answer")
            record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{interaction_id}", f"leg {number} given up")
            follow(desk, write, actor, call, leg._replace(state=LegState.FAILED.value), legs)
            write.changed("queue", interaction_id)
    return len(overdue)


def end_lost_legs(desk: Desk, actor: Actor) -> int:
    """End legs of exchanges that are long over, as every callback of their end must be lost; gives how many."""
    actor.require(Act.RECEIVE_EVENTS)
    with desk.store.reading() as connection:
        lost = call_legs.outlived(connection, desk.store.now() - LONGEST_TALK)
    for interaction_id, number in lost:
        with desk.store.writing() as write:
            interactions.locked(write.connection, interaction_id)
            leg = call_legs.leg_rows(write.connection, interaction_id)[number]
            if leg.state in call_legs.ALIVE:
                call_legs.end_leg(write.connection, leg, write.now)
                record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{interaction_id}", f"leg {number} must be over")
                write.changed("interaction", interaction_id)
    return len(lost)


def _gone(call: Any, leg: LegRow) -> InboundEvent:
    """What the carrier's own last callback of a leg would have told."""
    told = InboundEvent(
        provider=call.provider,
        sid=call.sid,
        kind=EventKind.CALL_STATUS,
        discriminator="recovered:completed",
        channel=Channel.VOICE,
        sender=call.sender,
        recipient=call.line,
        state="completed",
    )
    if leg.number == CALLER and call.direction == Direction.INBOUND:
        return told
    label = leg_label(call.sid, leg.number)
    return replace(told, sid=leg.sid, kind=EventKind.CALL_LEG, sender=label, recipient=leg.address, parent=call.sid)


def _release_operator(write: Write, actor: Actor, call: Any) -> None:
    """The citizen could not be brought to an operator who has picked up: the call goes back to its place."""
    if call.agent_id is None or call.state != InteractionState.TALKING or call.connected_at is not None:
        return
    give_back(write, actor, call.id, call.agent_id, AgentState.AVAILABLE, "")

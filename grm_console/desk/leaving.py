"""Leaving the citizen with a department: only with a person, never with a machine or a telephone that rings out."""

from datetime import datetime, timedelta
from typing import Any

from grm_console.desk import agent_states, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.holding import hold_citizen
from grm_console.desk.offer_ends import withdraw
from grm_console.domain.call_legs import CALLER
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, EndReason, InteractionState, LegRole, LegState
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.store import call_legs, interactions
from grm_console.store import intake as rows
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write

TAKES_OVER = (LegRole.DEPARTMENT, LegRole.EMERGENCY)
"""With whom a citizen may be left alone."""

SURE_AFTER = timedelta(seconds=15)
"""After so long on the line nobody is waited for who would say whether a machine is there: the carrier says it sooner
(`machine_detection_timeout`), so its word is lost."""


def leave(write: Write, actor: Actor, call: Any, live: CallRow, legs: list[LegRow]) -> bool:
    """Leave at once if it is sure that a person is there, else as soon as it is; gives whether it was at once.

    Raises InvalidInput if nobody was brought in, or if a machine picked up.
    """
    takers = [leg for leg in call_legs.alive(legs) if leg.role in TAKES_OVER]
    if any(is_sure(leg, write.now) for leg in takers):
        go(write, actor, call, live, legs)
        return True
    hoped_for = [leg for leg in takers if not leg.machine]
    if hoped_for:
        call_legs.set_leaving(write.connection, call.id, hoped_for[-1].number)
        record(write, actor, actor.work, f"interaction:{call.id}", "leave when somebody answers")
        write.changed("interaction", call.id)
        return False
    if takers:
        told = _("A machine answered at {name}. Nobody is left with a machine: leave a message, or drop it (Alt+D).")
        raise InvalidInput({"leg": told.format(name=takers[-1].name)})
    raise InvalidInput({"leg": _("Nobody else is on the line yet. Wait until they pick up, or end with F8.")})


def stay(write: Write, actor: Actor, call: Any) -> None:
    """Do not leave after all."""
    call_legs.set_leaving(write.connection, call.id, None)
    record(write, actor, actor.work, f"interaction:{call.id}", "stay")
    write.changed("interaction", call.id)


def go(write: Write, actor: Actor, call: Any, live: CallRow, legs: list[LegRow]) -> None:
    """Let the citizen and the others go on without the operator, whose wrap-up begins."""
    hold_citizen(write, actor, call, live, legs, False)
    withdraw(write, actor, call)
    for leg in call_legs.alive(legs):
        if leg.role == LegRole.OPERATOR and leg.account_id == call.agent_id:
            telephone_acts.drop(write, actor, call, live, leg)
    call_legs.set_leaving(write.connection, call.id, None)
    interactions.end(write.connection, call.id, write.now)
    rows.leave_queue(write.connection, call.id, write.now, EndReason.ANSWERED.value)
    agent_states.change(write, actor, call.agent_id, AgentState.WRAP_UP, "")
    record(write, actor, actor.work, f"interaction:{call.id}", "leave")
    write.changed("queue", call.id)


def follow_leg(write: Write, actor: Actor, call: Any, leg: LegRow) -> None:
    """A leg picked up, was recognised or has gone: leave with it if that was the wish, or give the wish up."""
    live = call_legs.call_row(write.connection, call.id)
    if live is None or live.leaving != leg.number:
        return
    if call.state != InteractionState.TALKING or leg.machine or leg.state not in call_legs.ALIVE:
        call_legs.set_leaving(write.connection, call.id, None)
        write.changed("interaction", call.id)
    elif is_sure(leg, write.now):
        go(write, actor, call, live, call_legs.leg_rows(write.connection, call.id))


def leave_where_sure(desk: Desk, actor: Actor) -> int:
    """Carry out what waits for a word of the carrier that must be lost; gives how many calls were left.

    To be called every few seconds by the web process.
    """
    actor.require(Act.RECEIVE_EVENTS)
    before = desk.store.now() - SURE_AFTER
    with desk.store.reading() as connection:
        waiting = call_legs.leaving_before(connection, before)
    for key in waiting:
        with desk.store.writing() as write:
            call = interactions.locked(write.connection, key)
            live, legs = call_legs.call_and_legs(write.connection, key)
            if call is not None and live is not None and live.leaving is not None:
                follow_leg(write, actor, call, legs[live.leaving])
    return len(waiting)


def is_sure(leg: LegRow, now: datetime) -> bool:
    """Whether a person is on this leg, or nobody will say otherwise any more."""
    if leg.number == CALLER or leg.state != LegState.JOINED or leg.machine or leg.joined_at is None:
        return False
    return not leg.detects or leg.person or bool(leg.answered_by) or leg.joined_at < now - SURE_AFTER

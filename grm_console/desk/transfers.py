"""Handing a live call to a colleague, who sees everything before saying yes, or back into a queue."""

from dataclasses import replace
from typing import Any

from grm_console.desk import agent_states, telephone_acts
from grm_console.desk.actor import Actor
from grm_console.desk.call_events import hand_over
from grm_console.desk.call_views import ThirdParty, TransferOffer
from grm_console.desk.desk import Desk, record
from grm_console.desk.holding import hold_citizen, is_held
from grm_console.desk.intake_rows import entry_values
from grm_console.desk.offer_ends import not_taken, set_free, withdraw
from grm_console.desk.queue_work import ring_operator
from grm_console.domain.case_form import limit_of
from grm_console.domain.permissions import Act
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.words import (
    AgentState,
    Channel,
    InteractionState,
    LegRole,
    LegState,
    NotTaken,
    QueueState,
    TransferState,
)
from grm_console.errors import AlreadyClaimed, InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import articles, call_legs, intake, interactions, queue, third_parties
from grm_console.store import transfers as offers
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write
from grm_console.store.transfers import Offer


def view(offer: Offer) -> TransferOffer:
    """An offer as screens see it."""
    return TransferOffer(offer.id, offer.interaction_id, offer.from_name, offer.to_name, offer.note, offer.accepted)


def offer(
    write: Write, actor: Actor, call: Any, live: CallRow, legs: list[LegRow], party: ThirdParty, note: str
) -> None:
    """Offer a call, the citizen on hold; one offer at a time, to somebody with a telephone and nothing else to do."""
    colleague = third_parties.colleague(write.connection, party.key) if party.role is LegRole.OPERATOR else None
    if colleague is None or colleague.id == actor.account_id or not colleague.device:
        raise InvalidInput({"party": _("Choose a colleague with a telephone.")})
    if colleague.state != AgentState.AVAILABLE:
        raise InvalidInput(
            {
                "party": _("{name} is not available just now. Choose somebody who is free.").format(
                    name=colleague.full_name
                )
            }
        )
    if offers.open_offer(write.connection, call.id) is not None:
        raise InvalidInput({"party": _("This call is offered already. Take the offer back first.")})
    key = offers.add(
        write.connection,
        call.id,
        actor.account_id,
        colleague.id,
        note.strip()[: limit_of("note")],
        write.now,
        holds=not is_held(write, call, legs),
    )
    hold_citizen(write, actor, call, live, legs, True)
    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "offer", f"transfer:{key}")
    write.changed("queue", call.id)


def offered(desk: Desk, actor: Actor) -> TransferOffer | None:
    """The oldest call offered to this operator and not settled."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        found = offers.offered_to(connection, actor.account_id)
        if found is None:
            return None
        given = articles.given_in(connection, found.interaction_id)
        legs = call_legs.leg_rows(connection, found.interaction_id)
    return replace(
        view(found),
        answers=tuple(f"{one.code} {one.question}" for one in given),
        on_the_line=any(leg.account_id == actor.account_id and leg.state == LegState.JOINED for leg in legs),
    )


def accept(desk: Desk, actor: Actor, transfer_id: int) -> int:
    """Say yes: the operator's telephone rings into the call. Raises AlreadyClaimed if the offer is gone."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        found = _open(write, actor, transfer_id)
        if interactions.held_by(write.connection, actor.account_id) is not None:
            raise InvalidInput({"state": _("Wrap up the exchange you hold first (F9).")})
        if found.accepted:
            return found.interaction_id
        call = interactions.locked(write.connection, found.interaction_id)
        assert call is not None, "an open offer has its call"
        offers.settle(write.connection, transfer_id, TransferState.ACCEPTED, write.now)
        ring_operator(write, actor, call)
        agent_states.change(write, actor, actor.account_id, AgentState.RINGING, "")
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "accept", f"transfer:{transfer_id}")
        write.changed("queue", call.id)
        return int(call.id)


def decline(desk: Desk, actor: Actor, transfer_id: int) -> None:
    """Say no, also after having said yes; whoever offered is told, and the citizen is with them again."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        found = _open(write, actor, transfer_id)
        not_taken(write, actor, found, NotTaken.SAID_NO)
        if found.accepted:
            set_free(write, actor, actor.account_id)


def complete(write: Write, actor: Actor, call: Any, legs: list[LegRow]) -> None:
    """Give the call to whoever accepted it; raises InvalidInput until they have picked up."""
    found = offers.open_offer(write.connection, call.id)
    joined = {leg.account_id for leg in legs if leg.state == LegState.JOINED}
    if found is None or not found.accepted or found.to_id not in joined:
        raise InvalidInput({"party": _("Your colleague is not on the line yet. Wait, or take the offer back.")})
    hand_over(write, actor, call, found)
    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "hand over", f"account:{found.to_id}")


def to_queue(write: Write, actor: Actor, call: Any, queue_code: str, note: str) -> None:
    """Put a caller back into a queue: they wait at once again, with their first waiting-since and the note.

    A citizen whom we rang waits from now on.
    """
    target = queue.by_code(write.connection, queue_code)
    if target is None:
        raise InvalidInput({"queue": _("Choose a queue that is in use.")})
    if note.strip():
        interactions.add_note(write.connection, call.id, note.strip()[: limit_of("note")])
    withdraw(write, actor, call)
    live, legs = call_legs.call_and_legs(write.connection, call.id)
    telephone_acts.send(write, actor, call, "again")
    for leg in call_legs.alive(legs):
        if leg.number and live is not None:
            telephone_acts.drop(write, actor, call, live, leg)
    since = queued_as_of(Channel.VOICE, write.now, 0)
    place = entry_values(call.id, target, QueueState.WAITING.value, write.now, since) | {"moved_at": write.now}
    if not intake.enter_queue(write.connection, place):
        queue.put_back(write.connection, call.id, target, write.now)
    interactions.give_back(write.connection, call.id, target)
    agent_states.change(write, actor, actor.account_id, AgentState.AVAILABLE, "")
    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "to queue", f"queue:{target}")
    write.changed("queue", call.id)


def _open(write: Write, actor: Actor, transfer_id: int) -> Offer:
    found = offers.offer_row(write.connection, transfer_id)
    if found is None or found.to_id != actor.account_id:
        raise AlreadyClaimed(_("This call is no longer offered to you."))
    call = interactions.locked(write.connection, found.interaction_id)
    if call is None:
        raise NotFound(_("This exchange is not in the store."))
    if call.state != InteractionState.TALKING:
        raise AlreadyClaimed(_("The caller has gone. The next item is shown."))
    found = offers.offer_row(write.connection, transfer_id)  # it may have ended while the call was locked
    if found is None:
        raise AlreadyClaimed(_("This call is no longer offered to you."))
    return found

"""An operator's acts on a live call: hold, mute, bring in, let go, hand over; each is asked of the carrier and told.

All of them leave rows in the outbox; what really happened comes back by the carrier's callbacks and is read by `line`.
"""

from contextlib import AbstractContextManager
from typing import Any

from grm_console.desk import (
    agent_states,
    dialling,
    emergency_calls,
    supervising,
    telephone_acts,
    third_parties,
    transfers,
)
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import CallLine, Ear, EmergencyChoice, LegLine, ThirdParty, TransferOffer
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.domain.call_legs import CALLER
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, EndReason, InteractionState, LegRole, LegState
from grm_console.errors import InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.store import call_legs, interactions, outbox
from grm_console.store import intake as rows
from grm_console.store import transfers as offers
from grm_console.store.call_legs import CallRow, LegRow
from grm_console.store.store import Write

SILENT = "silent"
"""The step of the caller's way that asks by keys."""


class Calls:
    """What one operator does with telephones."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def line(self, interaction_id: int) -> CallLine | None:
        """A call as its operator sees it; None as long as no telephone of ours was rung for it."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.reading() as connection:
            live = call_legs.call_row(connection, interaction_id)
            if live is None:
                return None
            legs = call_legs.leg_rows(connection, interaction_id)
            act = outbox.latest_act(connection, interaction_id)
            keys = call_legs.key_answers(connection, interaction_id, SILENT)
            offer = offers.open_offer(connection, interaction_id)
        return CallLine(
            interaction_id=interaction_id,
            legs=tuple(_leg_line(leg) for leg in legs),
            trouble=act[2] if act is not None and act[1] in ("failed", "unknown") and not _withdrawn(act) else "",
            keys=tuple(keys),
            transfer=transfers.view(offer) if offer is not None else None,
        )

    def hold(self, interaction_id: int, on_hold: bool) -> None:
        """Let the citizen hear music alone, or be with the others again."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            hold_citizen(write, self._actor, call, live, legs, on_hold)

    def mute(self, interaction_id: int, muted: bool) -> None:
        """Let nobody hear the operator, or let them again."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            telephone_acts.change(write, self._actor, call, live, own_leg(self._actor, legs), muted=muted)
            self._noted(write, interaction_id, "mute" if muted else "unmute")

    def directory(self, words: str) -> tuple[ThirdParty, ...]:
        """Departments, interpreters and colleagues whose names or duties hold the words, those who are free first."""
        return third_parties.directory(self._desk, self._actor, words)

    def add(self, interaction_id: int, party: ThirdParty, *, consult: bool) -> None:
        """Ring somebody into the call; `consult` puts the citizen on hold first, so that they do not hear it."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            if consult:
                hold_citizen(write, self._actor, call, live, legs, True)
            third_parties.add(write, self._actor, call, legs, party)

    def drop(self, interaction_id: int, number: int) -> None:
        """Take one leg out of the call; the citizen and oneself end with the call, see `Seat.end`."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            leg = next((each for each in call_legs.alive(legs) if each.number == number), None)
            if leg is None or number == CALLER or leg.account_id == self._actor.account_id:
                raise InvalidInput({"leg": _("Choose somebody who was brought into the call.")})
            telephone_acts.drop(write, self._actor, call, live, leg)
            self._noted(write, interaction_id, f"drop leg {number}")

    def together(self, interaction_id: int) -> None:
        """Everybody hears everybody."""
        self.hold(interaction_id, False)

    def leave(self, interaction_id: int) -> None:
        """Leave the citizen with whoever was brought in; the wrap-up begins."""
        actor = self._actor
        with self._writing() as write:
            call, live, legs = _talking(write, actor, interaction_id)
            others = [leg for leg in legs if leg.number != CALLER and leg.account_id != actor.account_id]
            if not any(leg.state == LegState.JOINED for leg in others):
                raise InvalidInput(
                    {"leg": _("Nobody else is on the line yet. Wait until they pick up, or end with F8.")}
                )
            hold_citizen(write, actor, call, live, legs, False)
            telephone_acts.drop(write, actor, call, live, own_leg(actor, legs))
            end_talking(write, actor, interaction_id)
            self._noted(write, interaction_id, "leave")

    # Handing over

    def offer(self, interaction_id: int, party: ThirdParty, note: str) -> None:
        """Offer the call to another operator, whose seat sees the card, the answers given and the note first."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            transfers.offer(write, self._actor, call, party, note)
            hold_citizen(write, self._actor, call, live, legs, True)

    def offered(self) -> TransferOffer | None:
        """The call somebody offers to this operator, if anybody does."""
        return transfers.offered(self._desk, self._actor)

    def accept(self, transfer_id: int) -> int:
        """Be rung into the offered call; gives its interaction."""
        return transfers.accept(self._desk, self._actor, transfer_id)

    def decline(self, transfer_id: int) -> None:
        """Say no to an offer."""
        transfers.decline(self._desk, self._actor, transfer_id)

    def complete(self, interaction_id: int) -> None:
        """Leave the call to the operator who has accepted it and picked up."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            transfers.complete(write, self._actor, call, legs)
            hold_citizen(write, self._actor, call, live, legs, False)
            telephone_acts.drop(write, self._actor, call, live, own_leg(self._actor, legs))

    def cancel(self, interaction_id: int) -> None:
        """Take an offer back; the citizen is on the line again."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            transfers.cancel(write, self._actor, call, live, legs)
            hold_citizen(write, self._actor, call, live, legs, False)

    def to_queue(self, interaction_id: int, queue_code: str, note: str) -> None:
        """Put the caller back into a queue, this one or another; their waiting-since stays."""
        with self._writing() as write:
            call, _live, _legs = _talking(write, self._actor, interaction_id)
            transfers.to_queue(write, self._actor, call, queue_code, note)

    # Danger, silence

    def emergency_choices(self, place: str) -> tuple[EmergencyChoice, ...]:
        """Whom to ring for a place, the fitting ones first."""

        return emergency_calls.choices(self._desk, self._actor, place)

    def emergency(self, interaction_id: int, area: str, place: str) -> EmergencyChoice:
        """Bring the service in, or learn the number to tell; time and place are logged, supervisors alarmed."""

        return emergency_calls.begin(self._desk, self._actor, interaction_id, area, place)

    def ask_silently(self, interaction_id: int) -> None:
        """Ask a caller who cannot speak to answer by keys; the caller comes back by itself."""
        with self._writing() as write:
            call, _live, _legs = _talking(write, self._actor, interaction_id)
            telephone_acts.send(write, self._actor, call, SILENT)
            self._noted(write, interaction_id, "silent question")

    # Outbound

    def dial(self, contact_point_id: int, contact_id: int | None) -> int:
        """Ring one's own telephone, then the citizen's; gives the exchange. Raises InvalidInput for a closed door."""
        return dialling.dial(self._desk, self._actor, contact_point_id, contact_id)

    # Supervisors

    def take_part(self, interaction_id: int, ear: Ear) -> None:
        """Listen to, whisper into, or join somebody else's call."""
        supervising.take_part(self._desk, self._actor, interaction_id, ear)

    def leave_ear(self, interaction_id: int) -> None:
        """Stop taking part."""
        supervising.leave(self._desk, self._actor, interaction_id)

    def _writing(self) -> AbstractContextManager[Write]:
        """A transaction for somebody who may take exchanges."""
        self._actor.require(Act.TAKE_INTERACTION)
        return self._desk.store.writing()

    def _noted(self, write: Write, interaction_id: int, what: str) -> None:
        record(write, self._actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", what)


def _talking(write: Write, actor: Actor, interaction_id: int) -> tuple[Any, CallRow, list[LegRow]]:
    """A call this operator talks in, with its legs; raises unless it is connected."""
    call = held(write, actor, interaction_id, InteractionState.TALKING)
    live = call_legs.call_row(write.connection, interaction_id)
    if live is None:
        raise InvalidInput({"state": _("This is no call on the line.")})
    legs = call_legs.leg_rows(write.connection, interaction_id)
    if not live.conference_sid or call.connected_at is None:
        raise InvalidInput({"state": _("The call is not connected yet. Pick up your telephone first.")})
    return call, live, legs


def own_leg(actor: Actor, legs: list[LegRow]) -> LegRow:
    """The operator's own telephone in a call; raises StaleChange if it is no longer there."""
    for leg in reversed(call_legs.alive(legs)):
        if leg.account_id == actor.account_id:
            return leg
    raise StaleChange(_("Your telephone is no longer in this call. Wrap it up (F9)."))


def hold_citizen(write: Write, actor: Actor, call: Any, live: CallRow, legs: list[LegRow], on_hold: bool) -> None:
    """Ask for the citizen's leg to be held or not; nothing to ask if it is so already."""
    citizen = legs[CALLER]
    if citizen.held != on_hold and citizen.state == LegState.JOINED:
        telephone_acts.change(write, actor, call, live, citizen, held=on_hold)
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{call.id}", "hold" if on_hold else "resume")
        write.changed("interaction", call.id)


def end_talking(write: Write, actor: Actor, interaction_id: int) -> None:
    """The operator's part is over while others go on: the wrap-up begins."""
    interactions.end(write.connection, interaction_id, write.now)
    rows.leave_queue(write.connection, interaction_id, write.now, EndReason.ANSWERED.value)
    agent_states.change(write, actor, actor.account_id, AgentState.WRAP_UP, "")
    write.changed("queue", interaction_id)


def _leg_line(leg: LegRow) -> LegLine:
    return LegLine(
        number=leg.number,
        role=LegRole(leg.role),
        name=leg.name,
        state=LegState(leg.state),
        held=leg.held,
        muted=leg.muted,
        coaching=leg.coaching,
        since=leg.left_at or leg.joined_at or leg.asked_at,
        outcome=leg.outcome,
        waits=leg.number == CALLER and leg.state == LegState.ASKED and bool(leg.sid),
    )


def _withdrawn(act: tuple[Any, ...]) -> bool:
    return bool(act[2] == telephone_acts.WITHDRAWN)

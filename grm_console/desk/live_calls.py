"""An operator's acts on a live call: hold, mute, bring in, let go, hand over; each is asked of the carrier and told.

All of them leave rows in the outbox; what really happened comes back by the carrier's callbacks and is read by `line`.
"""

from contextlib import AbstractContextManager
from typing import Any

from grm_console.desk import (
    callbacks,
    dialling,
    emergency_calls,
    leaving,
    supervising,
    telephone_acts,
    third_parties,
    transfers,
)
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import (
    CallLine,
    Ear,
    EmergencyChoice,
    KeyAnswer,
    LegLine,
    Refusal,
    ThirdParty,
    TransferOffer,
)
from grm_console.desk.desk import Desk, record
from grm_console.desk.holding import hold_citizen
from grm_console.desk.offer_ends import withdraw
from grm_console.desk.queue_work import held
from grm_console.domain.call_legs import CALLER
from grm_console.domain.permissions import Act
from grm_console.domain.words import InteractionState, LegRole, LegState, NotTaken
from grm_console.errors import InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.store import call_legs, outbox
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
            live, legs = call_legs.call_and_legs(connection, interaction_id)
            if live is None:
                return None
            act = outbox.latest_act(connection, interaction_id)
            keys = call_legs.key_answers(connection, interaction_id, SILENT)
            offer = offers.newest(connection, interaction_id)
            callback = callbacks.stands_for(connection, interaction_id)
        open_offer = offer if offer is not None and offer.settled_at is None else None
        return CallLine(
            interaction_id=interaction_id,
            legs=tuple(_leg_line(leg) for leg in legs),
            trouble=act[2] if act is not None and act[1] in ("failed", "unknown") and not _withdrawn(act) else "",
            keys=tuple(KeyAnswer(turn, key) for turn, key in keys),
            transfer=transfers.view(open_offer) if open_offer is not None else None,
            refusal=_refusal(offer),
            leaving=live.leaving,
            callback=callback,
        )

    def hold(self, interaction_id: int, on_hold: bool) -> None:
        """Let the citizen hear music alone, or be with the others again."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            offer = offers.open_offer(write.connection, interaction_id)
            if offer is not None:
                offers.hold_is_ones_own(write.connection, offer.id)
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

    def leave(self, interaction_id: int) -> bool:
        """Leave the citizen with the department that was brought in, and go on to the wrap-up.

        Gives whether that was at once; else it comes as soon as a person is there, unless `stay` is called. Raises
        InvalidInput if nobody was brought in, or a machine picked up: then the citizen stays with the operator.
        """
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            return leaving.leave(write, self._actor, call, live, legs)

    def stay(self, interaction_id: int) -> None:
        """Do not leave after all."""
        with self._writing() as write:
            call, _live, _legs = _talking(write, self._actor, interaction_id)
            leaving.stay(write, self._actor, call)

    def person_there(self, interaction_id: int, number: int) -> None:
        """The carrier took somebody for a machine, and the operator hears a person."""
        with self._writing() as write:
            call, _live, legs = _talking(write, self._actor, interaction_id)
            if not 0 <= number < len(legs) or not legs[number].machine:
                raise InvalidInput({"leg": _("Nobody in this call is taken for a machine.")})
            call_legs.set_person(write.connection, call.id, number)
            self._noted(write, interaction_id, f"person on leg {number}")
            write.changed("interaction", interaction_id)

    # Handing over

    def offer(self, interaction_id: int, party: ThirdParty, note: str) -> None:
        """Offer the call to another operator, whose seat sees the card, the answers given and the note first."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            transfers.offer(write, self._actor, call, live, legs, party, note)

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
            telephone_acts.drop(write, self._actor, call, live, own_leg(self._actor, legs))

    def cancel(self, interaction_id: int) -> None:
        """Take an offer back; the citizen is on the line again."""
        with self._writing() as write:
            call, live, legs = _talking(write, self._actor, interaction_id)
            withdraw(write, self._actor, call)
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
    live, legs = call_legs.call_and_legs(write.connection, interaction_id)
    if live is None:
        raise InvalidInput({"state": _("This is no call on the line.")})
    if not live.conference_sid or call.connected_at is None:
        raise InvalidInput({"state": _("The call is not connected yet. Pick up your telephone first.")})
    return call, live, legs


def own_leg(actor: Actor, legs: list[LegRow]) -> LegRow:
    """The operator's own telephone in a call; raises StaleChange if it is no longer there."""
    for leg in reversed(call_legs.alive(legs)):
        if leg.account_id == actor.account_id:
            return leg
    raise StaleChange(_("Your telephone is no longer in this call. Wrap it up (F9)."))


def _refusal(offer: offers.Offer | None) -> Refusal | None:
    if offer is None or not offer.not_taken or offer.settled_at is None:
        return None
    return Refusal(offer.id, offer.to_name, NotTaken(offer.not_taken), offer.holds, offer.settled_at)


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
        machine=leg.machine,
        person=leg.person,
        language=leg.language,
        joined_at=leg.joined_at,
        left_at=leg.left_at,
    )


def _withdrawn(act: tuple[Any, ...]) -> bool:
    return bool(act[2] == telephone_acts.WITHDRAWN)

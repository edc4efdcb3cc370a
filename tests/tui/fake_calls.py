"""The telephone part of a fake seat: it plays the carrier, and lists what was asked of it in the seat's `done`."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from grm_console.desk.call_views import CallLine, EmergencyChoice, LegLine, ThirdParty, TransferOffer
from grm_console.domain.words import InteractionState, LegRole, LegState

PARTIES = (
    ThirdParty(LegRole.DEPARTMENT, "water", "Water Supply", "+1 202 555 0160", "24/7 · outages, bills"),
    ThirdParty(LegRole.INTERPRETER, "int-zh", "Interpreters 中文", "+1 202 555 0166", "Mo-Fr 8-18 · zh"),
    ThirdParty(LegRole.DEPARTMENT, "parks", "Parks", "", "no telephone"),
    ThirdParty(LegRole.OPERATOR, "ana", "Ana Ortiz", "sip:ana", "Available · es"),
    ThirdParty(LegRole.OPERATOR, "kim", "Kim Soo", "sip:kim", "Talking", free=False),
    ThirdParty(LegRole.CALLER, "housing", "Housing", "", "2 waiting"),
)

FIRE = EmergencyChoice("Old Town", "119", True, "Stay on the line. The fire brigade is being called.", True)
POLICE = EmergencyChoice("everywhere", "110", False, "Hang up and dial 110 now.", False)


class FakeCalls:
    """Telephones that do at once what is asked of them; `seat` is the FakeSeat it belongs to."""

    def __init__(self, seat: Any) -> None:
        self._seat = seat
        self.lines: dict[int, CallLine] = {}
        self.offer_made: TransferOffer | None = None

    # -- the outside world

    def connect(self, interaction_id: int = 41, **others: LegLine) -> CallLine:
        """Operator and citizen are both on the line, with whoever else is named."""
        legs = (self.leg(0, LegRole.CALLER), self.leg(1, LegRole.OPERATOR, self._seat.me.full_name), *others.values())
        return self.put(CallLine(interaction_id, legs, "", (), None))

    def leg(
        self, number: int, role: LegRole, name: str = "", state: LegState = LegState.JOINED, **changes: Any
    ) -> LegLine:
        """A leg that stands so for 63 seconds."""
        since = self._seat.now - timedelta(seconds=63)
        leg = LegLine(number, role, name, state, False, False, False, since, "")
        return replace(leg, **changes)

    def put(self, line: CallLine) -> CallLine:
        """The call stands so now."""
        self.lines[line.interaction_id] = line
        self._seat.change("interaction")
        return line

    def change(self, interaction_id: int = 41, **changes: Any) -> CallLine:
        """Something of the call is otherwise now."""
        return self.put(replace(self.lines[interaction_id], **changes))

    def change_leg(self, interaction_id: int, number: int, **changes: Any) -> CallLine:
        """One leg is otherwise now."""
        legs = tuple(
            replace(leg, **changes) if leg.number == number else leg for leg in self.lines[interaction_id].legs
        )
        return self.change(interaction_id, legs=legs)

    def propose(self, offer: TransferOffer | None) -> None:
        """A colleague offers a call, or takes the offer back."""
        self.offer_made = offer
        self._seat.change("queue")

    # -- the part

    def line(self, interaction_id: int) -> CallLine | None:
        return self.lines.get(interaction_id)

    def offered(self) -> TransferOffer | None:
        return self.offer_made

    def hold(self, interaction_id: int, on_hold: bool) -> None:
        self._seat._act("hold", interaction_id, on_hold)
        self.change_leg(interaction_id, 0, held=on_hold)

    def mute(self, interaction_id: int, muted: bool) -> None:
        self._seat._act("mute", interaction_id, muted)
        self.change_leg(interaction_id, 1, muted=muted)

    def directory(self, words: str) -> tuple[ThirdParty, ...]:
        wanted = words.casefold().split()
        return tuple(p for p in PARTIES if all(word in f"{p.name} {p.detail}".casefold() for word in wanted))

    def add(self, interaction_id: int, party: ThirdParty, *, consult: bool) -> None:
        self._seat._act("add", interaction_id, party.key, consult)
        line = self.lines[interaction_id]
        number = max(leg.number for leg in line.legs) + 1
        ringing = replace(self.leg(number, party.role, party.name, LegState.RINGING), since=self._seat.now)
        self.change(interaction_id, legs=(*line.legs, ringing))
        if consult:
            self.change_leg(interaction_id, 0, held=True)

    def drop(self, interaction_id: int, number: int) -> None:
        self._seat._act("drop", interaction_id, number)
        self.change_leg(interaction_id, number, state=LegState.LEFT, since=self._seat.now)

    def together(self, interaction_id: int) -> None:
        self._seat._act("together", interaction_id)
        self.change_leg(interaction_id, 0, held=False)

    def leave(self, interaction_id: int) -> bool:
        self._seat._act("leave", interaction_id)
        waiting = [leg for leg in self.lines[interaction_id].legs if leg.state is LegState.RINGING]
        if waiting:
            self.change(interaction_id, leaving=waiting[-1].number)
            return False
        self._seat._set(interaction_id, state=InteractionState.WRAP_UP, ended_at=self._seat.now)
        return True

    def stay(self, interaction_id: int) -> None:
        self._seat._act("stay", interaction_id)
        self.change(interaction_id, leaving=None)

    def person_there(self, interaction_id: int, number: int) -> None:
        self._seat._act("person", interaction_id, number)
        self.change_leg(interaction_id, number, machine=False, person=True)

    def offer(self, interaction_id: int, party: ThirdParty, note: str) -> None:
        self._seat._act("offer", interaction_id, party.key, note)
        self.change(
            interaction_id, transfer=TransferOffer(3, interaction_id, self._seat.me.full_name, party.name, note, False)
        )

    def accept(self, transfer_id: int) -> int:
        self._seat._act("accept", transfer_id)
        assert self.offer_made is not None
        self.propose(replace(self.offer_made, accepted=True))
        return self.offer_made.interaction_id

    def decline(self, transfer_id: int) -> None:
        self._seat._act("decline", transfer_id)
        self.propose(None)

    def complete(self, interaction_id: int) -> None:
        self._seat._act("complete", interaction_id)
        del self._seat.cards[interaction_id]

    def cancel(self, interaction_id: int) -> None:
        self._seat._act("cancel", interaction_id)
        self.change(interaction_id, transfer=None)

    def to_queue(self, interaction_id: int, queue_code: str, note: str) -> None:
        self._seat._act("to_queue", interaction_id, queue_code, note)
        del self._seat.cards[interaction_id]

    def emergency_choices(self, place: str) -> tuple[EmergencyChoice, ...]:
        if "station" in place.casefold():
            return replace(POLICE, fits=True), replace(FIRE, fits=False)
        return FIRE, POLICE

    def emergency(self, interaction_id: int, area: str, place: str) -> EmergencyChoice:
        self._seat._act("emergency", interaction_id, area, place)
        choice = next(choice for choice in (FIRE, POLICE) if choice.area == area)
        return replace(choice, can_dial=choice.can_dial and interaction_id in self.lines)

    def ask_silently(self, interaction_id: int) -> None:
        self._seat._act("ask_silently", interaction_id)

    def dial(self, contact_point_id: int, contact_id: int | None) -> int:
        self._seat._act("dial", contact_point_id, contact_id)
        return 41

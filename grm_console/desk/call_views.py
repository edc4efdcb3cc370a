"""What screens get to see of a live call: frozen rows. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grm_console.domain.words import CallbackReason, CallbackState, EndReason, LegRole, LegState, NotTaken


@dataclass(frozen=True, slots=True)
class LegLine:
    """One telephone of a call."""

    number: int
    """0 is the citizen's."""
    role: LegRole
    name: str
    state: LegState
    held: bool
    muted: bool
    coaching: bool
    since: datetime
    """When it was asked for, or joined, or left."""
    outcome: str
    """The carrier's last word, e.g. `no-answer`; empty as long as it lives."""
    waits: bool = False
    """A citizen who called and is not brought in yet."""
    machine: bool = False
    """Whether an answering machine picked up, as far as anybody knows."""
    person: bool = False
    """Whether somebody of ours has heard a person where the carrier took them for a machine."""
    language: str = ""
    """Of an interpreter: into which language."""
    joined_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TransferOffer:
    """A live call that one operator offers to another."""

    transfer_id: int
    interaction_id: int
    from_name: str
    to_name: str
    note: str
    accepted: bool
    answers: tuple[str, ...] = ()
    """The standard answers given in it so far, as code and question."""
    on_the_line: bool = False
    """Whether whoever it is offered to has picked up, and talks with whoever offers it."""


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What somebody who cannot speak answered by a key."""

    question: int
    """0 whether they cannot speak or want a text, then whether in danger, an ambulance, the police."""
    key: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An offer that was not taken: the call is with whoever offered it."""

    transfer_id: int
    to_name: str
    why: NotTaken
    resumed: bool
    """Whether the citizen was taken back from hold by it; else they are where they were before the offer."""
    at: datetime


@dataclass(frozen=True, slots=True)
class CallLine:
    """A live call as its operator sees it."""

    interaction_id: int
    legs: tuple[LegLine, ...]
    trouble: str
    """Why the last telephone act failed, and what to do; empty while nothing did."""
    keys: tuple[KeyAnswer, ...]
    """What the caller answered by keys to a silent question, oldest first."""
    transfer: TransferOffer | None
    refusal: Refusal | None = None
    """What became of the last offer, if it was not taken and none is open."""
    leaving: int | None = None
    """The leg with which the citizen is left as soon as a person is sure to be there."""
    callback: bool = False
    """Whether somebody is called back by it."""

    @property
    def held(self) -> bool:
        """Whether the citizen is on hold."""
        return any(leg.number == 0 and leg.held for leg in self.legs)

    def leg(self, role: LegRole) -> LegLine | None:
        """The newest live leg of a role."""
        alive = (LegState.ASKED, LegState.RINGING, LegState.JOINED)
        return next((leg for leg in reversed(self.legs) if leg.role is role and leg.state in alive), None)


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """Whom an operator may bring into a call or hand it to."""

    role: LegRole
    key: str
    """Code of a department, name of a staff account, or what an interpreter is listed under."""
    name: str
    number: str
    """What is dialled; empty for somebody who cannot be reached by telephone."""
    detail: str
    """Hours and duties of a department; state of an operator."""
    free: bool = True
    language: str = ""
    """Into which language an interpreter interprets."""


@dataclass(frozen=True, slots=True)
class EmergencyChoice:
    """An emergency service for a place."""

    area: str
    number: str
    """What the citizen is told to dial."""
    can_dial: bool
    """Whether the desk may bring the service into the call."""
    script: str
    fits: bool
    """Whether the area's words stand in the place of the matter."""


class Ear(StrEnum):
    """How a supervisor takes part in somebody else's call."""

    LISTEN = "listen"
    WHISPER = "whisper"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """One callback of the list."""

    interaction_id: int
    number: str
    """Masked; the card shows it whole once the callback is taken."""
    queue: str
    language: str
    reason: CallbackReason
    state: CallbackState
    asked_at: datetime
    window_from: datetime
    window_to: datetime
    attempts: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class MissedCall:
    """A call nobody talked in, not seen to yet."""

    interaction_id: int
    contact_point_id: int | None
    number: str
    """Masked."""
    queue: str
    language: str
    end_reason: EndReason
    at: datetime
    waited_seconds: int
    voicemail: bool

"""The people and machines at the other end of a line: when they answer, what they do, when they hang up."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grm_console.standin.call import Call

_EMERGENCY = frozenset({"911", "112", "933"})
_ALONE_SECONDS = 3.0
"""How long somebody stays on a line on which nobody else is."""
_BACK_SECONDS = 2.0
"""How long somebody who is done stays when they are taken from hold."""
_MACHINE_SECONDS = 25.0
"""How long an answering machine listens."""


class Habit(StrEnum):
    """Who or what is reached at a number."""

    OPERATOR = "operator"
    DEPARTMENT = "department"
    CITIZEN = "citizen"
    MACHINE = "machine"
    """An answering machine that picks up at once, as out of hours."""
    VOICEMAIL = "voicemail"
    """One that picks up when nobody has answered for a while."""
    BUSY = "busy"
    NO_ANSWER = "no-answer"


class Manner:
    """Somebody who stays on the line until it is cut: an operator, whose desk hangs up."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def waits(self, call: "Call") -> None:
        """The call waits for somebody."""

    def hears(self, call: "Call", others: Sequence["Call"], *, held: bool) -> None:
        """These others are now in the conference; a held call hears none of them."""

    def stop(self) -> None:
        """The call is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _after(self, call: "Call", seconds: float, why: str) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds / call.pace, call.hang_up, why)


class Colleague(Manner):
    """A department, an interpreter, a dispatcher: they hang up when nobody is left to talk to."""

    def hears(self, call: "Call", others: Sequence["Call"], *, held: bool) -> None:
        if others:
            self.stop()
        else:
            self._after(call, _ALONE_SECONDS, "nobody was there")


class Machine(Manner):
    """An answering machine: it answers like a person and hangs up after a while, whoever listens."""

    def hears(self, call: "Call", others: Sequence["Call"], *, held: bool) -> None:
        if self._timer is None:
            self._after(call, _MACHINE_SECONDS, "the answering machine was full")


class Citizen(Manner):
    """Somebody who waits as long as their patience lasts, talks for a while, and hangs up unless held."""

    def __init__(self, patience: float, talk: float, opening: str) -> None:
        """`patience` and `talk` in seconds."""
        super().__init__()
        self._patience = patience
        self._talk = talk
        self._opening = opening
        self._talking = False
        self._held = False
        self._done = False

    def waits(self, call: "Call") -> None:
        self._talking = False
        self._after(call, self._patience, "the caller gave up")

    def hears(self, call: "Call", others: Sequence["Call"], *, held: bool) -> None:
        back, self._held = self._held and not held, held
        if self._done:
            if back or not others:
                self._after(call, _BACK_SECONDS, "the caller hung up")
        elif not others:
            if self._talking or self._timer is None:
                self.waits(call)
        elif not self._talking:
            self._talking = True
            call.say("talks", device=others[0].recipient, opening=self._opening)
            self.stop()
            self._timer = asyncio.get_running_loop().call_later(self._talk / call.pace, self._has_said_all, call)

    def _has_said_all(self, call: "Call") -> None:
        self._done = self._held
        if not self._held:
            call.hang_up("the caller hung up")


@dataclass(frozen=True, slots=True)
class Pickup:
    """What a telephone does when it rings: after so many seconds it is answered by somebody, or not at all."""

    seconds: float
    habit: Habit
    manner: Manner
    outcome: str = "in-progress"
    """The carrier's word: `in-progress`, `busy`, `no-answer`."""


class Phones:
    """Everybody who can be called, by number."""

    def __init__(
        self,
        citizens: Iterable[str],
        departments: Iterable[str],
        habits: Mapping[str, Habit],
        *,
        no_answer: float,
        patience: float,
        talk: float,
    ) -> None:
        """`habits` wins over all else; `no_answer` is the share of rings that operators' telephones miss."""
        self._known = dict.fromkeys(citizens, Habit.CITIZEN) | dict.fromkeys(departments, Habit.DEPARTMENT)
        self._known |= habits
        self._set = frozenset(habits)
        self._no_answer = no_answer
        self._patience = patience
        self._talk = talk

    def meet(self, number: str) -> None:
        """A citizen calls from this number, so that a citizen is reached there."""
        if number not in self._set:
            self._known[number] = Habit.CITIZEN

    def pick_up(self, number: str, opening: str, draw: Random) -> Pickup:
        """What happens when this number is rung; a number nobody knows is an operator's device."""
        habit = Habit.DEPARTMENT if number in _EMERGENCY else self._known.get(number, Habit.OPERATOR)
        match habit:
            case Habit.DEPARTMENT:
                return Pickup(draw.uniform(2, 5), habit, Colleague())
            case Habit.CITIZEN:
                return Pickup(draw.uniform(2, 8), habit, self.citizen(opening, draw))
            case Habit.MACHINE:
                return Pickup(draw.uniform(2, 4), habit, Machine())
            case Habit.VOICEMAIL:
                return Pickup(draw.uniform(12, 18), habit, Machine())
            case Habit.BUSY:
                return Pickup(draw.uniform(0.5, 1.5), habit, Manner(), "busy")
            case Habit.OPERATOR if draw.random() >= self._no_answer:
                return Pickup(draw.uniform(1, 3), habit, Manner())
        return Pickup(1e9, habit, Manner(), "no-answer")

    def citizen(self, opening: str, draw: Random) -> Citizen:
        """A citizen with a patience and a need to talk of their own."""
        return Citizen(self._patience * draw.uniform(0.6, 1.6), self._talk * draw.uniform(0.6, 1.6), opening)

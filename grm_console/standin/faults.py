"""What goes wrong: REST calls refused, failed before and after the deed, slow; texts whose webhook never comes."""

from dataclasses import dataclass
from enum import Enum, auto
from random import Random


class Fault(Enum):
    """What becomes of one REST call."""

    NONE = auto()
    TOO_MANY = auto()
    """Refused (429), nothing done."""
    BEFORE = auto()
    """Failed (503), nothing done."""
    AFTER = auto()
    """Done, but the answer says that it failed (500)."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of REST calls and of citizens' texts from 0 to 1, and seconds of delay."""

    too_many: float = 0.0
    failing: float = 0.0
    slow: float = 0.0
    """An answer comes up to so many seconds later."""
    lost_texts: float = 0.0
    """Citizens' texts that are in the account's list although no webhook ever told of them."""

    def draw(self, draw: Random) -> tuple[Fault, float]:
        """What becomes of a call, and how late it is answered in seconds."""
        chance, late = draw.random(), draw.random() * self.slow
        if chance < self.too_many:
            return Fault.TOO_MANY, late
        if chance < self.too_many + self.failing:
            return draw.choice((Fault.BEFORE, Fault.AFTER)), late
        return Fault.NONE, late

    undelivered: float = 0.0
    """The desk's texts that do not arrive, whoever they are for."""

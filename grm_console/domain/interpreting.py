"""How long interpreters were on the line, as clocks count it and as carriers bill it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What some interpreters' legs come to together."""

    legs: int = 0
    seconds: int = 0
    """Whole seconds."""
    minutes: int = 0
    """Billed minutes: each leg for itself is rounded up to the minute begun, as carriers bill participants."""

    def __add__(self, other: "Interpreted") -> "Interpreted":
        return Interpreted(self.legs + other.legs, self.seconds + other.seconds, self.minutes + other.minutes)


def interpreted(joined_at: datetime, left_at: datetime) -> Interpreted:
    """One leg from joining to leaving; one that joined at all costs a minute."""
    seconds = max(0, int((left_at - joined_at).total_seconds()))
    return Interpreted(1, seconds, max(1, -(-seconds // 60)))


def altogether(parts: Iterable[Interpreted]) -> Interpreted:
    """Several together; each was rounded before."""
    return sum(parts, Interpreted())

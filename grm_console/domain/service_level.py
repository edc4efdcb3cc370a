"""How well a queue was served: what was offered, answered and given up, and the share answered in time.

Offered = answered + abandoned; who still waits is told apart from both. The clock starts when the item is queued:
for what is written that is the queue's delay after it came.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum


class Variant(StrEnum):
    """Which share is called the service level; the value is the formula, and it is always printed with the figure.

    n answered in target, N answered, a given up within the target, A given up. Source: ICMI 2005, Service Level
    Calculations; its example N=1000, A=60, n=860, a=20 gives 83.0, 86.0, 81.1 and 82.7 %.
    """

    EVERYBODY = "(n+a)/(N+A)"
    ANSWERED_ONLY = "n/N"
    ALL_ABANDONS = "n/(N+A)"
    SHORT_ABANDONS_LEFT_OUT = "n/(N+A-a)"


IN_FORCE = Variant.SHORT_ABANDONS_LEFT_OUT
"""The variant of this desk: who hangs up within the target could not be served better."""


@dataclass(frozen=True, slots=True)
class Served:
    """What became of the items of one queue and door whose wait is over."""

    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_in_target: int = 0

    @property
    def offered(self) -> int:
        """All whose wait is over."""
        return self.answered + self.abandoned

    def divisor(self, variant: Variant = IN_FORCE) -> int:
        """What the share is taken of."""
        return {
            Variant.EVERYBODY: self.offered,
            Variant.ANSWERED_ONLY: self.answered,
            Variant.ALL_ABANDONS: self.offered,
            Variant.SHORT_ABANDONS_LEFT_OUT: self.offered - self.abandoned_in_target,
        }[variant]

    def level(self, variant: Variant = IN_FORCE) -> float | None:
        """The service level from 0 to 1; None while nothing counts, which is neither good nor bad."""
        divisor = self.divisor(variant)
        if divisor <= 0:
            return None
        served = self.answered_in_target + (self.abandoned_in_target if variant is Variant.EVERYBODY else 0)
        return served / divisor


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The local midnights before and after a moment, in UTC: what counts as today.

    They are 23 or 25 hours apart when the clocks change.
    """
    day = moment.astimezone().date()
    begin, end = (datetime.combine(date, time(0)).astimezone() for date in (day, day + timedelta(days=1)))
    return begin.astimezone(moment.tzinfo), end.astimezone(moment.tzinfo)


class Grade(StrEnum):
    """How a figure stands against its target; a screen shows each by colour and by shape."""

    GOOD = "good"
    WARNING = "warning"
    LATE = "late"


GOOD_LEVEL = 0.8
"""80 % in target is the trade's usual aim (80/20)."""

POOR_LEVEL = 0.6


def grade_level(level: float | None) -> Grade | None:
    """How a service level stands; None while there is none."""
    if level is None:
        return None
    return Grade.GOOD if level >= GOOD_LEVEL else Grade.WARNING if level >= POOR_LEVEL else Grade.LATE


def grade_wait(counted_since: datetime, target_seconds: int, now: datetime) -> Grade:
    """How a wait stands: warning from half of the target on, late beyond it.

    `counted_since` is when the item counts as queued, which for what is written lies later than its arrival.
    """
    waited, target = now - counted_since, timedelta(seconds=target_seconds)
    return Grade.LATE if waited > target else Grade.WARNING if waited * 2 > target else Grade.GOOD

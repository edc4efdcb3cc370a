"""Whether suddenly more people than usual bring the same topic.

What is counted are different people (contact points) in the last hour, never exchanges: one caller who rings without
end, or one telephone that sends a flood of texts, is one. What is usual for this hour of the week is learnt from the
same local hour, and the ones beside it, of the weeks before. How many to expect is then uncertain in two ways, how the
numbers scatter and how little is known, and both are in the negative binomial that a gamma prior on the rate gives;
so a topic that is hardly ever heard of needs several callers, and a busy one needs many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import exp, lgamma, log, log1p

WINDOW = timedelta(hours=1)
"""Over how long people are counted."""
WEEKS = 8
"""How many weeks before tell what is usual."""
FEWEST_WEEKS = 2
"""With fewer weeks of history nothing is usual yet, and no alarm is raised."""
FEWEST_ASKERS = 5
"""Different people that an alarm needs at least."""
LEAST_TIMES = 2.0
"""So many times the usual number an alarm needs at least."""
RARE = 1e-5
"""Probability of so many people, or more, by chance under which an alarm is raised."""
CALM = 0.02
"""Probability from which on it is over."""
SCATTER = 0.06
"""How much hours of one kind differ beyond chance, as the square of a share: 0.06 is about a quarter up or down."""
_PRIOR_PEOPLE, _PRIOR_HOURS = 0.5, 1.0
"""Before anything is known: half a person in an hour, worth one hour of counting."""
MOST_LEVEL = 3.0
"""The whole desk may be so many times as busy as usual; beyond it, it is a burst of everything."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is known of one topic at one hour of the week."""

    people: float
    """Counted in all of the hours together."""
    hours: float

    @property
    def rate(self) -> float:
        """People in an hour, as far as is known."""
        return (self.people + _PRIOR_PEOPLE) / (self.hours + _PRIOR_HOURS)


@dataclass(frozen=True, slots=True)
class Burst:
    """A topic's last hour against the usual."""

    askers: int
    expected: float
    chance: float
    """Probability of so many or more where nothing is the matter."""

    @property
    def times(self) -> float:
        """How many times the usual it is."""
        return self.askers / self.expected

    @property
    def begins(self) -> bool:
        """Whether an alarm is to be raised."""
        return self.askers >= FEWEST_ASKERS and self.times >= LEAST_TIMES and self.chance < RARE

    @property
    def goes_on(self) -> bool:
        """Whether an alarm that was raised still holds."""
        return self.askers >= FEWEST_ASKERS and self.chance < CALM


def usual(weeks: Sequence[Sequence[float]]) -> Usual:
    """What is usual, from people in the hour before, the same hour and the hour after, for each of some weeks.

    The busiest and, from four weeks on, the quietest week are left out: an earlier burst or a holiday is not usual.
    The hours beside count half.
    """
    sums = sorted(before / 2 + same + after / 2 for before, same, after in weeks)
    if len(sums) > 2:
        sums = sums[1:-1] if len(sums) > 3 else sums[:-1]
    return Usual(sum(sums), 2.0 * len(sums))


def burst(askers: int, of: Usual, level: float = 1.0) -> Burst:
    """A topic's last hour; `level` is how many times as busy as usual all other topics together are."""
    busy = min(max(level, 1.0), MOST_LEVEL)
    expected = of.rate * busy
    # Gamma-Poisson: the rate's own uncertainty, and the scatter of such hours beyond chance, as one gamma.
    spread = 1 / (of.people + _PRIOR_PEOPLE) + SCATTER
    return Burst(askers, expected, _tail(askers, expected, 1 / spread))


def level(now: float, usually: float) -> float:
    """How many times as busy as usual the desk is, drawn towards 1 where there is little to go by."""
    return (now + 10) / (usually + 10)


def began(moments: Iterable[datetime], expected: float, window_end: datetime) -> datetime:
    """Since when people come faster than usual within the last hour, in whole five minutes.

    The moment after which they are most above what was to be expected (the largest likelihood ratio of a change).
    `moments` are the first of each person.
    """
    sorted_moments = sorted(moments)
    per_second = max(expected, 0.1) / WINDOW.total_seconds()
    best, since = -1.0, sorted_moments[0] if sorted_moments else window_end
    for place, moment in enumerate(sorted_moments):
        count = len(sorted_moments) - place
        usual_count = per_second * max((window_end - moment).total_seconds(), 60.0)
        gain = count * log(count / usual_count) - (count - usual_count) if count > usual_count else 0.0
        if gain > best:
            best, since = gain, moment
    return since.replace(minute=since.minute - since.minute % 5, second=0, microsecond=0)


def hours_before(now: datetime, zone: tzinfo | None, weeks: int = WEEKS) -> list[tuple[datetime, datetime]]:
    """The hour that ends now, in each of the weeks before, newest first: by the local clock, whatever summer time did.

    `zone` None is the machine's own.
    """
    local = now.astimezone(zone)
    found = []
    for week in range(1, weeks + 1):
        wall = local.replace(tzinfo=None) - timedelta(weeks=week)
        end = (wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()).astimezone(now.tzinfo)
        found.append((end - WINDOW, end))
    return found


def _tail(count: int, mean: float, shape: float) -> float:
    """Probability of `count` or more by a negative binomial of this mean and shape (variance mean + mean²/shape)."""
    if count <= 0:
        return 1.0
    log_fail, log_hit = log(shape / (shape + mean)), log(mean / (shape + mean))
    if count <= mean:
        below = sum(_mass(number, shape, log_fail, log_hit) for number in range(count))
        return max(0.0, 1 - below)
    # Above the mean the masses fall: summed from the largest on, without loss of small numbers.
    total, number = 0.0, count
    mass = _mass(number, shape, log_fail, log_hit)
    while mass > total * 1e-12:
        total += mass
        mass *= exp(log_hit + log1p((shape - 1) / (number + 1)))
        number += 1
    return min(1.0, total)


def _mass(number: int, shape: float, log_fail: float, log_hit: float) -> float:
    ways = lgamma(number + shape) - lgamma(shape) - lgamma(number + 1)
    return exp(ways + shape * log_fail + number * log_hit)

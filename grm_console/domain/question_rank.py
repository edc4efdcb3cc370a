"""Which unanswered questions deserve an answer first, who may read their words, and whether an answer helped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FEWEST_ASKERS = 3
"""Different people who must have asked before anybody but the desk may read words of theirs (k-anonymity)."""
SPAN = timedelta(days=28)
"""How far back demand is counted, and the longest span that is compared before and after."""
SHORTEST_SPAN = timedelta(days=7)
"""Below so much time since it took effect nothing is said of an answer's effect."""
FEWEST_BEFORE = 5
"""Askers before it below which a drop says nothing."""
GROWN_TIMES, GROWN_BY = 2, 3
"""A proposal set aside comes back when so many times as many people ask, and at least so many more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question without a good answer."""

    at: datetime
    asker: str
    """Equal for the same contact point; "" for all who cannot be told apart, so that nobody counts twice."""
    confidence: int
    """How sure the engine was of its best answer, in percent."""
    exchange: int = 0
    """The exchange in which it was asked: the same asked in other words in one exchange is no second time."""


@dataclass(frozen=True, slots=True)
class Rank:
    """A group of questions in figures."""

    questions: int
    askers: int
    """Different people."""
    repeats: int
    """Of them, those who asked in more than one exchange."""
    gap: int
    """How badly it was answered, in percent."""

    @property
    def score(self) -> float:
        """Demand x gap x repeats: askers x gap x (1 + share of askers who had to ask again).

        Each person counts once in demand and at most once in repeats, so that whoever asks a hundred times raises a
        group by no more than whoever asks twice. Between 0 and twice the number of askers.
        """
        again = self.repeats / self.askers if self.askers else 0.0
        return self.askers * self.gap / 100 * (1 + again)


def rank(questions: Iterable[Asked]) -> Rank:
    """The figures of a group; the gap is 1 less the mean confidence of each asker's best answered question."""
    asked = list(questions)
    times = Counter(who for who, _exchange in {(one.asker, one.exchange) for one in asked})
    best: dict[str, int] = {}
    for one in asked:
        best[one.asker] = max(best.get(one.asker, 0), one.confidence)
    gap = round(100 - sum(best.values()) / len(best)) if best else 0
    return Rank(len(asked), len(times), sum(count > 1 for who, count in times.items() if who), gap)


def may_show_words(askers: int, reads_exchanges: bool, fewest: int = FEWEST_ASKERS) -> bool:
    """Whether somebody may read (masked) words of a group."""
    return reads_exchanges or askers >= fewest


def grew_markedly(askers: int, when_set_aside: int) -> bool:
    """Whether so many more people ask than when it was set aside that it must be decided again."""
    return askers >= max(GROWN_TIMES * when_set_aside, when_set_aside + GROWN_BY)


class Told(StrEnum):
    """What can be said of an answer's effect."""

    NOT_PUBLISHED = "not-published"
    TOO_EARLY = "too-early"
    TOO_FEW = "too-few"
    FEWER = "fewer"
    AS_MANY = "as-many"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Effect:
    """Who asked without a good answer in equal spans before and after one came into force."""

    told: Told
    days: int = 0
    """Length of each span."""
    askers_before: int = 0
    askers_after: int = 0
    repeats_before: int = 0
    repeats_after: int = 0

    @property
    def change(self) -> int:
        """By how many percent there are more (or, below 0, fewer) askers; 0 if nothing can be said."""
        if self.told not in (Told.FEWER, Told.AS_MANY, Told.MORE):
            return 0
        return round(100 * (self.askers_after - self.askers_before) / self.askers_before)


def effect(questions: Iterable[Asked], in_force: datetime | None, now: datetime) -> Effect:
    """What came of an answer in force since a moment.

    Fewer or more is said only where chance alone would hardly do it: of askers that fall into either span by a fair
    coin, so uneven a share comes up in less than one case of twenty (binomial test, both sides).
    """
    if in_force is None or in_force > now:
        return Effect(Told.NOT_PUBLISHED)
    span = min(now - in_force, SPAN)
    asked = list(questions)
    before = rank(one for one in asked if in_force - span <= one.at < in_force)
    after = rank(one for one in asked if in_force <= one.at < in_force + span)
    figures = (span.days, before.askers, after.askers, before.repeats, after.repeats)
    if span < SHORTEST_SPAN:
        return Effect(Told.TOO_EARLY, *figures)
    if before.askers < FEWEST_BEFORE:
        return Effect(Told.TOO_FEW, *figures)
    if _by_chance(before.askers, after.askers) >= 0.05:
        return Effect(Told.AS_MANY, *figures)
    return Effect(Told.FEWER if after.askers < before.askers else Told.MORE, *figures)


def _by_chance(one: int, other: int) -> float:
    """How likely a fair coin divides their sum at least so unevenly."""
    total, least = one + other, min(one, other)
    ways, tail = 1, 0
    for count in range(least + 1):
        tail += ways
        ways = ways * (total - count) // (count + 1)
    return float(min(1.0, 2 * tail / 2**total))

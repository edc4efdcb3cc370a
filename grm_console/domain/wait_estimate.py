"""How long a caller will wait, told honestly: from what others waited lately, or not at all."""

from collections.abc import Sequence
from math import ceil

LATEST = 20
"""Answered waits that an estimate is made of."""
_ROUGHER_FROM = 10
_ROUGH = 5
"""Minutes: what is longer than the first is told in steps of the second, as nobody knows it better."""


def estimate_minutes(waits: Sequence[float], position: int, waiting: int) -> int | None:
    """Whole minutes until a place is served, rounded up; None while nothing is known.

    `waits` are the seconds that the latest answered callers waited: the last in the queue waits their mean, whoever
    is further in front the share of it that the position makes of all who wait.
    """
    if not waits or not 1 <= position <= waiting:
        return None
    minutes = max(1, ceil(sum(waits) / len(waits) * position / waiting / 60))
    return minutes if minutes <= _ROUGHER_FROM else ceil(minutes / _ROUGH) * _ROUGH

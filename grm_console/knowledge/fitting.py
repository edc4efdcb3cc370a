"""Fitting the confidence to searches of which it is known whether the first result was right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grm_console.knowledge.confidence import FEATURES, Evidence, Fit

PRECISION: Final = 0.95
"""Of the answers a machine gives, so many must be right, by the lower bound of what was measured."""
ENOUGH: Final = 200
"""Samples from which on the bound can be shown."""
NEVER: Final = 1.01
"""The step of a fit by which nothing may be answered: no precision was shown."""
RIDGE: Final = 1.0
"""How strongly weights are held back, where each set counts as a hundred searches; the features are of like size. From
a third to five times as much the development sets differ by some hundredths in what is given."""
_QUANTILE = 1.96  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Judged:
    """One search, and whether its first result was right; a question without an answer has none that is."""

    evidence: Evidence
    right: bool


def fitted(sets: Sequence[Sequence[Judged]], names: Sequence[str] = FEATURES, ridge: float = RIDGE) -> Fit:
    """Logistic regression by Newton's method, each set with the same weight; raises ValueError if all are alike.

    The threshold is the highest that any of the sets asks for.
    """
    rows = np.array([[1.0, *(j.evidence.features()[name] for name in names)] for one in sets for j in one])
    right = np.array([j.right for one in sets for j in one], float)
    if not 0 < right.sum() < len(right):
        raise ValueError("only right or only wrong results teach nothing")
    weight = np.concatenate([np.full(len(one), 100 / len(one)) for one in sets])
    held = np.diag([0.0, *[ridge] * len(names)])
    found = np.zeros(len(names) + 1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weight * (right - chance)) - held @ found
        bend = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + held + 1e-9 * np.eye(len(found))
        step = np.linalg.solve(bend, slope)
        found = found + step
        if np.abs(step).max() < 1e-8:
            break
    rounded = [round(float(value), 3) for value in found]
    fit = Fit(rounded[0], dict(zip(names, rounded[1:], strict=True)), NEVER)
    return Fit(fit.constant, fit.weights, max(threshold(fit, one) for one in sets))


def threshold(fit: Fit, samples: Sequence[Judged], precision: float = PRECISION) -> float:
    """The lowest step from which on the lower Wilson bound of precision is above the one asked for, in hundredths.

    `NEVER` if no step shows it. Fewer than `ENOUGH` samples can hardly show it: of those the share itself must do,
    since a larger set is asked as well.
    """
    best = NEVER
    chances = [(fit.probability(judged.evidence), judged.right) for judged in samples]
    for hundredth in range(99, 0, -1):
        answered = [right for chance, right in chances if chance >= hundredth / 100]
        if not answered:
            continue
        share = sum(answered) / len(answered) if len(samples) < ENOUGH else wilson(sum(answered), len(answered))
        if share >= precision:
            best = hundredth / 100
    return best


def wilson(successes: int, count: int) -> float:
    """The lower end of the 95 % Wilson interval of a share (Wilson 1927); 0 for nothing counted."""
    if count == 0:
        return 0.0
    share, z2 = successes / count, _QUANTILE**2
    middle = share + z2 / (2 * count)
    away = _QUANTILE * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, (middle - away) / (1 + z2 / count))

"""How good a search is, measured on questions whose right answers are known."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

FEWEST_ANSWERED = 20
"""Answers from which on a precision is looked at."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, what was found for it, best first, and what is right; nothing is where no article answers it."""

    found: Sequence[str]
    score: float
    """Of the first found; minus infinity for nothing found."""
    confident: bool
    relevant: Collection[str]

    @property
    def right(self) -> bool:
        """Whether the first found is right."""
        return bool(self.found) and self.found[0] in self.relevant


def ranking(answered: Iterable[Answered]) -> dict[str, float]:
    """P@1, P@3, MRR@10, Recall@5 and nDCG@10 over the questions that have an answer (P@3: any of three)."""
    rows = []
    for one in answered:
        if not one.relevant:
            continue
        hits = [article in one.relevant for article in dict.fromkeys(one.found)]
        gain = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(hits[:10]) if hit)
        ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(one.relevant), 10)))
        first = next((rank for rank, hit in enumerate(hits[:10], 1) if hit), 0)
        rows.append(
            (
                float(any(hits[:1])),
                float(any(hits[:3])),
                1 / first if first else 0.0,
                sum(hits[:5]) / min(len(one.relevant), 5),
                gain / ideal,
            )
        )
    names = ("P@1", "P@3", "MRR@10", "Recall@5", "nDCG@10")
    return {name: fmean(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)} if rows else {}


def automation(answered: Sequence[Answered], precision: float = 0.95) -> dict[str, float]:
    """What a machine could answer, by the score of the first found alone.

    `coverage`: share of all questions answered from the lowest score on from which so many are right.
    `auroc`: chance that a question with an answer scores above one without.
    `given`, `given_precision`, `given_unanswerable`: the share the search itself would give, how much of that is right,
    and how many questions without an answer it would answer.
    """
    count = len(answered)
    ranked = sorted(answered, key=lambda one: -one.score)
    covered = right = 0
    for place, one in enumerate(ranked, 1):
        right += one.right
        last = place == count or ranked[place].score < one.score
        if last and place >= FEWEST_ANSWERED and right / place >= precision:
            covered = place
    given = [one for one in answered if one.confident]
    return {
        "coverage": covered / count if count else 0.0,
        "auroc": auroc(
            [one.score for one in answered if one.relevant], [one.score for one in answered if not one.relevant]
        ),
        "given": len(given) / count if count else 0.0,
        "given_precision": sum(one.right for one in given) / len(given) if given else 1.0,
        "given_unanswerable": float(sum(not one.relevant for one in given)),
    }


def auroc(above: Sequence[float], below: Sequence[float]) -> float:
    """Chance that one of `above` is higher than one of `below`, a tie counting half; .5 if either is empty."""
    if not above or not below:
        return 0.5
    ranks: dict[float, float] = {}
    ordered = sorted([*above, *below])
    for place, value in enumerate(ordered, 1):
        ranks.setdefault(value, place)
    last = {value: place for place, value in enumerate(ordered, 1)}
    total = sum((ranks[value] + last[value]) / 2 for value in above)
    return (total - len(above) * (len(above) + 1) / 2) / (len(above) * len(below))

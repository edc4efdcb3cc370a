"""How likely the first result is the right answer, and when a machine may give it."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from json import loads
from typing import Any, Final

from grm_console.knowledge.fusion import short_name

FEWEST_WORDS: Final = 2
"""Words or bigrams that say what a text is about; under that a text says too little to be answered."""

FAR_AHEAD: Final = 8.0
"""Points of lead from which a further one counts less and less: 4 to 12 differ little on the development sets."""
FEATURES: Final = ("meaning", "lead")
"""What a fit may weigh, by name: of some thirty combinations the one that carried over best to a set left out."""
FEATURES_OF_WORDS: Final = ("lead",)
"""The same where words alone were searched."""

_QUESTION_MARK = re.compile(r"[?？]+")
_MATTER = re.compile(
    r"\b(?:emergency|urgent|ambulance|bleeding|unconscious|gas leak|on fire|suicid\w*|kill (?:me|my)\w*|"
    r"complain(?:t|ts|ing)?|unacceptable|disgrace\w*|outrag\w*|ridiculous|fed up|third time|again and again)\b|"
    r"着火|起火|火灾|煤气泄漏|燃气泄漏|救命|自杀|流血|昏迷|晕倒|急救|投诉|举报|太过分|没人管|不作为|第三次|一直没",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first result."""

    margin: float
    """Its total by words and meaning, 0 to 1, less that of the best different answer."""
    points: float
    """Its BM25 points."""
    meaning: float
    """Nearness by meaning, 0 to 1."""
    content: int
    """Words and bigrams of the text that say what it is about."""
    understood: int
    """Those of them that stand in any article."""

    def features(self) -> dict[str, float]:
        """What there is to weigh, by the names of `FEATURES`."""
        # The lead in points: the margin alone is a share, large on a text of one rare word. Of two that are far ahead
        # the farther is hardly the surer.
        return {"meaning": self.meaning, "lead": 2 * math.log1p(max(0.0, self.margin) * self.points / FAR_AHEAD)}


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression for searches by one set of models, and the step from which a machine may answer."""

    constant: float
    weights: Mapping[str, float]
    """By the name of the feature."""
    threshold: float
    """Lowest probability whose precision has its lower 95 % Wilson bound above the one asked for."""

    def probability(self, evidence: Evidence) -> float:
        """How likely the first result is the right answer, 0 to 1."""
        features = evidence.features()
        said = self.constant + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, said))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fits in force, by the models that took part in a search: `kind_of` names them."""

    fits: Mapping[str, Fit]
    trusted: bool = True
    """False while articles still wait for their vectors: then nothing is answered by a machine but by words alone."""

    def probability(self, models: Iterable[str], evidence: Evidence) -> float:
        """How likely the first result is the right answer, 0 to 1."""
        return self._fit(models).probability(evidence)

    def may_be_given(self, models: Iterable[str], evidence: Evidence) -> bool:
        """Whether a machine may give the first result, as far as this evidence says."""
        models = tuple(models)
        fit = self._fit(models)
        clear = evidence.content if models else evidence.understood
        return self.trusted and clear >= FEWEST_WORDS and fit.probability(evidence) >= fit.threshold

    def _fit(self, models: Iterable[str]) -> Fit:
        return self.fits.get(kind_of(models), self.fits[""])


def kind_of(models: Iterable[str]) -> str:
    """The name of a set of models: their short names, sorted; "" for words alone."""
    return "+".join(sorted(short_name(model) for model in models))


def is_matter(text: str) -> bool:
    """Whether a text looks like an emergency, a complaint or several questions: a person must read it.

    `text` is folded (`analyse.fold`).
    """
    return _MATTER.search(text) is not None or len(_QUESTION_MARK.findall(text)) > 1


def read_fits(kept: Mapping[str, Any]) -> dict[str, Fit]:
    """Fits as they are written down; raises KeyError, TypeError or ValueError if they are none."""
    for fit in kept.values():
        if strange := set(fit["weights"]) - set(FEATURES):
            raise ValueError(f"nothing is known of {', '.join(sorted(strange))}")
    return {
        kind: Fit(
            float(fit["constant"]),
            {str(name): float(weight) for name, weight in fit["weights"].items()},
            float(fit["threshold"]),
        )
        for kind, fit in kept.items()
    }


def written_fits(fits: Mapping[str, Fit]) -> dict[str, Any]:
    """Fits to write down."""
    return {
        kind: {"constant": fit.constant, "weights": dict(fit.weights), "threshold": fit.threshold}
        for kind, fit in fits.items()
    }


def _shipped() -> Confidence:
    return Confidence(read_fits(loads(resources.files(__package__).joinpath("fits.json").read_bytes())))


SHIPPED: Final = _shipped()
"""Fitted on the development sets of data/kb-eval by scripts/fit_confidence.py; a desk may fit its own."""

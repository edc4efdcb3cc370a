"""Words and meaning put together."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.models.model import STEPS

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]

WORDS: Final = 1.0
"""What the words count beside the models."""
WEIGHTS: Final = {"use-multilingual-3": 1.5, "minilm-l6-v2": 2.0, "e5-small": 1.25}
"""What each model counts, by its short name: measured on the three development sets, each left out in turn; a quarter
more or less of any changes no set by a point."""


def short_name(model: str) -> str:
    """A model's name without its versions."""
    return model.partition("/")[0]


def nearness(columns: Floats32, question: Floats32, first_unit: npt.NDArray[np.int64]) -> Floats:
    """Each entry's nearness to the question by its best unit, 0 to 1 (the cosine, without what is below 0)."""
    products = question @ columns  # exact: see STEPS
    best = np.maximum.reduceat(products, first_unit).astype(np.float64)
    return np.asarray(np.clip(best / STEPS**2, 0, 1), np.float64)


def fused(
    words: Floats, near: Mapping[str, Floats], known: Mapping[str, npt.NDArray[np.bool_]]
) -> tuple[Floats, Floats]:
    """The entries' totals by words and meaning, and their meaning alone (0 where no model knows the entry).

    `near` holds nearness by model, `known` whether the model knows the entry. A weighted mean of what is known: so an
    entry that waits for its vectors is judged by its words.
    """
    meaning, weight = np.zeros(len(words)), np.zeros(len(words))
    for model, nearness_to in near.items():
        share = WEIGHTS.get(short_name(model), 0.0) * known[model]
        meaning += share * nearness_to
        weight += share
    total = (WORDS * words + meaning) / (WORDS + weight)
    return total, meaning / np.maximum(weight, 1e-9)

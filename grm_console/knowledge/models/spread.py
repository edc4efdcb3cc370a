"""How vectors of one matter spread, and how to make up for it.

Ten people ask for the same thing in ten ways, and a model's vectors move with the wording: in some directions more than
in others. Those directions say little about the matter, so they are made shorter (within-class covariance
normalisation: Hatch, Kajarekar and Stolcke 2006). Learnt from ten questions of each of 65 matters
(data/kb-eval/banking) by scripts/fit_spread.py; on matters it was not learnt from it is worth 4 to 5 points of P@1.
"""

from dataclasses import dataclass
from importlib import resources
from typing import Self

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """The linear map of one model: length 1 before, length 1 after."""

    middle: Floats32
    """What all texts have in common; taken away first."""
    directions: Floats32
    """Columns: the directions in which wordings spread most, each of length 1."""
    shortened: Floats32
    """What share of each direction is taken away."""

    @classmethod
    def read(cls, name: str) -> Self:
        """The map shipped for a model; raises OSError or KeyError if it is not whole."""
        with resources.files(__package__).joinpath("spread.npz").open("rb") as file, np.load(file) as found:
            parts = (found[f"{name}_{part}"].astype(np.float32) for part in ("middle", "directions", "shortened"))
            return cls(*parts)

    def applied(self, rows: Floats32) -> Floats32:
        """Rows of length 1 with the spread made up for."""
        moved = rows - self.middle
        evened = moved - ((moved @ self.directions) * self.shortened) @ self.directions.T
        length = np.maximum(np.linalg.norm(evened, axis=1, keepdims=True), np.float32(1e-9))
        return np.asarray(evened / length, np.float32)

"""One model of meaning: loaded when first asked, its vectors made exact, and a broken one only told, never raised."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.models.spread import Spread
from grm_console.knowledge.passages import passages

Floats32 = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int16]
Encode = Callable[[Sequence[str], bool], Floats32]
"""Texts, and whether they are questions, to one row each."""

STEPS: Final = 4000
"""A vector of length 1 in whole numbers: every sum of products then stays under 2**24, which 32-bit floats hold
exactly, so that no order of adding, no thread and no store changes a score."""
LONGEST_TEXT: Final = 600
"""Characters of a text that are looked at."""
MOST_PASSAGES: Final = 12
"""Passages of an answer that get vectors; what stands further down is found by its words."""

_log = logging.getLogger(__name__)


class Model:
    """A model by the name under which its vectors are stored: another name, other numbers."""

    def __init__(self, name: str, load: Callable[[], Encode], spread: str, *, latin_only: bool = False) -> None:
        self.name = name
        self.latin_only = latin_only
        """Whether it was trained on texts without Chinese, Japanese or Korean and must see none."""
        self.load = load
        """Gives what encodes; raises whatever its package raises."""
        self.spread = spread
        """The name of its map in the file of spreads."""
        self._lock = threading.Lock()
        self._encode: Encode | None = None
        self._map: Spread | None = None
        self.absent = False
        """Whether its package is not installed; known once it was asked."""
        self.problem = ""
        """What went wrong, for the log and the administrator; such a model is not asked again by this process."""

    @property
    def short_name(self) -> str:
        """The name without versions, as it is shown."""
        return self.name.partition("/")[0]

    def ready(self) -> bool:
        """Load the model if that was not done; whether it can be asked."""
        with self._lock:
            if self._encode is None and not self.absent and not self.problem:
                try:
                    encode = self.load()
                    self._map = Spread.read(self.spread)
                    encode(["ready"], True)
                    self._encode = encode
                except ModuleNotFoundError as error:
                    self.absent = True
                    _log.info("model %s is not installed: %s", self.short_name, error)
                except Exception as error:  # whatever a package may raise: words still find
                    self._broken(error)
            return self._encode is not None and not self.problem

    def question(self, text: str) -> Floats32 | None:
        """The vector of what is asked, in whole numbers; None if the model cannot say."""
        found = self._rows([text], question=True)
        return None if found is None else np.rint(found[0] * STEPS).astype(np.float32)

    def entry(self, question: str, phrasings: Iterable[str], answer: str) -> Shorts | None:
        """A row for each unit of an article (`postings.units_of`), in whole numbers; None if the model cannot say.

        A passage's row is the mean of the title's and of title and passage together, so that one product gives both;
        a phrasing stands for itself. All of an article is asked at once, whatever else is indexed: a model rounds
        differently in another company.
        """
        parts = passages(answer)
        others = list(phrasings)
        texts = [question, *(f"{question} {part}" for part in parts[:MOST_PASSAGES]), *others]
        found = self._rows(texts, question=False)
        if found is None:
            return None
        rows = np.zeros((len(parts) + len(others), found.shape[1]), np.float32)
        known = min(len(parts), MOST_PASSAGES)
        rows[:known] = (found[0] + found[1 : known + 1]) / 2
        rows[len(parts) :] = found[known + 1 :]
        return np.rint(rows * STEPS).astype(np.int16)

    def _rows(self, texts: list[str], *, question: bool) -> Floats32 | None:
        if not self.ready():
            return None
        assert self._encode is not None
        assert self._map is not None
        try:
            rows = self._map.applied(self._encode([_sound(text) for text in texts], question))
            if not np.isfinite(rows).all():
                raise ValueError("it gave no number")
        except Exception as error:  # as above
            self._broken(error)
            return None
        return rows

    def _broken(self, error: Exception) -> None:
        self.problem = f"{type(error).__name__}: {error}"
        _log.warning("model %s cannot be used: %s", self.short_name, self.problem)


def _sound(text: str) -> str:
    """What a tokeniser written for UTF-8 may be given."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")

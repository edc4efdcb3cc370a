"""One model of meaning: loaded when first asked, its vectors made exact, and a broken one only told, never raised."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.models.known import Known
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
    """A model that is known, and what became of loading it."""

    def __init__(self, known: Known, load: Callable[[], Encode]) -> None:
        self.known = known
        self.load = load
        """Gives what encodes; raises whatever its package raises."""
        self._lock = threading.Lock()
        self._encode: Encode | None = None
        self._map: Spread | None = None
        self.problem = ""
        """What went wrong, for the log and the administrator; such a model is not asked again by this process."""

    def ready(self) -> bool:
        """Load the model if that was not done; whether it can be asked."""
        with self._lock:
            if self._encode is None and not self.problem and self.known.installed():
                try:
                    encode = self.load()
                    self._map = Spread.read(self.known.short_name)
                    encode(["ready"], True)
                    self._encode = encode
                except Exception as error:  # whatever a package may raise: words still find
                    self._broken(error)
            return self._encode is not None and not self.problem

    def ready_soon(self) -> bool:
        """Whether it can be asked now; if it only is not loaded yet, a thread loads it meanwhile."""
        if self._encode is not None or self.problem:
            return self._encode is not None and not self.problem
        if not self._lock.locked():
            threading.Thread(target=self.ready, name=f"load {self.known.short_name}", daemon=True).start()
        return False

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
        _log.warning("model %s cannot be used: %s", self.known.short_name, self.problem)


def _sound(text: str) -> str:
    """What a tokeniser written for UTF-8 may be given."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")

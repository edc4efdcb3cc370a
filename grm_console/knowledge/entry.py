"""What is searched and what is found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as it is searched."""

    key: int
    """The store's key; a later entry with the same key takes the place of an earlier one."""
    article_id: str
    code: str
    """The short code operators say and type, "" for none; versions in several languages share it."""
    language: str
    """A language tag; only its first part counts."""
    question: str
    phrasings: tuple[str, ...]
    """Other ways in which people ask it."""
    answer: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found."""

    key: int
    article_id: str
    code: str
    score: float
    """How likely it is the right answer, 0 to 1: comparable between questions, never rising within a result."""
    confident: bool
    """Whether it may be given without a person looking at it; only ever the first."""
    matched: tuple[str, ...]
    """The entry's own words that made it a hit."""
    named: bool = False
    """Whether its short code stands in the question."""
    meaning: float = 0.0
    """How near it is to the question by meaning, 0 to 1; 0 where no model was asked."""


@lru_cache(maxsize=256)
def primary(language: str) -> str:
    """The language of a tag, without script and region."""
    return language.replace("_", "-").partition("-")[0].strip().casefold()


class Entries(Sequence[Entry]):
    """Entries kept as one block of bytes that processes can share; each is read when it is asked for."""

    def __init__(
        self, keys: npt.NDArray[np.int64], texts: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]
    ) -> None:
        self.keys, self.texts, self.starts = keys, texts, starts

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Entries":
        """The block that holds these."""
        blocks = [
            dumps([e.article_id, e.code, e.language, e.question, e.phrasings, e.answer]).encode("ascii")
            for e in entries
        ]
        starts = np.cumsum([0, *map(len, blocks)], dtype=np.int64)
        return cls(
            np.array([entry.key for entry in entries], np.int64), np.frombuffer(b"".join(blocks), np.uint8), starts
        )

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: int) -> Entry:  # type: ignore[override]
        start, end = self.starts[place], self.starts[place + 1]
        article_id, code, language, question, phrasings, answer = loads(str(self.texts[start:end].data, "ascii"))
        return Entry(int(self.keys[place]), article_id, code, language, question, tuple(phrasings), answer)

    def __iter__(self) -> Iterator[Entry]:
        return map(self.__getitem__, range(len(self)))

"""Which unit of text holds which term, and what that is worth: the numbers behind the ranking.

A *unit* is an entry's question and phrasings with one passage of its answer, or one phrasing alone. All weights are
integers that depend on the texts alone, never on the order in which they came, so that a refreshed index and a fresh
one agree to the last digit.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.analyse import analyse, is_run
from grm_console.knowledge.passages import passages

SCALE: Final = 4096
"""One point of BM25 as an integer: sums are exact in any order, and 16 bits hold the rarest of a million's terms."""

# BM25F (Robertson, Zaragoza and Taylor 2004) over the fields title, phrasings, passage.
FIELD_WEIGHTS: Final = (2.0, 1.6, 1.0)
LENGTH_WEIGHTS: Final = (0.5, 0.3, 0.6)
SATURATION: Final = 1.2
CHARACTER_WEIGHT: Final = 0.6
"""What a single CJK character counts beside a bigram or a word."""

_BLOCK: Final = 1 << 18
"""Tokens that are counted at a time: larger blocks cost memory that the process does not get back."""

Numbers = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Unit = tuple[list[str], list[str], list[str]]
"""The terms of a unit's title, phrasings and passage."""


def units_of(question: str, phrasings: Iterable[str], answer: str) -> list[Unit]:
    """An entry's units: one for each passage of its answer, then one for each other phrasing as a title."""
    title = analyse(question)
    others = [analyse(phrasing) for phrasing in phrasings]
    together = [term for phrasing in others for term in phrasing]
    units: list[Unit] = [(title, together, analyse(passage)) for passage in passages(answer)]
    return units + [(phrasing, [], []) for phrasing in others]


def is_latin(units: Iterable[Unit]) -> bool:
    """Whether a text says nothing in Chinese, Japanese or Korean."""
    return not any(is_run(term) for unit in units for field in unit for term in field)


WORD: Final = 0
CHARACTER: Final = 1
BIGRAM: Final = 2


def kind_of(term: str) -> int:
    """Whether a term is a word, a single CJK character or a CJK bigram."""
    return WORD if not is_run(term) else CHARACTER if len(term) == 1 else BIGRAM


class Vocabulary(dict[str, int]):
    """Numbers of terms, given in the order in which they come."""

    def __init__(self, known: "Vocabulary | None" = None) -> None:
        super().__init__(known or {})
        self.kinds: array[int] = array("b", known.kinds if known is not None else b"")
        """For each number, what `kind_of` says of its term."""

    @classmethod
    def of(cls, terms: Iterable[str], kinds: bytes) -> "Vocabulary":
        """The vocabulary with these terms in this order."""
        vocabulary = cls()
        vocabulary.update({term: number for number, term in enumerate(terms)})
        vocabulary.kinds = array("b", kinds)
        return vocabulary

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        self.kinds.append(kind_of(term))
        return number


@dataclass(frozen=True, slots=True)
class Postings:
    """One row for each (term, unit) that occurs, sorted so."""

    terms: Numbers
    units: Numbers
    counts: npt.NDArray[np.uint8]
    """How often, a column for each field, at most 255."""
    lengths: Numbers
    """Terms of each unit, a column for each field."""

    def without(self, dropped: Flags) -> "Postings":
        """These postings less the units marked; the others close up."""
        kept = ~dropped
        number = (np.cumsum(kept) - 1).astype(np.int32)
        rows = kept[self.units]
        return Postings(self.terms[rows], number[self.units[rows]], self.counts[rows], self.lengths[kept])

    def with_units(self, units: Iterable[Unit], vocabulary: Vocabulary) -> "Postings":
        """These postings and further units behind them; new terms are added to the vocabulary."""
        blocks = [self]
        tokens, sizes = array("i"), array("i")
        behind = len(self.lengths)
        for unit in units:
            for field in unit:
                tokens.extend(map(vocabulary.__getitem__, field))
                sizes.append(len(field))
            if len(tokens) > _BLOCK:
                blocks.append(_counted(tokens, sizes, behind))
                behind += len(sizes) // 3
                tokens, sizes = array("i"), array("i")
        blocks.append(_counted(tokens, sizes, behind))
        terms = np.concatenate([block.terms for block in blocks])
        order = np.argsort(terms, kind="stable")  # blocks hold rising units, so units rise within each term
        return Postings(
            terms[order],
            np.concatenate([block.units for block in blocks])[order],
            np.concatenate([block.counts for block in blocks])[order],
            np.concatenate([block.lengths for block in blocks]),
        )


def _counted(tokens: "array[int]", sizes: "array[int]", behind: int) -> Postings:
    """Postings of units numbered from `behind`: `sizes` tells how many tokens belong to each field of each unit."""
    lengths = np.array(sizes, np.int32).reshape(-1, 3)
    place = np.repeat(np.arange(lengths.size), lengths.ravel())  # unit * 3 + field
    rows = np.sort(np.array(tokens, np.int64) * lengths.size + place)
    new = np.flatnonzero(np.diff(rows, prepend=-1))  # the first of each (term, unit, field)
    often = np.minimum(np.diff(new, append=len(rows)), 255)
    pairs, column = np.divmod(rows[new], 3)
    first = np.diff(pairs, prepend=-1) != 0
    counts = np.zeros((np.count_nonzero(first), 3), np.uint8)
    counts[np.cumsum(first) - 1, column] = often
    term, unit = np.divmod(pairs[first], max(len(lengths), 1))
    return Postings(term.astype(np.int32), (unit + behind).astype(np.int32), counts, lengths)


NO_POSTINGS: Final = Postings(
    np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 3), np.uint8), np.zeros((0, 3), np.int32)
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What the postings are worth, in `1 / SCALE`."""

    starts: Longs
    """Postings of term t are the rows from `starts[t]` to `starts[t + 1]`."""
    rarity: Longs
    """Inverse document frequency of each term, counted in entries; 0 for one that no longer occurs."""
    unknown: int
    """The same for a word that occurs nowhere."""
    worth: npt.NDArray[np.uint16]
    """What each posting adds to its unit's score."""
    titles: Longs
    """The rarities of each unit's title, summed."""


def weigh(postings: Postings, owner: Numbers, entries: int, vocabulary: Vocabulary) -> Weights:
    """Weigh all postings; `owner` is each unit's entry and keeps the units of an entry together."""
    starts = np.searchsorted(postings.terms, np.arange(len(vocabulary) + 1))
    holder = owner[postings.units]
    new = (np.diff(postings.terms, prepend=-1) != 0) | (np.diff(holder, prepend=-1) != 0)
    frequency = np.bincount(postings.terms[new], minlength=len(vocabulary))
    share = np.where(np.array(vocabulary.kinds) == CHARACTER, CHARACTER_WEIGHT, 1.0)
    rarity = np.log1p((entries - frequency + 0.5) / (frequency + 0.5)) * share * SCALE
    rarity = np.where(frequency > 0, np.rint(rarity), 0).astype(np.int64)
    strength = np.zeros(len(postings.units), np.float32)
    for field, (weight, part) in enumerate(zip(FIELD_WEIGHTS, LENGTH_WEIGHTS, strict=True)):
        length = postings.lengths[:, field]
        usual = int(length.sum()) / max(int(np.count_nonzero(length)), 1) or 1.0
        scale = (weight / (1 - part + part * length / usual)).astype(np.float32)
        strength += postings.counts[:, field] * scale[postings.units]
    strength /= strength + np.float32(SATURATION)
    strength *= rarity.astype(np.float32)[postings.terms]
    titled = postings.counts[:, 0] > 0
    titles = np.bincount(
        postings.units[titled], weights=rarity[postings.terms[titled]], minlength=len(postings.lengths)
    )
    return Weights(
        starts,
        rarity,
        round(float(np.log1p(2 * entries + 1)) * SCALE),
        np.rint(strength).astype(np.uint16),
        titles.astype(np.int64),
    )

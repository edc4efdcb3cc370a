"""Half-typed and misspelt words against the words the articles use."""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

SHORTEST_MISSPELT = 4
"""Shorter words are too close to too many others."""
_WIDTH = 24
"""Characters of a word that the quick test looks at."""


class Lexicon:
    """The Latin terms in use, sorted; they are stems, as analysis leaves them."""

    def __init__(self, terms: list[str]) -> None:
        self._terms = sorted(terms)
        table = np.array(self._terms, dtype=f"<U{_WIDTH}")
        self._lengths = np.char.str_len(table)
        letters = table.view(np.uint32).reshape(-1, _WIDTH).astype(np.uint64)
        self._letters = np.bitwise_or.reduce(np.where(letters > 0, _bit(letters), np.uint64(0)), axis=1)

    def starting(self, prefix: str) -> list[str]:
        """Terms that begin with `prefix`, sorted."""
        start = bisect_left(self._terms, prefix)
        return self._terms[start : bisect_left(self._terms, prefix + "\U0010ffff", lo=start)]

    def near(self, word: str) -> list[tuple[str, int]]:
        """Terms one edit away, or two from eight letters on, with their distance; the first letter must agree.

        An edit is a letter more, less, changed, or two neighbours swapped.
        """
        if not SHORTEST_MISSPELT <= len(word) <= _WIDTH:
            return []
        reach = 1 if len(word) < 8 else 2
        letters = np.bitwise_or.reduce(_bit(np.array([ord(letter) for letter in word], np.uint64)))
        alike = np.bitwise_count(self._letters ^ letters) <= 2 * reach  # an edit changes two letters at most
        alike &= np.abs(self._lengths - len(word)) <= reach
        found = []
        for place in np.flatnonzero(alike):
            term = self._terms[place]
            if term[0] == word[0] and (far := distance(word, term, reach)) <= reach:
                found.append((term, far))
        return found


def _bit(letters: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A bit for each letter; far letters may share one, which only makes words look more alike."""
    return np.uint64(1) << (letters % np.uint64(64))


def distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance, or `limit + 1` as soon as it must be above `limit`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before = before, row
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)

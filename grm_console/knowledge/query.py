"""A question as the index understands it: wanted words, each with the terms that would satisfy it."""

from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np

from grm_console.knowledge.analyse import DENIAL, fold, is_run, pieces, run_terms, stem
from grm_console.knowledge.postings import CHARACTER, CHARACTER_WEIGHT, WORD, Vocabulary, Weights, kind_of
from grm_console.knowledge.spelling import SHORTEST_MISSPELT, Lexicon

WHOLE: Final = 64
"""A full match; what a term counts for a word is a whole number of 64ths, so that sums stay exact."""
_ENDING = 40
"""What a longer word counts when the half-typed one is a word of its own."""
_ONE_EDIT, _TWO_EDITS, _ABBREVIATED = 51, 38, 38
_MOST_ENDINGS = 64
_LONGEST_SUFFIX = 5
_MOST_EXPANSIONS = 8


@dataclass(frozen=True, slots=True)
class Want:
    """One word or bigram of a question."""

    terms: dict[str, int]
    """The terms that satisfy it, with what each counts in 64ths; in an entry only the best one counts."""
    possible: int
    """What it can add to a score at most."""
    content: bool
    """Whether it says what the question is about: a word or bigram, not a single character or a denial."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is wanted, and the numbers that stand in the text."""

    wants: tuple[Want, ...]
    figures: frozenset[str]


class Reader:
    """Turns text into queries with the words of one index."""

    def __init__(self, vocabulary: Vocabulary, weights: Weights) -> None:
        self._vocabulary = vocabulary
        self._rarity = weights.rarity
        self._unknown = weights.unknown
        used = (weights.rarity > 0) & (np.array(vocabulary.kinds) == WORD)
        self._lexicon = Lexicon(list(compress(vocabulary, used.tolist())))

    def read(self, text: str, prefix: bool) -> Query:
        """The wants of a text; with `prefix` its last word may be half typed."""
        folded = fold(text)
        found = pieces(folded)
        half = len(found) - 1 if prefix and found and folded.endswith(found[-1]) else -1
        wants: dict[str, Want] = {}
        for place, piece in enumerate(found):
            if is_run(piece):
                for term in run_terms(piece):
                    wants.setdefault(term, self._exact(term))
            elif place == half:
                wants[f"{piece}…"] = self._half_typed(piece)
            elif (term := stem(piece)) and term not in wants:
                wants[term] = self._word(term)
        figures = frozenset(p for p in found if p.isascii() and any(c.isdigit() for c in p))
        return Query(tuple(w for w in wants.values() if w.possible), figures)

    def _rarity_of(self, term: str) -> int:
        """0 for a term that no entry has."""
        number = self._vocabulary.get(term)
        return 0 if number is None else int(self._rarity[number])

    def _exact(self, term: str) -> Want:
        character = kind_of(term) == CHARACTER
        content = not character and term != DENIAL
        if rarity := self._rarity_of(term):
            return Want({term: WHOLE}, rarity, content)
        return Want({}, round(self._unknown * (CHARACTER_WEIGHT if character else 1)), content)

    def _word(self, term: str) -> Want:
        exact = self._exact(term)
        if exact.terms or term == DENIAL:
            return exact
        near = {other: _ONE_EDIT if far == 1 else _TWO_EDITS for other, far in self._lexicon.near(term)}
        if not near and len(term) >= SHORTEST_MISSPELT:
            near = dict.fromkeys(self._lexicon.starting(term)[:_MOST_EXPANSIONS], _ABBREVIATED)
        return Want(near, exact.possible, exact.content)

    def _half_typed(self, typed: str) -> Want:
        """A word of which only the beginning is sure: all its endings count alike, as the commonest of them would."""
        term = stem(typed)
        whole = self._rarity_of(term)
        endings = {other: self._rarity_of(other) for other in self._lexicon.starting(typed) if other != term}
        commonest = sorted(endings, key=lambda ending: (endings[ending], ending))[:_MOST_ENDINGS]
        if whole:
            likely = {ending: _ENDING * min(endings[ending], whole) // endings[ending] for ending in commonest}
            return Want({term: WHOLE} | likely, whole, term != DENIAL)
        if commonest:
            least = endings[commonest[0]]
            return Want({ending: WHOLE * least // endings[ending] for ending in commonest}, least, False)
        for end in range(len(typed) - 1, max(SHORTEST_MISSPELT, len(typed) - _LONGEST_SUFFIX) - 1, -1):
            if rarity := self._rarity_of(typed[:end]):  # "registrati" is already longer than the stem "registr"
                return Want({typed[:end]: WHOLE}, rarity, False)
        return self._word(term) if term else Want({}, 0, False)

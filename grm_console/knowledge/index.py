"""The standard answers in searchable form, and the search itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np

from grm_console.knowledge.analyse import fold, pieces
from grm_console.knowledge.codes import canonical, codes_in
from grm_console.knowledge.confidence import Evidence, may_be_given, probability
from grm_console.knowledge.postings import (
    NO_POSTINGS,
    SCALE,
    Floats,
    Longs,
    Numbers,
    Postings,
    Unit,
    Vocabulary,
    units_of,
    weigh,
)
from grm_console.knowledge.query import WHOLE, Query, Reader
from grm_console.knowledge.why import matched_words

LONGEST_QUERY: Final = 2_000
"""Characters of a text that are looked at."""
MOST_HITS: Final = 100
"""Entries that are compared in the end, and so the most that a search can give."""
TITLE_SHARE: Final = 0.2
"""What it counts that a question says all of an entry's title, beside that the entry says all of the question."""
OTHER_LANGUAGE: Final = 0.85
"""What an entry in another language than the question's keeps of its score."""
SUPPORTERS: Final = 3
"""Entries with the same answer speak for one another: so many of the best."""
_GRAIN = 1 << 30
"""Scores are compared as whole numbers of this part, so that no machine's rounding changes an order."""


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


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    answer: int
    """Equal for candidates with the same answer."""
    total: float
    """Share of the question's own possible score, 0 to 1."""
    title: float
    """Share of the entry's title that the question says, 0 to 1."""
    points: float
    """BM25 points of its best unit."""


class AnswerIndex:
    """An immutable index over articles; `replace` gives a refreshed one while this one still answers."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._build([], NO_POSTINGS, np.zeros(0, np.int32), Vocabulary(), entries)

    def __len__(self) -> int:
        return len(self._entries)

    def replace(self, changed: Iterable[Entry], removed: Iterable[int] = ()) -> Self:
        """An index with `changed` in place of the entries of the same keys and without those `removed`.

        It ranks and scores exactly as one built from all its entries would; only the changed ones are analysed.
        """
        changed = list(changed)
        gone = {*removed, *(entry.key for entry in changed)}
        leaving = np.array([entry.key in gone for entry in self._entries], bool)
        dropped = leaving[self._owner]
        number = (np.cumsum(~leaving) - 1).astype(np.int32)
        fresh = object.__new__(type(self))
        fresh._build(
            [entry for entry in self._entries if entry.key not in gone],
            self._postings.without(dropped),
            number[self._owner[~dropped]],
            Vocabulary(self._vocabulary),
            changed,
        )
        return fresh

    def _build(
        self,
        entries: list[Entry],
        postings: Postings,
        owner: Numbers,
        vocabulary: Vocabulary,
        added: Iterable[Entry],
    ) -> None:
        newcomers = list({entry.key: entry for entry in added}.values())
        owners: list[int] = []

        def units() -> Iterator[Unit]:
            for place, entry in enumerate(newcomers, len(entries)):
                mine = units_of(entry.question, entry.phrasings, entry.answer)
                owners.extend([place] * len(mine))
                yield from mine

        self._entries = entries + newcomers
        self._vocabulary = vocabulary
        self._postings = postings.with_units(units(), vocabulary)
        self._owner = np.concatenate([owner, np.array(owners, np.int32)])
        self._weights = weigh(self._postings, self._owner, len(self._entries), vocabulary)
        self._reader = Reader(vocabulary, self._weights)
        count = len(self._entries)
        self._first_unit = np.searchsorted(self._owner, np.arange(count))
        by_id = sorted(range(count), key=lambda place: (self._entries[place].article_id, self._entries[place].key))
        self._order = np.empty(count, np.int64)
        self._order[by_id] = np.arange(count)
        self._languages = np.array([primary(entry.language) for entry in self._entries], np.str_)
        self._codes: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            if code := canonical(entry.code):
                self._codes[code].append(place)

    def search(self, text: str, language: str = "", limit: int = 10, prefix: bool = False) -> list[Hit]:
        """The entries that may answer `text`, best first, at most `limit` and never more than `MOST_HITS`.

        `language` is the question's, "" if unknown. With `prefix` the last word counts as half typed. A short code
        in the text finds its article at once. Any text whatever gives a result, maybe an empty one, never an error.
        """
        text = text[:LONGEST_QUERY]
        query = self._reader.read(text, prefix)
        ranked = self._ranked(query, language)
        named = self._named(text, language)
        scores: dict[int, float] = {}
        sure = False
        if ranked:
            evidence = self._evidence(query, ranked)
            top = probability(evidence)
            scores = {c.place: round(top * c.total / ranked[0].total, 6) for c in ranked}
            sure = may_be_given(evidence, fold(text)) and query.figures <= _figures(self._entries[ranked[0].place])
        if named:
            scores = dict.fromkeys(named, 1.0) | {p: s for p, s in scores.items() if p not in named}
            sure = len({canonical(self._entries[place].code) for place in named}) == 1
        if scores and language:
            sure = sure and primary(self._entries[next(iter(scores))].language) == primary(language)
        wanted = frozenset(term for want in query.wants for term in want.terms)
        hits: list[Hit] = []
        for place in list(scores)[: max(0, min(limit, MOST_HITS))]:
            entry = self._entries[place]
            words = matched_words((entry.question, *entry.phrasings, entry.answer), wanted)
            hits.append(Hit(entry.key, entry.article_id, entry.code, scores[place], sure and not hits, words))
        return hits

    def _ranked(self, query: Query, language: str) -> list[_Candidate]:
        """The best candidates in order: the same on any machine and after any history of refreshes."""
        possible = sum(want.possible for want in query.wants) * WHOLE
        if not possible or not self._entries:
            return []
        points, said = self._points(query)
        shares = points / possible
        titles = said / np.maximum(self._weights.titles * WHOLE, 1)
        entry_shares = np.maximum.reduceat(shares, self._first_unit)
        entry_titles = np.maximum.reduceat(titles, self._first_unit)
        totals = (entry_shares + TITLE_SHARE * entry_titles) / (1 + TITLE_SHARE)
        if spoken := primary(language):
            totals *= np.where(self._languages == spoken, 1.0, OTHER_LANGUAGE)
        keys = _keys(totals, self._order)
        count = min(MOST_HITS, len(keys))
        best = np.argpartition(keys, len(keys) - count)[len(keys) - count :]
        best = best[totals[best] > 0]
        answers = self._answers(best.tolist())
        supported = _supported(totals[best], answers)
        keys = _keys(supported, self._order[best])
        return [
            _Candidate(
                place=int(best[i]),
                answer=answers[i],
                total=float(supported[i]),
                title=float(entry_titles[best[i]]),
                points=float(entry_shares[best[i]]) * possible / WHOLE / SCALE,
            )
            for i in np.argsort(-keys)
        ]

    def _points(self, query: Query) -> tuple[Longs, Longs]:
        """For each unit, its BM25 score and the rarities of what the question says of its title, in 64ths."""
        starts, rarity, worth = self._weights.starts, self._weights.rarity, self._weights.worth
        units, titled = self._postings.units, self._postings.counts[:, 0]
        points, said = np.zeros((2, len(self._postings.lengths)), np.int64)
        for want in query.wants:
            spare = np.zeros((2, len(points)), np.int64) if len(want.terms) > 1 else None
            for word, weight in want.terms.items():
                term = self._vocabulary[word]
                rows = slice(starts[term], starts[term + 1])
                here = units[rows]
                gain = worth[rows].astype(np.int64) * weight
                told = (titled[rows] > 0) * (rarity[term] * weight)
                if spare is None:
                    points[here] += gain
                    said[here] += told
                else:
                    spare[0, here] = np.maximum(spare[0, here], gain)
                    spare[1, here] = np.maximum(spare[1, here], told)
            if spare is not None:
                points += spare[0]
                said += spare[1]
        return points, said

    def _answers(self, places: list[int]) -> list[int]:
        """For each of these entries the number of its answer: the same code or the same text is the same answer."""
        leader = list(range(len(places)))

        def lead(number: int) -> int:
            while leader[number] != number:
                number = leader[number]
            return number

        holder: dict[tuple[str, str], int] = {}
        for number, place in enumerate(places):
            entry = self._entries[place]
            for sign in (("code", entry.code), ("text", entry.answer.strip())):
                if sign[1]:
                    leader[lead(holder.setdefault(sign, number))] = lead(number)
        return [lead(number) for number in range(len(places))]

    def _evidence(self, query: Query, ranked: list[_Candidate]) -> Evidence:
        other = next((c.total for c in ranked if c.answer != ranked[0].answer), 0.0)
        return Evidence(
            margin=ranked[0].total - other,
            points=ranked[0].points,
            title=ranked[0].title,
            words=sum(want.content and bool(want.terms) for want in query.wants),
        )

    def _named(self, text: str, language: str) -> list[int]:
        """Entries whose code stands in the text: those in its language first."""
        found = [place for code in codes_in(text) for place in self._codes.get(code, ())]
        spoken = primary(language)
        return sorted(
            dict.fromkeys(found),
            key=lambda place: (primary(self._entries[place].language) != spoken, self._order[place]),
        )


def _figures(entry: Entry) -> set[str]:
    """The words with digits in an entry."""
    texts = (entry.question, *entry.phrasings, entry.answer)
    return {piece for text in texts for piece in pieces(fold(text))}


@lru_cache(maxsize=256)
def primary(language: str) -> str:
    """The language of a tag, without script and region."""
    return language.replace("_", "-").partition("-")[0].strip().casefold()


def _supported(totals: Floats, answers: list[int]) -> Floats:
    """Totals raised by what others with the same answer have, never above 1."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, answer in enumerate(answers):
        groups[answer].append(number)
    supported = totals.copy()
    for group in groups.values():
        if len(group) == 1:
            continue
        for number in group:
            others = sorted((totals[other] for other in group if other != number), reverse=True)
            supported[number] += (1 - totals[number]) * sum(others[:SUPPORTERS]) / SUPPORTERS
    return supported


def _keys(totals: Floats, order: Longs) -> Longs:
    """Whole numbers that rise with the total and, where totals are equal, fall with the order."""
    return (np.rint(totals * _GRAIN).astype(np.int64) << 24) - order

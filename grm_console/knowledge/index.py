"""The standard answers in searchable form, and the search itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from grm_console.knowledge.analyse import fold, pieces
from grm_console.knowledge.codes import canonical, codes_in
from grm_console.knowledge.confidence import SHIPPED, Confidence, Evidence, is_matter
from grm_console.knowledge.entry import Entry, Hit, primary
from grm_console.knowledge.fusion import Floats32, fused, nearness
from grm_console.knowledge.models.model import Shorts
from grm_console.knowledge.parts import Arrays, Parts
from grm_console.knowledge.postings import SCALE, Floats, Longs, Unit
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
FAINTEST: Final = 0.2
"""Nearness by meaning under which an entry that shares no word with the question is no result."""
NEAREST: Final = 10
"""The best entries whose answers' other entries are looked at too, wherever they stand."""
_GRAIN = 1 << 30
"""Scores are compared as whole numbers of this part, so that no machine's rounding changes an order."""


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a search, and what it stands on."""

    hits: tuple[Hit, ...]
    evidence: Evidence | None
    """What speaks for the first hit; None if nothing but a code, or nothing, was found."""
    models: tuple[str, ...]
    """The models that took part."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    answer: int
    """Equal for candidates with the same answer."""
    total: float
    """By words and meaning, 0 to 1."""
    points: float
    """BM25 points of its best unit."""
    meaning: float
    """Nearness by meaning, 0 to 1."""


class AnswerIndex:
    """An immutable index over articles; `replace` gives a refreshed one while this one still answers."""

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        units: Mapping[int, list[Unit]] | None = None,
        meanings: Mapping[str, Mapping[int, Shorts]] | None = None,
    ) -> None:
        """Index these entries; analysed forms by key and models' rows by model and key are taken where they are."""
        self._open(Parts.empty().changed(entries, (), units or {}, meanings or {}))

    @classmethod
    def of_arrays(cls, arrays: Arrays) -> Self:
        """The index from its arrays, which may be a file mapped read-only; raises KeyError or ValueError."""
        return object.__new__(cls)._open(Parts.of_arrays(arrays))

    def arrays(self) -> Arrays:
        """All of the index as named arrays."""
        return self._parts.arrays()

    def __len__(self) -> int:
        return len(self._parts.entries)

    def replace(
        self,
        changed: Iterable[Entry],
        removed: Iterable[int] = (),
        units: Mapping[int, list[Unit]] | None = None,
        meanings: Mapping[str, Mapping[int, Shorts]] | None = None,
    ) -> Self:
        """An index with `changed` in place of the entries of the same keys and without those `removed`.

        It ranks and scores exactly as one built from all its entries would; only the changed ones are analysed.
        """
        return object.__new__(type(self))._open(self._parts.changed(changed, removed, units or {}, meanings or {}))

    def _open(self, parts: Parts) -> Self:
        self._parts = parts
        self._reader = Reader(parts.vocabulary, parts.weights)
        self._spoken: dict[str, tuple[str, ...]] = {}
        return self

    @property
    def models(self) -> tuple[str, ...]:
        """The models whose rows some entry has."""
        return tuple(self._parts.meanings)

    def heads(self) -> dict[int, tuple[str, str, str]]:
        """(article id, code, language) of every entry by key."""
        return {entry.key: (entry.article_id, entry.code, entry.language) for entry in self._parts.entries}

    def knowing(self, model: str) -> frozenset[int]:
        """The keys of the entries that have a model's rows."""
        known = self._parts.known.get(model)
        return frozenset() if known is None else frozenset(self._parts.entries.keys[known].tolist())

    def languages_of(self, code: str) -> tuple[str, ...]:
        """The languages an article is published in, sorted."""
        if code not in self._spoken:
            places = self._parts.codes.get(canonical(code), ())
            self._spoken[code] = tuple(sorted({self._parts.entries[place].language for place in places}))
        return self._spoken[code]

    def named(self, codes: Iterable[str], language: str = "") -> list[Hit]:
        """The articles of these codes in their order, each in the language asked for if it is there; they score 0."""
        hits = []
        for code in codes:
            if places := self._in_language(self._parts.codes.get(canonical(code), ()), language):
                entry = self._parts.entries[places[0]]
                hits.append(Hit(entry.key, entry.article_id, entry.code, 0.0, False, ()))
        return hits

    def lacking(self, model: str, *, latin_only: bool = False) -> int:
        """How many entries wait for the rows of a model that may read them."""
        may = self._parts.latin if latin_only else np.ones(len(self), bool)
        known = self._parts.known.get(model)
        return int(np.count_nonzero(may if known is None else may & ~known))

    def search(
        self,
        text: str,
        language: str = "",
        limit: int = 10,
        prefix: bool = False,
        asked: Mapping[str, Floats32] | None = None,
        confidence: Confidence = SHIPPED,
    ) -> list[Hit]:
        """The hits of `find`."""
        return list(self.find(text, language, limit, prefix, asked, confidence).hits)

    def find(
        self,
        text: str,
        language: str = "",
        limit: int = 10,
        prefix: bool = False,
        asked: Mapping[str, Floats32] | None = None,
        confidence: Confidence = SHIPPED,
        explained: int = MOST_HITS,
    ) -> Found:
        """The entries that may answer `text`, best first, at most `limit` and never more than `MOST_HITS`.

        `language` is the question's, "" if unknown. With `prefix` the last word counts as half typed. `asked` holds the
        question's vector by model; so many hits as `explained` tell the words that matched. A short code in the text
        finds its article at once. Any text whatever gives a result, maybe an empty one, never an error.
        """
        text = text[:LONGEST_QUERY]
        query = self._reader.read(text, prefix)
        models = tuple(sorted(model for model in asked or {} if model in self._parts.meanings))
        ranked = self._ranked(query, language, {model: asked[model] for model in models} if asked else {})
        named = self._named(text, language)
        scores: dict[int, float] = {}
        near = {c.place: c.meaning for c in ranked}
        evidence = None
        sure = False
        if ranked:
            evidence = self._evidence(query, ranked)
            top = confidence.probability(models, evidence)
            scores = {c.place: round(top * c.total / ranked[0].total, 6) for c in ranked}
            sure = (
                confidence.may_be_given(models, evidence)
                and not is_matter(fold(text))
                and query.figures <= _figures(self._parts.entries[ranked[0].place])
            )
        if named:
            scores = dict.fromkeys(named, 1.0) | {p: s for p, s in scores.items() if p not in named}
            sure = len({canonical(self._parts.entries[place].code) for place in named}) == 1
        if scores and language:
            sure = sure and str(self._parts.languages[next(iter(scores))]) == primary(language)
        telling = [want for want in query.wants if want.content] or query.wants
        wanted = frozenset(term for want in telling for term in want.terms)
        hits: list[Hit] = []
        for place in list(scores)[: max(0, min(limit, MOST_HITS))]:
            entry = self._parts.entries[place]
            texts = (entry.question, *entry.phrasings, entry.answer)
            first = sure and not hits
            hits.append(
                Hit(
                    key=entry.key,
                    article_id=entry.article_id,
                    code=entry.code,
                    score=scores[place],
                    confident=first,
                    matched=matched_words(texts, wanted) if len(hits) < explained else (),
                    named=place in named,
                    meaning=round(near.get(place, 0.0), 6),
                )
            )
        return Found(tuple(hits), evidence, models)

    def _ranked(self, query: Query, language: str, asked: Mapping[str, Floats32]) -> list[_Candidate]:
        """The best candidates in order: the same on any machine and after any history of refreshes."""
        parts = self._parts
        possible = sum(want.possible for want in query.wants) * WHOLE
        if not possible or not len(parts.entries):
            return []
        points, said = self._points(query)
        titles = said / np.maximum(parts.weights.titles * WHOLE, 1)
        entry_shares = np.maximum.reduceat(points, parts.first_unit) / possible
        entry_titles = np.maximum.reduceat(titles, parts.first_unit)
        near = {model: nearness(parts.meanings[model], vector, parts.first_unit) for model, vector in asked.items()}
        words = (entry_shares + TITLE_SHARE * entry_titles) / (1 + TITLE_SHARE)
        totals, meaning = fused(words, near, parts.known)
        totals[(entry_shares == 0) & (meaning < FAINTEST)] = 0
        if spoken := primary(language):
            totals *= np.where(parts.languages == spoken, 1.0, OTHER_LANGUAGE)
        keys = _keys(totals, parts.order)
        count = min(MOST_HITS, len(keys))
        best = np.argpartition(keys, len(keys) - count)[len(keys) - count :]
        nearest = best[np.argsort(-keys[best])][:NEAREST]
        best = np.union1d(best, np.flatnonzero(np.isin(parts.answers, parts.answers[nearest])))
        best = best[totals[best] > 0]
        answers = parts.answers[best].tolist()
        supported = _supported(totals[best], answers)
        keys = _keys(supported, parts.order[best])
        ordered = np.argsort(-keys)
        best = best[ordered]
        earned = entry_shares[best] * (possible / WHOLE / SCALE)
        columns = (best, parts.answers[best], supported[ordered], earned, meaning[best])
        return [_Candidate(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _points(self, query: Query) -> tuple[Longs, Longs]:
        """For each unit, its BM25 score and the rarities of what the question says of its title, in 64ths."""
        weights, postings = self._parts.weights, self._parts.postings
        starts, rarity, worth = weights.starts, weights.rarity, weights.worth
        units, titled = postings.units, postings.counts[:, 0]
        points, said = np.zeros((2, len(postings.lengths)), np.int64)
        for want in query.wants:
            spare = np.zeros((2, len(points)), np.int64) if len(want.terms) > 1 else None
            for word, weight in want.terms.items():
                term = self._parts.vocabulary[word]
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

    def _evidence(self, query: Query, ranked: list[_Candidate]) -> Evidence:
        first = ranked[0]
        return Evidence(
            margin=first.total - next((c.total for c in ranked if c.answer != first.answer), 0.0),
            points=first.points,
            meaning=first.meaning,
            content=sum(want.content for want in query.wants),
            understood=sum(want.content and bool(want.terms) for want in query.wants),
        )

    def _named(self, text: str, language: str) -> list[int]:
        """Entries whose code stands in the text: those in its language first."""
        found = [place for code in codes_in(text) for place in self._parts.codes.get(code, ())]
        return self._in_language(found, language)

    def _in_language(self, places: Iterable[int], language: str) -> list[int]:
        spoken = primary(language)
        return sorted(
            dict.fromkeys(places),
            key=lambda place: (self._parts.languages[place] != spoken, self._parts.order[place]),
        )


def _figures(entry: Entry) -> set[str]:
    """The words with digits in an entry."""
    texts = (entry.question, *entry.phrasings, entry.answer)
    return {piece for text in texts for piece in pieces(fold(text))}


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

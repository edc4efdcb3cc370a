"""Questions that ask the same, put together: each in exactly one group, without any service outside.

Two steps. Star covers (J. Aslam, E. Pelekhov, D. Rus, 2004): whoever has most questions alike to it becomes the centre
of a star and takes its neighbours, then the next; so questions meet by a centre, never by a chain. Then stars whose
questions are alike on average become one (average linkage, R. Sokal and C. Michener, 1958). The result depends on the
questions alone, never on the order in which they came.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from grm_console.knowledge.analyse import analyse, fold, is_run, pieces
from grm_console.knowledge.fusion import WEIGHTS, WORDS, Floats, Floats32
from grm_console.knowledge.models.model import STEPS, Shorts
from grm_console.knowledge.postings import Longs

STAR: Final = 0.5
"""Likeness of two questions by words and meaning from which one joins the other's star (scripts/bench/groups.py)."""
SAME: Final = 0.4
"""Mean likeness of two stars' questions from which they ask the same."""
STAR_BY_WORDS: Final = 0.42
SAME_BY_WORDS: Final = 0.25
"""The same where only words are known."""
ACROSS: Final = 0.8
"""What likeness by meaning counts for two questions in scripts that share no word."""
CHARACTER: Final = 0.25
"""What a single Chinese character counts beside a word or pair of characters."""
_MEANING: Final = WEIGHTS["use-multilingual-3"]
_ROWS: Final = 256
"""Questions that are compared with all others at a time: bounds the memory."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked."""

    key: int
    """Later questions have higher keys."""
    text: str
    meaning: Shorts | None = None
    """Its vector by the fast model, where there is one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same."""

    keys: tuple[int, ...]
    """The centre, which says best what is asked, then the others, nearest first."""
    nearness: tuple[float, ...]
    """How near each is to the centre, 0 to 1; 1 for itself."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """All questions with the same words, as one."""

    keys: tuple[int, ...]
    terms: tuple[str, ...]
    meaning: Shorts | None
    said: bool
    """Whether it holds a word at all."""
    cjk: bool


def grouped(questions: Iterable[Question]) -> list[Group]:
    """The groups, largest first, of equal ones that with the oldest question first.

    The order of the questions does not matter; of several with one key the last counts. Vectors must be of one model;
    if a question lacks its own, all are compared by words alone.
    """
    kinds = _kinds({question.key: question for question in questions}.values())
    if not kinds:
        return []
    said = [kind for kind in kinds if kind.said]
    meant = bool(said) and all(kind.meaning is not None for kind in said)
    star, same = (STAR, SAME) if meant else (STAR_BY_WORDS, SAME_BY_WORDS)
    stars = _stars(kinds, meant, star)
    names = _joined(kinds, meant, stars, same)
    members: dict[int, list[int]] = defaultdict(list)
    for place, name in enumerate(names.tolist()):
        members[name].append(place)
    found = [_group(kinds, places, meant) for places in members.values()]
    return sorted(found, key=lambda group: (-len(group.keys), min(group.keys)))


def continued(groups: Sequence[Group], before: Mapping[int, int]) -> list[int | None]:
    """Which earlier group each group continues, if any: the one that most of its questions were in.

    `before` tells the earlier group of a question. No earlier group is continued twice: the larger share has it.
    """
    shares: dict[tuple[int, int], int] = defaultdict(int)
    for place, group in enumerate(groups):
        for key in group.keys:
            if (earlier := before.get(key)) is not None:
                shares[place, earlier] += 1
    found: list[int | None] = [None] * len(groups)
    used: set[int] = set()
    for (place, earlier), _count in sorted(shares.items(), key=lambda one: (-one[1], one[0][1], one[0][0])):
        if found[place] is None and earlier not in used:
            found[place] = earlier
            used.add(earlier)
    return found


def _kinds(questions: Iterable[Question]) -> list[_Kind]:
    """Questions by their words, those with the oldest question first; without any word each stands for itself."""
    found: dict[tuple[str, ...], list[Question]] = defaultdict(list)
    for question in sorted(questions, key=lambda question: question.key):
        terms = tuple(sorted(set(analyse(question.text))))
        found[terms or (f"\0{fold(question.text).strip()}",)].append(question)
    return [
        _Kind(
            tuple(one.key for one in same),
            terms,
            next((one.meaning for one in same if one.meaning is not None), None),
            not terms[0].startswith("\0"),
            any(is_run(piece) for piece in pieces(fold(same[0].text))),
        )
        for terms, same in found.items()
    ]


def _stars(kinds: Sequence[_Kind], meant: bool, step: float) -> Longs:
    """The centre of each kind's star; a centre's own is itself."""
    near: list[Longs] = []
    like: list[Floats32] = []
    for row in _likeness(kinds, meant):
        places = np.flatnonzero(row >= step)
        near.append(places)
        like.append(row[places])
    asked = np.array([len(kind.keys) for kind in kinds])
    around = [int(asked[places].sum()) for places in near]
    is_centre, taken = np.zeros((2, len(kinds)), bool)
    for place in sorted(range(len(kinds)), key=lambda place: (-around[place], kinds[place].keys[0])):
        if not taken[place]:
            is_centre[place] = True
            taken[near[place]] = True
    stars = np.arange(len(kinds))
    for place in np.flatnonzero(~is_centre).tolist():
        centres = is_centre[near[place]]
        stars[place] = near[place][centres][np.argmax(like[place][centres])]
    return stars


def _joined(kinds: Sequence[_Kind], meant: bool, stars: Longs, step: float) -> Longs:
    """The name of each kind's group: one of its stars, those being one whose kinds are alike on average."""
    centres, star_of = np.unique(stars, return_inverse=True)
    count = len(centres)
    sizes = np.bincount(star_of, minlength=count).astype(np.float64)
    mean = _means(kinds, meant, star_of, sizes)
    np.fill_diagonal(mean, -1)
    names = np.arange(count)
    best = mean.argmax(axis=1)
    value = mean[np.arange(count), best]
    while count > 1:
        one = int(value.argmax())
        if value[one] < step:
            break
        one, other = sorted((one, int(best[one])))
        together = (sizes[one] * mean[one] + sizes[other] * mean[other]) / (sizes[one] + sizes[other])
        together[[one, other]] = -1
        mean[one], mean[:, one] = together, together
        mean[other], mean[:, other] = -1, -1
        sizes[one] += sizes[other]
        names[names == other] = one
        stale = np.flatnonzero((best == one) | (best == other))
        for place in {*stale.tolist(), one, other}:
            best[place] = mean[place].argmax()
            value[place] = mean[place, best[place]]
        nearer = mean[one] > value
        best[nearer], value[nearer] = one, mean[one][nearer]
    return names[star_of]


def _means(kinds: Sequence[_Kind], meant: bool, star_of: Longs, sizes: Floats) -> Floats32:
    """The mean likeness of any two stars' kinds: that of the stars' mean vectors."""
    count = len(sizes)
    mean = np.zeros((count, count), np.float32)
    for places, weights in _postings(kinds).values():
        stars = star_of[places]
        said = np.unique(stars)
        share = (np.bincount(stars, weights=weights, minlength=count)[said] / sizes[said]).astype(np.float32)
        mean[np.ix_(said, said)] += share[:, None] * share
    if meant:
        rows = np.zeros((2, count, next(len(kind.meaning) for kind in kinds if kind.meaning is not None)), np.float32)
        for place, kind in enumerate(kinds):
            if kind.meaning is not None:
                rows[int(kind.cjk), star_of[place]] += kind.meaning / np.float32(STEPS * sizes[star_of[place]])
        latin, cjk = rows
        mean = np.asarray(_fused(mean, latin @ latin.T + cjk @ cjk.T), np.float32)
        across = latin @ cjk.T
        mean += ACROSS * (across + across.T)
    return np.round(mean, 4)


def _fused(words: Floats32, meaning: Floats32) -> Floats32:
    """Likeness by both, as a search fuses them."""
    share = np.float32(WORDS / (WORDS + _MEANING))
    return share * words + (1 - share) * meaning


def _group(kinds: Sequence[_Kind], places: Sequence[int], meant: bool) -> Group:
    """One group with its centre: the kind that is most alike to all its questions."""
    inside = [kinds[place] for place in places]
    likeness = np.array(list(_likeness(inside, meant))) if len(inside) > 1 else np.ones((1, 1))
    asked = np.array([len(kind.keys) for kind in inside])
    centre = int(np.argmax(np.round(likeness @ asked, 6)))
    named = [(float(round(likeness[centre, at], 3)), key) for at, kind in enumerate(inside) for key in kind.keys]
    first = inside[centre].keys[0]
    named.sort(key=lambda one: (one[1] != first, -one[0], one[1]))
    return Group(tuple(key for _, key in named), tuple(nearness for nearness, _ in named))


def _likeness(kinds: Sequence[_Kind], meant: bool) -> Iterator[Floats32]:
    """For each kind, how much every kind is alike to it, 0 to 1; to itself 1."""
    count = len(kinds)
    postings = _postings(kinds)
    cjk = np.array([kind.cjk for kind in kinds])
    width = next((len(kind.meaning) for kind in kinds if kind.meaning is not None), 1) if meant else 1
    rows = np.zeros((count, width), np.float32)
    for place, kind in enumerate(kinds):
        if meant and kind.meaning is not None:
            rows[place] = kind.meaning
    for start in range(0, count, _ROWS):
        block = slice(start, min(start + _ROWS, count))
        words = np.zeros((block.stop - start, count), np.float32)
        for place in range(start, block.stop):
            row = words[place - start]
            for term in kinds[place].terms:
                places, weights = postings[term]
                row[places] += weights * weights[np.searchsorted(places, place)]
        if meant:
            meaning = rows[block] @ rows.T / np.float32(STEPS**2)  # exact sums: see STEPS
            words = np.where(cjk[block, None] == cjk, _fused(words, meaning), np.float32(ACROSS) * meaning)
        words = np.asarray(np.round(np.clip(words, 0, 1), 5), np.float32)
        words[np.arange(len(words)), np.arange(start, block.stop)] = 1
        yield from words


def _postings(
    kinds: Sequence[_Kind],
) -> dict[str, tuple[Longs, Floats32]]:
    """For each term the places that say it, ascending, and what it counts there; a place's squares add up to 1."""
    said: dict[str, list[int]] = defaultdict(list)
    for place, kind in enumerate(kinds):
        for term in kind.terms:
            said[term].append(place)
    asked = np.array([len(kind.keys) for kind in kinds])
    weight = {}
    for term, places in said.items():
        share = CHARACTER if len(term) == 1 and is_run(term) else 1.0
        weight[term] = share * float(np.log(1 + asked.sum() / asked[places].sum()))
    length = np.array([np.sqrt(sum(weight[term] ** 2 for term in kind.terms)) for kind in kinds])
    return {term: (np.array(at, np.int64), (weight[term] / length[at]).astype(np.float32)) for term, at in said.items()}

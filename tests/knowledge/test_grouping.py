"""Questions that ask the same are put together: none lost, none twice, whatever order they came in."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.knowledge.grouping import Question, continued, grouped
from grm_console.knowledge.models.model import STEPS

WORDS = st.lists(
    st.sampled_from(
        [
            "water",
            "bill",
            "pay",
            "car",
            "charge",
            "library",
            "sunday",
            "open",
            "停水",
            "水费",
            "充电",
            "图书馆",
            "周末",
            "not",
            "the",
        ]
    ),
    max_size=6,
).map(" ".join)
TEXTS = st.lists(WORDS | st.text(max_size=20), max_size=25)


def meaning(seed: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    row = np.random.default_rng(seed).normal(size=16)
    return np.rint(row / np.linalg.norm(row) * STEPS).astype(np.int16)


@settings(deadline=None)  # the first analysis loads its tables
@given(TEXTS, st.integers(0, 5), st.booleans())
def test_each_question_is_in_exactly_one_group_in_any_order(texts: list[str], seed: int, meant: bool) -> None:
    questions = [Question(key, text, meaning(len(text)) if meant else None) for key, text in enumerate(texts)]
    groups = grouped(questions)
    assert sorted(key for group in groups for key in group.keys) == list(range(len(texts)))
    assert all(len(group.keys) == len(group.nearness) and group.nearness[0] == 1 for group in groups)
    random.Random(seed).shuffle(questions)
    assert grouped(questions) == groups


@given(TEXTS, st.lists(st.none() | st.integers(1, 4), min_size=25, max_size=25))
def test_a_group_continues_one_earlier_group_at_most(texts: list[str], before: list[int | None]) -> None:
    groups = grouped(Question(key, text) for key, text in enumerate(texts))
    found = continued(groups, {key: group for key, group in enumerate(before[: len(texts)]) if group is not None})
    named = [group for group in found if group is not None]
    assert len(found) == len(groups)
    assert len(named) == len(set(named))
    for group, earlier in zip(groups, found, strict=True):
        assert earlier is None or earlier in {before[key] for key in group.keys}


def test_words_alone_put_together_what_asks_the_same() -> None:
    said = [
        "where can I pay my water bill",
        "pay water bill where",
        "is the library open on sunday",
        "library open sunday?",
        "水费在哪里交",
        "请问水费怎么交",
    ]
    groups = grouped(Question(key, text) for key, text in enumerate(said))
    assert sorted(sorted(group.keys) for group in groups) == [[0, 1], [2, 3], [4, 5]]


def test_meaning_joins_languages() -> None:
    one, other = (np.eye(16, dtype=np.int16)[place] * np.int16(STEPS) for place in (0, 1))
    asked = [Question(1, "when is water cut", one), Question(2, "什么时候停水", one), Question(3, "tram fares", other)]
    assert sorted(sorted(group.keys) for group in grouped(asked)) == [[1, 2], [3]]
    without = [Question(one.key, one.text) for one in asked]
    assert len(grouped(without)) == 3


def test_nothing_gives_nothing() -> None:
    assert grouped([]) == []
    assert len(grouped([Question(1, ""), Question(2, "!?"), Question(3, "")])) == 2
    mixed = [Question(1, "water bill", meaning(1)), Question(2, "!?"), Question(3, "tram fares", meaning(2))]
    assert len(grouped(mixed)) == 3

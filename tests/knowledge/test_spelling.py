import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.knowledge.spelling import Lexicon, distance

words = st.text(alphabet="abc", max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("licens", "licenc", 1), ("passport", "pasport", 1), ("recieve", "receive", 1), ("same", "same", 0)],
)
def test_edits_between_words(one: str, other: str, edits: int) -> None:
    assert distance(one, other, 2) == edits


@given(words, words)
def test_distance_is_symmetric_and_stops_at_the_limit(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) <= 3
    assert (distance(one, other, 2) == 0) == (one == other)


@given(
    st.lists(st.text(alphabet="abcde", min_size=1, max_size=10), unique=True), st.text(alphabet="abcde", max_size=10)
)
def test_near_words_are_exactly_those_in_reach(terms: list[str], word: str) -> None:
    reach = 1 if len(word) < 8 else 2
    expected = {
        (term, distance(word, term, reach))
        for term in terms
        if len(word) >= 4 and term[0] == word[0] and distance(word, term, reach) <= reach
    }
    assert set(Lexicon(terms).near(word)) == expected


def test_words_that_begin_alike() -> None:
    lexicon = Lexicon(["permit", "person", "pension", "perm"])
    assert lexicon.starting("perm") == ["perm", "permit"]
    assert Lexicon([]).starting("p") == []
    assert Lexicon([]).near("permit") == []

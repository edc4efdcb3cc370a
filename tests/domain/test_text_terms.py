"""The words of a text: whatever stands in it is found again, and nothing in them can be taken for a query's signs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.text_terms import text_terms, wanted_terms


def finds(typed: str, text: str) -> bool:
    terms = text_terms(text).split()
    wanted = wanted_terms(typed)
    return bool(wanted) and all(
        any(term.startswith(word) if begun else term == word for term in terms) for word, begun in wanted
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("pipe", "The PIPES leak"),
        ("leak pip", "The PIPES leak"),
        ("no water", "No water since this morning"),
        ("水", "停水了"),
        ("了", "停水了"),
        ("停水", "今天停水了"),
        ("cafe 12", "Café, 12 Oak St."),
        ("o'brien", "Mr O’Brien called"),
        ("漏水 pipe", "水管漏水, the pipe"),
    ],
)
def test_words_are_found(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(("typed", "text"), [("停管", "停水管"), ("wat fire", "no water"), ("is", "island")])
def test_others_are_not(typed: str, text: str) -> None:
    assert finds(typed, text) is (typed == "is")  # the last word may go on, from two letters


@pytest.mark.parametrize("typed", ["", "a", "'", '"', "* OR", "\x00", "%_", "(", "NEAR("])
def test_signs_are_no_words(typed: str) -> None:
    assert all(term.isalnum() for term, _begun in wanted_terms(typed))


@given(st.text(max_size=200))
def test_terms_hold_letters_digits_and_their_marks_only(text: str) -> None:
    terms = text_terms(text).split(" ") if text_terms(text) else []
    assert terms == sorted(set(terms))
    assert all(unicodedata.category(char)[0] in "LNM" for term in terms for char in term)


@given(st.text("abc水管漏éß 12", min_size=1, max_size=40))
def test_every_word_finds_its_own_text(text: str) -> None:
    for word in text.split():
        if wanted_terms(word):
            assert finds(word, text)

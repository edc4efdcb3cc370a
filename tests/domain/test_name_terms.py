"""Names in any script, in parts, in pinyin and misspelt lead to the same terms as what is typed for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.name_terms import (
    MOST_TERMS,
    WHOLE,
    deletions,
    edits_allowed,
    edits_between,
    fold,
    name_key,
    name_terms,
    read_query,
    whole_terms,
    words_of,
)

LATIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)


def finds(typed: str, *names: str) -> bool:
    """Whether every typed word of one reading is a term of the names, the last one by its beginning."""
    terms = name_terms(*names)
    return any(
        all(word in terms for word in words[:-1]) and any(term.startswith(words[-1]) for term in terms)
        for words in read_query(typed)
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((typed, "陈丽") for typed in ("陈", "丽", "陈丽", "陳麗", "chenli", "chen li", "li chen", "chén lì", "CHEN")),
        *((typed, "陈丽") for typed in ("chen2 li4", "chenl", "ｃｈｅｎ")),
        *((typed, "王小明") for typed in ("小明", "xiaoming", "wang xiaoming", "wangxiaoming", "xiao ming wang")),
        *((typed, "Wang Xiaoming") for typed in ("xiao ming", "wangxiaoming", "xiaoming wang")),
        *((typed, "吕布") for typed in ("lü bu", "lv bu", "lu bu", "lyu bu", "lvbu")),
        *((typed, "曾国藩") for typed in ("zeng guofan", "zengguofan")),
        *((typed, "Maria López-García") for typed in ("lopez", "LÓPEZ ma", "garcia maria", "mar")),
        *((typed, "Seán O’Brien") for typed in ("obrien", "o'brien", "brien", "o brien sean")),
        *((typed, "Łukasz Żółć") for typed in ("lukasz", "zolc")),
        *((typed, "Straße 8 GmbH") for typed in ("strasse", "8")),
        *((typed, "Παπαδόπουλος Γιώργος") for typed in ("παπαδοπουλος", "ΓΙΏΡΓΟΣ")),
        ("中村", "中村健"),
        ("김", "김민수"),
        ("محمد", "مُحَمَّد علي"),
        ("कुमार", "राज कुमार"),
    ],
)
def test_what_is_typed_finds_the_name(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("丽陈", "陈丽"),
        ("lopez pedro", "Maria Lopez"),
        ("कम", "कुमार"),
        ("li", "陈明"),
        ("xiaoming", "明小王"),
        ("mingxiao", "王小明"),
        ("wangming", "王小明"),
    ],
)
def test_what_is_typed_does_not_find_another(typed: str, name: str) -> None:
    assert not finds(typed, name)


@pytest.mark.parametrize("typed", ["", " ", "'", '"*', "%", "_", "\x00", "\ud800", "()|&!:*", "--"])
def test_what_holds_no_word_reads_as_nothing(typed: str) -> None:
    assert read_query(typed) == []
    assert whole_terms(typed) == []


@pytest.mark.parametrize(
    ("typed", "name"), [("chenli", "陈丽"), ("Li Chen", "陈丽"), ("lopez maria", "María López"), ("陈丽", "陳麗")]
)
def test_a_whole_name_is_known_as_such(typed: str, name: str) -> None:
    assert set(whole_terms(typed)) & set(name_terms(name))
    assert not set(whole_terms(typed)) & set(name_terms(name + " Xu"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_name_has_few_and_clean_terms(name: str, other: str) -> None:
    terms = name_terms(name, other)
    assert len(terms) == len(set(terms)) <= MOST_TERMS
    for term in terms:
        assert term.removeprefix(WHOLE).strip() == term.removeprefix(WHOLE) != ""
        assert not set(term) & set("'\"%_*\x00")
    assert fold(fold(name)) == fold(name)
    assert name_key(name) == name_key(fold(name))


@given(st.lists(st.text("abcxyzéß陈丽小 -'", min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_name_typed_as_it_is_finds_itself(parts: list[str]) -> None:
    name = " ".join(parts)
    if 0 < len(words_of(name)) <= 6:
        assert finds(name, name)


@given(LATIN, st.data())
def test_words_a_slip_apart_share_a_rest(word: str, data: st.DataObject) -> None:
    edits = edits_allowed(word)
    meant = word
    for _slip in range(edits):
        at = data.draw(st.integers(0, len(meant) - 1))
        letter = data.draw(st.sampled_from("abcxyz"))
        kind = data.draw(st.sampled_from(["wrong", "extra", "missing", "swapped"]))
        head, tail = meant[:at], meant[at + 1 :]
        meant = {
            "wrong": head + letter + tail,
            "extra": head + letter + meant[at:],
            "missing": head + tail,
            "swapped": head + tail[:1] + meant[at] + tail[1:],
        }[kind]
    assert set(deletions(word, edits)) & set(deletions(meant, edits))
    assert edits_between(word, word) == 0
    assert edits_between(word, meant) == edits_between(meant, word)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("chen", "chne", 1), ("lopez", "lopes", 1), ("lopez", "loopez", 1), ("garcia", "gracai", 2), ("", "ab", 2)],
)
def test_slips_are_counted(one: str, other: str, edits: int) -> None:
    assert edits_between(one, other) == edits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.knowledge.analyse import analyse


def test_english_words_become_stems_without_function_words() -> None:
    assert analyse("How do I renew my passports?") == ["renew", "passport"]
    assert set(analyse("renewal of a passport")) == {"renew", "passport"}


def test_chinese_runs_become_characters_and_bigrams() -> None:
    assert sorted(analyse("户口迁")) == sorted(["户", "口", "迁", "户口", "口迁"])


def test_question_words_break_a_run_and_leave_no_term() -> None:
    assert "口怎" not in analyse("户口怎么迁到新住址")
    assert "么迁" not in analyse("户口怎么迁到新住址")
    assert analyse("你好") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("戶口怎麼遷到新住址？", "户口怎么迁到新住址？"),
        ("ＰＡＳＳＰＯＲＴ　１２３", "passport 123"),
        ("driver's licence", "driver’s Licence"),
        ("café", "cafe"),
        ("I can't sleep", "I cannot sleep"),
    ],
)
def test_forms_of_the_same_text_give_the_same_terms(one: str, other: str) -> None:
    assert analyse(one) == analyse(other)


def test_mixed_text_keeps_both_scripts() -> None:
    assert set(analyse("换passport")) == {"换", "passport"}


def test_a_denial_is_a_term_of_its_own() -> None:
    assert analyse("unable to verify") == ["not", analyse("verify")[0]]


@given(st.text())
def test_any_text_is_analysed(text: str) -> None:
    assert all(analyse(text))

from dataclasses import replace

import pytest

from grm_console.knowledge.confidence import Evidence, is_matter, may_be_given, probability

STRONG = Evidence(margin=0.5, points=20.0, title=1.0, words=4)


def test_more_evidence_is_never_less_likely() -> None:
    for weaker in (replace(STRONG, margin=0.1), replace(STRONG, points=5.0), replace(STRONG, title=0.2)):
        assert 0 < probability(weaker) < probability(STRONG) < 1


def test_a_strong_first_result_may_be_given() -> None:
    assert may_be_given(STRONG, "when is bulky waste collected")


def test_two_answers_that_are_close_are_not_given() -> None:
    assert not may_be_given(replace(STRONG, margin=0.01), "when is bulky waste collected")


def test_one_known_word_is_too_little() -> None:
    assert not may_be_given(replace(STRONG, words=1), "waste")


@pytest.mark.parametrize(
    "text",
    [
        "there is a gas leak in my street",
        "i want to complain about the bus driver",
        "this is unacceptable",
        "家里着火了",
        "我要投诉物业",
        "when is the office open? and what does it cost?",
    ],
)
def test_what_a_person_must_read_is_not_given(text: str) -> None:
    assert is_matter(text)
    assert not may_be_given(STRONG, text)

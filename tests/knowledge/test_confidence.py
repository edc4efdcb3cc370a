from dataclasses import replace

import pytest

from grm_console.knowledge.confidence import (
    SHIPPED,
    Confidence,
    Evidence,
    Fit,
    is_matter,
    kind_of,
    read_fits,
    written_fits,
)

USE = "use-multilingual-3/1"
STRONG = Evidence(margin=0.5, points=20.0, meaning=0.8, content=4, understood=4)


@pytest.mark.parametrize("models", [(), (USE,), (USE, "minilm-l6-v2/1")])
def test_more_evidence_is_never_less_likely(models: tuple[str, ...]) -> None:
    weaker = [{"margin": 0.1}, {"points": 5.0}, {"meaning": 0.4}]
    for change in weaker:
        less = SHIPPED.probability(models, replace(STRONG, **change))  # type: ignore[arg-type]
        assert 0 < less <= SHIPPED.probability(models, STRONG) < 1


def test_a_strong_first_result_may_be_given_and_a_close_one_not() -> None:
    for models in ((), (USE,)):
        assert SHIPPED.may_be_given(models, STRONG)
        assert not SHIPPED.may_be_given(models, replace(STRONG, margin=0.01))


def test_one_word_is_too_little_and_without_models_it_must_be_known() -> None:
    assert not SHIPPED.may_be_given((USE,), replace(STRONG, content=1))
    assert not SHIPPED.may_be_given((), replace(STRONG, understood=1))
    assert SHIPPED.may_be_given((USE,), replace(STRONG, understood=1))


def test_nothing_is_given_while_articles_wait_for_their_vectors() -> None:
    assert not replace(SHIPPED, trusted=False).may_be_given((USE,), STRONG)


def test_models_without_a_fit_are_judged_as_words_alone() -> None:
    only = Confidence({"": Fit(0.0, {}, 0.4), "use-multilingual-3": Fit(-5.0, {}, 0.4)})
    assert only.may_be_given(("other/2",), STRONG)
    assert not only.may_be_given((USE,), STRONG)
    assert kind_of(("b/1", "a/2")) == "a+b"


def test_fits_are_read_as_they_were_written() -> None:
    assert read_fits(written_fits(SHIPPED.fits)) == dict(SHIPPED.fits)


def test_a_fit_of_what_is_no_longer_weighed_is_none() -> None:
    with pytest.raises(ValueError, match="title"):
        read_fits({"": {"constant": -1.0, "weights": {"lead": 3.1, "title": 0.5}, "threshold": 0.9}})


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
def test_what_a_person_must_read_is_known(text: str) -> None:
    assert is_matter(text)

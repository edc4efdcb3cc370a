import pytest

from grm_console.knowledge.confidence import Evidence, Fit
from grm_console.knowledge.fitting import NEVER, Judged, fitted, threshold, wilson


def judged(meaning: float, right: bool) -> Judged:
    return Judged(Evidence(meaning, 10.0, meaning, 3, 3), right)


def test_the_lower_wilson_bound() -> None:
    # Newcombe 1998, table I: 81 of 263 is .2553 to .3662, 15 of 148 .0624 to .1605, 0 of 20 from 0 on.
    assert wilson(81, 263) == pytest.approx(0.2553, abs=5e-5)
    assert wilson(15, 148) == pytest.approx(0.0624, abs=5e-5)
    assert wilson(0, 20) == wilson(0, 0) == 0


def test_a_fit_finds_what_parts_right_from_wrong() -> None:
    samples = [judged(n / 500, n > 200 or n % 10 == 0) for n in range(500)]
    fit = fitted([samples], ["meaning"])
    assert fit.probability(judged(0.9, True).evidence) > 0.9 > 0.5 > fit.probability(judged(0.1, False).evidence)
    given = [one.right for one in samples if fit.probability(one.evidence) >= fit.threshold]
    assert wilson(sum(given), len(given)) >= 0.95


def test_a_threshold_that_nothing_shows_is_never_reached() -> None:
    fit = Fit(0.0, {"meaning": 1.0}, 0.5)
    half = [judged(n / 300, n % 2 == 0) for n in range(300)]
    assert threshold(fit, half) == NEVER


def test_only_right_results_teach_nothing() -> None:
    with pytest.raises(ValueError, match="teach"):
        fitted([[judged(0.5, True)] * 10], ["meaning"])


def test_a_set_weighs_the_same_however_large_it_is() -> None:
    easy = [judged(n / 100, n > 50) for n in range(100)]
    hard = [judged(n / 100, n > 80) for n in range(100)]
    assert fitted([easy, hard], ["meaning"]).weights == fitted([easy * 5, hard], ["meaning"]).weights

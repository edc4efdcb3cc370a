"""The service level in all four variants, and how figures stand against their targets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.service_level import Grade, Served, Variant, grade_level, grade_wait

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("variant", "percent"),
    [
        (Variant.EVERYBODY, 83.0),
        (Variant.ANSWERED_ONLY, 86.0),
        (Variant.ALL_ABANDONS, 81.1),
        (Variant.SHORT_ABANDONS_LEFT_OUT, 82.7),
    ],
)
def test_the_published_example(variant: Variant, percent: float) -> None:
    served = Served(answered=1000, answered_in_target=860, abandoned=60, abandoned_in_target=20)
    level = served.level(variant)
    assert level is not None
    assert round(100 * level, 1) == percent


@given(*[st.integers(0, 500)] * 4)
def test_a_level_lies_between_none_and_all(n: int, late: int, short: int, given_up: int) -> None:
    served = Served(n + late, n, short + given_up, short)
    assert served.offered == n + late + short + given_up
    for variant in Variant:
        level = served.level(variant)
        assert (level is None) == (served.divisor(variant) == 0)
        assert level is None or 0 <= level <= 1


def test_nothing_to_count_is_neither_good_nor_bad() -> None:
    assert Served(abandoned=3, abandoned_in_target=3).level() is None
    assert grade_level(None) is None
    assert [grade_level(level) for level in (0.8, 0.7999, 0.6, 0.5999)] == [
        Grade.GOOD, Grade.WARNING, Grade.WARNING, Grade.LATE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "grade"),
    [(-90, Grade.GOOD), (10, Grade.GOOD), (10.1, Grade.WARNING), (20, Grade.WARNING), (20.1, "late")],
)
def test_a_wait_is_late_beyond_its_target(seconds: float, grade: str) -> None:
    assert grade_wait(NOW - timedelta(seconds=seconds), 20, NOW) == grade

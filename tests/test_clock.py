"""Moments as operators read them, in the language in use."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from grm_console import i18n
from grm_console.clock import ahead, local_day, local_moment, weekday, whole_moment

NOW = datetime(2026, 11, 23, 9, 2, 5, tzinfo=UTC)
LONG_AGO = NOW.replace(year=2025, month=3, day=4)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """The language of the process is what it was."""
    yield
    i18n.use_language("en")


@pytest.mark.parametrize(
    ("language", "near", "far", "whole", "day"),
    [
        ("en", "23 Nov", "04 Mar 2025", "23 Nov 2026", "Mon"),
        ("zh", "11月23日", "2025年3月4日", "2026年11月23日", "周一"),
    ],
)
def test_a_moment_names_its_month_in_the_language_in_use(
    language: str, near: str, far: str, whole: str, day: str
) -> None:
    i18n.use_language(language)
    local, clock = NOW.astimezone(), f"{NOW.astimezone():%H:%M}"
    assert local_moment(NOW, NOW) == f"{near} {clock}"
    assert local_moment(LONG_AGO, NOW) == far
    assert local_day(local.date(), date(2026, 1, 1)) == near
    assert whole_moment(NOW) == f"{whole} {clock}"
    assert whole_moment(NOW, seconds=True) == f"{whole} {clock}:05"
    assert weekday(local.date()) == day


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_month_and_weekday_has_a_name_of_its_own(language: str) -> None:
    i18n.use_language(language)
    assert len({local_day(date(2026, month, 1), NOW.date()) for month in range(1, 13)}) == 12
    assert len({weekday(date(2026, 11, day)) for day in range(1, 8)}) == 7


def test_no_moment_is_no_words() -> None:
    assert whole_moment(None) == ""


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(hours=2), timedelta(milliseconds=-300)])
def test_another_clock_is_read_at_the_middle_of_the_fastest_trip(wrong: timedelta) -> None:
    moment = NOW
    ways = iter([(800, 5), (30, 10), (900, 900), (200, 1), (50, 50)])
    way_back = 0

    def here() -> datetime:
        nonlocal moment, way_back
        moment, way_back = moment + timedelta(milliseconds=way_back), 0
        return moment

    def there() -> datetime:
        nonlocal moment, way_back
        way_there, way_back = next(ways)
        moment += timedelta(milliseconds=way_there)
        return moment + wrong

    assert abs(ahead(there, here) - wrong) == timedelta(milliseconds=10), "half of what the two ways differ by"


def test_a_fast_answer_is_asked_for_once() -> None:
    answers = iter([NOW + timedelta(seconds=1)])
    assert ahead(lambda: next(answers), lambda: NOW) == timedelta(seconds=1)

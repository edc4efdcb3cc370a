"""Suddenly more people than usual: the rule alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.topic_bursts import FEWEST_ASKERS, began, burst, hours_before, level, usual

RATES = st.floats(0, 40)


@given(RATES, st.integers(0, 200))
def test_more_people_are_never_less_of_a_burst(rate: float, askers: int) -> None:
    of = usual([(rate, rate, rate)] * 8)
    one, more = burst(askers, of), burst(askers + 1, of)
    assert 0 <= more.chance <= one.chance + 1e-12 <= 1 + 1e-9
    assert more.begins or not one.begins


@given(RATES, RATES, st.integers(0, 100))
def test_what_is_usual_raises_nothing(rate: float, busier: float, askers: int) -> None:
    low, high = sorted((rate, busier))
    assert burst(askers, usual([(high,) * 3] * 8)).chance >= burst(askers, usual([(low,) * 3] * 8)).chance - 1e-9
    assert not burst(round(high), usual([(high,) * 3] * 8)).begins


@given(RATES, st.integers(0, FEWEST_ASKERS - 1))
def test_too_few_people_are_never_a_burst(rate: float, askers: int) -> None:
    assert not burst(askers, usual([(rate,) * 3] * 8)).begins


@given(RATES, st.integers(5, 100), st.floats(0, 500))
def test_a_busy_desk_needs_more(rate: float, askers: int, now: float) -> None:
    of = usual([(rate,) * 3] * 8)
    assert burst(askers, of, level(now, 20)).chance >= burst(askers, of).chance - 1e-9


@given(RATES, st.integers(1, 100))
def test_the_less_is_known_the_more_it_takes(rate: float, askers: int) -> None:
    much, little = usual([(rate,) * 3] * 8), usual([(rate,) * 3] * 3)
    same = round(much.rate) + 1 + askers
    if little.rate >= much.rate:
        assert burst(same, little).chance >= burst(same, much).chance - 1e-9


def test_a_past_burst_and_a_holiday_are_not_usual() -> None:
    calm = usual([(4, 4, 4)] * 8)
    assert usual([(4, 4, 4)] * 6 + [(90, 90, 90), (0, 0, 0)]) == calm


def test_since_when() -> None:
    end = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    early = [end - timedelta(minutes=m) for m in (55, 40)]
    late = [end - timedelta(minutes=m) for m in (17, 15, 14, 11, 9, 8, 6, 3, 1)]
    assert began([*early, *late], 2.0, end) == end - timedelta(minutes=20)
    assert began([], 2.0, end) == end


def test_the_same_hour_by_the_local_clock() -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 11, 5, 15, 30, tzinfo=UTC)  # 10:30, in winter time since the 1st
    newest = hours_before(now, zone, 2)
    assert [end.astimezone(zone).strftime("%H:%M") for _, end in newest] == ["10:30", "10:30"]
    assert newest[0][1] == datetime(2026, 10, 29, 14, 30, tzinfo=UTC)
    assert all(end - begin == timedelta(hours=1) for begin, end in newest)

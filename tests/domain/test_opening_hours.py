"""Opening hours: as a walk by minutes tells them, by the local clock, whatever is done to it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.opening_hours import (
    CLOSED_WEEK,
    MIDNIGHT,
    Hours,
    Span,
    Spans,
    SpecialDay,
    Week,
    knows_holidays,
    knows_time_zone,
    public_holidays,
)

MINUTE = timedelta(minutes=1)
OFFICE = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60 + 30))
ALL_DAY = (Span(0, MIDNIGHT),)
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
CHANGES = (datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC))
"""Shortly before a clock of one of the zones is moved."""


def week(*days: Spans) -> Week:
    """Hours by weekday; those not given are closed."""
    mon, tue, wed, thu, fri, sat, sun = (*days, *CLOSED_WEEK[len(days) :])
    return mon, tue, wed, thu, fri, sat, sun


@st.composite
def some_spans(draw: st.DrawFn) -> Spans:
    edges = draw(st.lists(st.sampled_from(range(0, MIDNIGHT + 1, 30)), max_size=6, unique=True))
    return tuple(Span(*pair) for pair in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))


@st.composite
def some_hours(draw: st.DrawFn) -> tuple[Hours, datetime]:
    start = draw(st.sampled_from(CHANGES)) + MINUTE * draw(st.integers(0, 3 * MIDNIGHT))
    special = st.builds(SpecialDay, some_spans()) | st.builds(SpecialDay, as_weekday=st.integers(0, 6))
    near = st.integers(-1, 4).map(lambda days: (start + timedelta(days=days)).date())
    days = draw(st.dictionaries(near, special, max_size=3))
    by_weekday = draw(st.lists(some_spans(), min_size=7, max_size=7))
    return Hours(draw(st.sampled_from(ZONES)), week(*by_weekday), days), start


def by_the_minute(hours: Hours, start: datetime, minutes: int) -> Iterable[bool]:
    """Whether the clock on the wall says open, minute by minute, worked out without any of the code above."""
    zone = ZoneInfo(hours.time_zone)
    for number in range(minutes):
        local = (start + number * MINUTE).astimezone(zone)
        special = hours.days.get(local.date())
        weekday = local.weekday() if special is None else special.as_weekday
        spans = hours.week[weekday] if weekday is not None else special.spans if special else ()
        yield any(s.opens <= local.hour * 60 + local.minute < s.closes for s in spans)


@given(some_hours())
def test_it_is_what_a_walk_by_minutes_tells(drawn: tuple[Hours, datetime]) -> None:
    hours, start = drawn
    walked = list(by_the_minute(hours, start, 2 * MIDNIGHT))
    assert hours.is_open(start) == walked[0]
    change = next((number for number, state in enumerate(walked) if state != walked[0]), None)
    expected = None if change is None else start + change * MINUTE
    told = hours.closes_at(start) if walked[0] else hours.next_opening(start)
    if expected is not None:
        assert told == expected
    else:
        assert told is None or told >= start + len(walked) * MINUTE
    assert (hours.next_opening(start) if walked[0] else hours.closes_at(start)) is None


def test_a_lunch_break_a_night_and_a_weekend_are_closed() -> None:
    hours = Hours("Asia/Shanghai", week(*[OFFICE] * 5))
    friday = datetime(2026, 11, 27, 3, 59, 59, tzinfo=UTC)
    assert hours.is_open(friday)
    assert hours.closes_at(friday) == datetime(2026, 11, 27, 4, tzinfo=UTC)
    noon = datetime(2026, 11, 27, 4, tzinfo=UTC)
    assert not hours.is_open(noon)
    assert hours.next_opening(noon) == datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert hours.next_opening(datetime(2026, 11, 27, 9, 30, tzinfo=UTC)) == datetime(2026, 11, 30, 1, tzinfo=UTC)


def test_a_working_weekend_follows_another_weekday_and_its_own_date_beats_a_holiday() -> None:
    sunday, holiday = date(2026, 10, 10), date(2026, 10, 1)
    days = {sunday: SpecialDay(as_weekday=0, name="Working Saturday")}
    hours = Hours("Asia/Shanghai", week(*[OFFICE] * 5), days, "CN")
    assert hours.spans_on(sunday) == OFFICE
    assert hours.spans_on(date(2026, 10, 11)) == ()
    assert hours.spans_on(holiday) == ()
    assert hours.spans_on(date(2026, 10, 8)) == OFFICE
    duty = Hours("Asia/Shanghai", hours.week, {holiday: SpecialDay(OFFICE)}, "CN")
    assert duty.spans_on(holiday) == OFFICE


@pytest.mark.parametrize(("day", "hours_long"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_the_days_when_the_clock_is_moved_are_open_from_midnight_to_midnight(day: date, hours_long: int) -> None:
    hours = Hours("America/New_York", days={day: SpecialDay(ALL_DAY)})
    opens = hours.next_opening(datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=5))
    assert opens is not None
    closes = hours.closes_at(opens)
    assert closes is not None
    assert closes - opens == timedelta(hours=hours_long)


def test_what_never_closes_or_never_opens_has_no_moment() -> None:
    moment = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
    always = Hours("America/New_York", week(*[ALL_DAY] * 7))
    assert (always.is_open(moment), always.closes_at(moment), always.next_opening(moment)) == (True, None, None)
    for never in (Hours("UTC"), Hours("UTC", days={date(2025, 1, 1): SpecialDay(ALL_DAY)})):
        assert (never.is_open(moment), never.closes_at(moment), never.next_opening(moment)) == (False, None, None)


def test_only_what_is_known_is_known() -> None:
    assert [knows_holidays(code) for code in ("CN", "US", "US-CA")] == [True] * 3
    assert [knows_holidays(code) for code in ("", "XX", "US-", "US-XX", "us", "US-CA-1")] == [False] * 6
    assert date(2026, 7, 3) in public_holidays("US", 2026)
    assert public_holidays("XX", 2026) == frozenset()
    assert [knows_time_zone(name) for name in ("Asia/Shanghai", "Mars", "", "../etc/passwd")] == [True, *[False] * 3]

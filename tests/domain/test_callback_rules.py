"""When somebody is called back: windows lie in open times, attempts are spaced and capped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.callback_rules import (
    LEAST_WINDOW,
    LONGEST_WINDOW,
    MOST_ATTEMPTS,
    PAUSES,
    OpenTime,
    WindowKind,
    is_missed,
    next_attempt,
    soonest_window,
    window_choices,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def at(hours: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hours)


OFFICE = ((at(9), at(12)), (at(13), at(17)), (at(9, 1), at(12, 1)), (at(13, 1), at(17, 1)))
ALWAYS = ((at(0), at(0, 9)),)


@pytest.mark.parametrize(
    ("now", "open_times", "window"),
    [
        (at(10), OFFICE, (at(10), at(12))),
        (at(12.5), OFFICE, (at(13), at(17))),
        (at(11.75), OFFICE, (at(11.75), at(17))),
        (at(18), OFFICE, (at(9, 1), at(12, 1))),
        (at(10), ALWAYS, (at(10), at(10, 1))),
        (at(10), (), (at(10), at(10, 1))),
    ],
)
def test_the_soonest_window_lasts_to_the_end_of_the_next_opening(
    now: datetime, open_times: tuple[OpenTime, ...], window: OpenTime
) -> None:
    assert soonest_window(now, open_times) == window


def test_a_caller_chooses_among_windows_that_are_open() -> None:
    def offered(now: datetime, open_times: tuple[OpenTime, ...]) -> list[tuple[str, datetime, datetime]]:
        return [(c.kind.value, *c.window) for c in window_choices(now, open_times, UTC)]

    assert offered(at(9.5), OFFICE) == [
        ("soon", at(9.5), at(12)),
        ("today", at(13), at(17)),
        ("tomorrow", at(9, 1), at(12, 1)),
    ]
    assert offered(at(16), OFFICE) == [("soon", at(16), at(17)), ("tomorrow", at(9, 1), at(12, 1))]
    assert offered(at(21), ALWAYS) == [("soon", at(21), at(21, 1)), ("tomorrow", at(8, 1), at(12, 1))]
    assert offered(at(10), OFFICE[:2]) == [("soon", at(10), at(12)), ("today", at(13), at(17))]


def test_today_and_tomorrow_are_by_the_clock_of_the_place() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    choices = {c.kind: c for c in window_choices(at(18), ALWAYS, shanghai)}  # 02:00 on Tuesday there
    assert choices[WindowKind.TODAY].window == (at(20), at(12, 1))
    assert choices[WindowKind.TOMORROW].window == (at(0, 2), at(4, 2))


@pytest.mark.parametrize(
    ("attempts", "failed_at", "window_to", "next_at"),
    [
        (1, at(9.5), at(17), at(9.75)),
        (2, at(9.75), at(17), at(10.75)),
        (3, at(10.75), at(17), None),
        (1, at(11.9), at(17), at(13)),
        (1, at(11.9), at(12), None),
        (2, at(16.5), at(17), None),
    ],
)
def test_attempts_are_spaced_capped_and_within_window_and_opening(
    attempts: int, failed_at: datetime, window_to: datetime, next_at: datetime | None
) -> None:
    assert next_attempt(attempts, failed_at, window_to, OFFICE) == next_at


def test_a_callback_is_missed_ten_minutes_after_its_window() -> None:
    assert not is_missed(at(12), at(12) + timedelta(minutes=10))
    assert is_missed(at(12), at(12) + timedelta(minutes=10, microseconds=1))


@st.composite
def days_of_opening(draw: st.DrawFn) -> tuple[OpenTime, ...]:
    edges = draw(st.lists(st.integers(0, 4 * 24 * 60), unique=True, max_size=12).map(sorted))
    moments = [MONDAY + timedelta(minutes=minute) for minute in edges]
    return tuple(zip(moments[::2], moments[1::2], strict=False))


@given(days_of_opening(), st.integers(0, 3 * 24 * 60), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
def test_every_window_and_attempt_keeps_the_rules(open_times: tuple[OpenTime, ...], minute: int, zone: str) -> None:
    now = MONDAY + timedelta(minutes=minute)
    soonest, *chosen = window_choices(now, open_times, ZoneInfo(zone))
    assert now <= soonest.begins < soonest.ends
    if not open_times:
        assert soonest.window == (now, now + LONGEST_WINDOW)
    for choice in chosen:
        assert choice.begins > now
        assert choice.ends - choice.begins >= LEAST_WINDOW
        assert any(begin <= choice.begins and choice.ends <= end for begin, end in open_times)
    tried = now
    for attempt in range(1, MOST_ATTEMPTS + 1):
        following = next_attempt(attempt, tried, soonest.ends, open_times)
        if following is None:
            break
        assert attempt < MOST_ATTEMPTS
        assert following >= tried + PAUSES[attempt - 1]
        assert following < soonest.ends
        assert any(begin <= following < end for begin, end in open_times)
        tried = following

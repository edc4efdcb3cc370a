"""The estimate a caller hears is made of what others waited, grows with the place, and is not made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.wait_estimate import estimate_minutes

WAITS = st.lists(st.floats(0, 7200), min_size=1, max_size=20)


def test_nothing_known_is_nothing_told() -> None:
    assert estimate_minutes([], 1, 1) is None
    assert estimate_minutes([60], 0, 1) is None
    assert estimate_minutes([60], 3, 2) is None


@pytest.mark.parametrize(
    ("waits", "position", "waiting", "minutes"),
    [([120, 240], 2, 2, 3), ([120, 240], 1, 2, 2), ([0], 1, 1, 1), ([660], 1, 1, 15), ([600], 1, 1, 10)],
)
def test_whole_minutes_rounded_up_and_rougher_where_it_is_long(
    waits: list[float], position: int, waiting: int, minutes: int
) -> None:
    assert estimate_minutes(waits, position, waiting) == minutes


@given(WAITS, st.integers(1, 50), st.integers(0, 50))
def test_whoever_is_further_in_front_is_told_no_longer_wait(waits: list[float], position: int, behind: int) -> None:
    waiting = position + behind + 1
    ahead, after = (estimate_minutes(waits, place, waiting) for place in (position, position + 1))

    assert ahead is not None
    assert after is not None
    assert 1 <= ahead <= after

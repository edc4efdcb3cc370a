"""Moments as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.moments import read_moment

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


def local(*parts: int) -> datetime:
    return datetime(*parts).astimezone()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("", NOW),
        ("now", NOW),
        ("today", NOW),
        ("08:30", local(2026, 11, 23, 8, 30)),
        ("8.30", local(2026, 11, 23, 8, 30)),
        ("yesterday 17:00", local(2026, 11, 22, 17, 0)),
        ("yesterday", local(2026, 11, 22, 12, 0)),
        ("21 Nov 09:15", local(2026, 11, 21, 9, 15)),
        ("21. november", local(2026, 11, 21, 12, 0)),
        ("24 Dec 10:00", local(2025, 12, 24, 10, 0)),
        ("3 Mar 2024", local(2024, 3, 3, 12, 0)),
        ("2026-11-21 09:15", local(2026, 11, 21, 9, 15)),
        ("2026-11-21T09:15", local(2026, 11, 21, 9, 15)),
        ("昨天 10：05", local(2026, 11, 22, 10, 5)),
        ("11月21日 9:15", local(2026, 11, 21, 9, 15)),
    ],
)
def test_what_is_meant(words: str, meant: datetime) -> None:
    assert read_moment(words, NOW) == meant


@pytest.mark.parametrize("words", ["25:00", "31 Feb", "31 Nov 2025 10:00", "soon", "2026-13-01", "99999999999", "٣"])
def test_what_cannot_be_read_says_how_to_write_it(words: str) -> None:
    with pytest.raises(ValueError, match="09:15"):
        read_moment(words, NOW)


@given(st.text(max_size=30))
def test_any_words_give_an_aware_moment_or_the_sentence(words: str) -> None:
    def aware_or_told() -> bool:
        try:
            return read_moment(words, NOW).utcoffset() is not None
        except ValueError as error:
            return "09:15" in str(error)

    assert aware_or_told()


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2026, 11, 22)))
def test_an_iso_moment_is_read_back(moment: datetime) -> None:
    whole = moment.replace(second=0, microsecond=0).astimezone()
    assert abs(read_moment(f"{moment:%Y-%m-%d %H:%M}", NOW) - whole) <= timedelta(hours=1)  # a clock change's hour

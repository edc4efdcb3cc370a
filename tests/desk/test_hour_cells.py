"""Hours as a cell: what is written is read again, and what cannot be meant is refused with the reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.desk.catalogue.hour_cells import (
    HoursUnreadable,
    day_name,
    days_cell,
    read_days,
    read_spans,
    read_week,
    week_cell,
)
from grm_console.domain.opening_hours import MIDNIGHT, Span, Spans, SpecialDay


@st.composite
def some_spans(draw: st.DrawFn) -> Spans:
    edges = sorted(draw(st.lists(st.integers(0, MIDNIGHT), max_size=4, unique=True)))
    return tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


NAMES = st.text().map(day_name)


@given(st.lists(some_spans(), min_size=7, max_size=7))
def test_a_week_that_is_written_is_read_again(week: list[Spans]) -> None:
    assert read_week(week_cell(week)) == tuple(week)


@given(
    st.dictionaries(
        st.dates(),
        st.builds(SpecialDay, name=NAMES)
        | st.builds(SpecialDay, as_weekday=st.integers(0, 6), name=NAMES)
        | st.builds(SpecialDay, some_spans().filter(bool)),
        max_size=4,
    )
)
def test_days_that_are_written_are_read_again(days: dict[date, SpecialDay]) -> None:
    assert read_days(days_cell(days)) == days


def test_what_people_write_is_understood() -> None:
    assert week_cell(read_week("MON-fri 9:00-12:00 13:00-17:30;\n sat,sun 00:00-24:00")) == (
        "mon-fri 09:00-12:00 13:00-17:30; sat-sun 00:00-24:00"
    )
    assert week_cell(read_week("mon,wed 10:00-11:00 08:00-09:00")) == "mon,wed 08:00-09:00 10:00-11:00"
    cell = "2026-12-24 09:00-12:00 Christmas Eve\n2026-10-10 as Mon; 2026-10-01 CLOSED National Day"
    assert days_cell(read_days(cell)) == (
        "2026-10-01 closed National Day; 2026-10-10 as mon; 2026-12-24 09:00-12:00 Christmas Eve"
    )
    assert (read_week(" ; "), read_days("")) == (((),) * 7, {})


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("mon", "write days, then hours"),
        ("mon 9-17", "write days, then hours"),
        ("mon 22:00-06:00", "write two for a night"),
        ("mon 09:00-25:00", "within one day"),
        ("mon 09:70-10:00", "within one day"),
        ("mon 09:00-12:00 11:00-13:00", "overlap"),
        ("moon 09:00-12:00", "no weekday"),
        ("sat-mon 09:00-12:00", "runs backwards"),
        ("mon-fri 09:00-12:00; wed 10:00-11:00", "wed stands there twice"),
    ],
)
def test_a_week_that_cannot_be_meant_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(HoursUnreadable, match=reason):
        read_week(cell)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1 Oct closed", "is no date"),
        ("2026-10-01", "after the date write"),
        ("2026-10-01 as moonday", "after the date write"),
        ("2026-10-01 closed; 2026-10-01 as mon", "twice"),
    ],
)
def test_a_date_that_cannot_be_meant_is_refused(cell: str, reason: str) -> None:
    with pytest.raises(HoursUnreadable, match=reason):
        read_days(cell)


def test_a_name_has_no_place_among_the_hours_of_a_day() -> None:
    with pytest.raises(HoursUnreadable):
        read_spans("09:00-12:00 Christmas Eve")

"""Days off from an iCalendar file: whole days only, and every line that cannot be taken is named."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.desk.imports.ical_days import read_days_off
from grm_console.desk.imports.table import Problems
from grm_console.errors import ImportRefused


def ical(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def read(text: str) -> dict[date, str]:
    problems = Problems(Path("days.ics"))
    found = read_days_off(text, problems)
    problems.refuse()
    return found


def test_an_event_closes_its_days_with_its_name() -> None:
    lines = ("UID:1", "DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261003", r"SUMMARY:A\, b\;", r"  c\n d\\e")
    assert read(ical(*lines)) == {date(2026, 10, 1): "A, b, c d\\e", date(2026, 10, 2): "A, b, c d\\e"}
    for end in ((), ("DTEND;VALUE=DATE:20261001",)):
        assert read(ical("DTSTART:20261001", *end)) == {date(2026, 10, 1): ""}
    assert read(ical("DTSTART:20261001").replace("\r\n", "\n")) == {date(2026, 10, 1): ""}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("DTSTART:20261001T090000Z",), "line 3: '20261001T090000Z' is no whole day"),
        (("DTSTART;TZID=Asia/Shanghai:20261001T090000",), "line 3: "),
        (("DTSTART;VALUE=DATE:20261301",), "line 3: '20261301' is no whole day"),
        (("DTSTART;VALUE=DATE:20261001", "RRULE:FREQ=YEARLY"), "line 4: repeats"),
        (("SUMMARY:Nothing",), "line 2: the event has no first day"),
        (("DTSTART:20260101", "DTEND:20270101"), "line 2: the event lasts more than 62 days"),
        (("DTSTART",), "line 3: has no colon"),
    ],
)
def test_what_is_no_day_off_is_refused_by_its_line(lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(ImportRefused, match="nothing was changed") as caught:
        read(ical(*lines))
    assert told in str(caught.value)


def test_half_a_file_is_refused() -> None:
    for text in ("", "code,name", ical("DTSTART:20261001").partition("END:VEVENT")[0]):
        with pytest.raises(ImportRefused):
            read(text)


@given(
    st.text()
    | st.lists(st.sampled_from(ical("DTSTART:20261001", "DTEND:99991231", "SUMMARY:x").split())).map("\n".join)
)
def test_whatever_a_file_holds_it_is_read_or_refused(text: str) -> None:
    read_days_off(text, Problems(Path("days.ics")))

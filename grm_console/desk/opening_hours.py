"""Whether a queue is open, until when, or when it opens again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from grm_console.desk.catalogue.hour_cells import HoursUnreadable, read_spans
from grm_console.desk.desk import Desk
from grm_console.domain.opening_hours import OPENING_AHEAD, Hours, Span, Spans, SpecialDay, Week, knows_time_zone
from grm_console.store import calendars
from grm_console.store.calendars import DayRow, WeekdaySpan

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A queue's hours as seen from one moment; moments are UTC."""

    open: bool
    until: datetime | None = None
    """When it closes; None while closed, or if it stays open for the next two weeks."""
    opens_at: datetime | None = None
    """When it opens again; None while open, or if it stays closed for more than a year."""
    calendar: str = ""
    """Code of the calendar; empty for a queue that is always open."""
    time_zone: str = ""
    """The calendar's zone, in which its moments are told to callers; empty without a calendar."""


ALWAYS_OPEN = Opening(open=True)


def open_now(desk: Desk, queue_id: int, at: datetime | None = None) -> Opening:
    """Whether a queue is open at an aware moment, by default now; one without a calendar is always open."""
    with desk.store.reading() as connection:
        return opening_in(connection, queue_id, at or desk.store.now())


def opening_in(connection: Connection, queue_id: int, at: datetime) -> Opening:
    """What `open_now` tells, within a transaction; three small statements, one for a queue without a calendar.

    On a machine that does not know the calendar's time zone callers wait for a person rather than being turned away.
    """
    calendar = calendars.calendar_of_queue(connection, queue_id)
    if calendar is None or not knows_time_zone(calendar.time_zone):
        return ALWAYS_OPEN
    # A day more at each end: the local date may be another one than that of the moment.
    first, last = at.date() - _DAY, (at + OPENING_AHEAD + _DAY).date()
    hours = Hours(
        calendar.time_zone,
        week_from(calendars.spans_of(connection, calendar.id)),
        days_from(calendars.days_of(connection, calendar.id, first, last)),
        calendar.holidays,
    )
    if hours.is_open(at):
        return Opening(True, hours.closes_at(at), None, calendar.code, calendar.time_zone)
    return Opening(False, None, hours.next_opening(at), calendar.code, calendar.time_zone)


def week_from(rows: Sequence[WeekdaySpan]) -> Week:
    """Stored spans as hours by weekday."""
    by_weekday: list[list[Span]] = [[] for _weekday in range(7)]
    for weekday, opens, closes in rows:
        by_weekday[weekday].append(Span(opens, closes))
    mon, tue, wed, thu, fri, sat, sun = (tuple(sorted(spans)) for spans in by_weekday)
    return mon, tue, wed, thu, fri, sat, sun


def days_from(rows: Sequence[DayRow]) -> dict[date, SpecialDay]:
    """Stored dates as days that differ."""
    return {row.day: SpecialDay(_stored_spans(row.spans), row.as_weekday, row.name) for row in rows}


def _stored_spans(cell: str) -> Spans:
    """Spans of one date; what cannot be read counts as closed, for callers hear the voicemail rather than nobody."""
    try:
        return read_spans(cell)
    except HoursUnreadable:
        return ()

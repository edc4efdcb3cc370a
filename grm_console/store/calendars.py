"""Opening hours: each calendar with its spans and its dates, and the one that a queue follows."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from grm_console.store import bulk
from grm_console.store.tables import Calendar, CalendarDay, CalendarSpan, Queue
from grm_console.store.tables.columns import table_of

_calendar = table_of(Calendar)
_span = table_of(CalendarSpan)
_day = table_of(CalendarDay)
_queue = table_of(Queue)

CALENDARS = select(
    _calendar.c.id,
    _calendar.c.code,
    _calendar.c.name,
    _calendar.c.time_zone,
    _calendar.c.holidays,
    _calendar.c.active,
).order_by(_calendar.c.code)

_OF_QUEUE = (
    select(_calendar.c.id, _calendar.c.code, _calendar.c.time_zone, _calendar.c.holidays)
    .join_from(_queue, _calendar, _calendar.c.id == _queue.c.calendar_id)
    .where(_queue.c.id == bindparam("queue_id"))
)
_SPANS = select(_span.c.calendar_id, _span.c.weekday, _span.c.opens, _span.c.closes).order_by(
    _span.c.calendar_id, _span.c.weekday, _span.c.opens
)
_SPANS_OF = _SPANS.where(_span.c.calendar_id == bindparam("calendar_id"))
_DAYS = select(_day.c.calendar_id, _day.c.day, _day.c.as_weekday, _day.c.spans, _day.c.name).order_by(
    _day.c.calendar_id, _day.c.day
)
_DAYS_OF = _DAYS.where(
    _day.c.calendar_id == bindparam("calendar_id"), _day.c.day.between(bindparam("first"), bindparam("last"))
)

WeekdaySpan = tuple[int, int, int]
"""Weekday, 0 being Monday, and the minutes since midnight when it opens and closes."""


class DayRow(NamedTuple):
    """What holds on one date, as it is stored."""

    day: date
    as_weekday: int | None
    spans: str
    name: str


def calendar_of_queue(connection: Connection, queue_id: int) -> Any | None:
    """(id, code, time_zone, holidays) of the calendar a queue follows; None if it follows none."""
    return connection.execute(_OF_QUEUE, {"queue_id": queue_id}).one_or_none()


def spans_of(connection: Connection, calendar_id: int) -> list[WeekdaySpan]:
    """The spans of one calendar, by weekday and opening."""
    return [tuple(row)[1:] for row in connection.execute(_SPANS_OF, {"calendar_id": calendar_id})]


def days_of(connection: Connection, calendar_id: int, first: date, last: date) -> list[DayRow]:
    """The dates of one calendar from the first to the last, both included."""
    rows = connection.execute(_DAYS_OF, {"calendar_id": calendar_id, "first": first, "last": last})
    return [DayRow(*tuple(row)[1:]) for row in rows]


def all_spans(connection: Connection) -> dict[int, list[WeekdaySpan]]:
    """The spans of every calendar that has any, by its key."""
    found: dict[int, list[WeekdaySpan]] = {}
    for key, *span in connection.execute(_SPANS):
        found.setdefault(key, []).append((span[0], span[1], span[2]))
    return found


def all_days(connection: Connection) -> dict[int, list[DayRow]]:
    """The dates of every calendar that has any, by its key."""
    found: dict[int, list[DayRow]] = {}
    for key, *day in connection.execute(_DAYS):
        found.setdefault(key, []).append(DayRow(*day))
    return found


def replace_spans(connection: Connection, wanted: Mapping[int, list[WeekdaySpan]]) -> set[int]:
    """Let calendars, given by key, have exactly these spans; gives the keys of those that changed."""
    known = all_spans(connection)
    changed = {key for key, spans in wanted.items() if sorted(spans) != known.get(key, [])}
    bulk.delete_rows(connection, _span, "calendar_id", changed)
    rows = [
        {"calendar_id": key, "weekday": weekday, "opens": opens, "closes": closes}
        for key in sorted(changed)
        for weekday, opens, closes in sorted(wanted[key])
    ]
    if rows:
        connection.execute(insert(_span), rows)
    return changed


def replace_days(connection: Connection, wanted: Mapping[int, list[DayRow]]) -> set[int]:
    """Let calendars, given by key, have exactly these dates; gives the keys of those that changed."""
    known = all_days(connection)
    changed = {key for key, days in wanted.items() if sorted(days, key=_date_of) != known.get(key, [])}
    bulk.delete_rows(connection, _day, "calendar_id", changed)
    rows = [
        {"calendar_id": key} | day._asdict() for key in sorted(changed) for day in sorted(wanted[key], key=_date_of)
    ]
    if rows:
        connection.execute(insert(_day), rows)
    return changed


def queues_following(connection: Connection, calendar_code: str) -> list[str]:
    """The codes of the queues that follow a calendar."""
    statement = select(_queue.c.code).join_from(_queue, _calendar, _calendar.c.id == _queue.c.calendar_id)
    return list(
        connection.execute(statement.where(_calendar.c.code == calendar_code).order_by(_queue.c.code)).scalars()
    )


def _date_of(day: DayRow) -> date:
    return day.day

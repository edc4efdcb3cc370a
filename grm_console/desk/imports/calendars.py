"""Calendars: opening hours by weekday, dates that differ, and whose public holidays are closed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import CALENDAR
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.hour_cells import days_cell, spans_cell, week_cell
from grm_console.desk.catalogue.shelf import Putting, TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.desk.opening_hours import days_from, week_from
from grm_console.domain.opening_hours import SpecialDay, Week
from grm_console.i18n import _
from grm_console.store import calendars
from grm_console.store.bulk import Upserted
from grm_console.store.calendars import DayRow, WeekdaySpan
from grm_console.store.tables import Calendar
from grm_console.store.tables.columns import table_of


class _CalendarShelf(TableShelf):
    """Rows with their spans and their dates, which lie in tables of their own."""

    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values, in the order of the file."""
        spans, days = calendars.all_spans(connection), calendars.all_days(connection)
        for record in super().records(connection):
            key = record.pop("id")
            hours = week_cell(week_from(spans.get(key, ())))
            yield record | {"hours": hours, "days": days_cell(days_from(days.get(key, ())))}

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them; a file without hours or dates leaves those that are there."""
        rows = self.read(work, lines)
        weeks = {code: values.pop("hours") for code, (_, values) in rows.items() if "hours" in values}
        days = {code: values.pop("days") for code, (_, values) in rows.items() if "days" in values}
        for code, (cells, values) in rows.items():
            following = calendars.queues_following(work.connection, code) if values.get("active") is False else []
            if following:
                told = _("cannot be no: the queue {queue} follows it; give that another calendar first")
                cells.refuse("active", told.format(queue=following[0]))
        work.problems.refuse()
        done = self.write(work, {code: values for code, (_, values) in rows.items()})
        touched = calendars.replace_spans(
            work.connection, {done.keys[code]: _span_rows(week) for code, week in weeks.items()}
        )
        touched |= calendars.replace_days(
            work.connection, {done.keys[code]: day_rows(special) for code, special in days.items()}
        )
        done.changed.update(code for code in rows if done.keys[code] in touched and code not in done.added)
        return done


SHELF = _CalendarShelf(
    CALENDAR,
    table_of(Calendar),
    calendars.CALENDARS,
    {},
    {"holidays": "", "active": True},
)


def import_calendars(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of calendars into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)


def day_rows(days: Mapping[date, SpecialDay]) -> list[DayRow]:
    """Days that differ as they are stored."""
    return [DayRow(day, special.as_weekday, spans_cell(special.spans), special.name) for day, special in days.items()]


def _span_rows(week: Week) -> list[WeekdaySpan]:
    return [(weekday, span.opens, span.closes) for weekday, spans in enumerate(week) for span in spans]

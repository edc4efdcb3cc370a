"""Closed days from an iCalendar file, such as towns and ministries publish for their holidays (RFC 5545).

Only what a day off needs is read: VEVENTs with whole days. One with a time of day or one that repeats is refused by its
line, as half of its meaning would be lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.hour_cells import day_name
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.cells import shown
from grm_console.desk.imports.imported import Imported, writing
from grm_console.desk.imports.table import Problems, read_text
from grm_console.domain.permissions import Act
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.store import bulk, calendars
from grm_console.store.calendars import DayRow
from grm_console.store.tables import Calendar
from grm_console.store.tables.columns import table_of

LONGEST_EVENT = timedelta(days=62)
"""More days at once are no holidays but a mistake."""

_ESCAPED = re.compile(r"\\([\\;,nN])")
_DATE = re.compile(r"\d{8}", re.ASCII)


@dataclass(slots=True)
class _Event:
    """A VEVENT as far as it was read."""

    line: int
    starts: date | None = None
    ends: date | None = None
    """The first day after it."""
    name: str = ""


def import_ical_days(desk: Desk, actor: Actor, code: str, path: Path, *, dry_run: bool = False) -> Imported:
    """Close a calendar on the days of an iCalendar file; a date that the calendar already tells of stays as it is.

    Raises NotFound for the calendar, and ImportRefused naming each line that cannot be taken; then nothing was changed.
    """
    actor.require(Act.IMPORT, Act.MANAGE_CATALOGUE)
    problems = Problems(path)
    found = read_days_off(read_text(path, problems), problems)
    problems.refuse()
    with writing(desk, dry_run=dry_run) as write:
        key = bulk.keys_by(write.connection, table_of(Calendar), "code", [code]).get(code)
        if key is None:
            raise NotFound(_("There is no calendar {code}. See grm calendar list.").format(code=shown(code)))
        known = calendars.all_days(write.connection).get(key, [])
        new = [DayRow(day, None, "", found[day]) for day in sorted(found.keys() - {row.day for row in known})]
        calendars.replace_days(write.connection, {key: known + new})
        counts = f"added {len(new)}, unchanged {len(found) - len(new)}"
        record(write, actor, Act.IMPORT, f"calendar:{key}", path.name[:100], counts)
        if new:
            write.changed("calendar", key)
    return Imported("days", len(new), 0, len(found) - len(new))


def read_days_off(text: str, problems: Problems) -> dict[date, str]:
    """The days of all events with their names; what cannot be taken is noted by the line it begins on."""
    found: dict[date, str] = {}
    event: _Event | None = None
    begun = False
    for number, name, parameters, value in _properties(text, problems):
        match name, value.upper():
            case "BEGIN", "VCALENDAR":
                begun = True
            case "BEGIN", "VEVENT":
                event = _Event(number)
            case "END", "VEVENT" if event is not None:
                for day in _days_of(event, problems):
                    found.setdefault(day, event.name)
                event = None
            case ("RRULE" | "RDATE", _) if event is not None:
                problems.add(number, _("repeats; write an event for the day of each year instead"))
            case ("DTSTART", _) if event is not None:
                event.starts = _day(number, parameters, value, problems)
            case ("DTEND", _) if event is not None:
                event.ends = _day(number, parameters, value, problems)
            case ("SUMMARY", _) if event is not None:
                event.name = day_name(_ESCAPED.sub(_unescaped, value))
    if not problems and (not begun or event is not None):
        problems.add(event.line if event else 1, _("is no whole iCalendar file; export it again as .ics"))
    return found


def _properties(text: str, problems: Problems) -> Iterator[tuple[int, str, str, str]]:
    """Each property as (number of its first line, name, parameters, value), folded lines put together."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        while at < len(lines) and lines[at][:1] in (" ", "\t") and lines[at]:
            line += lines[at][1:]
            at += 1
        if not line.strip():
            continue
        head, colon, value = line.partition(":")
        if not colon:
            problems.add(number, _("has no colon; this is no line of an iCalendar file"))
            continue
        name, _semicolon, parameters = head.partition(";")
        yield number, name.strip().upper(), parameters.upper(), value.strip()


def _day(number: int, parameters: str, value: str, problems: Problems) -> date | None:
    if _DATE.fullmatch(value) and ("VALUE=DATE" in parameters.split(";") or not parameters):
        try:
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            pass
    problems.add(number, _("{value} is no whole day; only days such as 20261001 are taken").format(value=shown(value)))
    return None


def _days_of(event: _Event, problems: Problems) -> Iterator[date]:
    if event.starts is None:
        if not problems:
            problems.add(event.line, _("the event has no first day; write DTSTART;VALUE=DATE:20261001"))
        return
    ends = event.ends if event.ends is not None and event.ends > event.starts else event.starts + timedelta(days=1)
    if ends - event.starts > LONGEST_EVENT:
        told = _("the event lasts more than {n} days; those are no days off")
        problems.add(event.line, told.format(n=LONGEST_EVENT.days))
        return
    for number in range((ends - event.starts).days):
        yield event.starts + timedelta(days=number)


def _unescaped(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]

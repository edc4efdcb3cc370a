"""Opening hours as one readable cell, and the dates that differ as another; read leniently, written in one way."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from grm_console.domain.opening_hours import MIDNIGHT, Span, Spans, SpecialDay, Week
from grm_console.i18n import _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

NO_DAYS: Mapping[date, SpecialDay] = {}

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_PARTS = re.compile(r"[;\n]")


class HoursUnreadable(ValueError):
    """A cell that tells no hours; the message names the part and says what to write instead."""


def read_week(cell: str) -> Week:
    """Hours by weekday from `mon-fri 09:00-12:00 13:00-17:30; sat 09:00-12:00`; a day not named is closed.

    Raises HoursUnreadable.
    """
    week: list[Spans | None] = [None] * 7
    for part in _parts(cell):
        first, *rest = part.split()
        spans, name = _read_spans(rest)
        if name or not spans:
            raise HoursUnreadable(_("{part}: write days, then hours such as 09:00-17:00").format(part=repr(part)))
        for weekday in _read_weekdays(first):
            if week[weekday] is not None:
                raise HoursUnreadable(_("{day} stands there twice").format(day=WEEKDAYS[weekday]))
            week[weekday] = spans
    mon, tue, wed, thu, fri, sat, sun = (spans or () for spans in week)
    return mon, tue, wed, thu, fri, sat, sun


def week_cell(week: Iterable[Spans]) -> str:
    """Hours by weekday as `read_week` takes them back; weekdays with the same hours stand together."""
    same: dict[Spans, list[int]] = {}
    for weekday, spans in enumerate(week):
        if spans:
            same.setdefault(spans, []).append(weekday)
    return "; ".join(f"{_weekdays_cell(weekdays)} {spans_cell(spans)}" for spans, weekdays in same.items())


def read_days(cell: str) -> Mapping[date, SpecialDay]:
    """Dates that differ, from `2026-10-01 closed National Day; 2026-10-10 as mon; 2026-12-24 09:00-12:00`.

    What follows the rule of a date is its name. Raises HoursUnreadable.
    """
    days: dict[date, SpecialDay] = {}
    for part in _parts(cell):
        first, *rest = part.split()
        try:
            day = date.fromisoformat(first)
        except ValueError:
            raise HoursUnreadable(_("{day} is no date such as 2026-10-01").format(day=repr(first))) from None
        if day in days:
            raise HoursUnreadable(_("{day} stands there twice").format(day=day))
        days[day] = _read_day(part, rest)
    return days


def days_cell(days: Mapping[date, SpecialDay]) -> str:
    """Dates that differ as `read_days` takes them back, in order."""
    return "; ".join(f"{day} {_rule_of(special)} {special.name}".rstrip() for day, special in sorted(days.items()))


def read_spans(cell: str) -> Spans:
    """Hours of one day from `09:00-12:00 13:00-17:30`; raises HoursUnreadable."""
    spans, rest = _read_spans(cell.split())
    if rest:
        raise HoursUnreadable(_("{part}: write hours such as 09:00-17:00").format(part=repr(rest)))
    return spans


def spans_cell(spans: Iterable[Span]) -> str:
    """Hours of one day as `read_spans` takes them back."""
    return " ".join(f"{_clock(span.opens)}-{_clock(span.closes)}" for span in spans)


def day_name(words: str) -> str:
    """Words as the name of a date: on one line, and without the sign that separates dates."""
    return " ".join(_PARTS.sub(",", words).split())


def _parts(cell: str) -> list[str]:
    return [stripped for part in _PARTS.split(cell) if (stripped := part.strip())]


def _read_weekdays(words: str) -> list[int]:
    """Weekdays from `mon-fri` or `mon,wed,sat-sun`."""
    found: list[int] = []
    for part in words.lower().split(","):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (last if dash else first) not in WEEKDAYS:
            known = ", ".join(WEEKDAYS)
            raise HoursUnreadable(_("{day} is no weekday; they are {known}").format(day=repr(part), known=known))
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last if dash else first)
        if end < begin:
            raise HoursUnreadable(_("{day} runs backwards; a week goes from mon to sun").format(day=repr(part)))
        found += range(begin, end + 1)
    return found


def _weekdays_cell(weekdays: list[int]) -> str:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ",".join(WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def _read_day(part: str, words: list[str]) -> SpecialDay:
    match [word.lower() for word in words[:2]]:
        case ["closed", *_more]:
            return SpecialDay(name=" ".join(words[1:]))
        case ["as", weekday] if weekday in WEEKDAYS:
            return SpecialDay(as_weekday=WEEKDAYS.index(weekday), name=" ".join(words[2:]))
    spans, name = _read_spans(words)
    if not spans:
        told = _("{part}: after the date write closed, as mon, or hours such as 09:00-12:00")
        raise HoursUnreadable(told.format(part=repr(part)))
    return SpecialDay(spans, name=name)


def _rule_of(special: SpecialDay) -> str:
    if special.as_weekday is not None:
        return f"as {WEEKDAYS[special.as_weekday]}"
    return spans_cell(special.spans) or "closed"


def _read_spans(words: list[str]) -> tuple[Spans, str]:
    """The hours that words begin with, in order, and the words after them."""
    spans: list[Span] = []
    for at, word in enumerate(words):
        found = _SPAN.fullmatch(word)
        if found is None:
            return _checked(spans), " ".join(words[at:])
        from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
        span = Span(from_hour * 60 + from_minute, to_hour * 60 + to_minute)
        if from_minute > 59 or to_minute > 59 or span.closes > MIDNIGHT or span.opens >= span.closes:
            told = _("{hours}: a span lies within one day, from 00:00 to 24:00; write two for a night")
            raise HoursUnreadable(told.format(hours=word))
        spans.append(span)
    return _checked(spans), ""


def _checked(spans: list[Span]) -> Spans:
    ordered = sorted(spans)
    for one, next_one in pairwise(ordered):
        if next_one.opens < one.closes:
            raise HoursUnreadable(
                _("{hours} overlap; write them as one span").format(hours=spans_cell([one, next_one]))
            )
    return tuple(ordered)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

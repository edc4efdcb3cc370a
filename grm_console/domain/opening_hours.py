"""When a line is open: hours by weekday, dates that differ, public holidays; all by the local clock.

A line is open exactly while the local clock shows a time within a span of that local day, also on the days when the
clock is moved. A date of its own beats a public holiday, which beats the weekday. Plain Python, no I/O.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MIDNIGHT = 24 * 60
"""Minutes of a day: where a span ends that is open until midnight."""

OPENING_AHEAD = timedelta(days=400)
"""How far the next opening is looked for."""

CLOSING_AHEAD = timedelta(days=15)
"""How far the next closing is looked for: what is open for longer is told as open without an end."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From when to when a day is open, in minutes since local midnight; the end itself is closed."""

    opens: int
    closes: int


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What holds on one date: another weekday's hours, else these spans; without any it is closed."""

    spans: Spans = ()
    as_weekday: int | None = None
    """0 is Monday: a working weekend in exchange for a holiday follows this weekday's hours."""
    name: str = ""


Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""Spans by weekday, Monday first."""

CLOSED_WEEK: Week = ((), (), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of one calendar; without any span it is always closed."""

    time_zone: str
    """Name in the IANA database."""
    week: Week = CLOSED_WEEK
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    holidays: str = ""
    """Country, perhaps with a subdivision, whose public holidays are closed: `US`, `US-CA`; empty for none."""

    def spans_on(self, day: date) -> Spans:
        """When a local date is open."""
        special = self.days.get(day)
        if special is not None:
            return special.spans if special.as_weekday is None else self.week[special.as_weekday]
        return () if day in public_holidays(self.holidays, day.year) else self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at an aware moment."""
        local = moment.astimezone(self._zone)
        minute = local.hour * 60 + local.minute
        return any(span.opens <= minute < span.closes for span in self.spans_on(local.date()))

    def closes_at(self, moment: datetime) -> datetime | None:
        """When it closes next, in UTC; None if it is closed, or open for longer than is looked ahead."""
        first = next(self._open_times(moment, CLOSING_AHEAD), None)
        if first is None or first[0] > moment or first[1] >= moment + CLOSING_AHEAD:
            return None
        return first[1]

    def next_opening(self, moment: datetime) -> datetime | None:
        """When it opens next, in UTC; None if it is open, or stays closed for as long as is looked ahead."""
        if not any(self.week) and not any(special.spans for special in self.days.values()):
            return None
        first = next(self._open_times(moment, OPENING_AHEAD), None)
        return first[0] if first is not None and first[0] > moment else None

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def _open_times(self, start: datetime, ahead: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """Times it is open, in UTC and in order, those that touch as one, cut off at both ends."""
        start = start.astimezone(UTC)
        begun: tuple[datetime, datetime] | None = None
        for opens, closes in self._pieces(start, start + ahead):
            if begun is not None and opens > begun[1]:
                yield begun
                begun = None
            begun = (opens, closes) if begun is None else (begun[0], max(begun[1], closes))
        if begun is not None:
            yield begun

    def _pieces(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open times in UTC and in order, cut where a day begins or the clock is moved."""
        at = start
        while at < end:
            until = min(at + _DAY, end)
            for begin, stop, offset in self._even(at, until):
                local, local_stop = (begin + offset).replace(tzinfo=None), (stop + offset).replace(tzinfo=None)
                midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
                while midnight < local_stop:
                    for span in sorted(self.spans_on(midnight.date())):
                        opens = max(midnight + span.opens * _MINUTE, local)
                        closes = min(midnight + span.closes * _MINUTE, local_stop)
                        if opens < closes:
                            yield opens.replace(tzinfo=UTC) - offset, closes.replace(tzinfo=UTC) - offset
                    midnight += _DAY
            at = until

    def _even(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Parts of at most a day during which the local clock goes evenly, each with its offset from UTC."""
        before, after = self._offset(start), self._offset(end)
        if before == after:
            yield start, end, before
            return
        low, high = start, end
        while high - low > timedelta(microseconds=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        yield start, high, before
        if high < end:
            yield high, end, after

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self._zone).utcoffset() or timedelta(0)


@lru_cache(maxsize=256)
def public_holidays(code: str, year: int) -> frozenset[date]:
    """The public holidays of a year by a country's code, perhaps with a subdivision's; none for a code nobody knows.

    Source: the `holidays` package, which is loaded only where a calendar names a country.
    """
    if not code:
        return frozenset()
    import holidays

    country, _, subdivision = code.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdivision or None, years=year))
    except NotImplementedError:
        return frozenset()


def knows_holidays(code: str) -> bool:
    """Whether public holidays are known by a code such as `US`, `US-CA` or `CN`."""
    import holidays

    country, dash, subdivision = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    return country in known and (subdivision in known[country] if dash else True)


def knows_time_zone(name: str) -> bool:
    """Whether a name stands in the IANA database as this machine has it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there; no name at all; a folder of names
        return False
    return True

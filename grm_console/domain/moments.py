"""Reading a moment as people at a desk write it: `09:15`, `yesterday 17:00`, `21 Nov 09:15`, `2026-11-21 09:15`."""

import re
from datetime import date, datetime, time, timedelta

from grm_console.i18n import _

_CLOCK = re.compile(r"(?:^|[\st])(\d{1,2})[:.](\d{2})$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s*([a-z]{3,9})\.?(?:\s+(\d{4}))?")
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_AGO = {"": 0, "today": 0, "今天": 0, "yesterday": 1, "昨天": 1, "前天": 2}
NOON = time(12)
"""The time of a day that was written without one."""


def read_moment(words: str, now: datetime) -> datetime:
    """The moment that is meant, aware; local where no zone is written, nothing means now.

    A time alone is today's, a day alone is noon (today's is now). A day without a year is the last such day.
    Raises ValueError with a sentence that names the ways to write one.
    """
    text = words.strip().casefold().replace("：", ":").replace("点", ":00" if words.endswith("点") else ":")
    here = now.astimezone()
    if text in ("", "now", "现在"):
        return now
    found = _CLOCK.search(text)
    clock = None
    try:
        if found is not None:
            clock = time(int(found[1]), int(found[2]))
            text = text[: found.start()].strip()
        day = _day(text, here.date())
    except ValueError:
        day = None
    if day is None:
        raise ValueError(
            _("Write the time as 09:15, yesterday 17:00, 21 Nov 09:15 or 2026-11-21 09:15; empty means now.")
        )
    if clock is None:
        if day == here.date():
            return now
        clock = NOON
    return datetime.combine(day, clock).astimezone()


def _day(text: str, today: date) -> date | None:
    if text in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[text])
    if (iso := _ISO.fullmatch(text)) is not None:
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if (chinese := _CHINESE.fullmatch(text)) is not None:
        return _last(chinese[1], int(chinese[2]), int(chinese[3]), today)
    if (named := _DAY_MONTH.fullmatch(text)) is not None and named[2][:3] in _MONTHS:
        return _last(named[3], _MONTHS.index(named[2][:3]) + 1, int(named[1]), today)
    return None


def _last(year: str | None, month: int, day: int, today: date) -> date:
    """The day of the year that is written, else the last such day that is not after today."""
    if year is not None:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)

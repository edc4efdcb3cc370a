"""Time: one way to ask for now, and one way to show it.

All times in the program are aware and in UTC with microseconds; only what an operator reads is local.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from grm_console.i18n import _

Clock = Callable[[], datetime]
"""Gives the present moment as an aware UTC datetime; injected wherever a rule depends on time."""


_TRIES = 5
_FAST = timedelta(milliseconds=5)


def system_clock() -> datetime:
    """The machine's present moment in UTC."""
    return datetime.now(UTC)


def ahead(there: Clock, here: Clock = system_clock) -> timedelta:
    """How far another machine's clock is ahead of ours, wrong by half the trip of the fastest answer at most.

    The answer is taken for the middle of its trip, and of a few the fastest counts (RFC 5905, section 8): one that
    waited for a busy machine says little.
    """
    trips = []
    for _try in range(_TRIES):
        began = here()
        moment = there()
        trip = here() - began
        trips.append((trip, moment - began - trip / 2))
        if trip <= _FAST:
            break
    return min(trips)[1]


def elapsed(seconds: float) -> str:
    """A running time as `m:ss`, from an hour on `h:mm:ss`; negative times count as zero."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def local_moment(moment: datetime, now: datetime) -> str:
    """A moment in local time as operators read it: `23 Nov 09:02`, with the year if it is not this one."""
    local, today = moment.astimezone(), now.astimezone()
    if local.year != today.year:
        return local_day(local.date(), today.date())
    return _("{day} {clock}").format(day=local_day(local.date(), today.date()), clock=f"{local:%H:%M}")


def local_day(day: date, today: date) -> str:
    """A day as operators read it: `01 Mar`, with the year if it is not this one."""
    if day.year == today.year:
        return _("{day:02} {month}").format(day=day.day, month=_month(day))
    return _("{day:02} {month} {year}").format(day=day.day, month=_month(day), year=day.year)


def whole_moment(moment: datetime | None, *, seconds: bool = False) -> str:
    """A moment in local time that is read long after it: `23 Nov 2026 09:02`; empty for none."""
    if moment is None:
        return ""
    local = moment.astimezone()
    day = _("{day:02} {month} {year}").format(day=local.day, month=_month(local), year=local.year)
    return _("{day} {clock}").format(day=day, clock=local.strftime("%H:%M:%S" if seconds else "%H:%M"))


def weekday(day: date) -> str:
    """A day's short name: `Mon`."""
    return _("Mon Tue Wed Thu Fri Sat Sun").split()[day.weekday()]


def _month(day: date) -> str:
    # Not by strftime, which follows the machine's locale and not the operator's choice.
    return _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[day.month - 1]

"""Time: one way to ask for now, and one way to show it.

All times in the program are aware and in UTC with microseconds; only what an operator reads is local.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment as an aware UTC datetime; injected wherever a rule depends on time."""


def system_clock() -> datetime:
    """The machine's present moment in UTC."""
    return datetime.now(UTC)


def elapsed(seconds: float) -> str:
    """A running time as `m:ss`, from an hour on `h:mm:ss`; negative times count as zero."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def local_moment(moment: datetime, now: datetime) -> str:
    """A moment in local time as operators read it: `23 Nov 09:02`, with the year if it is not this one."""
    local, today = moment.astimezone(), now.astimezone()
    return local.strftime("%d %b %H:%M" if local.year == today.year else "%d %b %Y")

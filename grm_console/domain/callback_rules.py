"""When somebody is called back: the windows they may choose, how attempts are spaced and capped, when it is missed.

All rules read the line's open times: moments from and to, in order and apart from each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

OpenTime = tuple[datetime, datetime]
"""From when to when a line is open; aware, the end itself is closed."""

MOST_ATTEMPTS = 3
PAUSES = (timedelta(minutes=15), timedelta(minutes=60))
"""How long after each attempt that reached nobody the next one is made at the earliest."""

GRACE = timedelta(minutes=10)
"""A callback that was not begun by the end of its window and this counts as missed."""

LONGEST_WINDOW = timedelta(hours=24)
"""How long a window is at most that nobody chose."""

LEAST_WINDOW = timedelta(minutes=30)
"""Open times shorter than this are too short to promise a call in."""

TODAY_AFTER = timedelta(hours=2)
"""How much later `later today` begins at the earliest."""

MORNING = (time(8), time(12))
EVENING = time(20)
"""Nobody is offered a window that ends later, also where a line never closes."""


class WindowKind(StrEnum):
    """The windows that are offered, by the names of their sentences."""

    SOON = "soon"
    TODAY = "today"
    TOMORROW = "tomorrow"


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """One window that may be chosen."""

    kind: WindowKind
    begins: datetime
    ends: datetime

    @property
    def window(self) -> OpenTime:
        """From when to when."""
        return self.begins, self.ends


def soonest_window(now: datetime, open_times: Sequence[OpenTime]) -> OpenTime:
    """The window of a callback for which none was chosen: from now, or the next opening, to the end of that time.

    It lasts at most LONGEST_WINDOW. Shortly before closing it lasts into the next open time; a line that never opens
    is given the LONGEST_WINDOW from now.
    """
    ahead = [(max(begin, now), end) for begin, end in open_times if end > now]
    if not ahead:
        return now, now + LONGEST_WINDOW
    begins, ends = ahead[0]
    if ends - begins < LEAST_WINDOW:
        ends = ahead[1][1] if len(ahead) > 1 else begins + LEAST_WINDOW
        return begins, ends
    return begins, min(ends, begins + LONGEST_WINDOW)


def window_choices(
    now: datetime, open_times: Sequence[OpenTime], zone: tzinfo | None = None
) -> tuple[WindowChoice, ...]:
    """The windows a caller may choose, soonest first; at least the first one is always there.

    Later today and tomorrow morning are by the clock of `zone`, of this machine without one, and only there while the
    line is open then.
    """
    found = [WindowChoice(WindowKind.SOON, *soonest_window(now, open_times))]
    today = now.astimezone(zone).date()
    later = (now + TODAY_AFTER).astimezone(zone)
    if later.minute or later.second or later.microsecond:
        later = later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    tomorrow = today + timedelta(days=1)
    frames = (
        (WindowKind.TODAY, later, _at(today, EVENING, zone)),
        (WindowKind.TOMORROW, _at(tomorrow, MORNING[0], zone), _at(tomorrow, MORNING[1], zone)),
    )
    for kind, earliest, latest in frames:
        parts = ((max(begin, earliest), min(end, latest)) for begin, end in open_times)
        first = next((part for part in parts if part[1] - part[0] >= LEAST_WINDOW), None)
        if first is not None:
            begins, ends = (moment.astimezone(now.tzinfo) for moment in first)
            found.append(WindowChoice(kind, begins, ends))
    return tuple(found)


def next_attempt(
    attempts: int, failed_at: datetime, window_to: datetime, open_times: Sequence[OpenTime]
) -> datetime | None:
    """When it is tried again after so many attempts, the last of which ended at `failed_at`; None for never.

    The next attempt is after the pause, while the line is open, and before the window ends.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    earliest = failed_at + PAUSES[max(attempts, 1) - 1]
    at = next((max(begin, earliest) for begin, end in open_times if end > earliest), None)
    return at if at is not None and at < window_to else None


def is_missed(window_to: datetime, now: datetime) -> bool:
    """Whether a callback that was not begun is missed by now."""
    return now > window_to + GRACE


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(zone)

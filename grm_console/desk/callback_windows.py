"""When a queue's callbacks may be made: its open times for the rules of domain.callback_rules."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grm_console.desk.desk import Desk
from grm_console.desk.opening_hours import open_now
from grm_console.domain.callback_rules import OpenTime, WindowChoice, window_choices

AHEAD = timedelta(days=2)
"""How far open times are read: to tomorrow noon, in every time zone."""

_LEAST_TIMES = 2
"""So many open times are read also where they are further away: after a holiday, say."""


def open_times(desk: Desk, queue_id: int, now: datetime) -> tuple[OpenTime, ...]:
    """When a queue is open from now on, in order; the last time may be cut off at AHEAD. Empty if it never opens."""
    found: list[OpenTime] = []
    at = now
    while at < now + AHEAD or len(found) < _LEAST_TIMES:
        opening = open_now(desk, queue_id, at)
        if opening.open:
            until = opening.until or max(now, at) + AHEAD
            found.append((at, until))
            if opening.until is None:
                break
            at = opening.until
        elif opening.opens_at is None or opening.opens_at <= at:
            break
        else:
            at = opening.opens_at
    return tuple(found)


def window_choices_of(desk: Desk, queue_id: int, now: datetime) -> tuple[WindowChoice, ...]:
    """The windows in which somebody who waits in a queue may choose to be called back, soonest first.

    Today and tomorrow are by the clock of the queue's calendar, of this machine for a queue without one.
    """
    time_zone = open_now(desk, queue_id, now).time_zone
    return window_choices(now, open_times(desk, queue_id, now), ZoneInfo(time_zone) if time_zone else None)

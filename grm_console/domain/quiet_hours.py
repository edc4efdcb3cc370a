"""Hours in which no machine begins a text: people sleep, and an answer can wait until morning."""

import re
from datetime import datetime, timedelta, tzinfo

NEVER = "none"
"""What stands for no quiet hours at all."""

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def readable(hours: str) -> bool:
    """Whether quiet hours are written as they must be: `21:00-08:00`, `none`, or empty for the desk's own."""
    if hours in ("", NEVER):
        return True
    found = _SPAN.fullmatch(hours)
    return found is not None and found.group(1, 2) != found.group(3, 4)


def quiet_until(at: datetime, hours: str, zone: tzinfo | None) -> datetime | None:
    """Until when it is quiet at an aware moment, None if it is not; by the local clock of `zone`, else the host's.

    What cannot be read counts as no quiet hours, so that nothing is held back for a slip.
    """
    found = _SPAN.fullmatch(hours)
    if found is None:
        return None
    local = at.astimezone(zone)
    begins, ends = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    minute = local.hour * 60 + local.minute
    overnight = begins > ends
    if not (minute >= begins or minute < ends) if overnight else not begins <= minute < ends:
        return None
    day = local + timedelta(days=1) if overnight and minute >= begins else local
    # Put together anew, so that a night in which the clock is moved ends at the hour its people read.
    return day.replace(hour=ends // 60, minute=ends % 60, second=0, microsecond=0).astimezone(at.tzinfo)

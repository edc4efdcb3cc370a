"""When a citizen may expect a reply and an end: from the service's limits alone, never from who asks."""

from datetime import datetime, timedelta


def first_reply_due(opened_at: datetime, hours: int | None) -> datetime | None:
    """The moment of the promised first reply; None if the service promises none."""
    return None if hours is None else opened_at + timedelta(hours=hours)


def done_due(opened_at: datetime, hours: int | None, working_days: int | None) -> datetime:
    """The moment a case must be done: hours run through, working days end at 17:00 local on the last day.

    The day of opening does not count; Saturdays and Sundays are no working days.
    """
    if hours is not None:
        return opened_at + timedelta(hours=hours)
    day = opened_at.astimezone().replace(tzinfo=None)  # so that 17:00 is read on the clock of the last day
    left = working_days or 0
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day.replace(hour=17, minute=0, second=0, microsecond=0).astimezone(opened_at.tzinfo)

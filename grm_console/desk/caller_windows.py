"""The windows a caller may choose for a callback by key, within the opening hours of the line's queue."""

from datetime import datetime

from grm_console.desk.callback_windows import window_choices_of
from grm_console.desk.desk import Desk
from grm_console.domain.callback_rules import WindowChoice, WindowKind

KEYS = {WindowKind.SOON: "1", WindowKind.TODAY: "2", WindowKind.TOMORROW: "3"}
"""Always the same key for the same window, whether the others are offered or not."""


def offered(desk: Desk, queue_id: int, now: datetime) -> dict[str, WindowChoice]:
    """The windows by their keys, soonest first; at least the first one is always there.

    Today and tomorrow are by the clock of the queue's calendar, of this machine for a queue without one.
    """
    return {KEYS[choice.kind]: choice for choice in window_choices_of(desk, queue_id, now)}

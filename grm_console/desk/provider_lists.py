"""The provider's lists of texts and calls, page by page and with patience; and what was found in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from grm_console.desk.ports import PastEvents
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import CarrierError
from grm_console.i18n import _

PROVIDER = "twilio"
GRACE = timedelta(minutes=2)
"""What is younger may still be brought by its webhook, or a retry of it."""
MOST_PAGES = 200
"""Pages of one list at most: 100,000 texts."""
TRIES = 5
"""How often a request that was refused for now is made, with pauses of 1, 2, 4 and 8 seconds."""

Pause = Callable[[float], object]
"""Waits so many seconds."""
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing the store did not know."""

    what: str
    """`text`, `call`, `call-end`, `leg-end`, `delivery`, `sent` or `not-sent`."""
    sid: str
    """The provider's id; for `not-sent` there is none."""
    at: datetime
    sender: str
    recipient: str
    state: str
    """The provider's word; empty where it has none."""


def found(what: str, event: InboundEvent, now: datetime) -> Found:
    """An event that the store did not know."""
    return Found(what, event.sid, event.received_at(now), event.sender, event.recipient, event.state)


def pages(ask: Callable[[str], PastEvents], pause: Pause) -> Iterator[list[InboundEvent]]:
    """All pages of a list, each with the oldest first; `ask` gives the first for an empty name of what follows.

    Raises CarrierError if there are more than MOST_PAGES, or the provider cannot be asked.
    """
    following = ""
    for _page in range(MOST_PAGES):
        page = patiently(lambda: ask(following), pause)  # noqa: B023 - asked before it changes
        yield sorted(page.events, key=lambda event: (event.happened_at, event.kind))
        following = page.following
        if not following:
            return
    told = _("The provider lists more than {count} pages; ask for a shorter time with --since and --until.")
    raise CarrierError(told.format(count=MOST_PAGES))


def patiently(ask: Callable[[], _Answer], pause: Pause) -> _Answer:
    """What the provider answers; one that is busy or broken for now is asked again after a while."""
    for attempt in range(TRIES - 1):
        try:
            return ask()
        except CarrierError as error:
            if not error.retryable:
                raise
        pause(2**attempt)
    return ask()

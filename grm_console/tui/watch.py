"""The wake-up: a thread waits for changes and looks at the desk again; a change only wakes, the store is the truth."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from grm_console.domain.words import Channel
from grm_console.errors import GrmError, StoreError
from grm_console.tui.arrivals import AsideCame, Refused, Seen, StoreLost

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat
    from grm_console.desk.views import Change

WAIT = 1.0
"""Seconds one wait for a change may take; also the longest time the end of the console waits for this thread."""

REST = 0.1
"""Seconds between two looks at least, so that a storm of changes leaves the screen its time."""

PATIENT = 8.0
"""How many times as long as a look took the next one is put off: a store that is slow is not asked as often."""

CALM = 1.0
"""Seconds the desk may lag behind what happens elsewhere while its operator is at an exchange of their own, and behind
anything where the store is slow."""

RETRIES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before the store is tried again; the last one repeats."""


def rest_after(took: float) -> float:
    """Seconds to rest after a look that took so many: fifty seats must not hold down a store that is behind already."""
    return min(CALM, max(REST, PATIENT * took))


def look(seat: "Seat", number: int) -> Seen:
    """Read everything the desk shows at one moment; `number` says which acts it knows of."""
    current = seat.current()
    line = seat.calls.line(current.interaction_id) if current and current.channel is Channel.VOICE else None
    offered = None if current else seat.calls.offered()
    brief = seat.draft(offered.interaction_id) if offered else None
    ringing = None
    if offered is not None:
        ringing = seat.card(offered.interaction_id)
    elif current is None:
        ringing = seat.ringing()
    card = current or ringing
    history = seat.timeline(card.speaker.contact_id) if card and card.speaker else None
    agent, queue = seat.agent_status(), seat.queue_status()
    return Seen(number, agent, queue, current, ringing, history, line, offered, brief)


def elsewhere(changes: "list[Change]", held: int, account_id: int) -> bool:
    """Whether all that changed are exchanges other than the one `held` and agents other than whoever holds it.

    On a large desk these are nearly all changes, and each look of each seat is work for the one store.
    """
    own = {"agent": account_id, "queue": held, "interaction": held}
    return all(
        change.subject_id and own.get(change.topic, change.subject_id) != change.subject_id for change in changes
    )


def watch(
    seat: "Seat",
    number: Callable[[], int],
    post: Callable[[Message], object],
    stopped: Callable[[], bool],
    rest: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Look once, then after every change, until `stopped`; while the store is gone, try again by itself.

    What happens elsewhere while an exchange is held is looked at every CALM, all of it at once.
    """
    failures = 0
    fresh = True
    behind = 0.0
    seen: Seen | None = None
    while not stopped():
        try:
            changes = [] if fresh else seat.wait_for_change(timeout=max(REST, CALM - behind) if behind else WAIT)
            held = seen.current.interaction_id if seen is not None and seen.current is not None else None
            if changes and held and behind < CALM and elsewhere(changes, held, seat.me.account_id):
                rest(REST)
                behind += REST
            elif fresh or changes or behind:
                began = clock()
                seen = look(seat, number())
                post(seen)
                post(AsideCame(*seat.aside()))
                failures, fresh, behind = 0, False, 0.0
                rest(rest_after(clock() - began))
        except StoreError as error:
            post(StoreLost(str(error)))
            pause = RETRIES[min(failures, len(RETRIES) - 1)]
            failures, fresh = failures + 1, True
            rest(min(pause, WAIT))
        except GrmError as error:
            # Something on the desk may no longer be seen by this operator; the next change is looked at again.
            post(Refused(error))
            fresh = False

"""The lists of callbacks and missed calls at a seat, and what is done about them there."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection

from grm_console.desk import callbacks
from grm_console.desk.actor import Actor
from grm_console.desk.call_views import CallbackLine, MissedCall
from grm_console.desk.callback_windows import window_choices_of
from grm_console.desk.desk import Desk
from grm_console.desk.missed_calls import LISTED_FOR, MissedCalls
from grm_console.domain.callback_rules import OpenTime, WindowChoice
from grm_console.domain.permissions import Act
from grm_console.domain.words import CallbackReason, CallbackState, EndReason, QueueState
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import callbacks as rows
from grm_console.store import interactions, queue
from grm_console.text import mask_number

LONGEST_AHEAD = timedelta(days=7)
"""How far ahead a callback may be promised."""


class Callbacks:
    """What one actor sees and does; every method may block on the store and may raise any GrmError."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self._missed = MissedCalls(desk, actor)

    def open(self) -> tuple[CallbackLine, ...]:
        """All open callbacks, the next one first, then the missed ones of the last days that nobody has seen to."""
        self._actor.require(Act.SEE_QUEUE)
        now = self._desk.store.now()
        with self._desk.store.reading() as connection:
            found = rows.listed(connection, now - LISTED_FOR)
        return tuple(
            CallbackLine(
                interaction_id=row.interaction_id,
                number=mask_number(row.address),
                queue=row.queue,
                language=row.language,
                reason=CallbackReason(row.reason),
                state=CallbackState(row.state),
                asked_at=row.asked_at,
                window_from=row.window_from,
                window_to=row.window_to,
                attempts=row.attempts,
                next_at=row.not_before if row.queue_state == QueueState.WAITING else None,
            )
            for row in found
        )

    def missed(self) -> tuple[MissedCall, ...]:
        """Calls in which nobody was talked to, newest first."""
        return self._missed.listed()

    def seen_to(self, interaction_id: int) -> None:
        """Somebody has seen to a missed call, or to a missed callback."""
        self._missed.seen_to((interaction_id,))

    def seen_to_all(self, interaction_ids: Iterable[int]) -> int:
        """The same for all that were looked at; gives how many were still open."""
        return self._missed.seen_to(interaction_ids)

    def windows(self, queue_code: str) -> tuple[WindowChoice, ...]:
        """The windows that may be promised for a queue, soonest first; raises InvalidInput for an unknown queue."""
        self._actor.require(Act.SEE_QUEUE)
        now = self._desk.store.now()
        with self._desk.store.reading() as connection:
            queue_id = _queue_of(connection, queue_code)
        return window_choices_of(self._desk, queue_id, now)

    def promise(
        self,
        contact_point_id: int,
        queue_code: str,
        window: OpenTime | None = None,
        *,
        asked_in_id: int | None = None,
    ) -> int:
        """Promise to call a number back; gives the exchange that waits for it.

        Raises InvalidInput for an unknown queue, a window that is over or more than 7 days away, a number that must
        not be called, and where a callback is open already.
        """
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            connection, now = write.connection, write.now
            queue_id = _queue_of(connection, queue_code)
            if window is not None and not (max(window[0], now) < window[1] <= now + LONGEST_AHEAD):
                raise InvalidInput({"window": _("Choose a time from now to 7 days ahead, e.g. tomorrow 09:00-12:00.")})
            sentence = callbacks.why_never(connection, contact_point_id, None, now)
            if sentence:
                raise InvalidInput({"number": sentence})
            asked = rows.exchange_row(connection, asked_in_id) if asked_in_id is not None else None
            key = callbacks.request(
                self._desk,
                write,
                actor,
                asked_in_id=asked_in_id,
                contact_point_id=contact_point_id,
                queue_id=queue_id,
                language=asked.language if asked is not None else "",
                harm=(asked.harm or 0) if asked is not None else 0,
                waiting_since=now,
                reason=CallbackReason.PROMISED,
                window=window,
            )
            if key is None:
                raise InvalidInput(
                    {"number": _("A callback to this number is open already. It is in the list of callbacks.")}
                )
            return key

    def cancel(self, interaction_id: int) -> None:
        """Take a callback out of the list that is no longer wanted; audited.

        Raises NotFound if it is no open callback, StaleChange while somebody is at it.
        """
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            interactions.locked(write.connection, interaction_id)
            callback = rows.of_interaction(write.connection, interaction_id)
            if callback is None:
                raise NotFound(_("This callback is no longer open. The list is read again."))
            if not rows.close_waiting(write.connection, interaction_id, EndReason.HANDLED, write.now):
                raise StaleChange(_("Somebody calls this number just now. Look at the list again in a minute."))
            rows.settle(write.connection, callback.id, CallbackState.CANCELLED, write.now)
            callbacks.note(write, self._actor, interaction_id, "callback cancelled")


def _queue_of(connection: Connection, code: str) -> int:
    queue_id = queue.by_code(connection, code)
    if queue_id is None:
        raise InvalidInput({"queue": _("Choose a queue that is in use, e.g. general.")})
    return queue_id

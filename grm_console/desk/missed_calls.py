"""Missed calls: who rang and talked to nobody, until somebody sees to it or they are talked to."""

from collections.abc import Iterable
from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.call_views import MissedCall
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.domain.words import EndReason
from grm_console.store import missed_calls
from grm_console.text import mask_number

LISTED_FOR = timedelta(days=7)
"""Older ones leave the list by themselves; they stay in the history and in the exports."""

SHOWN = 500


class MissedCalls:
    """The missed calls of one desk for one actor; every method may block on the store and may raise any GrmError."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def listed(self) -> tuple[MissedCall, ...]:
        """Calls of the last days in which nobody was talked to, newest first, at most SHOWN; numbers are masked.

        Who was talked to later, who is called back, and what somebody has seen to is not among them.
        """
        self._actor.require(Act.SEE_QUEUE)
        with self._desk.store.reading() as connection:
            found = missed_calls.listed(connection, self._desk.store.now() - LISTED_FOR, SHOWN)
        return tuple(
            MissedCall(
                interaction_id=key,
                contact_point_id=point,
                number=mask_number(address) if address else "",
                queue=queue,
                language=language,
                end_reason=EndReason(reason),
                at=at,
                waited_seconds=max(0, int((left_at - since).total_seconds())),
                voicemail=bool(voicemail),
            )
            for key, point, address, queue, language, reason, at, since, left_at, voicemail in found
        )

    def seen_to(self, interaction_ids: Iterable[int]) -> int:
        """Mark missed calls as seen to; gives how many were not marked before."""
        actor = self._actor
        actor.require(Act.TAKE_INTERACTION)
        marked = 0
        with self._desk.store.writing() as write:
            for interaction_id in sorted(set(interaction_ids)):
                if missed_calls.mark_seen_to(write.connection, interaction_id, actor.account_id, write.now):
                    record(write, actor, Act.TAKE_INTERACTION, f"interaction:{interaction_id}", "missed call seen to")
                    write.changed("interaction", interaction_id)
                    marked += 1
        return marked

"""Overflow: the agents of another queue help out where too many wait, or somebody has waited too long.

The call stays in its own queue, with its waiting-since and its place, and is offered to the other agents as well:
figures count it where it came in, and whoever answers it has answered it. It never goes on from there to a third.
"""

from datetime import timedelta

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.opening_hours import opening_in
from grm_console.domain.caller_keys import speaks, spoken_language
from grm_console.domain.permissions import Act
from grm_console.store import overflow as rows
from grm_console.store.store import Write

STEP = "elsewhere"
"""The step of a caller's way on which a full queue has its call offered elsewhere."""


def has_room(desk: Desk, connection: Connection, queue_id: int, language: str) -> bool:
    """Whether a full queue's call may be offered to this other one: it is open, speaks the language, is not full."""
    other = rows.other_queue(connection, queue_id)
    if other is None or not speaks(other.languages, language, desk.language):
        return False
    if other.capacity and rows.calls_waiting(connection, other.id) >= other.capacity:
        return False
    return opening_in(connection, other.id, desk.store.now()).open


def offer(write: Write, actor: Actor, interaction_id: int) -> bool:
    """Offer a waiting call to the agents of the other queue; False if it is so already, or does not wait."""
    act = Act.RECEIVE_EVENTS
    actor.require(act)
    other = rows.offer(write.connection, interaction_id, write.now)
    if other is None:
        return False
    record(write, actor, act, f"interaction:{interaction_id}", "overflow", f"queue:{other}")
    write.changed("queue", interaction_id)
    return True


def language_chosen(desk: Desk, write: Write, interaction_id: int, language: str) -> None:
    """A caller chose a language: a queue that does not speak it, and was offered the call before, no longer is."""
    languages = rows.languages_elsewhere(write.connection, interaction_id)
    if languages is not None and not speaks(languages, language, desk.language):
        rows.withdraw(write.connection, interaction_id)
        write.changed("queue", interaction_id)


def keep_time(desk: Desk, actor: Actor) -> int:
    """Offer calls elsewhere that have waited for as long as their queue says; gives how many.

    To be called every few seconds by the web process. A closed queue and one that does not speak the caller's language
    are left alone, and asked again in the next round.
    """
    actor.require(Act.RECEIVE_EVENTS)
    now = desk.store.now()
    with desk.store.reading() as connection:
        due = [
            call
            for call in rows.not_yet(connection)
            if now - call.waiting_since >= timedelta(seconds=call.after_seconds)
            and speaks(
                call.other.languages, spoken_language(call.languages, call.language, desk.language), desk.language
            )
        ]
        open_now = {queue: opening_in(connection, queue, now).open for queue in {call.other.id for call in due}}
    due = [call for call in due if open_now[call.other.id]]
    if not due:
        return 0
    with desk.store.writing() as write:
        return sum(offer(write, actor, call.interaction_id) for call in sorted(due))

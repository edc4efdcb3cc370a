"""Calling back: who asked for it, or is owed it, waits on in the queue in the place they had.

A callback waits as an outbound exchange of its own, with a place in the queue like a call. Each attempt is an exchange:
one that reached nobody is wrapped up as what it was, and another one waits for the next attempt.
"""

from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Connection

from grm_console.desk import automatic_texts
from grm_console.desk.actor import Actor
from grm_console.desk.callback_windows import open_times
from grm_console.desk.desk import Desk, record
from grm_console.desk.intake_rows import entry_values
from grm_console.desk.outbound_exchange import add_outbound
from grm_console.domain.addresses import AddressKind
from grm_console.domain.call_legs import CALLER
from grm_console.domain.callback_rules import GRACE, OpenTime, is_missed, next_attempt, soonest_window
from grm_console.domain.matching import rank_holders
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.reach import why_not
from grm_console.domain.service_level import day_of
from grm_console.domain.words import (
    CallbackReason,
    CallbackState,
    Channel,
    EndReason,
    Identification,
    InteractionState,
    QueueState,
)
from grm_console.i18n import _
from grm_console.store import call_legs, contacts, interactions
from grm_console.store import callbacks as rows
from grm_console.store.intake import add_queue_entry
from grm_console.store.store import Write

ANNOUNCED_FOR = timedelta(seconds=15)
"""For how long a callback whose time has come is announced: at least one round of `keep_time` falls into it."""


def request(
    desk: Desk,
    write: Write,
    actor: Actor,
    *,
    asked_in_id: int | None,
    contact_point_id: int,
    queue_id: int,
    language: str,
    harm: int,
    waiting_since: datetime,
    reason: CallbackReason,
    window: OpenTime | None,
) -> int | None:
    """Let somebody be called back; gives the exchange that waits for it, which keeps `waiting_since`.

    None, and nothing is changed, if a callback is open for the number and queue already, or the number is not to be
    called (`why_never`). Without a window it is called as soon as the line is open.
    """
    connection = write.connection
    if rows.open_for(connection, contact_point_id, queue_id) is not None:
        return None
    asked = rows.exchange_row(connection, asked_in_id) if asked_in_id is not None else None
    if asked is not None and asked.contact_point_id == contact_point_id:
        contact_id = asked.contact_id
        identified = Identification(asked.identified) if asked.identified else None
        line = asked.line
    else:
        contact_id = _sure_holder(connection, contact_point_id, write.now)
        identified, line = (Identification.BY_NUMBER if contact_id is not None else None), ""
    if why_never(connection, contact_point_id, contact_id, write.now):
        if asked_in_id is not None:
            # Whoever wishes to be served in writing is not left without an answer: they are asked to write.
            automatic_texts.begin(desk, write, actor, asked_in_id, "text-instead", "text-instead")
        return None
    window = window or soonest_window(write.now, open_times(desk, queue_id, write.now))
    try:
        with write.savepoint():
            key = _wait(
                write,
                contact_point_id,
                (contact_id, identified),
                (queue_id, line, language),
                harm,
                waiting_since,
                window[0] if window[0] > write.now else None,
            )
            made = rows.add(
                connection,
                {
                    "interaction_id": key,
                    "asked_in_id": asked_in_id,
                    "contact_point_id": contact_point_id,
                    "queue_id": queue_id,
                    "reason": reason.value,
                    "state": CallbackState.OPEN.value,
                    "window_from": window[0],
                    "window_to": window[1],
                    "attempts": 0,
                    "last_attempt_at": None,
                    "asked_at": write.now,
                    "settled_at": None,
                },
            )
            if made is None:
                raise _OpenAlreadyError
    except _OpenAlreadyError:
        return None
    record(write, actor, actor.work, f"interaction:{key}", f"callback:{reason}", f"asked in:{asked_in_id or ''}")
    write.changed("queue", key)
    return key


def dropped(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> int | None:
    """A caller hung up before anybody answered: one callback, on lines so marked, once for each number and day.

    None if there is none to be made; who hung up within seconds, or was sent away, is not called.
    """
    call = rows.exchange_row(write.connection, interaction_id)
    if call is None or call.end_reason != EndReason.ABANDONED or call.contact_point_id is None:
        return None
    if not call.callback_dropped or call.waiting_since is None:
        return None
    if rows.dropped_since(write.connection, call.contact_point_id, day_of(write.now)[0]):
        return None
    return request(
        desk,
        write,
        actor,
        asked_in_id=interaction_id,
        contact_point_id=call.contact_point_id,
        queue_id=call.queue_id,
        language=call.language,
        harm=call.harm,
        waiting_since=call.waiting_since,
        reason=CallbackReason.DROPPED,
        window=None,
    )


def attempt_failed(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> None:
    """An attempt reached nobody: another exchange waits for the next one, in the same place, or it is missed.

    Told again of the same exchange, or of one that is no callback, it changes nothing.
    """
    callback = rows.of_interaction(write.connection, interaction_id)
    if callback is None:
        return
    attempts = callback.attempts + 1
    tried = rows.exchange_row(write.connection, interaction_id)
    assert tried is not None
    again = next_attempt(attempts, write.now, callback.window_to, open_times(desk, callback.queue_id, write.now))
    if again is None:
        rows.settle(write.connection, callback.id, CallbackState.MISSED, write.now, attempts)
        note(write, actor, interaction_id, f"callback missed after {attempts} attempts")
        return
    key = _wait(
        write,
        callback.contact_point_id,
        (tried.contact_id, Identification(tried.identified) if tried.identified else None),
        (tried.queue_id, tried.line, tried.language),
        tried.harm or 0,
        tried.waiting_since or callback.asked_at,
        again,
    )
    rows.try_again(write.connection, callback.id, key, attempts, write.now)
    note(write, actor, interaction_id, f"callback attempt {attempts}")
    write.changed("queue", key)


def done(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> None:
    """The citizen was reached: the callback is done. Of an exchange that is no open callback nothing is changed."""
    callback = rows.of_interaction(write.connection, interaction_id)
    if callback is not None:
        rows.settle(write.connection, callback.id, CallbackState.DONE, write.now, callback.attempts + 1)
        note(write, actor, interaction_id, "callback done")


def ended(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> None:
    """An outbound call is over, in whatever way: as a callback it is done if they talked, else it is one attempt.

    Nobody talked with an answering machine, though a message may be on it.
    """
    call = rows.exchange_row(write.connection, interaction_id)
    machine = any(leg.number == CALLER and leg.machine for leg in call_legs.leg_rows(write.connection, interaction_id))
    if call is not None and call.connected_at is not None and not machine:
        done(desk, write, actor, interaction_id)
    else:
        attempt_failed(desk, write, actor, interaction_id)


def was_machine(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> None:
    """It is known only now that a machine picked up: a callback that counted as done was one attempt."""
    if rows.take_up_again(write.connection, interaction_id):
        attempt_failed(desk, write, actor, interaction_id)


def stands_for(connection: Connection, interaction_id: int) -> bool:
    """Whether somebody is called back by this exchange."""
    return rows.any_of_interaction(connection, interaction_id)


def keep_time(desk: Desk, actor: Actor) -> int:
    """Wake the seats for callbacks whose time has come, and report those that were missed; gives how many were.

    To be called every few seconds by the web process. A callback is missed that nobody began within GRACE after its
    window.
    """
    act = actor.work
    actor.require(act)
    now = desk.store.now()
    with desk.store.reading() as connection:
        due = rows.due_between(connection, now - ANNOUNCED_FOR, now)
        late = rows.overdue(connection, now - GRACE)
    if not due and not late:
        return 0
    missed = 0
    with desk.store.writing() as write:
        for interaction_id in due:
            write.changed("queue", interaction_id)
        for interaction_id in late:
            # The exchange first, as everywhere: whoever works on it holds its lock.
            interactions.locked(write.connection, interaction_id)
            callback = rows.of_interaction(write.connection, interaction_id)
            if callback is None or not is_missed(callback.window_to, write.now):
                continue
            call = rows.exchange_row(write.connection, interaction_id)
            if call is not None and call.queue_state == QueueState.CLAIMED:
                continue
            rows.close_waiting(write.connection, interaction_id, EndReason.FAILED, write.now)
            rows.settle(write.connection, callback.id, CallbackState.MISSED, write.now)
            note(write, actor, interaction_id, "callback missed in its window")
            missed += 1
    return missed


def why_never(connection: Connection, contact_point_id: int, contact_id: int | None, now: datetime) -> str:
    """Why a number is never called back, as a sentence; empty if it may be.

    What anybody who uses the number now has forbidden is forbidden (domain.reach).
    """
    point = rows.point_row(connection, contact_point_id)
    if point is None or point.kind != AddressKind.PHONE or point.own:
        return _("This is not a telephone number that can be called. Choose another one of the contact.")
    present = [match.contact_id for match in rank_holders(point.holders, now)]
    for one in {*present, *([contact_id] if contact_id is not None else [])}:
        wishes = contacts.preference_row(connection, one)
        sentence = why_not(Channel.VOICE, wishes, False) if wishes is not None else ""
        if sentence:
            return sentence
    return ""


class _OpenAlreadyError(Exception):
    """Another transaction was first: what this one made for its callback is undone."""


def _wait(
    write: Write,
    contact_point_id: int,
    who: tuple[int | None, Identification | None],
    where: tuple[int, str, str],
    harm: int,
    waiting_since: datetime,
    not_before: datetime | None,
) -> int:
    """Make the exchange that waits for an attempt, with its place; `where` is queue, line and language."""
    contact_id, identified = who
    queue_id, line, language = where
    key = add_outbound(
        write,
        sid=f"OUT{token_hex(16)}",
        address=contacts.address_of(write.connection, contact_point_id),
        contact_point_id=contact_point_id,
        contact_id=contact_id,
        state=InteractionState.WAITING,
        queue_id=queue_id,
        line=line,
        language=language,
    )
    if contact_id is not None and identified is not None:
        rows.set_identified(write.connection, key, identified)
    add_queue_entry(
        write.connection,
        entry_values(
            key, queue_id, QueueState.WAITING.value, waiting_since, queued_as_of(Channel.VOICE, waiting_since, 0)
        )
        | {"harm": harm, "not_before": not_before},
    )
    return key


def _sure_holder(connection: Connection, contact_point_id: int, now: datetime) -> int | None:
    matches = rank_holders(contacts.holders_of(connection, contact_point_id), now)
    return matches[0].contact_id if matches and matches[0].sure else None


def note(write: Write, actor: Actor, interaction_id: int, what: str) -> None:
    """Leave what became of a callback in the audit and tell the seats."""
    record(write, actor, actor.work, f"interaction:{interaction_id}", what)
    write.changed("queue", interaction_id)

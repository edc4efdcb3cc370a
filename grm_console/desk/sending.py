"""The sender: carries out what was decided in the outbox, each row by one process and at most once."""

from datetime import datetime, timedelta

from grm_console.desk import call_failures, recordings
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.ports import Carrier
from grm_console.domain.permissions import Act
from grm_console.domain.words import OutboxState
from grm_console.errors import CarrierError
from grm_console.store import interactions, outbox
from grm_console.store.intake import settle_reply_entry
from grm_console.store.outbox import TakenRow

BATCH = 20
MOST_TRIES = 5
INTERRUPTED_AFTER = timedelta(minutes=2)
REVIVED_AFTER = timedelta(seconds=12)
"""Longer than a request of a living process takes; a recording fetched twice at worst does no harm either."""
ACT_LASTS = timedelta(seconds=15)
"""A telephone act that could not be carried out within this time is given up: nobody waits longer on a line."""
ENDING_LASTS = timedelta(minutes=10)
"""What ends a call or a leg is tried on for longer: nobody waits for it, and a citizen may be left on the line."""
LONGEST_PAUSE = timedelta(seconds=30)


def send_due(desk: Desk, actor: Actor, carrier: Carrier, *, fetches: bool = False) -> int:
    """Carry out what is due, one after the other: fetches of recordings, or everything else; gives how many."""
    taken = take_due(desk, actor, BATCH, fetches=fetches)
    for row in taken:
        carry_out(desk, actor, carrier, row)
    return len(taken)


def take_due(desk: Desk, actor: Actor, most: int, *, fetches: bool = False) -> list[TakenRow]:
    """Take what is due, at most so many rows and of each exchange only the first; each is to be carried out.

    A row is marked before the request and settled after it. What was under way when a process died is done again if
    that does no harm; a text or a ring becomes `unknown` and is never repeated by itself: the carrier may have done it.
    """
    actor.require(Act.SEND_OUTBOX)
    now = desk.store.now()
    with desk.store.reading() as connection:
        due, interrupted = outbox.work_waits(connection, now, now - REVIVED_AFTER)
    if not due and not interrupted:
        return []
    with desk.store.writing() as write:
        if interrupted:
            outbox.revive_interrupted(write.connection, write.now - REVIVED_AFTER)
            outbox.give_up_interrupted(write.connection, write.now - INTERRUPTED_AFTER)
        return outbox.take_pending(write.connection, write.now, write.now - REVIVED_AFTER, most, fetches=fetches)


def carry_out(desk: Desk, actor: Actor, carrier: Carrier, row: TakenRow) -> None:
    """Ask the carrier for what a taken row says, and settle it."""
    actor.require(Act.SEND_OUTBOX)
    provider_id, error, code, state, wait, audio = "", "", 0, OutboxState.SENT, None, None
    try:
        if row.kind == outbox.FETCH:
            audio = carrier.fetch_recording(row.detail["url"])
        else:
            provider_id = _send(carrier, row)
    except CarrierError as failure:
        error, code = str(failure), failure.code
        wait = _pause(row, desk.store.now()) if failure.retryable else None
        lost = OutboxState.UNKNOWN if failure.unknown else OutboxState.FAILED
        state = OutboxState.PENDING if wait else lost
    with desk.store.writing() as write:
        # The exchange first, as everywhere: whoever works on it holds its lock.
        call = interactions.locked(write.connection, row.interaction_id) if row.kind != "text" else None
        outbox.settle(
            write.connection,
            row.id,
            state=state,
            at=write.now,
            provider_id=provider_id,
            error=error,
            not_before=write.now + wait if wait else None,
        )
        if row.kind == "text":
            settle_reply_entry(write.connection, row.id, state.value)
        elif row.kind == outbox.FETCH:
            if audio is not None:
                recordings.fetched(desk, write, row.detail["recording_id"], *audio)
            elif state is not OutboxState.PENDING:
                recordings.failed(desk, write, row.detail["recording_id"], error)
        elif state is not OutboxState.PENDING:
            call_failures.act_settled(desk, write, actor, call, row, state, provider_id, code)
        record(write, actor, Act.SEND_OUTBOX, f"outbox:{row.id}", f"interaction:{row.interaction_id}", state.value)
        write.changed("interaction", row.interaction_id)


def _pause(row: TakenRow, now: datetime) -> timedelta | None:
    """How long to wait before a row is tried again; None if it has been tried enough."""
    if row.kind in outbox.ENDING:
        again, seconds = now - row.decided_at <= ENDING_LASTS, 2 ** (row.attempts - 1)
    elif row.kind == "text":
        again, seconds = row.attempts < MOST_TRIES, 2**row.attempts
    else:
        again, seconds = row.attempts < MOST_TRIES and now - row.decided_at <= ACT_LASTS, 1
    return min(timedelta(seconds=seconds), LONGEST_PAUSE) if again else None


def _send(carrier: Carrier, row: TakenRow) -> str:
    """One row's request; gives the carrier's id of what it made, if it made something."""
    detail = row.detail or {}
    match row.kind:
        case "text":
            return carrier.send_text(detail["sender"], detail["recipient"], row.body)
        case "call-end":
            carrier.end_call(row.answered_sid)
        case "leg-ring":
            wanted = ("conference", "label", "to", "caller_id", "seconds", "muted", "coach", "record", "detects")
            return carrier.ring(**{name: detail[name] for name in wanted if name in detail})
        case "call-join":
            carrier.join(**detail)
        case "call-send":
            carrier.send(**detail)
        case "leg-change":
            carrier.change_leg(**detail)
        case "leg-drop":
            carrier.drop_leg(**detail)
        case "conference-end":
            carrier.end_conference(**detail)
    return ""

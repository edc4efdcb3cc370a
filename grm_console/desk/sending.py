"""The sender: carries out what was decided in the outbox, each row by one process and at most once."""

from datetime import datetime, timedelta

from grm_console.desk import attachments, call_failures, recordings, text_delivery
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.ports import Carrier
from grm_console.domain.permissions import Act
from grm_console.domain.words import OutboxState
from grm_console.errors import CarrierError
from grm_console.i18n import _
from grm_console.store import call_legs, interactions, outbox, text_pauses
from grm_console.store.outbox import TakenRow
from grm_console.store.store import Write

BATCH = 20
MOST_TRIES = 5
INTERRUPTED_AFTER = timedelta(minutes=2)
REVIVED_AFTER = timedelta(seconds=12)
"""Longer than a request of a living process takes; what is fetched twice at worst does no harm either."""
ACT_LASTS = timedelta(seconds=15)
"""A telephone act that could not be carried out within this time is given up: nobody waits longer on a line."""
TEXT_LASTS = timedelta(hours=10)
"""A text that could not be sent within this time is given up, as a carrier gives it up (its `validity_period`)."""
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
    with desk.store.asking() as connection:
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
    if row.kind == "text":
        _send_text(desk, actor, carrier, row)
    elif row.kind in outbox.FETCHES:
        _fetch(desk, actor, carrier, row)
    else:
        _act(desk, actor, carrier, row)


def _send_text(desk: Desk, actor: Actor, carrier: Carrier, row: TakenRow) -> None:
    now = desk.store.now()
    held_until = _held_until(desk, row, now)
    if held_until is not None:
        with desk.store.writing() as write:
            outbox.hold_back(write.connection, row.id, held_until)
        return
    provider_id, failure = "", None
    if now - row.decided_at > TEXT_LASTS:
        failure = CarrierError(_("It could not be sent for hours and was given up. Send it again if it still matters."))
    else:
        try:
            detail = row.detail
            provider_id = carrier.send_text(
                detail["sender"], detail["recipient"], row.body, text_delivery.label(row.id)
            )
        except CarrierError as error:
            failure = error
    with desk.store.writing() as write:
        if failure is None:
            state = text_delivery.sent(write, actor, row, provider_id)
        else:
            state = text_delivery.refused(write, actor, row, failure)
        _told(write, actor, row, state)


def _held_until(desk: Desk, row: TakenRow, now: datetime) -> datetime | None:
    """Until when nothing goes out from the text's line; None if it may go."""
    with desk.store.reading() as connection:
        paused = text_pauses.in_force(connection, now, text_pauses.LINE)
    return max((pause.until for pause in paused if pause.line in ("", row.detail["sender"])), default=None)


def _fetch(desk: Desk, actor: Actor, carrier: Carrier, row: TakenRow) -> None:
    of_text = row.kind == outbox.FETCH_ATTACHMENT
    found, failure = None, None
    try:
        fetch = carrier.fetch_attachment if of_text else carrier.fetch_recording
        found = fetch(row.detail["url"])
    except CarrierError as error:
        failure = error
    with desk.store.writing() as write:
        # The exchange first, as everywhere: whoever works on it holds its lock.
        interactions.locked(write.connection, row.interaction_id)
        state = _settled(write, row, failure)
        if of_text:
            key = row.detail["attachment_id"]
            if found is not None:
                attachments.fetched(write, key, *found)
            elif state is not OutboxState.PENDING:
                attachments.failed(write, key, str(failure))
        elif found is not None:
            recordings.fetched(desk, write, row.detail["recording_id"], *found)
        elif state is not OutboxState.PENDING:
            recordings.failed(desk, write, row.detail["recording_id"], str(failure))
        _told(write, actor, row, state)


def _act(desk: Desk, actor: Actor, carrier: Carrier, row: TakenRow) -> None:
    provider_id, failure = "", None
    try:
        provider_id = _ask(carrier, row)
    except CarrierError as error:
        failure = error
    with desk.store.writing() as write:
        # The exchange first, as everywhere: whoever works on it holds its lock.
        call, (live, legs) = call_legs.locked_with_legs(write.connection, row.interaction_id)
        state = _settled(write, row, failure, provider_id)
        if state is not OutboxState.PENDING and call is not None and live is not None:
            code = failure.code if failure is not None else 0
            call_failures.act_settled(desk, write, actor, call, (live, legs), row, state, provider_id, code)
        _told(write, actor, row, state)


def _settled(write: Write, row: TakenRow, failure: CarrierError | None, provider_id: str = "") -> OutboxState:
    """Write what became of an act or a fetch; gives its state."""
    state, wait = OutboxState.SENT, None
    if failure is not None:
        wait = _pause(row, write.now) if failure.retryable else None
        lost = OutboxState.UNKNOWN if failure.unknown else OutboxState.FAILED
        state = OutboxState.PENDING if wait else lost
    outbox.settle(
        write.connection,
        row.id,
        state=state,
        at=write.now,
        provider_id=provider_id,
        error=str(failure) if failure is not None else "",
        code=failure.code if failure is not None else 0,
        not_before=write.now + wait if wait else None,
    )
    return state


def _told(write: Write, actor: Actor, row: TakenRow, state: OutboxState) -> None:
    record(write, actor, Act.SEND_OUTBOX, f"outbox:{row.id}", f"interaction:{row.interaction_id}", state.value)
    write.changed("interaction", row.interaction_id)


def _pause(row: TakenRow, now: datetime) -> timedelta | None:
    """How long to wait before a row is tried again; None if it has been tried enough."""
    if row.kind in outbox.ENDING:
        again, seconds = now - row.decided_at <= ENDING_LASTS, 2 ** (row.attempts - 1)
    elif row.kind in outbox.FETCHES:
        again, seconds = row.attempts < MOST_TRIES, 2**row.attempts
    else:
        again, seconds = row.attempts < MOST_TRIES and now - row.decided_at <= ACT_LASTS, 1
    return min(timedelta(seconds=seconds), LONGEST_PAUSE) if again else None


def _ask(carrier: Carrier, row: TakenRow) -> str:
    """One row's request; gives the carrier's id of what it made, if it made something."""
    detail = row.detail or {}
    match row.kind:
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

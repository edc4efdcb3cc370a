"""The sender: carries out what was decided in the outbox, each row by one process and at most once."""

from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.ports import Carrier
from grm_console.domain.permissions import Act
from grm_console.domain.words import OutboxState
from grm_console.errors import CarrierError
from grm_console.store import outbox
from grm_console.store.intake import settle_reply_entry

BATCH = 20
MOST_TRIES = 5
INTERRUPTED_AFTER = timedelta(minutes=2)


def send_due(desk: Desk, actor: Actor, carrier: Carrier) -> int:
    """Carry out what is due; gives how many rows were taken.

    A row is marked before the request and settled after it. What was under way when a process died becomes
    `unknown` and is never repeated by itself: the carrier may have done it.
    """
    actor.require(Act.SEND_OUTBOX)
    now = desk.store.now()
    with desk.store.reading() as connection:
        if not outbox.work_waits(connection, now, now - INTERRUPTED_AFTER):
            return 0
    with desk.store.writing() as write:
        outbox.give_up_interrupted(write.connection, write.now - INTERRUPTED_AFTER)
        taken = outbox.take_pending(write.connection, write.now, BATCH)
    for row in taken:
        provider_id, error, state, wait = "", "", OutboxState.SENT, None
        try:
            if row.kind == "call-end":
                carrier.end_call(row.answered_sid)
            else:
                provider_id = carrier.send_text(row.detail["sender"], row.detail["recipient"], row.body)
        except CarrierError as failure:
            error = str(failure)
            again = failure.retryable and row.attempts < MOST_TRIES
            lost = OutboxState.UNKNOWN if failure.unknown else OutboxState.FAILED
            state = OutboxState.PENDING if again else lost
            wait = timedelta(seconds=2**row.attempts) if again else None
        with desk.store.writing() as write:
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
            record(write, actor, Act.SEND_OUTBOX, f"outbox:{row.id}", f"interaction:{row.interaction_id}", state.value)
            write.changed("interaction", row.interaction_id)
    return len(taken)

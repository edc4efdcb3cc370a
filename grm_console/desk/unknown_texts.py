"""Texts of ours that may have gone out without our being told: looked up in the provider's list."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from grm_console.desk import text_delivery
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.intake import receive
from grm_console.desk.ports import Carrier
from grm_console.desk.provider_lists import GRACE, PROVIDER, Found, Pause, found, pages
from grm_console.domain.delivery import is_settled
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.permissions import Act
from grm_console.domain.words import OutboxState
from grm_console.i18n import _
from grm_console.store import outbox
from grm_console.store import reconcile as known
from grm_console.store.intake import settle_reply_entry
from grm_console.store.store import Write

SURELY_NOT_SENT = timedelta(minutes=30)
"""After so long a text that the provider does not list was never taken by it."""


def look_up_unknown(desk: Desk, actor: Actor, carrier: Carrier, pause: Pause) -> Iterator[Found]:
    """Look for each text that may have gone out: with the provider's id it is sent, without one it never was."""
    actor.require(Act.RECEIVE_EVENTS)
    with desk.store.reading() as connection:
        rows = known.of_unknown_end(connection, PROVIDER)
    now = desk.store.now()
    for row in rows:
        if now - row.decided_at < GRACE or not row.detail:
            continue
        event = _listed(desk, carrier, row, pause)
        if event is not None:
            with desk.store.writing() as write:
                if not _is_unknown(write, row):
                    continue
                state = text_delivery.sent(write, actor, row, event.sid)
                _note(write, actor, row, state)
                if is_settled(event.state):
                    receive(desk, write, actor, event)
            yield found("sent", event, now)
        elif now - row.decided_at > SURELY_NOT_SENT:
            with desk.store.writing() as write:
                if not _is_unknown(write, row):
                    continue
                never = _("It never reached the carrier. It can be sent again.")
                outbox.settle(write.connection, row.id, state=OutboxState.FAILED, at=write.now, error=never)
                settle_reply_entry(write.connection, row.id, OutboxState.FAILED.value)
                _note(write, actor, row, OutboxState.FAILED)
            yield Found("not-sent", "", row.decided_at, row.detail["sender"], row.detail["recipient"], "")


def _listed(desk: Desk, carrier: Carrier, row: Any, pause: Pause) -> InboundEvent | None:
    """The provider's oldest text to this recipient with these words, since it was decided, that is no other of ours."""
    since, until = row.decided_at - timedelta(minutes=1), row.decided_at + timedelta(hours=1)
    recipient = row.detail["recipient"]
    listed: list[InboundEvent] = []
    for events in pages(lambda page: carrier.past_texts(since, until, recipient=recipient, following=page), pause):
        listed += [
            event
            for event in events
            if event.kind is EventKind.TEXT_STATUS
            and event.recipient == recipient
            and event.text.strip() == row.body.strip()
        ]
    with desk.store.reading() as connection:
        others = known.sent(connection, PROVIDER, [event.sid for event in listed])
    return min(
        (event for event in listed if event.sid not in others),
        key=lambda event: event.happened_at or desk.store.now(),
        default=None,
    )


def _is_unknown(write: Write, row: Any) -> bool:
    """Whether nobody has learnt meanwhile what became of it: a report may have come."""
    now = outbox.locked_text(write.connection, row.id)
    return now is not None and now.state == OutboxState.UNKNOWN and not now.provider_id


def _note(write: Write, actor: Actor, row: Any, state: OutboxState) -> None:
    record(write, actor, Act.SEND_OUTBOX, f"outbox:{row.id}", "reconcile", state.value)
    write.changed("outbox", row.id)
    write.changed("interaction", row.interaction_id)

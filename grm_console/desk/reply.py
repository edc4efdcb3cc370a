"""Whether a machine answers a text, and with what: at most one reply for each, silence wherever in doubt."""

from dataclasses import dataclass
from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.phrases import language_of_text, phrase
from grm_console.domain.addresses import Address
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.opt_out import automatic_reply_allowed, read_opt_out
from grm_console.domain.words import Direction, EntryKind, OutboxState
from grm_console.store import intake as rows
from grm_console.store import outbox
from grm_console.store.store import Write

BUDGET = 3
"""Automatic replies to one address in `BUDGET_SPAN`: two machines that answer each other fall silent."""

BUDGET_SPAN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as intake has placed it."""

    interaction_id: int
    contact_point_id: int | None
    """None for a withheld sender."""
    contact_id: int | None
    sender: Address
    recipient: Address
    language: str


def acknowledge(desk: Desk, write: Write, actor: Actor, event: InboundEvent, text: Text) -> str:
    """Decide on the acknowledgement of a text and put it into the outbox; the words to answer with, or none.

    Silent: an opt-out word (the carrier answers those), an address that said stop, senders no machine may
    write to, our own numbers, a spent budget, and a text that was found too late. The reply goes out with the webhook's
    own answer; one to a text that no webhook brought is sent.
    """
    point = text.contact_point_id
    if event.too_old_to_answer(write.now):
        return ""
    if point is None or event.opt_out or read_opt_out(event.text) is not None:
        return ""
    grounds = outbox.reply_grounds(write.connection, point, text.sender.number, write.now - BUDGET_SPAN)
    own = frozenset({text.sender.number}) if grounds.own_line else frozenset[str]()
    if not automatic_reply_allowed(text.sender, own, text.recipient):
        return ""
    if grounds.opted_out or grounds.replies >= BUDGET:
        return ""
    state = OutboxState.PENDING if event.recovered else OutboxState.SENT
    words = phrase("acknowledgement", language_of_text(event.text, text.language or desk.language))
    key = outbox.decide(
        write.connection,
        kind="text",
        decision=f"{event.sid}:acknowledgement",
        interaction_id=text.interaction_id,
        contact_point_id=point,
        provider=event.provider,
        answered_sid=event.sid,
        body=words,
        by_document=not event.recovered,
        state=state,
        account_id=actor.account_id,
        at=write.now,
        rule="acknowledgement",
        detail={"sender": event.recipient, "recipient": event.sender} if event.recovered else None,
    )
    if key is None:
        return ""
    rows.add_timeline_entry(
        write.connection,
        {
            "contact_id": text.contact_id,
            "at": write.now,
            "kind": EntryKind.REPLY.value,
            "source_id": key,
            "interaction_id": text.interaction_id,
            "channel": event.channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": state.value,
            "case_number": "",
            "summary": words[:200],
        },
    )
    return "" if event.recovered else words

"""Putting a verdict's reply into the outbox, at most one for each text."""

from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.words import Direction, EntryKind, OutboxState
from grm_console.store import intake as rows
from grm_console.store import outbox


def carry_out(text: Text, verdict: Verdict, interaction_id: int) -> str:
    """Write the reply and what else a verdict asks for; gives the words that go back with the webhook's own answer.

    What may go at once goes with that answer, which costs no request and needs no working API. What waits for the
    morning, and what is decided when no webhook waits for it, goes by the sender.
    """
    key = _decide(text, verdict, interaction_id) if verdict.words else None
    if verdict.then is not None:
        verdict.then(interaction_id, key)
    return verdict.words if key is not None and _at_once(text, verdict) else ""


def _decide(text: Text, verdict: Verdict, interaction_id: int) -> int | None:
    write, event = text.write, text.event
    at_once = _at_once(text, verdict)
    state = OutboxState.SENT if at_once else OutboxState.PENDING
    key = outbox.decide(
        write.ahead,
        kind="text",
        decision=f"{event.sid}:reply",
        interaction_id=interaction_id,
        contact_point_id=text.contact_point_id,
        provider=event.provider,
        answered_sid=event.sid,
        body=verdict.words,
        by_document=at_once,
        state=state,
        account_id=text.actor.account_id,
        at=write.now,
        not_before=verdict.not_before,
        rule=verdict.rule,
        detail=None if at_once else {"sender": event.recipient, "recipient": text.sender.address},
    )
    if key is None:
        return None
    rows.put_off_timeline_entry(
        write,
        {
            "contact_id": text.contact_id,
            "at": write.now,
            "kind": EntryKind.REPLY.value,
            "source_id": key,
            "interaction_id": interaction_id,
            "channel": event.channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": state.value,
            "case_number": "",
            "summary": verdict.words[:200],
        },
    )
    return key


def _at_once(text: Text, verdict: Verdict) -> bool:
    return verdict.not_before is None and text.awaited and not text.event.recovered

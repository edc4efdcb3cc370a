"""A text that comes in becomes rows in one straight line: who and where, what is done about it, then all is written.

One event makes one exchange, so there is nothing to fold. Its place, its reply and everything else are written in the
caller's transaction.
"""

from datetime import timedelta
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.intake_rows import entry_values, new_interaction, place, timeline_values
from grm_console.desk.phrases import language_of_text
from grm_console.desk.replying.carry_out import carry_out
from grm_console.desk.replying.policy import judge
from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.addresses import read_address
from grm_console.domain.inbound import InboundEvent
from grm_console.domain.opt_out import OptOut, line_kind, read_opt_out
from grm_console.domain.permissions import Act
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.text_language import written_language
from grm_console.domain.words import EndReason, EntryKind, Harm, Identification, InteractionState, QueueState
from grm_console.store import attachments, contacts, text_state
from grm_console.store import intake as rows
from grm_console.store.queue import ForLine
from grm_console.store.reply_grounds import ReplyGrounds, reply_grounds
from grm_console.store.store import Write

BUDGET_SPAN = timedelta(hours=24)
"""Over how long the automatic texts to one number are counted."""


def receive_text(desk: Desk, write: Write, actor: Actor, event: InboundEvent) -> str:
    """Take a text that was not kept before; gives the words to answer with, empty for silence."""
    text, leads = placed(desk, write, actor, event)
    verdict = judge(text)
    attended = text.grounds.attended if verdict.waits else None
    follows = attended if attended is not None else verdict.follows
    waits = verdict.waits and follows is None
    values = _interaction(text, leads, waits=waits)
    key = rows.add_interaction(
        write.ahead, new_interaction(values, event, event.sid, write.now) | {"follows_id": follows}
    )
    assert key is not None, "the event was kept for the first time, and makes the only exchange of its name"
    if waits and leads is not None:
        rows.put_off_queue_entry(write, _place(text, key, leads, verdict))
    rows.put_off_timeline_entry(
        write,
        timeline_values(values)
        | {"kind": EntryKind.INTERACTION.value, "source_id": key, "interaction_id": key, "case_number": ""},
    )
    if event.media:
        attachments.add(write.connection, key, event.media)
    if text.grounds.unreached and text.contact_point_id is not None:
        # Who writes to us from there has a telephone that works.
        text_state.note_reach(write.connection, text.contact_point_id, True, write.now)
    record(write, actor, Act.RECEIVE_EVENTS, f"interaction:{key}", f"{event.provider}:{event.kind}")
    write.changed("queue", key)
    if follows is not None:
        write.changed("interaction", follows)
    return carry_out(text, verdict, key)


def placed(
    desk: Desk, write: Write, actor: Actor, event: InboundEvent, *, awaited: bool = True
) -> tuple[Text, ForLine | None]:
    """Who wrote to which line, and what is known of them now; `awaited` while its webhook waits for an answer."""
    connection = write.ahead
    sender = read_address(event.sender, desk.region)
    line = read_address(event.recipient, desk.region)
    point, contact_id, leads = place(write, sender, line.number or line.address)
    language = contacts.language_of(connection, contact_id) if contact_id is not None else ""
    grounds = ReplyGrounds()
    if point is not None:
        grounds = reply_grounds(connection, point, sender.number, write.now - BUDGET_SPAN, write.now)
    text = Text(
        desk=desk,
        write=write,
        actor=actor,
        event=event,
        sender=sender,
        recipient=line,
        contact_point_id=point,
        contact_id=contact_id,
        language=language or _told_by_words(desk, event.text),
        queue_id=leads.queue_id if leads is not None else None,
        line_kind=line_kind(line, desk.texts.line_kinds),
        opt_out=OptOut(event.opt_out) if event.opt_out in set(OptOut) else read_opt_out(event.text),
        grounds=grounds,
        awaited=awaited,
    )
    return text, leads


def _told_by_words(desk: Desk, words: str) -> str:
    """The language words are written in; empty for the desk's own in Latin letters, which everybody there reads."""
    written = written_language(words)
    return written if written and written != desk.language else language_of_text(words, "")


def _interaction(text: Text, leads: ForLine | None, *, waits: bool) -> dict[str, Any]:
    event = text.event
    return {
        "channel": event.channel.value,
        "direction": event.direction.value,
        "state": (InteractionState.WAITING if waits else InteractionState.DONE).value,
        "provider_state": event.state,
        "sender": event.sender,
        "line": text.recipient.number or text.recipient.address,
        "contact_point_id": text.contact_point_id,
        "contact_id": text.contact_id,
        "identified": Identification.BY_NUMBER.value if text.contact_id is not None else None,
        "queue_id": leads.queue_id if leads is not None else None,
        "language": text.language,
        "happened_at": event.happened_at or text.write.now,
        "connected_at": None,
        "ended_at": None,
        "duration": None,
        "end_reason": None if waits else EndReason.HANDLED.value,
        "text": event.text,
        "attachments": len(event.media),
        "problem": "",
    }


def _place(text: Text, key: int, leads: ForLine, verdict: Verdict) -> dict[str, Any]:
    """The place in the queue; danger to life stands back for nobody."""
    now = text.event.received_at(text.write.now)
    as_of = now if verdict.harm is Harm.DANGER else queued_as_of(text.event.channel, now, leads.text_delay_seconds)
    return entry_values(key, leads.queue_id, QueueState.WAITING.value, now, as_of) | {
        "harm": verdict.harm.value,
        "not_before": verdict.offered_from,
    }

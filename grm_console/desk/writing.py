"""Writing to a citizen: decided in one transaction, sent after the seconds in which it can be taken back."""

from datetime import timedelta
from secrets import token_hex
from typing import Any

from grm_console.desk import agent_states, answer_giving
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.outbound_exchange import add_outbound
from grm_console.desk.parking import make_room, own
from grm_console.desk.text_permits import Permit, permit_for
from grm_console.desk.views import AnswerFound
from grm_console.domain.permissions import Act
from grm_console.domain.text_failures import Remedy, failure_of
from grm_console.domain.words import AgentState, Direction, EntryKind, InteractionState, OutboxState
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import conversations, outbox
from grm_console.store import intake as rows
from grm_console.store.store import Write

MOST_CHARACTERS = 1600
"""Of one text, whatever its encoding (Twilio error 21617)."""


def start(desk: Desk, actor: Actor, contact_point_id: int, contact_id: int | None) -> int:
    """Begin a text exchange and hold it; gives its interaction. What was held is parked.

    Raises InvalidInput while a call is not over, and (`text`) if no text may go there.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        make_room(write, actor)
        point = conversations.point(write.connection, contact_point_id)
        if point is None:
            raise NotFound(_("This address is not in the store. Read the contact again."))
        key = add_outbound(
            write,
            # A name of our own, as no message of the carrier's names an exchange that begins here.
            sid=f"text-{token_hex(16)}",
            address=point.address,
            contact_point_id=contact_point_id,
            contact_id=contact_id,
            state=InteractionState.TALKING,
            agent_id=actor.account_id,
            channel=conversations.channel_of(point.kind),
            line=conversations.last_line_of(write.connection, contact_point_id),
        )
        permit = permit_for(desk, write.connection, conversations.exchange(write.connection, key), write.now)
        if permit.blocked:
            raise InvalidInput({"text": permit.blocked})
        agent_states.change(write, actor, actor.account_id, AgentState.TALKING, "")
        record(write, actor, Act.TAKE_INTERACTION, f"interaction:{key}", "text begun")
        write.changed("interaction", key)
        return key


def write_text(
    desk: Desk, actor: Actor, interaction_id: int, text: str, key: str, found: tuple[AnswerFound, ...] = ()
) -> int:
    """Decide on a text of an exchange this operator holds; gives its outbox row, the same for the same `key`.

    Standard answers that it tells are recorded as given; those of `found` with how they were found. Raises InvalidInput
    (`text`, `article`): empty, over 1600 characters, nothing may be sent, or it tells an answer that may not be given;
    StaleChange if it is not held.
    """
    actor.require(Act.TAKE_INTERACTION)
    if not text.strip():
        raise InvalidInput({"text": _("Write the text first.")})
    if len(text) > MOST_CHARACTERS:
        told = _("The text has {count} characters; {most} are the most that one text may have. Shorten it.")
        raise InvalidInput({"text": told.format(count=len(text), most=MOST_CHARACTERS)})
    with desk.store.writing() as write:
        own(write, actor, interaction_id)
        decision = f"written:{interaction_id}:{key}"
        before = conversations.text_decided(write.connection, decision)
        if before is not None:
            return int(before.id)
        made = _decide(desk, write, actor, interaction_id, text, decision, found)
        conversations.note_first_reply(write.connection, interaction_id, write.now)
        return made


def undo(desk: Desk, actor: Actor, outbox_id: int) -> str:
    """Take back a text that is not under way; gives its words.

    Raises InvalidInput (`text`) once it is under way, NotFound for a text that is none of this operator's.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = _mine(write, actor, outbox_id)
        if not outbox.take_back(write.connection, outbox_id):
            raise InvalidInput({"text": _("It is under way already and cannot be taken back. Write another one.")})
        conversations.forget_lines(write.connection, EntryKind.REPLY, [outbox_id])
        answer_giving.take_back(write, outbox_id)
        record(write, actor, Act.TAKE_INTERACTION, f"outbox:{outbox_id}", f"interaction:{row.interaction_id}", "undo")
        write.changed("interaction", row.interaction_id)
        return str(row.body)


def send_again(desk: Desk, actor: Actor, outbox_id: int) -> int:
    """Send the words of a text once more that surely did not arrive; gives the new outbox row.

    Raises InvalidInput (`text`) for one that may have arrived, or that the carrier would filter again; StaleChange if
    its exchange is not held.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        row = conversations.text_sent(write.connection, outbox_id)
        if row is None:
            raise NotFound(_("This text is not in the store."))
        own(write, actor, row.interaction_id)
        if not may_send_again(row):
            raise InvalidInput({"text": _("It may have arrived. Look before you write it once more yourself.")})
        before = conversations.text_decided(write.connection, f"again:{outbox_id}")
        if before is not None:
            return int(before.id)
        return _decide(desk, write, actor, row.interaction_id, row.body, f"again:{outbox_id}")


def may_send_again(row: Any) -> bool:
    """Whether a text surely did not arrive and the same words may go once more."""
    return row.state == OutboxState.FAILED and failure_of(row.code).remedy is not Remedy.OTHER_WORDS


def _decide(
    desk: Desk,
    write: Write,
    actor: Actor,
    interaction_id: int,
    text: str,
    decision: str,
    found: tuple[AnswerFound, ...] = (),
) -> int:
    exchange = conversations.exchange(write.connection, interaction_id)
    assert exchange is not None, "it was locked a moment ago"
    permit = permit_for(desk, write.connection, exchange, write.now)
    if permit.blocked:
        raise InvalidInput({"text": permit.blocked})
    key = into_outbox(desk, write, actor, exchange, permit, text, decision)
    answer_giving.text_told(write, actor, exchange, permit.channel, text, key, found)
    record(write, actor, Act.TAKE_INTERACTION, f"outbox:{key}", f"interaction:{interaction_id}", "text")
    write.changed("outbox", interaction_id)
    write.changed("interaction", interaction_id)
    return key


def into_outbox(desk: Desk, write: Write, actor: Actor, exchange: Any, permit: Permit, text: str, decision: str) -> int:
    """Put a text into the outbox, with its line in the history; the decision was not taken before. Gives its key."""
    key = outbox.decide(
        write.connection,
        kind="text",
        decision=decision,
        interaction_id=exchange.id,
        contact_point_id=exchange.contact_point_id,
        provider=exchange.provider or "twilio",
        answered_sid="",
        body=text,
        by_document=False,
        state=OutboxState.PENDING,
        account_id=actor.account_id,
        at=write.now,
        not_before=write.now + timedelta(seconds=desk.texts.undo_seconds),
        detail={"sender": permit.sender, "recipient": permit.recipient},
    )
    assert key is not None, "the decision was looked for a moment ago"
    rows.add_timeline_entry(
        write.connection,
        {
            "contact_id": exchange.contact_id,
            "at": write.now,
            "kind": EntryKind.REPLY.value,
            "source_id": key,
            "interaction_id": exchange.id,
            "channel": permit.channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": OutboxState.PENDING.value,
            "case_number": "",
            "summary": text[:200],
        },
    )
    return key


def _mine(write: Write, actor: Actor, outbox_id: int) -> Any:
    row = conversations.text_sent(write.connection, outbox_id)
    if row is None or row.decided_by_id != actor.account_id:
        raise NotFound(_("This is no text of yours."))
    return row

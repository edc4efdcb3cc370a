"""A text that a machine begins: it waits for the morning, keeps to budgets, and goes to nobody who wants none."""

from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.outlook import begins_at
from grm_console.desk.text_permits import permit_for
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.addresses import read_address
from grm_console.domain.words import Direction, EntryKind, OutboxState
from grm_console.store import conversations, outbox
from grm_console.store import intake as rows
from grm_console.store.reply_grounds import reply_grounds
from grm_console.store.store import Write

_DAY = timedelta(days=1)


def begin(desk: Desk, write: Write, actor: Actor, interaction_id: int, rule: str, phrase: str) -> int | None:
    """Put a text to the citizen of an exchange into the outbox, once for each exchange and rule.

    `phrase` is a name of desk.text_phrases. Gives its row; None if no text may go there, or it was decided before.
    """
    exchange = conversations.exchange(write.connection, interaction_id)
    if exchange is None or exchange.contact_point_id is None:
        return None
    permit = permit_for(desk, write.connection, exchange, write.now)
    number = read_address(exchange.address, desk.region).number
    grounds = reply_grounds(write.connection, exchange.contact_point_id, number, write.now - _DAY, write.now)
    spent = grounds.replies >= desk.texts.replies_per_number or grounds.paused
    if permit.blocked or grounds.opted_out or grounds.unreached or spent:
        return None
    words = text_phrase(phrase, exchange.language or desk.language)
    key = outbox.decide(
        write.connection,
        kind="text",
        decision=f"{rule}:{interaction_id}",
        interaction_id=interaction_id,
        contact_point_id=exchange.contact_point_id,
        provider=exchange.provider or "twilio",
        answered_sid="",
        body=words,
        by_document=False,
        state=OutboxState.PENDING,
        account_id=actor.account_id,
        at=write.now,
        not_before=begins_at(desk, write.connection, exchange.queue_id, write.now),
        rule=rule,
        detail={"sender": permit.sender, "recipient": permit.recipient},
    )
    if key is None:
        return None
    rows.add_timeline_entry(
        write.connection,
        {
            "contact_id": exchange.contact_id,
            "at": write.now,
            "kind": EntryKind.REPLY.value,
            "source_id": key,
            "interaction_id": interaction_id,
            "channel": permit.channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": OutboxState.PENDING.value,
            "case_number": "",
            "summary": words[:200],
        },
    )
    write.changed("outbox", interaction_id)
    return key

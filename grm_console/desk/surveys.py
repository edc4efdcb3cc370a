"""Asking how our service was, by text, after an exchange by text: once, and not again for a while."""

from datetime import timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.automatic_texts import begin
from grm_console.desk.desk import Desk
from grm_console.domain.words import Channel
from grm_console.store import conversations, queue, text_questions
from grm_console.store.store import Write

RULE = "survey"
LASTS = timedelta(days=3)
"""How long a digit is taken for a rating."""
APART = timedelta(days=7)
"""Nobody is asked twice within so long."""


def ask_rating(desk: Desk, write: Write, actor: Actor, interaction_id: int) -> None:
    """Ask the citizen of a finished text exchange for a rating, if its queue does so and no text stands against it."""
    exchange = conversations.exchange(write.connection, interaction_id)
    if exchange is None or exchange.contact_point_id is None or exchange.channel not in (Channel.SMS, Channel.WHATSAPP):
        return
    if not queue.asks_rating(write.connection, exchange.queue_id):
        return
    point = exchange.contact_point_id
    if text_questions.asked_since(write.connection, point, text_questions.RATING, write.now - APART):
        return
    if begin(desk, write, actor, interaction_id, RULE, "rate") is None:
        return
    text_questions.ask(
        write.connection,
        contact_point_id=point,
        kind=text_questions.RATING,
        decision=f"{RULE}:{interaction_id}",
        at=write.now,
        expires_at=write.now + LASTS,
        interaction_id=interaction_id,
    )

"""What follows an automatic text: thanks, which need nothing, and words that say that the answer did not help."""

from datetime import timedelta
from typing import Any

from grm_console.desk.intake_rows import entry_values
from grm_console.desk.replying.acknowledgement import acknowledge
from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.queue_order import queued_as_of
from grm_console.domain.small_talk import is_not_helpful, is_thanks
from grm_console.domain.words import Channel, QueueState
from grm_console.store import articles, text_questions, waiting_texts
from grm_console.store import intake as rows
from grm_console.store.queue import text_delay

FOLLOWED_WITHIN = timedelta(hours=24)
"""How long after an answer a text may be about it."""


def take_thanks(text: Text) -> Verdict | None:
    """Let thanks for what a machine wrote wait for nobody, without a reply."""
    return Verdict("thanks", waits=False) if text.grounds.replies and is_thanks(text.words) else None


def take_not_helpful(text: Text) -> Verdict | None:
    """Count the last automatic answer as wrong and let its question wait for a person; also in place of a choice."""
    if text.contact_point_id is None or not is_not_helpful(text.words):
        return None
    connection, now = text.write.connection, text.write.now
    question = text_questions.open_one(connection, text.contact_point_id, now)
    if question is not None and question.kind == text_questions.WHICH_ANSWER:
        return hand_over_choice(text, question)
    told = articles.last_told(connection, text.contact_point_id, now - FOLLOWED_WITHIN)
    if told is None or told.wrong_at is not None:
        return None
    articles.note_wrong(connection, told.id, now)
    asked = told.follows_id if told.follows_id is not None else told.interaction_id
    return _handed_over(text, asked if _reopened(text, asked) else None)


def hand_over_choice(text: Text, question: Any) -> Verdict:
    """Let the question a menu was sent for wait for a person; `question` is `text_questions.open_one`'s."""
    connection = text.write.connection
    text_questions.answer(connection, question.id, 0, text.write.now)
    asked: int | None = question.interaction_id
    waits = asked is not None and waiting_texts.offer_from(connection, asked, None)
    return _handed_over(text, asked if waits else None)


def _handed_over(text: Text, asked: int | None) -> Verdict:
    """The acknowledgement; the text is part of the exchange that waits again, else it waits itself."""
    told = acknowledge(text)
    if asked is not None:
        text.write.changed("queue", asked)
    return Verdict(told.rule, told.words, not_before=told.not_before, follows=asked)


def _reopened(text: Text, asked: int) -> bool:
    """Put a question that a machine had settled back into its queue; False if a person has seen to it."""
    connection, now = text.write.connection, text.write.now
    row = waiting_texts.wait_again(connection, asked)
    if row is None:
        return False
    as_of = queued_as_of(Channel(row.channel), now, text_delay(connection, row.queue_id))
    rows.add_queue_entry(connection, entry_values(asked, row.queue_id, QueueState.WAITING.value, now, as_of))
    return True

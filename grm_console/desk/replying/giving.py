"""Giving a standard answer by text: its words, and the record of what was told, to whom and how surely."""

from datetime import date
from typing import Any

from grm_console.desk.answer_giving import note_given
from grm_console.desk.article_renderings import told_of
from grm_console.desk.outlook import begins_at
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.desk.views import AnswerFound
from grm_console.domain.article import not_givable_because
from grm_console.domain.renderings import automatic_answer
from grm_console.domain.text_rules import ANSWER
from grm_console.domain.words import ArticleState, Audience
from grm_console.store import answer_stops


def give(text: Text, row: Any, *, rank: int, confidence: float, query: str) -> Verdict | None:
    """The verdict that tells a version of an article; None if no sentence of it fits into a text.

    `row` is `store.articles.versions`'; whether it may be given was asked before.
    """
    language = row.language.partition("-")[0]
    line = text.recipient.number or text.recipient.address
    rendering = automatic_answer(
        told_of(row),
        text_phrase("answer-opening", language),
        text_phrase("answer-closing", language),
        text_phrase("answer-rest", language, line=line, code=row.code),
    )
    if rendering is None:
        return None

    def note(interaction_id: int, reply: int | None) -> None:
        if reply is None:
            return
        note_given(
            text.write,
            text.actor,
            interaction_id,
            text.contact_id,
            row,
            text.event.channel.value,
            rendering.text,
            AnswerFound(row.id, rank, query),
            reply,
            confidence,
        )
        text.write.changed("interaction", interaction_id)

    return Verdict(ANSWER, rendering.text, waits=False, not_before=goes_out_at(text), then=note)


def goes_out_at(text: Text) -> Any:
    """When a reply may go out; None for at once."""
    if text.desk.texts.answers_at_night:
        return None
    return begins_at(text.desk, text.write.connection, text.queue_id, text.write.now)


def may_be_given(text: Text, row: Any) -> bool:
    """Whether a published version may be told to anybody by a machine today."""
    if not in_force(row, text.write.now.astimezone().date()):
        return False
    return not answer_stops.stopped_articles(text.write.connection, [row.article_id])


def in_force(row: Any, today: date) -> bool:
    """Whether a published version is public and in force."""
    return not not_givable_because(
        Audience(row.audience), ArticleState.PUBLISHED, row.effective_on, row.expires_on, today
    )

"""Giving a standard answer by text: its words, and the record of what was told, to whom and how surely."""

from typing import Any

from grm_console.desk.answer_giving import note_given, why_not
from grm_console.desk.article_renderings import told_of
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.desk.views import AnswerFound
from grm_console.domain.renderings import automatic_answer
from grm_console.domain.text_rules import ANSWER
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

    return Verdict(ANSWER, rendering.text, waits=False, not_before=text.goes_out_at, then=note)


def may_be_given(text: Text, row: Any) -> bool:
    """Whether a published version may be told to anybody by a machine today."""
    if why_not(row, text.write.now.astimezone().date()):
        return False
    return not answer_stops.stopped_articles(text.write.connection, [row.article_id])

"""Giving a standard answer by text: its words, and the record of what was told, to whom and how surely."""

from datetime import date
from typing import Any

from grm_console.desk.article_renderings import told_of
from grm_console.desk.desk import record
from grm_console.desk.outlook import begins_at
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.article import not_givable_because
from grm_console.domain.permissions import Act
from grm_console.domain.renderings import automatic_answer
from grm_console.domain.text_rules import ANSWER
from grm_console.domain.words import ArticleState, Audience, Direction, EntryKind
from grm_console.store import answer_stops, articles, timeline
from grm_console.store import intake as rows


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
        if reply is not None:
            _note(text, row, interaction_id, rank, confidence, query)

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


def _note(text: Text, row: Any, interaction_id: int, rank: int, confidence: float, query: str) -> None:
    write = text.write
    given = articles.add_given(
        write.connection,
        interaction_id=interaction_id,
        version_id=row.id,
        channel=text.event.channel.value,
        rank=rank,
        query=query[:500],
        account_id=text.actor.account_id,
        at=write.now,
        confidence=confidence,
    )
    assert given is not None, "a text is answered once"
    rows.add_timeline_entry(
        write.connection,
        {
            "contact_id": text.contact_id,
            "at": write.now,
            "kind": EntryKind.ANSWER.value,
            "source_id": given,
            "interaction_id": interaction_id,
            "channel": text.event.channel.value,
            "direction": Direction.OUTBOUND.value,
            "state": "",
            "case_number": "",
            "summary": timeline.answer_summary(row.code, row.version, row.question),
        },
    )
    record(write, text.actor, Act.GIVE_ANSWER, f"answer:{given}", f"interaction:{interaction_id}", row.code)
    write.changed("interaction", interaction_id)

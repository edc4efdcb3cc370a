"""What is done about a question once the answer engine was asked: answered, asked back, or left to people.

A machine answers only where nothing speaks against it; whatever is doubtful is acknowledged, and a person reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from grm_console.desk.answer_giving import why_not
from grm_console.desk.replying.acknowledgement import acknowledge
from grm_console.desk.replying.attended import leave_to_person
from grm_console.desk.replying.budget import is_paused, spent, stay_within
from grm_console.desk.replying.follow_ups import FOLLOWED_WITHIN
from grm_console.desk.replying.giving import give
from grm_console.desk.replying.senders import stay_silent
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.choice_menu import MOST, choice_menu
from grm_console.domain.text_rules import ANSWER, MENU
from grm_console.store import answer_stops, articles, asked_texts, text_questions

if TYPE_CHECKING:
    from grm_console.knowledge.entry import Hit

MENU_LASTS = timedelta(minutes=30)
"""How long a digit is taken for a choice; after it the question is offered to people."""
TOO_CLOSE = 0.9
"""Share of the best score from which a second, different answer makes even a sure one a question back."""
CLOSE = 0.8
"""Share of the best score from which a second answer may be what was meant."""
LIKELY = 0.5
"""Lowest score of the two best answers that are worth asking about."""
FAIR = 0.75
"""Share of the best score that a further choice has at least."""

RULES = (stay_silent, leave_to_person, stay_within)
"""What may have changed since the text came in."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why in one word for the report."""

    verdict: Verdict
    outcome: str


def decide(text: Text, hits: "Sequence[Hit] | None", trouble: str = "") -> Decision:
    """The decision on a text; `hits` are the engine's, None with the `trouble` why there are none."""
    for rule in RULES:
        verdict = rule(text)
        if verdict is not None:
            return Decision(verdict, verdict.rule)
    assert text.contact_point_id is not None, "senders without an address were left to people before"
    if asked_texts.may_ask(text.write.connection, text.contact_point_id, text.contact_id, 0).stopped:
        trouble = "stopped"
    elif is_paused(text, ANSWER):
        trouble = "paused"
    if hits is None or trouble:
        return _left(text, trouble or "failed")
    return _answered(text, hits)


def _answered(text: Text, hits: "Sequence[Hit]") -> Decision:
    connection, today = text.write.connection, text.write.now.astimezone().date()
    assert text.contact_point_id is not None, "asked before"
    known = articles.versions(connection, [hit.key for hit in hits])
    language = text.reply_language.partition("-")[0]
    ranked: dict[str, tuple[Hit, Any]] = {}
    for hit in hits:
        row = known.get(hit.key)
        if row is not None and row.language.partition("-")[0] == language:
            ranked.setdefault(hit.code, (hit, row))
    if not ranked:
        return _left(text, "language" if known else "unsure")
    best = list(ranked.values())
    hit, row = best[0]
    if why_not(row, today):
        return _left(text, "not-public")
    stopped = answer_stops.stopped_articles(connection, [other.article_id for _hit, other in best])
    if row.article_id in stopped:
        return _left(text, "stopped")
    close = len(best) > 1 and best[1][0].score >= TOO_CLOSE * hit.score and not hit.named
    if not (hit.confident and hit.key == hits[0].key) or close:
        return _asked_back(
            text, [one for one in best if not why_not(one[1], today) and one[1].article_id not in stopped]
        )
    if not hit.named and _lacking(text, [row]):
        return _left(text, "particulars")
    told = articles.told_article(connection, text.contact_point_id, row.article_id, text.write.now - FOLLOWED_WITHIN)
    if told is not None:
        # Who asks the same again was not helped, and a machine that quotes our answer asks for ever.
        articles.note_wrong(connection, told, text.write.now)
        return _left(text, "repeated")
    verdict = give(text, row, rank=1, confidence=hit.score, query=text.words)
    return _left(text, "too-long") if verdict is None else Decision(verdict, ANSWER)


def _asked_back(text: Text, best: "Sequence[tuple[Hit, Any]]") -> Decision:
    """A menu where several answers are close, else a person."""
    if len(best) < 2 or spent(text) or is_paused(text, MENU):
        return _left(text, "unsure")
    top, second = best[0][0].score, best[1][0].score
    if second < LIKELY or second < CLOSE * top or _lacking(text, [row for _hit, row in best]):
        return _left(text, "unsure")
    offered = [(hit, row) for hit, row in best if hit.score >= FAIR * top][:MOST]
    language = text.reply_language
    words = choice_menu(
        text_phrase("which-answer", language),
        [row.question for _hit, row in offered],
        text_phrase("which-answer-end", language),
    )

    def put(interaction_id: int, reply: int | None) -> None:
        if reply is None:
            return
        assert text.contact_point_id is not None, "asked before"
        text_questions.ask(
            text.write.connection,
            contact_point_id=text.contact_point_id,
            kind=text_questions.WHICH_ANSWER,
            decision=f"{text.event.provider}:{text.event.sid}",
            at=text.write.now,
            expires_at=text.write.now + MENU_LASTS,
            interaction_id=interaction_id,
            options=[{"text": row.text_id, "score": hit.score} for hit, row in offered],
        )

    waits = text.write.now + MENU_LASTS
    return Decision(Verdict(MENU, words, not_before=text.goes_out_at, offered_from=waits, then=put), MENU)


def _left(text: Text, why: str) -> Decision:
    return Decision(acknowledge(text), why)


def _lacking(text: Text, rows: Sequence[Any]) -> bool:
    """Whether the text names a number, a day or a name of which none of the answers speaks."""
    from grm_console.knowledge.particulars import lacking  # loads the analyser

    said = [part for row in rows for part in (row.question, *(row.phrasings or ()), row.answer, row.sms)]
    return bool(lacking(text.words, said))

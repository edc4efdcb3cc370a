"""Standard answers at the desk: search, one article whole, and recording what was given and what did not help."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_engine import AnswerEngine, may_see
from grm_console.desk.answer_favours import favoured
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.domain.article import not_givable_because
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState, Audience, Direction, EntryKind, Why
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.knowledge.leaning import lean
from grm_console.store import articles, timeline
from grm_console.store import intake as rows

if TYPE_CHECKING:
    from grm_console.knowledge.entry import Hit
    from grm_console.knowledge.index import Found

MOST = 50
MOST_ADDED = 3
MEANT = 0.3
"""Nearness by meaning from which it is told as a reason: nine of ten right answers of the development sets have it."""


class AnswerShelf:
    """The published answers of one store as this process finds them; safe to use from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._engine = AnswerEngine(desk)

    def search(
        self,
        actor: Actor,
        text: str,
        language: str = "",
        limit: int = 10,
        *,
        typing: bool = False,
        service: str = "",
    ) -> tuple[AnswerHit, ...]:
        """Answers that fit the words, best first, of those the actor may see.

        `typing` takes the last word as begun and asks the fast model alone, if it is loaded. Answers that belong to
        the `service`, or are often given for it, go first among equals and may come in addition.
        """
        actor.require(Act.SEARCH_ANSWERS)
        limit = min(MOST, limit)
        found = self._engine.find(text, language, limit + 20, typing=typing, explained=limit)
        best: dict[str, Hit] = {}
        for hit in self._engine.seen_by(actor, found.hits):
            # One article in two languages is one answer: the better fit stands for both.
            best.setdefault(hit.code, hit)
        with self._desk.store.reading() as connection:
            why = favoured(self._desk, connection, service)
            hits = self._shown(connection, best.values(), why)[:limit]
            if not why:
                return tuple(hits)
            lacking = [code for code in why if code not in best]
            named = self._engine.seen_by(actor, self._engine.index().named(lacking, language))
            added = self._shown(connection, named, why)[:MOST_ADDED]
        return tuple(lean(hits, why, added))

    def raw_search(self, actor: Actor, text: str, language: str, limit: int) -> "list[Hit]":
        """The engine's own hits by all models, for the batch command and for machines that answer."""
        actor.require(Act.SEARCH_ANSWERS)
        return self._engine.seen_by(actor, self._engine.find(text, language, limit).hits)

    def typed_search(self, actor: Actor, text: str, language: str, limit: int) -> "list[Hit]":
        """The engine's hits for a text that is still being typed, by the fast model once it is loaded."""
        actor.require(Act.SEARCH_ANSWERS)
        return self._engine.seen_by(actor, self._engine.find(text, language, limit, typing=True).hits)

    def every_way(self, actor: Actor, text: str, language: str) -> "list[Found]":
        """The first hit by all models, by the fast one and by words alone, each way once, for measuring."""
        actor.require(Act.IMPORT)
        ways = [
            self._engine.find(text, language, 1),
            self._engine.find(text, language, 1, fast=True),
            self._engine.find(text, language, 1, by_words=True),
        ]
        return list({found.models: found for found in ways}.values())

    def models(self) -> tuple[str, ...]:
        """The models that take part in a search now, by their short names; none when words alone find."""
        return self._engine.models()

    def notice(self) -> str:
        """What a person should know of the search as it is now; "" if all is as it should be, and before any search."""
        return self._engine.notice()

    def _shown(self, connection: Connection, hits: "Iterable[Hit]", why: Mapping[str, Why]) -> list[AnswerHit]:
        """The hits whose versions are still published, as they are shown."""
        index, today = self._engine.index(), self._desk.store.now().astimezone().date()
        found = list(hits)
        known = articles.versions(connection, [hit.key for hit in found])
        return [
            _hit(hit, known[hit.key], index.languages_of(hit.code), why.get(hit.code), today)
            for hit in found
            if hit.key in known
        ]


def article(desk: Desk, actor: Actor, version_id: int) -> AnswerText:
    """One version whole; raises NotFound also for what the actor may not see."""
    actor.require(Act.SEARCH_ANSWERS)
    with desk.store.reading() as connection:
        row = articles.version_row(connection, version_id)
    if row is None or not may_see(actor, row.audience):
        raise NotFound(_("This article is not in the store. Search again."))
    return AnswerText(
        version_id=row.id,
        code=row.code,
        version=row.version,
        language=row.language,
        question=row.question,
        answer=row.answer,
        audience=Audience(row.audience),
        owner=row.owner or "",
        legal_basis=row.legal_basis,
        effective_on=row.effective_on,
        review_on=row.review_on,
        expires_on=row.expires_on,
        givable=not _why_not(row, desk.store.now().astimezone().date()),
        not_givable_because=_why_not(row, desk.store.now().astimezone().date()),
    )


def give(desk: Desk, actor: Actor, interaction_id: int, version_id: int, rank: int, query: str) -> None:
    """Record that the citizen was told this version; the same again in one exchange is no second time.

    Raises InvalidInput for an article that is not public, or not in force today.
    """
    actor.require(Act.TAKE_INTERACTION, Act.GIVE_ANSWER)
    with desk.store.writing() as write:
        row = held(write, actor, interaction_id)
        version = articles.version_row(write.connection, version_id)
        if version is None or not may_see(actor, version.audience):
            raise NotFound(_("This article is not in the store. Search again."))
        reason = _why_not(version, write.now.astimezone().date())
        if reason:
            raise InvalidInput(
                {
                    "article": _("{code} may not be given: {reason}. Choose another answer.").format(
                        code=version.code, reason=reason
                    )
                }
            )
        given = articles.add_given(
            write.connection,
            interaction_id=interaction_id,
            version_id=version_id,
            channel=row.channel,
            rank=rank,
            query=query[:500],
            account_id=actor.account_id,
            at=write.now,
        )
        if given is None:
            return
        rows.add_timeline_entry(
            write.connection,
            {
                "contact_id": row.contact_id,
                "at": write.now,
                "kind": EntryKind.ANSWER.value,
                "source_id": given,
                "interaction_id": interaction_id,
                "channel": row.channel,
                "direction": Direction.OUTBOUND.value,
                "state": "",
                "case_number": "",
                "summary": timeline.answer_summary(version.code, version.version, version.question),
            },
        )
        record(write, actor, Act.GIVE_ANSWER, f"answer:{given}", f"interaction:{interaction_id}", version.code)
        write.changed("interaction", interaction_id)


def not_helpful(
    desk: Desk,
    actor: Actor,
    version_id: int,
    rank: int,
    query: str,
    language: str = "",
    interaction_id: int | None = None,
) -> None:
    """Record that a suggested answer did not help with these words; the engine learns from it (`grm kb calibrate`).

    The same said again by the same person is no second time. `rank` counts from 1.
    """
    actor.require(Act.GIVE_ANSWER)
    with desk.store.writing() as write:
        version = articles.version_row(write.connection, version_id)
        if version is None or not may_see(actor, version.audience):
            raise NotFound(_("This article is not in the store. Search again."))
        verdict = articles.add_verdict(
            write.connection,
            version_id=version_id,
            rank=rank,
            query=query[:500],
            language=language,
            interaction_id=interaction_id,
            account_id=actor.account_id,
            at=write.now,
        )
        if verdict is not None:
            record(write, actor, Act.GIVE_ANSWER, f"verdict:{verdict}", f"article:{version.code}", "not helpful")


def _why_not(row: Any, today: date) -> str:
    state = ArticleState(getattr(row, "state", ArticleState.PUBLISHED))
    return not_givable_because(Audience(row.audience), state, row.effective_on, row.expires_on, today)


def _hit(hit: "Hit", row: Any, languages: tuple[str, ...], favour: Why | None, today: date) -> AnswerHit:
    reasons = [(Why.CODE, hit.named), (Why.WORDS, bool(hit.matched)), (Why.MEANING, hit.meaning >= MEANT)]
    return AnswerHit(
        version_id=row.id,
        code=row.code,
        version=row.version,
        language=row.language,
        languages=languages or (row.language,),
        question=row.question,
        audience=Audience(row.audience),
        expires_on=row.expires_on,
        score=round(hit.score * 100),
        confident=hit.confident,
        matched=hit.matched,
        givable=not _why_not(row, today),
        why=(*(why for why, holds in reasons if holds), *([favour] if favour else [])),
    )

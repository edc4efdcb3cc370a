"""Standard answers at the desk: search, one article whole, and recording what did not help."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_engine import AnswerEngine, may_see
from grm_console.desk.answer_favours import favoured
from grm_console.desk.answer_giving import why_not
from grm_console.desk.article_renderings import rest_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.domain.addresses import read_address
from grm_console.domain.article_life import is_stale
from grm_console.domain.permissions import Act
from grm_console.domain.words import Audience, Why
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.knowledge.leaning import lean
from grm_console.store import articles
from grm_console.store.intake import first_line

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
        interaction_id: int | None = None,
    ) -> tuple[AnswerHit, ...]:
        """Answers that fit the words, best first, of those the actor may see.

        `typing` takes the last word as begun and asks the fast model alone, if it is loaded. Answers that belong to
        the `service`, or are often given for it, go first among equals and may come in addition; so do those that fit
        what is known of the speaker of the exchange this actor holds: open cases, groups.
        """
        actor.require(Act.SEARCH_ANSWERS)
        limit = min(MOST, limit)
        found = self._engine.find(text, language, limit + 20, typing=typing, explained=limit)
        best: dict[str, Hit] = {}
        for hit in self._engine.seen_by(actor, found.hits):
            # One article in two languages is one answer: the better fit stands for both.
            best.setdefault(hit.code, hit)
        with self._desk.store.reading() as connection:
            why = favoured(self._desk, connection, actor, service, interaction_id)
            hits = self._shown(connection, islice(best.values(), limit), why)
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


def article(desk: Desk, actor: Actor, version_id: int, language: str = "") -> AnswerText:
    """One version whole, or the published one in `language` if the article has one there.

    Raises NotFound also for what the actor may not see.
    """
    actor.require(Act.SEARCH_ANSWERS)
    today = desk.store.now().astimezone().date()
    with desk.store.reading() as connection:
        row = articles.version_row(connection, version_id)
        if row is None or not may_see(actor, row.audience):
            raise NotFound(_("This article is not in the store. Search again."))
        languages = {one.language: one.version_id for one in articles.languages_of(connection, row.article_id)}
        other = languages.get(language)
        if other is not None and language != row.language:
            row = articles.version_row(connection, other)
            assert row is not None, "it was listed a moment ago"
        source = articles.source_of(connection, row.id)
        line = read_address(first_line(connection, None), desk.region)
    reason = why_not(row, today)
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
        givable=not reason,
        not_givable_because=reason,
        sms=row.sms,
        rest=rest_of(row.code, row.language, line.display or line.address),
        languages=tuple(sorted((languages | {row.language: row.id}).items())),
        newer_source=source.language if source is not None and is_stale(source.version, source.published) else "",
    )


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
        givable=not why_not(row, today),
        why=(*(why for why, holds in reasons if holds), *([favour] if favour else [])),
    )

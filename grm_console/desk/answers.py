"""Standard answers at the desk: search, one article whole, and recording what was given and what did not help."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.answer_index import FreshIndex
from grm_console.desk.article_steps import DateKeeper
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.domain.article import not_givable_because
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState, Audience, Direction, EntryKind, Why
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.knowledge.leaning import lean
from grm_console.knowledge.models.known import KNOWN
from grm_console.store import articles, timeline
from grm_console.store import intake as rows

if TYPE_CHECKING:
    from grm_console.knowledge.entry import Hit
    from grm_console.knowledge.index import Found

MOST = 50
OFTEN_DAYS = 90
OFTEN = 3
"""Times an answer was given for a service in those days from which it is said to be given often."""
MOST_ADDED = 3
MEANT = 0.35
"""Nearness by meaning from which it is told as a reason: the median of the right answers of the development sets."""


class AnswerShelf:
    """The published answers of one store as this process finds them; safe to use from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._dates = DateKeeper(desk)
        self._fresh = FreshIndex(desk.store)

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
        found = self._find(text, language, min(MOST, limit) + 20, typing=typing)
        best: dict[str, Hit] = {}
        for hit in found.hits:
            # One article in two languages is one answer: the better fit stands for both.
            if self._may_see(actor, hit):
                best.setdefault(hit.code, hit)
        with self._desk.store.reading() as connection:
            known = articles.versions(connection, [hit.key for hit in best.values()])
            often = self._often(connection, service)
            hits = [self._hit(hit, known[hit.key], often) for hit in best.values() if hit.key in known]
            if not often:
                return tuple(hits[:limit])
            added = self._added(connection, actor, often.keys() - best.keys(), language, often)
        return tuple(lean(hits[:limit], often, added[:MOST_ADDED]))

    def raw_search(self, actor: Actor, text: str, language: str, limit: int) -> "list[Hit]":
        """The engine's own hits by all models, for the batch command and for machines that answer."""
        actor.require(Act.SEARCH_ANSWERS)
        return [hit for hit in self._find(text, language, limit, explained=0).hits if self._may_see(actor, hit)]

    def typed_search(self, actor: Actor, text: str, language: str, limit: int) -> "list[Hit]":
        """The engine's hits for a text that is still being typed, by the fast model once it is loaded."""
        actor.require(Act.SEARCH_ANSWERS)
        hits = self._find(text, language, limit, typing=True, explained=0).hits
        return [hit for hit in hits if self._may_see(actor, hit)]

    def every_way(self, actor: Actor, text: str, language: str) -> "list[Found]":
        """The first hit by all models, by the fast one and by words alone, each way once, for measuring."""
        actor.require(Act.IMPORT)
        ways = [
            self._find(text, language, 1, explained=0),
            self._find(text, language, 1, explained=0, fast=True),
            self._find(text, language, 1, explained=0, by_words=True),
        ]
        return list({found.models: found for found in ways}.values())

    def models(self) -> tuple[str, ...]:
        """The models that take part in a search now, by their short names; none when words alone find."""
        from grm_console.knowledge.models.shelf import usable

        there = self._fresh.current().models
        return tuple(model.known.short_name for model in usable() if model.known.name in there)

    def notice(self) -> str:
        """What a person should know of the search as it is now; "" if all is as it should be, and before any search."""
        if not self._fresh.opened:
            return ""
        from grm_console.knowledge.models.shelf import ALL, FAST

        if not FAST.known.installed():
            return _("Answers are found by their words only: the model of meaning is not installed.")
        if FAST.problem:
            return _("Answers are found by their words only: the model of meaning is broken. The log says why.")
        if broken := [model.known.short_name for model in ALL if model.problem]:
            return _("Answers are found without {models}: broken. The log says why.").format(models=", ".join(broken))
        index = self._fresh.current()
        if lacking := index.lacking(FAST.known.name):
            return _(
                "The meaning of {lacking} of {count} answers is not worked out yet; the web service does it, or "
                "grm kb index."
            ).format(lacking=lacking, count=len(index))
        return ""

    def _find(
        self,
        text: str,
        language: str,
        limit: int,
        *,
        typing: bool = False,
        fast: bool = False,
        by_words: bool = False,
        explained: int = MOST + 20,
    ) -> "Found":
        from grm_console.knowledge.models.shelf import asked  # numpy and the stemmer cost 0.2 s to import

        self._dates.keep()
        index = self._fresh.current()
        names = () if by_words else index.models
        vectors = asked(text, names, fast=fast or typing, wait=not typing) if names else {}
        whole = all(
            not index.lacking(model.name, latin_only=model.latin_only) for model in KNOWN if model.name in vectors
        )
        confidence = self._fresh.confidence if whole else replace(self._fresh.confidence, trusted=False)
        return index.find(text, language, limit, typing, vectors, confidence, explained)

    def _may_see(self, actor: Actor, hit: "Hit") -> bool:
        return _may_see(actor, self._fresh.guarded.get(hit.key, Audience.PUBLIC))

    def _often(self, connection: Connection, service: str) -> "dict[str, Why]":
        """Why the codes that belong to a service are favoured."""
        if not service:
            return {}
        since = self._desk.store.now() - timedelta(days=OFTEN_DAYS)
        given = articles.given_for_service(connection, service, since, MOST)
        belonging = dict.fromkeys(sorted(articles.codes_for_service(connection, service)), Why.SERVICE)
        return {code: Why.OFTEN for code, times in given if times >= OFTEN} | {
            code: why for code, why in belonging.items() if code not in dict(given) or dict(given)[code] < OFTEN
        }

    def _added(
        self, connection: Connection, actor: Actor, codes: Iterable[str], language: str, often: "dict[str, Why]"
    ) -> list[AnswerHit]:
        """Favoured answers that the words did not find, those often given first."""
        wanted = {code: why for code, why in often.items() if code in set(codes)}
        hits = self._fresh.current().named(wanted, language)
        seen = [hit for hit in hits if self._may_see(actor, hit)]
        known = articles.versions(connection, [hit.key for hit in seen])
        return [self._hit(hit, known[hit.key], often) for hit in seen if hit.key in known]

    def _hit(self, hit: "Hit", row: Any, often: "dict[str, Why]") -> AnswerHit:
        today = self._desk.store.now().astimezone().date()
        reasons = [
            (Why.CODE, hit.named),
            (Why.WORDS, bool(hit.matched)),
            (Why.MEANING, hit.meaning >= MEANT),
            (often.get(row.code), row.code in often),
        ]
        return AnswerHit(
            version_id=row.id,
            code=row.code,
            version=row.version,
            language=row.language,
            languages=self._fresh.current().languages_of(row.code) or (row.language,),
            question=row.question,
            audience=Audience(row.audience),
            expires_on=row.expires_on,
            score=round(hit.score * 100),
            confident=hit.confident,
            matched=hit.matched,
            givable=not _why_not(row, today),
            why=tuple(why for why, holds in reasons if holds and why is not None),
        )


def article(desk: Desk, actor: Actor, version_id: int) -> AnswerText:
    """One version whole; raises NotFound also for what the actor may not see."""
    actor.require(Act.SEARCH_ANSWERS)
    with desk.store.reading() as connection:
        row = articles.version_row(connection, version_id)
    if row is None or not _may_see(actor, row.audience):
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
        if version is None or not _may_see(actor, version.audience):
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
        if version is None or not _may_see(actor, version.audience):
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


def _may_see(actor: Actor, audience: str) -> bool:
    if audience == Audience.INTERNAL:
        return actor.may(Act.SEE_INTERNAL_ARTICLES)
    return audience == Audience.PUBLIC or actor.may(Act.SEE_RESTRICTED_ARTICLES)


def _why_not(row: Any, today: date) -> str:
    state = ArticleState(getattr(row, "state", ArticleState.PUBLISHED))
    return not_givable_because(Audience(row.audience), state, row.effective_on, row.expires_on, today)

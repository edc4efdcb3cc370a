"""Standard answers at the desk: the index kept fresh, search, one article whole, and recording what was given."""

import threading
from datetime import date
from typing import TYPE_CHECKING, Any

from grm_console.desk.actor import Actor
from grm_console.desk.article_steps import DateKeeper
from grm_console.desk.desk import Desk, record
from grm_console.desk.queue_work import held
from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.domain.article import not_givable_because
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState, Audience, Direction, EntryKind
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import articles, changes, timeline
from grm_console.store import intake as rows

if TYPE_CHECKING:
    from grm_console.knowledge.index import AnswerIndex, Hit

MOST = 50


class AnswerShelf:
    """The published answers of one store as an index in this process; read when first asked, then kept fresh.

    Safe to use from several threads; a search never waits for a refresh that another thread makes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._dates = DateKeeper(desk)
        self._lock = threading.Lock()
        self._index: AnswerIndex | None = None
        self._rows: dict[int, Any] = {}
        self._languages: dict[str, tuple[str, ...]] = {}
        self._cursor: changes.Cursor = (0, 0)

    def search(
        self, actor: Actor, text: str, language: str = "", limit: int = 10, *, typing: bool = False
    ) -> tuple[AnswerHit, ...]:
        """Answers that fit the words, best first, of those the actor may see; `typing` takes the last word as begun."""
        actor.require(Act.SEARCH_ANSWERS)
        index, known, languages = self._fresh()
        today = self._desk.store.now().astimezone().date()
        hits = index.search(text, language, min(MOST, limit) + 20, prefix=typing)
        best: dict[str, Hit] = {}
        for hit in hits:
            # One article in two languages is one answer: the better fit stands for both.
            if _may_see(actor, known[hit.key].audience):
                best.setdefault(hit.code, hit)
        return tuple(_hit(hit, known[hit.key], languages, today) for hit in list(best.values())[:limit])

    def raw_search(self, actor: Actor, text: str, language: str, limit: int) -> "list[Hit]":
        """The engine's own hits, for the batch command."""
        actor.require(Act.SEARCH_ANSWERS)
        index, known, _ = self._fresh()
        return [hit for hit in index.search(text, language, limit) if _may_see(actor, known[hit.key].audience)]

    def _fresh(self) -> "tuple[AnswerIndex, dict[int, Any], dict[str, tuple[str, ...]]]":
        blocking = self._index is None
        if self._lock.acquire(blocking=blocking):
            try:
                self._refresh()
            finally:
                self._lock.release()
        assert self._index is not None
        return self._index, self._rows, self._languages

    def _refresh(self) -> None:
        from grm_console.knowledge.index import AnswerIndex, Entry  # numpy and the stemmer cost 0.2 s to import

        self._dates.keep()
        with self._desk.store.reading() as connection:
            if self._index is not None:
                found, cursor = changes.changes_after(connection, self._cursor)
                stale = False
                while found:
                    stale = stale or any(topic == "article" for topic, _ in found)
                    self._cursor = cursor
                    found, cursor = changes.changes_after(connection, self._cursor)
                if not stale:
                    return
            else:
                self._cursor = changes.end_of_feed(connection)
            fresh = {row.id: row for row in articles.published(connection)}
        entries = [
            Entry(row.id, row.import_id, row.code, row.language, row.question, tuple(row.phrasings or ()), row.answer)
            for key, row in fresh.items()
            if self._index is None or key not in self._rows
        ]
        gone = [key for key in self._rows if key not in fresh]
        index = AnswerIndex(entries) if self._index is None else self._index.replace(entries, gone)
        languages: dict[str, set[str]] = {}
        for row in fresh.values():
            languages.setdefault(row.code, set()).add(row.language)
        self._rows = fresh
        self._languages = {code: tuple(sorted(spoken)) for code, spoken in languages.items()}
        self._index = index


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


def _may_see(actor: Actor, audience: str) -> bool:
    if audience == Audience.INTERNAL:
        return actor.may(Act.SEE_INTERNAL_ARTICLES)
    return audience == Audience.PUBLIC or actor.may(Act.SEE_RESTRICTED_ARTICLES)


def _why_not(row: Any, today: date) -> str:
    state = ArticleState(getattr(row, "state", ArticleState.PUBLISHED))
    return not_givable_because(Audience(row.audience), state, row.effective_on, row.expires_on, today)


def _hit(hit: "Hit", row: Any, languages: dict[str, tuple[str, ...]], today: date) -> AnswerHit:
    return AnswerHit(
        version_id=row.id,
        code=row.code,
        version=row.version,
        language=row.language,
        languages=languages.get(row.code, (row.language,)),
        question=row.question,
        audience=Audience(row.audience),
        expires_on=row.expires_on,
        score=round(hit.score * 100),
        confident=hit.confident,
        matched=hit.matched,
        givable=not _why_not(row, today),
    )

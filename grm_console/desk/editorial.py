"""Articles as editors, approvers and readers ask for them, bound to one signed-in actor.

Every method may block on the store (call it from a thread worker) and may raise any GrmError.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from grm_console.desk import article_drafts, article_import, article_steps, article_told
from grm_console.desk.actor import Actor
from grm_console.desk.administration_views import FileCounts
from grm_console.desk.article_steps import DateKeeper
from grm_console.desk.desk import Desk
from grm_console.desk.editorial_views import (
    ArticleLine,
    ArticleSheet,
    Source,
    StepLine,
    ToldAgain,
    ToldLine,
    VersionView,
)
from grm_console.desk.spoken import named
from grm_console.desk.whole_file import whole_file
from grm_console.domain.article_life import Standing, Step, is_stale, why_not
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState, Audience
from grm_console.errors import NotFound
from grm_console.i18n import _
from grm_console.store import editorial

_BY_HAND = (Step.EDIT, Step.SUBMIT, Step.RETURN, Step.APPROVE, Step.PUBLISH, Step.WITHDRAW)


class Editorial:
    """What one actor may see and do."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self._dates = DateKeeper(desk)

    @property
    def may_write(self) -> bool:
        """Whether this actor writes articles."""
        return self._actor.may(Act.WRITE_ARTICLES)

    @property
    def works(self) -> bool:
        """Whether the actor works on articles, and so sees what is not published."""
        return self._actor.may(Act.WRITE_ARTICLES) or self._actor.may(Act.APPROVE_ARTICLES)

    @property
    def today(self) -> date:
        """The local day, by the store's clock."""
        return self._desk.store.now().astimezone().date()

    # Reading

    def lines(self) -> tuple[ArticleLine, ...]:
        """Every language of every article that the actor may see, by code; who does not write or approve sees no
        drafts."""
        self._actor.require(Act.SEARCH_ANSWERS)
        self._dates.keep()
        with self._desk.store.reading() as connection:
            rows = editorial.listed(connection)
        lines = (_line(row) for row in rows if self._may_see(row.audience))
        return tuple(line for line in lines if self.works or line.published)

    def sheet(self, article_id: int) -> ArticleSheet:
        """An article with all its languages and versions; raises NotFound also for what the actor may not see."""
        self._actor.require(Act.SEARCH_ANSWERS)
        self._dates.keep()
        with self._desk.store.reading() as connection:
            article = editorial.article_row(connection, article_id)
            versions = editorial.versions_of(connection, article_id)
            steps = editorial.steps_of(connection, article_id)
        if article is None or not self._may_see(article.audience):
            raise NotFound(_("This article is not in the store. Read the list again."))
        by_version: dict[int, list[StepLine]] = {}
        for row in steps:
            line = StepLine(Step(row.step), row.at, row.by, row.comment)
            by_version.setdefault(row.article_version_id, []).append(line)
        texts = {row.article_text_id: row.language for row in versions}
        today = self.today
        return ArticleSheet(
            article_id=article.id,
            code=article.code,
            audience=Audience(article.audience),
            owner=named(article.owner or "", article.owner_other or "")[0],
            owner_code=article.owner_code or "",
            legal_basis=article.legal_basis,
            services=tuple(article.services or ()),
            versions=tuple(
                self._view(article, row, tuple(by_version.get(row.id, ())), texts, today)
                for row in versions
                if self.works or row.state == ArticleState.PUBLISHED
            ),
            may_write=self.may_write,
            may_see_told=self._actor.may(Act.TELL_AGAIN),
        )

    def article_coded(self, code: str) -> int:
        """The key of an article by its code; raises NotFound."""
        self._actor.require(Act.SEARCH_ANSWERS)
        with self._desk.store.reading() as connection:
            key = editorial.article_coded(connection, code)
        if key is None:
            raise NotFound(_("There is no article {code}. See grm kb list.").format(code=code))
        return key

    def departments(self) -> tuple[str, ...]:
        """The codes that an owner may have."""
        self._actor.require(Act.SEARCH_ANSWERS)
        with self._desk.store.reading() as connection:
            return tuple(editorial.owner_codes(connection))

    # Files

    def import_file(self, path: Path, dry_run: bool) -> FileCounts:
        """Bring a file in as drafts, or say what it would do; raises ImportRefused naming each bad line."""
        done = article_import.import_articles(self._desk, self._actor, path, dry_run=dry_run)
        return FileCounts(done.added, done.changed, done.unchanged)

    def export_file(self, path: Path, overwrite: bool) -> int:
        """Write every published article into a file that `import_file` takes back; gives how many."""
        self._actor.require(Act.WRITE_ARTICLES)
        with whole_file(path, overwrite=overwrite) as file:
            found = article_import.export_articles(self._desk, self._actor)
            return article_import.write_articles(file, found, as_json=path.suffix.lower() == ".jsonl")

    # Writing

    def new_article(self, language: str, cells: Mapping[str, str]) -> int:
        """Begin an article; gives its key. Raises InvalidInput by field."""
        return self._article_of(article_drafts.new_article(self._desk, self._actor, language, cells))

    def new_language(self, source_id: int, language: str, cells: Mapping[str, str]) -> int:
        """Begin a translation; gives the article's key. Raises InvalidInput by field."""
        return self._article_of(article_drafts.new_language(self._desk, self._actor, source_id, language, cells))

    def new_version(self, text_id: int, cells: Mapping[str, str]) -> int:
        """Begin the next version of a language; gives the article's key. Raises InvalidInput by field."""
        return self._article_of(article_drafts.new_version(self._desk, self._actor, text_id, cells))

    def save(self, version_id: int, revision: int, cells: Mapping[str, str]) -> int:
        """Change a draft; gives the article's key. Raises InvalidInput by field, StaleChange."""
        article_drafts.save(self._desk, self._actor, version_id, revision, cells)
        return self._article_of(version_id)

    def take(self, version_id: int, step: Step, comment: str = "", *, revision: int | None = None) -> ArticleState:
        """Take a step of a version's life; gives the state it is in then. Raises as `article_steps.take`."""
        return article_steps.take(self._desk, self._actor, version_id, step, comment, revision=revision)

    # Who was told

    def told(self, article_id: int, days: int) -> tuple[ToldLine, ...]:
        """Who was told a version that no longer holds, in so many days."""
        return article_told.told(self._desk, self._actor, article_id, days)

    def tell_again(self, article_id: int, days: int, given: tuple[int, ...]) -> ToldAgain:
        """Have these people told again, each once."""
        return article_told.tell_again(self._desk, self._actor, article_id, days, given)

    # One row as a view

    def _may_see(self, audience: str) -> bool:
        if audience == Audience.PUBLIC:
            return True
        needed = Act.SEE_INTERNAL_ARTICLES if audience == Audience.INTERNAL else Act.SEE_RESTRICTED_ARTICLES
        return self._actor.may(needed)

    def _article_of(self, version_id: int) -> int:
        with self._desk.store.reading() as connection:
            row = editorial.version_row(connection, version_id)
        assert row is not None
        return int(row.article_id)

    def _view(
        self, article: Any, row: Any, steps: tuple[StepLine, ...], texts: Mapping[int, str], today: date
    ) -> VersionView:
        frame = row.frame or {}
        state = ArticleState(row.state)
        of = Standing(state, row.author_id, row.edited_by_id, row.effective_on, row.expires_on)
        acts, account = self._actor.acts, self._actor.account_id
        if Act.APPROVE_ARTICLES in acts and state is ArticleState.APPROVED:
            of = Standing(state, row.author_id, row.edited_by_id, None, row.expires_on)  # it need not wait for the day
        owner_code = article.owner_code or ""
        if "organisation_id" in frame:
            owner_code = self._owner_code(frame["organisation_id"])
        return VersionView(
            version_id=row.id,
            text_id=row.article_text_id,
            language=row.language,
            version=row.version,
            revision=row.revision,
            state=state,
            question=row.question,
            phrasings=tuple(row.phrasings or ()),
            answer=row.answer,
            sms=row.sms,
            effective_on=row.effective_on,
            review_on=row.review_on,
            expires_on=row.expires_on,
            audience=Audience(frame.get("audience", article.audience)),
            owner_code=owner_code,
            legal_basis=frame.get("legal_basis", article.legal_basis),
            services=tuple(frame.get("services", article.services) or ()),
            segments=tuple(frame.get("segments", article.segments) or ()),
            source=_source(row, texts),
            author=row.author,
            editor=row.editor,
            approver=row.approver or "",
            created_at=row.created_at,
            edited_at=row.edited_at,
            published_at=row.published_at,
            steps=steps,
            may=frozenset(step for step in _BY_HAND if not why_not(step, of, acts, account, today)),
        )

    def _owner_code(self, organisation_id: int | None) -> str:
        if organisation_id is None:
            return ""
        with self._desk.store.reading() as connection:
            return editorial.owner_code(connection, organisation_id)


def _line(row: Any) -> ArticleLine:
    return ArticleLine(
        article_id=row.article_id,
        text_id=row.text_id,
        code=row.code,
        language=row.language,
        question=row.question or "",
        audience=Audience(row.audience),
        owner=named(row.owner or "", row.owner_other or "")[0],
        owner_code=row.owner_code or "",
        published=row.published_version or 0,
        coming=row.coming_version or 0,
        coming_state=ArticleState(row.coming_state) if row.coming_state else None,
        effective_on=row.effective_on,
        review_on=row.review_on,
        expires_on=row.expires_on,
        stale=is_stale(row.origin_version, row.source_version),
    )


def _source(row: Any, texts: Mapping[int, str]) -> Source | None:
    if row.origin_version is None:
        return None
    return Source(
        row.translated_from_id,
        texts.get(row.origin_text_id, ""),
        row.origin_version,
        row.source_version or 0,
        is_stale(row.origin_version, row.source_version),
    )

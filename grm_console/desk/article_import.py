"""Importing and exporting standard answers as CSV or JSON lines: all or nothing, every bad line named."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from grm_console.desk.actor import Actor
from grm_console.desk.article_drafts import code_numbered, last_number, wording_columns
from grm_console.desk.catalogue.cells import guarded
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.article_lines import OPTIONAL, REQUIRED, ArticleLine, read_articles
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Problems
from grm_console.domain.article_life import Step
from grm_console.domain.article_wording import FRAME, WORDING
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState
from grm_console.i18n import _
from grm_console.store import accounts, editorial
from grm_console.store import article_import as rows

_COLUMNS = ("audience", "organisation_id", "legal_basis", "services", "segments")
"""The article's own columns, in the order of FRAME."""

_AT_ONCE = 500
"""Lines between two tellings of the progress."""


def import_articles(
    desk: Desk,
    actor: Actor,
    path: Path,
    *,
    publish: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring a file of articles into the store; `progress` is told (lines done, lines in all).

    A line whose id is known becomes a draft if its words changed, and the published version stays in force. With
    `publish`, which only the command line's account may, it is published at once, without a second person, and that
    is on record. Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.WRITE_ARTICLES, *([Act.WAIVE_REVIEW] if publish else []))
    problems = Problems(path)
    wanted = read_articles(path, problems)
    with importing(desk, actor, "articles", path, "article", dry_run=dry_run, act=Act.WRITE_ARTICLES) as run:
        plan = _Plan(run, actor, wanted, problems, publish=publish)
        problems.refuse()
        plan.write(progress)
        if publish and plan.versions:
            told = f"{len(plan.versions)} versions published without review"
            record(run.write, actor, Act.WAIVE_REVIEW, "import:articles", path.name[:100], told)
    return run.result


def export_articles(desk: Desk, actor: Actor) -> Iterator[dict[str, str]]:
    """Every published article as the import takes it, by id."""
    actor.require(Act.WRITE_ARTICLES)
    with desk.store.reading() as connection:
        found = rows.exported(connection)
    with desk.store.writing() as write:
        record(write, actor, Act.WRITE_ARTICLES, "export:articles", "command line", f"{len(found)} rows")
    for row in found:
        yield {
            "id": row.import_id,
            "code": row.code,
            "language": row.language,
            "question": row.question,
            "answer": row.answer,
            "phrasings": "|".join(row.phrasings or ()),
            "sms": row.sms,
            "audience": row.audience,
            "owner": row.owner_code or "",
            "services": "|".join(row.services or ()),
            "segments": "|".join(row.segments or ()),
            "legal_basis": row.legal_basis,
            "effective_on": _day_text(row.effective_on),
            "review_on": _day_text(row.review_on),
            "expires_on": _day_text(row.expires_on),
            "translation_of": row.source or "",
            "translation_of_version": str(row.origin_version or ""),
        }


def write_articles(file: TextIO, articles: Iterable[dict[str, str]], *, as_json: bool) -> int:
    """Write exported articles as JSON lines or as CSV, in which no cell starts a formula; gives how many."""
    written = 0
    writer = csv.DictWriter(file, REQUIRED + OPTIONAL)
    if not as_json:
        writer.writeheader()
    for row in articles:
        written += 1
        if as_json:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            writer.writerow({name: guarded(cell) for name, cell in row.items()})
    return written


@dataclass(slots=True)
class _Version:
    """What becomes of one line whose words changed."""

    line: ArticleLine
    number: int
    columns: dict[str, Any]
    draft_id: int | None
    """The draft that takes the words; None: a version is added."""
    published_id: int | None
    """The published version that it replaces."""


@dataclass(slots=True)
class _Article:
    """One article of the file: its code, and its own columns as the file wants them."""

    code: str
    lines: list[ArticleLine] = field(default_factory=list)
    change: dict[str, Any] = field(default_factory=dict)
    """What differs from the store; the whole frame of a new article."""


class _Plan:
    """What a file changes, worked out before anything is written; what cannot be goes into the problems."""

    def __init__(
        self, run: Import, actor: Actor, wanted: list[ArticleLine], problems: Problems, *, publish: bool
    ) -> None:
        self._run = run
        self._actor = actor
        self._wanted = wanted
        self._problems = problems
        self._publish = publish
        self._texts = rows.known_texts(run.connection, published_first=publish)
        self._known = rows.known_articles(run.connection)
        self._by_id = {line.import_id: line for line in wanted}
        self._owners = {
            line.frame.owner: accounts.organisation_key(run.connection, line.frame.owner)
            for line in wanted
            if line.frame.owner
        }
        self._last = last_number([*self._known, *(line.code for line in wanted)])
        self._fresh_codes: dict[str, str] = {}
        """The codes given to articles that had none, by the id of their first language."""
        self.versions: list[_Version] = []
        self._check()
        self._articles = self._by_article()
        if not problems:
            self._compare()

    # -- what must not be

    def _check(self) -> None:
        for line in self._wanted:
            row = self._texts.get(line.import_id)
            if line.frame.owner and self._owners[line.frame.owner] is None:
                told = _("owner {owner} is no organisation; import organisations first")
                self._problems.add(line.line, told.format(owner=line.frame.owner))
            if row is not None and row.language != line.language:
                told = _("language {value} differs from the store's, which is {known}")
                self._problems.add(line.line, told.format(value=line.language, known=row.language))
            if row is not None and line.code and row.code != line.code:
                told = _("code {value} differs from the store's, which is {known}")
                self._problems.add(line.line, told.format(value=line.code, known=row.code))
            if line.source:
                self._check_source(line)

    def _check_source(self, line: ArticleLine) -> None:
        """A translation's source is known, in another language, of the same article, and no translation of it."""
        source = self._by_id.get(line.source) or self._texts.get(line.source)
        if source is None:
            told = _("translation_of {id} is neither in this file nor in the store")
            self._problems.add(line.line, told.format(id=line.source))
            return
        if source.language == line.language:
            told = _("translation_of {id} is in the same language")
            self._problems.add(line.line, told.format(id=line.source))
        way = [line.import_id]
        at = line.source
        while at and at not in way:
            way.append(at)
            at = self._source_of(at)
        if at == line.import_id:
            told = _("translation_of leads in a circle: {way}")
            self._problems.add(line.line, told.format(way=" → ".join([*way, at])))

    def _source_of(self, import_id: str) -> str:
        """What a text is translated from once the file is in the store."""
        line, row = self._by_id.get(import_id), self._texts.get(import_id)
        if line is not None and "translation_of" in line.told:
            return line.source
        return row.source or "" if row is not None else ""

    # -- articles

    def _by_article(self) -> list[_Article]:
        """The lines by the article they belong to; lines of one article must agree about its frame."""
        found: dict[str, _Article] = {}
        for line in self._wanted:
            code = self._code_of(line)
            article = found.setdefault(code, _Article(code))
            first = article.lines[0] if article.lines else line
            for name in line.told & first.told & set(FRAME):
                if getattr(line.frame, name) != getattr(first.frame, name):
                    told = _("{column} differs from line {first}, which is the same article {code}")
                    self._problems.add(line.line, told.format(column=name, first=first.line, code=code))
            article.lines.append(line)
        for article in found.values():
            article.change = self._frame_change(article)
            for line in article.lines:
                source, row = self._by_id.get(line.source), self._texts.get(line.source)
                belongs = self._code_of(source) if source is not None else row.code if row is not None else article.code
                if belongs != article.code:
                    told = _("translation_of {id} belongs to another article than {code}")
                    self._problems.add(line.line, told.format(id=line.source, code=article.code))
        return list(found.values())

    def _code_of(self, line: ArticleLine) -> str:
        """The code of a line's article: its own, the store's, that of what it was translated from, or a fresh one."""
        way: list[str] = []
        while True:
            way.append(line.import_id)
            row, source = self._texts.get(line.import_id), self._texts.get(line.source)
            stored = row.code if row is not None else source.code if source is not None else ""
            if code := line.code or stored or self._fresh_codes.get(line.import_id, ""):
                return code
            if line.source not in self._by_id or line.source in way:
                break
            line = self._by_id[line.source]
        self._last += 1
        self._fresh_codes[line.import_id] = code_numbered(self._last)
        return self._fresh_codes[line.import_id]

    def _frame_change(self, article: _Article) -> dict[str, Any]:
        known, told = self._known.get(article.code), article.lines[0].frame
        named = frozenset[str]().union(*(line.told for line in article.lines))
        wanted = {
            "audience": told.audience.value,
            "organisation_id": self._owners.get(told.owner),
            "legal_basis": told.legal_basis,
            "services": list(told.services),
            "segments": list(told.segments),
        }
        if known is None:
            return wanted
        return {
            column: wanted[column]
            for name, column in zip(FRAME, _COLUMNS, strict=True)
            if name in named and (getattr(known, column) or None) != (wanted[column] or None)
        }

    # -- versions

    def _compare(self) -> None:
        added = changed = 0
        for article in self._articles:
            known = self._known.get(article.code)
            framed = bool(article.change) and known is not None and not known.drafts
            for line in article.lines:
                row, before = self._texts.get(line.import_id), len(self.versions)
                self._compare_line(line, row, framed=framed)
                if row is None:
                    added += 1
                elif len(self.versions) > before or (article.change and known is not None):
                    changed += 1
        self._run.count(added, changed, len(self._wanted))

    def _compare_line(self, line: ArticleLine, row: Any | None, *, framed: bool) -> None:
        columns = wording_columns(line.wording)
        if row is None or row.version_id is None:
            self.versions.append(_Version(line, 1, columns, None, None))
            return
        for name in WORDING:
            if name not in line.told:
                columns[name] = getattr(row, name)
        same = all((getattr(row, name) or None) == (columns[name] or None) for name in WORDING)
        relinked = "translation_of" in line.told and (line.source or None) != (row.source or None)
        if line.source and line.source_version not in (None, row.origin_version):
            relinked = True
        expires = columns["expires_on"]
        over = expires is not None and expires <= self._run.now.astimezone().date()
        # What has ended by its date stays ended: the same line again does not bring it back for a moment.
        ended = (
            self._publish and row.state != ArticleState.PUBLISHED and not (over and row.state == ArticleState.EXPIRED)
        )
        if same and not relinked and not framed and not ended:
            return
        coming = ArticleState(row.coming_state) if row.coming_state else None
        if coming is not None and coming is not ArticleState.DRAFT:
            told = _("{code} {language} v{version} is under review or approved; publish, return or withdraw it first")
            told = told.format(code=row.code, language=row.language, version=row.coming_version)
            self._problems.add(line.line, told)
            return
        number = row.coming_version or row.newest + 1
        published_id = row.published_id if self._publish else None
        self.versions.append(_Version(line, number, columns, row.coming_id, published_id))

    # -- writing

    def write(self, progress: Progress | None) -> None:
        """Write all of it; raises ImportRefused if a translation names a version that is not there."""
        connection, now, account = self._run.connection, self._run.now, self._actor.account_id
        self._write_articles()
        keys = rows.article_keys(connection)
        code_of = {line.import_id: article.code for article in self._articles for line in article.lines}
        rows.add_texts(
            connection,
            [
                {"article_id": keys[code_of[key]], "language": line.language, "import_id": key}
                for key, line in self._by_id.items()
                if key not in self._texts
            ],
        )
        if self._publish:
            self._end_published(code_of)
        state = (ArticleState.PUBLISHED if self._publish else ArticleState.DRAFT).value
        stamp = {"state": state, "edited_by_id": account, "edited_at": now, "approved_by_id": None}
        stamp |= {"published_at": now if self._publish else None}
        frames = {} if self._publish else self._frames()
        text_keys = rows.text_keys(connection)
        fresh = {"author_id": account, "created_at": now, "revision": 1, "translated_from_id": None}
        edited: list[dict[str, Any]] = []
        added: list[dict[str, Any]] = []
        for done, one in enumerate(self.versions, start=1):
            values = one.columns | stamp | {"frame": frames.get(code_of[one.line.import_id])}
            if one.draft_id is not None:
                edited.append(values | {"id": one.draft_id})
            else:
                added.append(values | fresh | {"article_text_id": text_keys[one.line.import_id], "version": one.number})
            if len(added) == _AT_ONCE:
                rows.add_versions(connection, added)
                added = []
            if progress is not None and done % _AT_ONCE == 0:
                progress(done, len(self.versions))
        rows.add_versions(connection, added)
        rows.change_versions(connection, edited)
        version_keys = rows.version_keys(connection)
        self._link(version_keys)
        steps = (Step.EDIT, Step.WAIVE, Step.PUBLISH) if self._publish else (Step.EDIT,)
        for step in steps:
            written = [version_keys[one.line.import_id, one.number] for one in self.versions]
            rows.add_steps(connection, [self._step(key, step) for key in written])
        if progress is not None:
            progress(len(self._wanted), len(self._wanted))

    def _write_articles(self) -> None:
        """New articles; of known ones what changes at once: when all of it is published, or nothing ever was."""
        rows.add_articles(
            self._run.connection,
            [{"code": one.code} | one.change for one in self._articles if one.code not in self._known],
        )
        for article in self._articles:
            known = self._known.get(article.code)
            if known is not None and article.change and (self._publish or known.drafts):
                editorial.change_article(self._run.connection, known.id, article.change)

    def _end_published(self, code_of: dict[str, str]) -> None:
        """The published versions that are replaced end, with their article's own columns as they were."""
        was: list[dict[str, Any]] = []
        for one in self.versions:
            if one.published_id is not None:
                known = self._known[code_of[one.line.import_id]]
                frame = {name: getattr(known, name) for name in _COLUMNS}
                was.append({"id": one.published_id, "state": ArticleState.EXPIRED.value, "frame": frame})
        rows.change_versions(self._run.connection, was)
        rows.add_steps(self._run.connection, [self._step(row["id"], Step.REPLACE) for row in was])

    def _frames(self) -> dict[str, dict[str, Any]]:
        """What the drafts of an article change of it once they are published, by code."""
        return {
            one.code: one.change
            for one in self._articles
            if one.change and (known := self._known.get(one.code)) is not None and not known.drafts
        }

    def _link(self, version_keys: dict[tuple[str, int], int]) -> None:
        """Note what translations were made from; without the column it stays what it was."""
        numbers = {one.line.import_id: one.number for one in self.versions}
        links: list[dict[str, Any]] = []
        for one in self.versions:
            line, row = one.line, self._texts.get(one.line.import_id)
            source, number = line.source, line.source_version
            if "translation_of" not in line.told and row is not None and row.source:
                source, number = row.source, row.origin_version
            if source and number is None:
                stored = self._texts.get(source)
                number = numbers.get(source) or (stored.version if stored is not None else None)
            key = version_keys.get((source, number or 0))
            if source and key is None:
                told = _("translation_of {id} has no version {number}")
                self._problems.add(line.line, told.format(id=source, number=number))
            links.append({"id": version_keys[line.import_id, one.number], "translated_from_id": key})
        self._problems.refuse()
        rows.link_versions(self._run.connection, links)

    def _step(self, version_id: int, step: Step) -> dict[str, Any]:
        return {
            "article_version_id": version_id,
            "step": step.value,
            "account_id": self._actor.account_id,
            "at": self._run.now,
            "comment": self._problems.source[:100],
        }


def _day_text(day: Any | None) -> str:
    return day.isoformat() if day is not None else ""

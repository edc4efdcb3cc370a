"""Importing and exporting standard answers as CSV or JSON lines: all or nothing, every bad line named."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Line, Problems, read_table, read_text
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState, Audience
from grm_console.i18n import _
from grm_console.store import accounts, articles

REQUIRED = ("id", "language", "question", "answer")
OPTIONAL = (
    "code",
    "phrasings",
    "audience",
    "owner",
    "services",
    "legal_basis",
    "effective_on",
    "review_on",
    "expires_on",
)
MAX_ID = 100
MAX_QUESTION = 500
MAX_ANSWER = 100_000

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CODE = re.compile(r"[A-Z]{1,3}-\d{1,6}")
_WORDING = ("question", "phrasings", "answer", "effective_on", "review_on", "expires_on")


@dataclass(frozen=True, slots=True)
class _Article:
    """One line that is right."""

    line: int
    import_id: str
    language: str
    code: str
    """Empty: the next free one is given, unless the article has one."""
    audience: Audience
    owner: str
    legal_basis: str
    services: tuple[str, ...]
    wording: dict[str, Any]


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

    A line whose id is known becomes a new version if its words changed; without `publish` it is a draft and the
    published version stays in force. Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    wanted = _check(_read_lines(path, problems), problems)
    with importing(desk, actor, "articles", path, "article", dry_run=dry_run) as run:
        for item in wanted:
            if item.owner and accounts.organisation_key(run.connection, item.owner) is None:
                problems.add(
                    item.line,
                    _("owner {owner} is no organisation; import organisations first").format(owner=item.owner),
                )
        problems.refuse()
        _write(run, actor, wanted, publish=publish, progress=progress)
    return run.result


def export_articles(desk: Desk, actor: Actor) -> Iterator[dict[str, str]]:
    """Every published article as the import takes it, by id."""
    actor.require(Act.EXPORT)
    with desk.store.reading() as connection:
        rows = articles.published(connection)
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, "export:articles", "command line", f"{len(rows)} rows")
    for row in rows:
        yield {
            "id": row.import_id,
            "code": row.code,
            "language": row.language,
            "question": row.question,
            "answer": row.answer,
            "phrasings": "|".join(row.phrasings or ()),
            "audience": row.audience,
            "owner": row.owner_code or "",
            "services": "|".join(row.services or ()),
            "legal_basis": row.legal_basis,
            "effective_on": _day_text(row.effective_on),
            "review_on": _day_text(row.review_on),
            "expires_on": _day_text(row.expires_on),
        }


def _read_lines(path: Path, problems: Problems) -> list[Line]:
    if path.suffix.lower() != ".jsonl":
        return read_table(path, REQUIRED, OPTIONAL, key=("id",), problems=problems)
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(read_text(path, problems).split("\n"), start=1):
        if not row.strip():
            continue
        try:
            values = json.loads(row)
        except (ValueError, RecursionError):
            problems.add(number, _("not a JSON object"))
            continue
        if not isinstance(values, dict) or not set(REQUIRED) <= values.keys():
            problems.add(number, _("needs the fields {columns}").format(columns=", ".join(REQUIRED)))
            continue
        cells = {name: _cell(values[name]) for name in REQUIRED + OPTIONAL if values.get(name)}
        key = cells.get("id", "")
        if key in seen:
            problems.add(number, _("id {id} stands on line {line} too").format(id=key, line=seen[key]))
        seen.setdefault(key, number)
        lines.append(Line(number, cells))
    return lines


def _cell(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value).strip()


def _check(lines: list[Line], problems: Problems) -> list[_Article]:
    wanted: list[_Article] = []
    for line in lines:
        found: list[str] = []
        cell = {name: line[name] for name in REQUIRED + OPTIONAL}
        if not cell["id"] or len(cell["id"]) > MAX_ID:
            found.append(_("id is needed, at most {limit} characters").format(limit=MAX_ID))
        if not _LANGUAGE.fullmatch(cell["language"]):
            found.append(_("language {value} is none; write en, zh, …").format(value=repr(cell["language"][:20])))
        if not cell["question"] or len(cell["question"]) > MAX_QUESTION:
            found.append(_("question is needed, at most {limit} characters").format(limit=MAX_QUESTION))
        if not cell["answer"] or len(cell["answer"]) > MAX_ANSWER:
            found.append(_("answer is needed, at most {limit} characters").format(limit=MAX_ANSWER))
        if cell["code"] and not _CODE.fullmatch(cell["code"]):
            found.append(_("code {value} is not like K-031").format(value=repr(cell["code"][:20])))
        if cell["audience"] and cell["audience"] not in set(Audience):
            found.append(_("audience is public, internal or restricted"))
        days: dict[str, date | None] = {}
        for name in ("effective_on", "review_on", "expires_on"):
            try:
                days[name] = date.fromisoformat(cell[name]) if cell[name] else None
            except ValueError:
                found.append(_("{column} is a date like 2026-11-23").format(column=name))
        for reason in found:
            problems.add(line.number, reason)
        if not found:
            wording = {"question": cell["question"], "answer": cell["answer"], "phrasings": _list(cell["phrasings"])}
            wanted.append(
                _Article(
                    line.number,
                    cell["id"],
                    cell["language"],
                    cell["code"],
                    Audience(cell["audience"] or Audience.PUBLIC),
                    cell["owner"],
                    cell["legal_basis"],
                    tuple(_list(cell["services"])),
                    wording | days,
                )
            )
    return wanted


def _write(run: Import, actor: Actor, wanted: list[_Article], *, publish: bool, progress: Progress | None) -> None:
    connection, now = run.connection, run.now
    known = articles.texts_by_import_id(connection)
    by_code = articles.articles_by_code(connection)
    codes = _Codes(by_code)
    owners = {item.owner: accounts.organisation_key(connection, item.owner) for item in wanted if item.owner}
    code_of: dict[str, str] = {}
    fresh: dict[str, dict[str, Any]] = {}
    versions: list[tuple[_Article, int]] = []
    replaced: list[int] = []
    added = changed = 0
    for done, item in enumerate(wanted, start=1):
        row = known.get(item.import_id)
        code = code_of[item.import_id] = item.code or (row.code if row is not None else codes.next())
        own = {
            "audience": item.audience.value,
            "organisation_id": owners.get(item.owner),
            "legal_basis": item.legal_basis,
            "services": list(item.services),
        }
        if code in by_code:
            articles.change_article(connection, by_code[code], own)
        else:
            fresh.setdefault(code, {"code": code} | own)
        if row is None:
            added += 1
            versions.append((item, 1))
        elif not _same_wording(row, item.wording) or (publish and row.state != ArticleState.PUBLISHED):
            changed += 1
            versions.append((item, (row.version or 0) + 1))
            if publish:
                replaced.append(row.id)
        if progress is not None and (done % 500 == 0 or done == len(wanted)):
            progress(done, len(wanted))
    run.count(added, changed, len(wanted))
    articles.add_articles(connection, list(fresh.values()))
    keys = articles.articles_by_code(connection)
    articles.add_texts(
        connection,
        [
            {"article_id": keys[code_of[item.import_id]], "language": item.language, "import_id": item.import_id}
            for item in wanted
            if item.import_id not in known
        ],
    )
    articles.retire_published(connection, replaced)
    texts = articles.text_keys(connection)
    common = {
        "state": (ArticleState.PUBLISHED if publish else ArticleState.DRAFT).value,
        "author_id": actor.account_id,
        "created_at": now,
        "published_at": now if publish else None,
    }
    articles.add_versions(
        connection,
        [
            {"article_text_id": texts[item.import_id], "version": version} | common | item.wording
            for item, version in versions
        ],
    )


class _Codes:
    """Gives the next free code of the series K-001, K-002, …"""

    def __init__(self, taken: dict[str, int]) -> None:
        numbers = [int(code[2:]) for code in taken if code.startswith("K-") and code[2:].isdigit()]
        self._last = max(numbers, default=0)

    def next(self) -> str:
        self._last += 1
        return f"K-{self._last:03}"


def _same_wording(row: Any, wording: dict[str, Any]) -> bool:
    return all((getattr(row, name) or None) == (wording[name] or None) for name in _WORDING)


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _day_text(day: date | None) -> str:
    return day.isoformat() if day is not None else ""

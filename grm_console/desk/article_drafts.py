"""Writing articles: a new one, another language of one, a new version; only drafts are ever changed."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.article_steps import apply, seen
from grm_console.desk.desk import Desk, record
from grm_console.domain.article_life import Step
from grm_console.domain.article_wording import Frame, Wording, read_frame, read_wording
from grm_console.domain.languages import is_language
from grm_console.domain.permissions import Act
from grm_console.domain.words import ArticleState
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import accounts, editorial
from grm_console.store.store import Write

Cells = Mapping[str, str]
"""The cells of `article_wording.WORDING` and `FRAME`, and `translated_from`: the key of a version, or nothing."""

SERIES = "K-"
"""How the codes begin that are given out."""
_IN_SERIES = re.compile(r"K-\d{1,6}")


def new_article(desk: Desk, actor: Actor, language: str, cells: Cells) -> int:
    """Begin an article in its first language; gives the draft's key. Raises InvalidInput by field."""
    actor.require(Act.WRITE_ARTICLES)
    with desk.store.writing() as write:
        problems: dict[str, str] = {}
        wording, frame = _read(write, cells, problems, language=language)
        _refuse(problems)
        code = code_numbered(last_number(editorial.codes_like(write.connection, SERIES)) + 1)
        article_id = editorial.add_article(write.connection, {"code": code} | columns_of(frame, write))
        text_id = _add_text(write, article_id, code, language)
        return _add_version(write, actor, text_id, 1, wording, None, None)


def new_language(desk: Desk, actor: Actor, source_id: int, language: str, cells: Cells) -> int:
    """Begin the translation of a version into a language the article does not have; gives the draft's key."""
    actor.require(Act.WRITE_ARTICLES)
    with desk.store.writing() as write:
        source = editorial.version_row(write.connection, source_id)
        if source is None:
            raise NotFound(_("The version to translate is not in the store. Read the article again."))
        problems: dict[str, str] = {}
        wording, frame = _read(write, cells, problems, language=language)
        if any(text.language == language for text in editorial.texts_of(write.connection, source.article_id)):
            problems["language"] = _("is there already; open it and write a new version")
        _refuse(problems)
        text_id = _add_text(write, source.article_id, source.code, language)
        changed = _frame_change(write, source.article_id, frame)
        return _add_version(write, actor, text_id, 1, wording, changed, source_id)


def new_version(desk: Desk, actor: Actor, text_id: int, cells: Cells) -> int:
    """Begin the next version of a language; gives the draft's key. Refused while one is under way."""
    actor.require(Act.WRITE_ARTICLES)
    with desk.store.writing() as write:
        text = editorial.text_row(write.connection, text_id)
        if text is None:
            raise NotFound(_("This article is not in the store. Read the list again."))
        if editorial.coming_of(write.connection, text_id) is not None:
            raise InvalidInput({"step": _("A version is under way already. Open that one.")})
        problems: dict[str, str] = {}
        wording, frame = _read(write, cells, problems)
        source = _source(write, text, cells.get("translated_from", ""), problems)
        _refuse(problems)
        number = editorial.newest_number(write.connection, text_id) + 1
        changed = _frame_change(write, text.article_id, frame)
        return _add_version(write, actor, text_id, number, wording, changed, source)


def save(desk: Desk, actor: Actor, version_id: int, revision: int, cells: Cells) -> None:
    """Change a draft. Raises InvalidInput by field, StaleChange if somebody else changed it since."""
    actor.require(Act.WRITE_ARTICLES)
    with desk.store.writing() as write:
        row = seen(write, version_id, revision)
        text = editorial.text_row(write.connection, row.article_text_id)
        assert text is not None
        if row.state != ArticleState.DRAFT:
            raise InvalidInput({"step": _("Only a draft can be changed. Have it returned first.")})
        problems: dict[str, str] = {}
        wording, frame = _read(write, cells, problems)
        source = _source(write, text, cells.get("translated_from", ""), problems)
        _refuse(problems)
        values = wording_columns(wording) | {
            "translated_from_id": source,
            "frame": _frame_change(write, text.article_id, frame),
            "edited_by_id": actor.account_id,
            "edited_at": write.now,
        }
        editorial.change_version(write.connection, version_id, values)
        apply(write, actor, seen(write, version_id, None), Step.EDIT)


def last_number(codes: Iterable[str]) -> int:
    """The highest number of the series among some codes; 0 for none."""
    return max((int(code[2:]) for code in codes if _IN_SERIES.fullmatch(code)), default=0)


def code_numbered(number: int) -> str:
    """A code of the series: K-001, K-002, …"""
    return f"{SERIES}{number:03}"


def wording_columns(wording: Wording) -> dict[str, Any]:
    """A wording as the version's columns."""
    return {
        "question": wording.question,
        "phrasings": list(wording.phrasings),
        "answer": wording.answer,
        "sms": wording.sms,
        "effective_on": wording.effective_on,
        "review_on": wording.review_on,
        "expires_on": wording.expires_on,
    }


def columns_of(frame: Frame, write: Write) -> dict[str, Any]:
    """A frame as the article's columns."""
    owner = accounts.organisation_key(write.connection, frame.owner) if frame.owner else None
    return {
        "audience": frame.audience.value,
        "organisation_id": owner,
        "legal_basis": frame.legal_basis,
        "services": list(frame.services),
        "segments": list(frame.segments),
    }


def frame_difference(article: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """The columns of an article that differ from these."""
    return {name: value for name, value in wanted.items() if (getattr(article, name) or None) != (value or None)}


def _read(
    write: Write, cells: Cells, problems: dict[str, str], *, language: str | None = None
) -> tuple[Wording, Frame]:
    if language is not None and not is_language(language):
        problems["language"] = _("is a language's code, e.g. en, zh, es")
    frame = read_frame(cells, problems)
    if frame.owner and accounts.organisation_key(write.connection, frame.owner) is None:
        problems["owner"] = _("is no department; write its code, see grm department list")
    return read_wording(cells, problems), frame


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidInput(problems)


def _source(write: Write, text: Any, cell: str, problems: dict[str, str]) -> int | None:
    """The version a translation was made from; it may lead through no chain of translations back to its own text."""
    if not cell:
        return None
    row = editorial.version_row(write.connection, int(cell)) if cell.isascii() and cell.isdigit() else None
    if row is None or row.article_id != text.article_id or row.article_text_id == text.id:
        problems["translated_from"] = _("is no version of another language of this article")
        return None
    seen_texts, at = {text.id}, row
    while at is not None:
        if at.article_text_id in seen_texts:
            problems["translated_from"] = _("would make a circle: that one was translated from this language")
            return None
        seen_texts.add(at.article_text_id)
        origin = at.translated_from_id
        at = editorial.version_row(write.connection, origin) if origin is not None else None
    return int(cell)


def _frame_change(write: Write, article_id: int, frame: Frame) -> dict[str, Any] | None:
    """What of the article's own columns a version changes when it is published; at once while all are drafts."""
    article = editorial.article_row(write.connection, article_id)
    changed = frame_difference(article, columns_of(frame, write))
    if changed and editorial.only_drafts(write.connection, article_id):
        editorial.change_article(write.connection, article_id, changed)
        return None
    return changed or None


def _add_text(write: Write, article_id: int, code: str, language: str) -> int:
    import_id = wanted = f"{code}-{language}"
    number = 1
    while editorial.import_id_taken(write.connection, import_id):
        number += 1
        import_id = f"{wanted}-{number}"
    return editorial.add_text(
        write.connection, {"article_id": article_id, "language": language, "import_id": import_id}
    )


def _add_version(
    write: Write,
    actor: Actor,
    text_id: int,
    number: int,
    wording: Wording,
    frame: dict[str, Any] | None,
    source: int | None,
) -> int:
    text = editorial.text_row(write.connection, text_id)
    assert text is not None
    key = editorial.add_version(
        write.connection,
        wording_columns(wording)
        | {
            "article_text_id": text_id,
            "version": number,
            "state": ArticleState.DRAFT.value,
            "translated_from_id": source,
            "frame": frame,
            "author_id": actor.account_id,
            "created_at": write.now,
            "edited_by_id": actor.account_id,
            "edited_at": write.now,
            "approved_by_id": None,
            "published_at": None,
            "revision": 1,
        },
    )
    editorial.add_step(write.connection, key, Step.EDIT.value, actor.account_id, write.now)
    record(write, actor, Act.WRITE_ARTICLES, f"article-version:{key}", "new")
    write.changed("article", text.article_id)
    return key

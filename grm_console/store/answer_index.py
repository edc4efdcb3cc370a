"""What the answer engine keeps in the store: words and meanings of published articles, beside the articles."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, select, union
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.domain.words import ArticleState
from grm_console.store.prepared import fixed
from grm_console.store.tables import Article, ArticleMeaning, ArticleTerms, ArticleText, ArticleVersion
from grm_console.store.tables.columns import table_of

_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_terms = table_of(ArticleTerms)
_meaning = table_of(ArticleMeaning)

KEYS_AT_ONCE = 500
"""Keys in one statement: SQLite and PostgreSQL both limit its parameters."""

_published = _version.c.state == fixed(ArticleState.PUBLISHED)
_HEADS = (
    select(_version.c.id, _text.c.import_id, _article.c.code, _article.c.audience, _text.c.language)
    .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
    .join(_article, _article.c.id == _text.c.article_id)
    .where(_published)
    .order_by(_text.c.import_id)
)
_WORDING = (
    select(
        _version.c.id,
        _text.c.import_id,
        _article.c.code,
        _text.c.language,
        _version.c.question,
        _version.c.phrasings,
        _version.c.answer,
    )
    .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
    .join(_article, _article.c.id == _text.c.article_id)
)


def heads(connection: Connection) -> list[Any]:
    """(version id, import id, code, audience, language) of every published version, in the order of the import ids."""
    return list(connection.execute(_HEADS))


def wordings(connection: Connection, keys: Iterable[int]) -> list[Any]:
    """What is searched of these versions."""
    return _in_parts(connection, _WORDING, _version.c.id, keys)


def terms(connection: Connection, keys: Iterable[int], analyser: int) -> dict[int, list[list[str]]]:
    """The analysed units of these versions, as far as this analyser wrote them."""
    statement = select(_terms.c.article_version_id, _terms.c.units).where(_terms.c.analyser == analyser)
    rows = _in_parts(connection, statement, _terms.c.article_version_id, keys)
    return {row.article_version_id: row.units for row in rows}


def meant(connection: Connection, models: Iterable[str]) -> list[tuple[str, int]]:
    """(model, version id) for which there are rows of meaning, in order."""
    statement = (
        select(_meaning.c.model, _meaning.c.article_version_id)
        .where(_meaning.c.model.in_(list(models)), _meaning.c.units > 0)
        .order_by(_meaning.c.model, _meaning.c.article_version_id)
    )
    return [(row.model, row.article_version_id) for row in connection.execute(statement)]


def meanings(connection: Connection, model: str, keys: Iterable[int]) -> list[Any]:
    """(version id, units, rows) of these versions by one model."""
    statement = select(_meaning.c.article_version_id, _meaning.c.units, _meaning.c.rows).where(
        _meaning.c.model == model, _meaning.c.units > 0
    )
    return _in_parts(connection, statement, _meaning.c.article_version_id, keys)


def without_terms(connection: Connection, analyser: int, limit: int) -> list[int]:
    """Published versions that this analyser has not cut, at most so many."""
    there = and_(_terms.c.article_version_id == _version.c.id, _terms.c.analyser == analyser)
    return _lacking(connection, select(_version.c.id).join(_terms, there, isouter=True), _terms, limit)


def without_meaning(connection: Connection, model: str, limit: int) -> list[int]:
    """Published versions that this model has not read, at most so many."""
    there = and_(_meaning.c.article_version_id == _version.c.id, _meaning.c.model == model)
    return _lacking(connection, select(_version.c.id).join(_meaning, there, isouter=True), _meaning, limit)


def count_without_meaning(connection: Connection, model: str) -> tuple[int, int]:
    """How many published versions this model has not read, and how many there are."""
    there = and_(_meaning.c.article_version_id == _version.c.id, _meaning.c.model == model)
    statement = (
        select(func.count() - func.count(_meaning.c.article_version_id), func.count())
        .select_from(_version)
        .join(_meaning, there, isouter=True)
        .where(_published)
    )
    lacking, count = connection.execute(statement).one()
    return int(lacking), int(count)


def keep_terms(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write analysed forms in place of what is there."""
    _replace(connection, _terms, rows)


def keep_meanings(connection: Connection, model: str, rows: list[dict[str, Any]]) -> None:
    """Write one model's rows in place of what is there."""
    _replace(connection, _meaning, [{"model": model, **row} for row in rows])


def forget_unpublished(connection: Connection, models: Iterable[str]) -> int:
    """Delete what is kept of versions that are not published any more, and of models by any other name."""
    gone = select(_version.c.id).where(_version.c.state != fixed(ArticleState.PUBLISHED))
    done = connection.execute(delete(_terms).where(_terms.c.article_version_id.in_(gone))).rowcount
    done += connection.execute(delete(_meaning).where(_meaning.c.article_version_id.in_(gone))).rowcount
    return done + connection.execute(delete(_meaning).where(_meaning.c.model.not_in(list(models)))).rowcount


def any_unpublished(connection: Connection) -> bool:
    """Whether anything is kept of versions that are not published any more."""
    kept = union(select(_terms.c.article_version_id), select(_meaning.c.article_version_id)).subquery()
    statement = (
        select(_version.c.id)
        .join_from(kept, _version, _version.c.id == kept.c.article_version_id)
        .where(_version.c.state != fixed(ArticleState.PUBLISHED))
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def _lacking(connection: Connection, statement: Select[Any], table: Any, limit: int) -> list[int]:
    lacking = statement.where(_published, table.c.article_version_id.is_(None)).order_by(_version.c.id).limit(limit)
    return list(connection.execute(lacking).scalars())


def _replace(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(table)
    key = [column.name for column in table.primary_key]
    new = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=new), rows)


def _in_parts(connection: Connection, statement: Select[Any], key: Any, keys: Iterable[int]) -> list[Any]:
    wanted = list(keys)
    found: list[Any] = []
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        found += connection.execute(statement.where(key.in_(wanted[start : start + KEYS_AT_ONCE])))
    return found

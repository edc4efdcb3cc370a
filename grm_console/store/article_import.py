"""Articles by the ids that files give them, and the writing of many at once."""

from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from grm_console.domain.words import ArticleState
from grm_console.store.editorial import under_way
from grm_console.store.prepared import fixed
from grm_console.store.tables import Article, ArticleStep, ArticleText, ArticleVersion, Organisation
from grm_console.store.tables.columns import table_of

_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_step = table_of(ArticleStep)
_organisation = table_of(Organisation)
_coming = _version.alias("coming")
_origin = _version.alias("origin")
_origin_text = _text.alias("origin_text")


def known_texts(connection: Connection, *, published_first: bool) -> dict[str, Any]:
    """Every language of every article by its import id, with the version that a file's line is compared to.

    That is the one under way, else the published one, or the other way round; else the last. `coming_id`,
    `coming_version` and `coming_state` are of the one under way. `published_id` is the published version's key,
    `source` the import id and `origin_version` the number of what it was translated from.
    """
    newest = (
        select(_version.c.article_text_id, func.max(_version.c.version).label("version"))
        .group_by(_version.c.article_text_id)
        .subquery()
    )
    published = _version.alias("published")
    both = (published, _coming) if published_first else (_coming, published)
    compared = func.coalesce(*(one.c.version for one in both), newest.c.version)
    statement = (
        select(
            _text.c.id,
            _text.c.article_id,
            _text.c.language,
            _text.c.import_id,
            _article.c.code,
            _version.c.id.label("version_id"),
            _version.c.version,
            _version.c.state,
            _version.c.question,
            _version.c.phrasings,
            _version.c.answer,
            _version.c.sms,
            _version.c.frame,
            _version.c.effective_on,
            _version.c.review_on,
            _version.c.expires_on,
            newest.c.version.label("newest"),
            published.c.id.label("published_id"),
            _coming.c.id.label("coming_id"),
            _coming.c.version.label("coming_version"),
            _coming.c.state.label("coming_state"),
            _origin_text.c.import_id.label("source"),
            _origin.c.version.label("origin_version"),
        )
        .join_from(_text, _article, _article.c.id == _text.c.article_id)
        .join(newest, newest.c.article_text_id == _text.c.id, isouter=True)
        .join(
            published,
            and_(published.c.article_text_id == _text.c.id, published.c.state == fixed(ArticleState.PUBLISHED)),
            isouter=True,
        )
        .join(_coming, and_(_coming.c.article_text_id == _text.c.id, under_way(_coming)), isouter=True)
        .join(
            _version,
            and_(_version.c.article_text_id == _text.c.id, _version.c.version == compared),
            isouter=True,
        )
        .join(_origin, _origin.c.id == _version.c.translated_from_id, isouter=True)
        .join(_origin_text, _origin_text.c.id == _origin.c.article_text_id, isouter=True)
    )
    return {row.import_id: row for row in connection.execute(statement)}


def known_articles(connection: Connection) -> dict[str, Any]:
    """Every article's own columns by its code, with its owner's code; `drafts` if nothing of it was ever submitted."""
    submitted = (
        select(_text.c.article_id)
        .join_from(_text, _version, _version.c.article_text_id == _text.c.id)
        .where(_version.c.state != fixed(ArticleState.DRAFT))
    )
    statement = select(
        _article,
        _organisation.c.code.label("owner_code"),
        _article.c.id.not_in(submitted).label("drafts"),
    ).join_from(_article, _organisation, _organisation.c.id == _article.c.organisation_id, isouter=True)
    return {row.code: row for row in connection.execute(statement)}


def version_keys(connection: Connection) -> dict[tuple[str, int], int]:
    """The key of every version by import id and number."""
    statement = select(_text.c.import_id, _version.c.version, _version.c.id).join_from(
        _version, _text, _text.c.id == _version.c.article_text_id
    )
    return {(row.import_id, row.version): row.id for row in connection.execute(statement)}


def text_keys(connection: Connection) -> dict[str, int]:
    """Article text keys by import id."""
    return {row.import_id: row.id for row in connection.execute(select(_text.c.import_id, _text.c.id))}


def article_keys(connection: Connection) -> dict[str, int]:
    """Article keys by code."""
    return {row.code: row.id for row in connection.execute(select(_article.c.code, _article.c.id))}


def add_articles(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert articles."""
    if rows:
        connection.execute(insert(_article), rows)


def add_texts(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert article texts."""
    if rows:
        connection.execute(insert(_text), rows)


def add_versions(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert versions."""
    if rows:
        connection.execute(insert(_version), rows)


def add_steps(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert steps of versions' lives."""
    if rows:
        connection.execute(insert(_step), rows)


def change_versions(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Change the same columns of many versions; each row names its `id`."""
    if rows:
        columns = [name for name in rows[0] if name != "id"]
        connection.execute(
            update(_version)
            .where(_version.c.id == bindparam("key"))
            .values(revision=_version.c.revision + 1, **{name: bindparam(f"to_{name}") for name in columns}),
            [{"key": row["id"], **{f"to_{name}": row[name] for name in columns}} for row in rows],
        )


def link_versions(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Note what versions were translated from: `id` and `translated_from_id` of each."""
    if rows:
        connection.execute(
            update(_version).where(_version.c.id == bindparam("key")).values(translated_from_id=bindparam("source")),
            [{"key": row["id"], "source": row["translated_from_id"]} for row in rows],
        )


def exported(connection: Connection) -> list[Any]:
    """Every published version with its article, its owner's code and what it was translated from, by import id."""
    statement = (
        select(
            _text.c.import_id,
            _text.c.language,
            _article.c.code,
            _article.c.audience,
            _article.c.legal_basis,
            _article.c.services,
            _article.c.segments,
            _organisation.c.code.label("owner_code"),
            _version.c.question,
            _version.c.phrasings,
            _version.c.answer,
            _version.c.sms,
            _version.c.effective_on,
            _version.c.review_on,
            _version.c.expires_on,
            _origin_text.c.import_id.label("source"),
            _origin.c.version.label("origin_version"),
        )
        .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _text.c.article_id)
        .join(_organisation, _organisation.c.id == _article.c.organisation_id, isouter=True)
        .join(_origin, _origin.c.id == _version.c.translated_from_id, isouter=True)
        .join(_origin_text, _origin_text.c.id == _origin.c.article_text_id, isouter=True)
        .where(_version.c.state == fixed(ArticleState.PUBLISHED))
        .order_by(_text.c.import_id)
    )
    return list(connection.execute(statement))

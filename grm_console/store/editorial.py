"""Articles as editors see them: every language, every version, the steps of their life, and what is due by date."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from grm_console.domain.words import ArticleState
from grm_console.store.prepared import fixed
from grm_console.store.tables import Account, Article, ArticleStep, ArticleText, ArticleVersion, Organisation
from grm_console.store.tables.columns import table_of

_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_step = table_of(ArticleStep)
_organisation = table_of(Organisation)
_account = table_of(Account)
_editor = _account.alias("editor")
_approver = _account.alias("approver")

_published = _version.alias("published")
_coming = _version.alias("coming")
_last = _version.alias("last")
_origin = _version.alias("origin")
_source = _version.alias("source")

_DRAFT, _REVIEW = fixed(ArticleState.DRAFT), fixed(ArticleState.REVIEW)
_APPROVED, _PUBLISHED = fixed(ArticleState.APPROVED), fixed(ArticleState.PUBLISHED)


def under_way(version: Any) -> Any:
    """Whether a version is on its way, in the words of the partial index."""
    return or_(version.c.state == _DRAFT, version.c.state == _REVIEW, version.c.state == _APPROVED)


def listed(connection: Connection) -> list[Any]:
    """One row for each language of each article, by code: its published version, the one under way, else the last.

    `origin_version` is the version of the source that what is published was made from, or what is under way where
    nothing is; `source_version` the published one.
    """
    newest = (
        select(_version.c.article_text_id, func.max(_version.c.version).label("version"))
        .group_by(_version.c.article_text_id)
        .subquery()
    )
    shown = func.coalesce(_published.c.translated_from_id, _coming.c.translated_from_id)
    statement = (
        select(
            _text.c.id.label("text_id"),
            _text.c.article_id,
            _text.c.language,
            _text.c.import_id,
            _article.c.code,
            _article.c.audience,
            _organisation.c.code.label("owner_code"),
            _organisation.c.name.label("owner"),
            _organisation.c.other_name.label("owner_other"),
            _published.c.version.label("published_version"),
            _coming.c.version.label("coming_version"),
            _coming.c.state.label("coming_state"),
            func.coalesce(_published.c.question, _coming.c.question, _last.c.question).label("question"),
            func.coalesce(_published.c.effective_on, _coming.c.effective_on).label("effective_on"),
            func.coalesce(_published.c.review_on, _coming.c.review_on).label("review_on"),
            func.coalesce(_published.c.expires_on, _coming.c.expires_on).label("expires_on"),
            _origin.c.version.label("origin_version"),
            _source.c.version.label("source_version"),
        )
        .join_from(_text, _article, _article.c.id == _text.c.article_id)
        .join(_organisation, _organisation.c.id == _article.c.organisation_id, isouter=True)
        .join(
            _published,
            and_(_published.c.article_text_id == _text.c.id, _published.c.state == _PUBLISHED),
            isouter=True,
        )
        .join(_coming, and_(_coming.c.article_text_id == _text.c.id, under_way(_coming)), isouter=True)
        .join(newest, newest.c.article_text_id == _text.c.id, isouter=True)
        .join(
            _last,
            and_(_last.c.article_text_id == _text.c.id, _last.c.version == newest.c.version),
            isouter=True,
        )
        .join(_origin, _origin.c.id == shown, isouter=True)
        .join(
            _source,
            and_(_source.c.article_text_id == _origin.c.article_text_id, _source.c.state == _PUBLISHED),
            isouter=True,
        )
        .order_by(_article.c.code, _text.c.language, _text.c.id)
    )
    return list(connection.execute(statement))


def article_row(connection: Connection, article_id: int) -> Any | None:
    """An article's own columns with its owner's code and names."""
    statement = (
        select(
            _article,
            _organisation.c.code.label("owner_code"),
            _organisation.c.name.label("owner"),
            _organisation.c.other_name.label("owner_other"),
        )
        .join_from(_article, _organisation, _organisation.c.id == _article.c.organisation_id, isouter=True)
        .where(_article.c.id == article_id)
    )
    return connection.execute(statement).one_or_none()


def article_coded(connection: Connection, code: str) -> int | None:
    """The key of an article by its code."""
    return connection.execute(select(_article.c.id).where(_article.c.code == code)).scalar_one_or_none()


def text_row(connection: Connection, text_id: int) -> Any | None:
    """(id, article_id, language, import_id) of one language of an article."""
    return connection.execute(select(_text).where(_text.c.id == text_id)).one_or_none()


def texts_of(connection: Connection, article_id: int) -> list[Any]:
    """(id, article_id, language, import_id) of every language of an article."""
    statement = select(_text).where(_text.c.article_id == article_id)
    return list(connection.execute(statement.order_by(_text.c.language, _text.c.id)))


_VERSIONS = (
    select(
        _version,
        _text.c.language,
        _text.c.article_id,
        _text.c.import_id,
        _article.c.code,
        _account.c.full_name.label("author"),
        _editor.c.full_name.label("editor"),
        _approver.c.full_name.label("approver"),
        _origin.c.version.label("origin_version"),
        _origin.c.article_text_id.label("origin_text_id"),
        _source.c.id.label("source_id"),
        _source.c.version.label("source_version"),
    )
    .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
    .join(_article, _article.c.id == _text.c.article_id)
    .join(_account, _account.c.id == _version.c.author_id)
    .join(_editor, _editor.c.id == _version.c.edited_by_id)
    .join(_approver, _approver.c.id == _version.c.approved_by_id, isouter=True)
    .join(_origin, _origin.c.id == _version.c.translated_from_id, isouter=True)
    .join(
        _source,
        and_(_source.c.article_text_id == _origin.c.article_text_id, _source.c.state == _PUBLISHED),
        isouter=True,
    )
)


def versions_of(connection: Connection, article_id: int) -> list[Any]:
    """Every version of an article in every language, newest first within a language."""
    statement = _VERSIONS.where(_text.c.article_id == article_id)
    return list(connection.execute(statement.order_by(_text.c.language, _text.c.id, _version.c.version.desc())))


def version_row(connection: Connection, version_id: int) -> Any | None:
    """One version as `versions_of` gives it."""
    return connection.execute(_VERSIONS.where(_version.c.id == version_id)).one_or_none()


def locked(connection: Connection, version_id: int) -> Any | None:
    """A version's own columns, locked until the commit."""
    statement = select(_version).where(_version.c.id == version_id)
    return connection.execute(statement.with_for_update()).one_or_none()


def coming_of(connection: Connection, text_id: int) -> Any | None:
    """The version of a text that is under way, locked until the commit."""
    statement = select(_version).where(_version.c.article_text_id == text_id, under_way(_version))
    return connection.execute(statement.with_for_update()).one_or_none()


def published_of(connection: Connection, text_id: int) -> Any | None:
    """The published version of a text, locked until the commit."""
    statement = select(_version).where(_version.c.article_text_id == text_id, _version.c.state == _PUBLISHED)
    return connection.execute(statement.with_for_update()).one_or_none()


def newest_number(connection: Connection, text_id: int) -> int:
    """The highest version number of a text, 0 for none."""
    statement = select(func.max(_version.c.version)).where(_version.c.article_text_id == text_id)
    return connection.execute(statement).scalar_one() or 0


def only_drafts(connection: Connection, article_id: int) -> bool:
    """Whether no version of an article was ever submitted."""
    statement = (
        select(_version.c.id)
        .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
        .where(_text.c.article_id == article_id, _version.c.state != _DRAFT)
    )
    return connection.execute(statement.limit(1)).first() is None


def steps_of(connection: Connection, article_id: int) -> list[Any]:
    """(article_version_id, step, at, comment, by) of an article's versions, oldest first."""
    statement = (
        select(_step.c.article_version_id, _step.c.step, _step.c.at, _step.c.comment, _account.c.full_name.label("by"))
        .join_from(_step, _version, _version.c.id == _step.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .join(_account, _account.c.id == _step.c.account_id)
        .where(_text.c.article_id == article_id)
        .order_by(_step.c.id)
    )
    return list(connection.execute(statement))


def owner_codes(connection: Connection) -> list[str]:
    """The codes of all organisations that may own an article, in order."""
    statement = select(_organisation.c.code).where(_organisation.c.active).order_by(_organisation.c.code)
    return list(connection.execute(statement).scalars())


def owner_code(connection: Connection, organisation_id: int) -> str:
    """The code of an organisation."""
    statement = select(_organisation.c.code).where(_organisation.c.id == organisation_id)
    return str(connection.execute(statement).scalar_one())


def codes_like(connection: Connection, beginning: str) -> list[str]:
    """All codes that begin so."""
    return list(connection.execute(select(_article.c.code).where(_article.c.code.startswith(beginning))).scalars())


def import_id_taken(connection: Connection, import_id: str) -> bool:
    """Whether a text has this id."""
    return connection.execute(select(_text.c.id).where(_text.c.import_id == import_id)).first() is not None


def frame_of(connection: Connection, article_id: int) -> dict[str, Any]:
    """An article's own columns that a version may change, as they are now."""
    own = ("audience", "organisation_id", "legal_basis", "services", "segments")
    statement = select(*(_article.c[name] for name in own)).where(_article.c.id == article_id)
    return dict(connection.execute(statement).one()._mapping)


def change_article(connection: Connection, article_id: int, values: dict[str, Any]) -> None:
    """Change an article's own columns."""
    connection.execute(update(_article).where(_article.c.id == article_id).values(values))


def add_article(connection: Connection, values: dict[str, Any]) -> int:
    """Insert an article."""
    return int(connection.execute(insert(_article).values(values).returning(_article.c.id)).scalar_one())


def add_text(connection: Connection, values: dict[str, Any]) -> int:
    """Insert one language of an article."""
    return int(connection.execute(insert(_text).values(values).returning(_text.c.id)).scalar_one())


def add_version(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a version."""
    return int(connection.execute(insert(_version).values(values).returning(_version.c.id)).scalar_one())


def change_version(connection: Connection, version_id: int, values: dict[str, Any]) -> None:
    """Change some columns of a version; it has another revision then."""
    connection.execute(
        update(_version).where(_version.c.id == version_id).values(revision=_version.c.revision + 1, **values)
    )


def add_step(
    connection: Connection, version_id: int, step: str, account_id: int, at: datetime, comment: str = ""
) -> None:
    """Note a step of a version's life."""
    connection.execute(
        insert(_step).values(article_version_id=version_id, step=step, account_id=account_id, at=at, comment=comment)
    )


def due(connection: Connection, today: date) -> list[int]:
    """Approved versions whose day has come, by key."""
    statement = select(_version.c.id).where(
        _version.c.state == _APPROVED,
        or_(_version.c.effective_on.is_(None), _version.c.effective_on <= today),
        or_(_version.c.expires_on.is_(None), _version.c.expires_on > today),
    )
    return list(connection.execute(statement.order_by(_version.c.id)).scalars())


def over(connection: Connection, today: date) -> list[int]:
    """Published versions whose last day has passed, by key."""
    statement = select(_version.c.id).where(_version.c.state == _PUBLISHED, _version.c.expires_on <= today)
    return list(connection.execute(statement.order_by(_version.c.id)).scalars())

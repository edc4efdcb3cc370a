"""Standard answers: what the answer engine is fed, one version whole, and answers given."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from grm_console.domain.words import ArticleState
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    AnswerGiven,
    Article,
    ArticleText,
    ArticleVersion,
    Organisation,
)
from grm_console.store.tables.columns import table_of

_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_given = table_of(AnswerGiven)
_organisation = table_of(Organisation)

_PUBLISHED = (
    select(
        _version.c.id,
        _text.c.import_id,
        _article.c.code,
        _text.c.language,
        _version.c.version,
        _version.c.question,
        _version.c.phrasings,
        _version.c.answer,
        _version.c.sms,
        _version.c.effective_on,
        _version.c.review_on,
        _version.c.expires_on,
        _article.c.id.label("article_id"),
        _article.c.audience,
        _article.c.legal_basis,
        _article.c.services,
        _organisation.c.code.label("owner_code"),
        _organisation.c.name.label("owner"),
    )
    .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
    .join(_article, _article.c.id == _text.c.article_id)
    .join(_organisation, _organisation.c.id == _article.c.organisation_id, isouter=True)
)


def published(connection: Connection, audiences: Iterable[str] | None = None) -> list[Any]:
    """Every published version with its article, in the order of the import ids."""
    statement = _PUBLISHED.where(_version.c.state == fixed(ArticleState.PUBLISHED)).order_by(_text.c.import_id)
    if audiences is not None:
        statement = statement.where(_article.c.audience.in_(list(audiences)))
    return list(connection.execute(statement))


def version_row(connection: Connection, version_id: int) -> Any | None:
    """One version with its article, whatever its state."""
    return connection.execute(_PUBLISHED.add_columns(_version.c.state).where(_version.c.id == version_id)).one_or_none()


def published_now(connection: Connection, text_id: int) -> Any | None:
    """The published version of one language of an article, with its article."""
    statement = _PUBLISHED.where(_text.c.id == text_id, _version.c.state == fixed(ArticleState.PUBLISHED))
    return connection.execute(statement).one_or_none()


def given_in(connection: Connection, interaction_id: int) -> list[Any]:
    """(code, question) of the answers given in an exchange, oldest first."""
    statement = (
        select(_article.c.code, _version.c.question)
        .join_from(_given, _version, _version.c.id == _given.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _text.c.article_id)
        .where(_given.c.interaction_id == interaction_id)
        .order_by(_given.c.id)
    )
    return list(connection.execute(statement))


def add_given(
    connection: Connection,
    *,
    interaction_id: int,
    version_id: int,
    channel: str,
    rank: int,
    query: str,
    account_id: int,
    at: datetime,
) -> int | None:
    """Record an answer given; None if the same version was given in this exchange before."""
    known = connection.execute(
        select(_given.c.id).where(_given.c.interaction_id == interaction_id, _given.c.article_version_id == version_id)
    ).scalar_one_or_none()
    if known is not None:
        return None
    statement = insert(_given).values(
        interaction_id=interaction_id,
        article_version_id=version_id,
        channel=channel,
        rank=rank,
        query=query,
        account_id=account_id,
        at=at,
    )
    return int(connection.execute(statement.returning(_given.c.id)).scalar_one())

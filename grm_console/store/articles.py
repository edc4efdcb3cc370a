"""Standard answers: what the answer engine is fed, one version whole, and answers given."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, delete, func, insert, literal, or_, select, update

from grm_console.domain.words import ArticleState
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    AnswerGiven,
    AnswerVerdict,
    Article,
    ArticleText,
    ArticleVersion,
    CaseFile,
    Interaction,
    Organisation,
    Outbox,
    Service,
)
from grm_console.store.tables.columns import table_of

THOUSANDTHS = 1000
"""A confidence from 0 to 1 is kept in so many parts."""

_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_given = table_of(AnswerGiven)
_verdict = table_of(AnswerVerdict)
_interaction = table_of(Interaction)
_organisation = table_of(Organisation)
_case = table_of(CaseFile)
_service = table_of(Service)
_outbox = table_of(Outbox)

_VERSIONS = (
    select(
        _version.c.id,
        _version.c.state,
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
        _text.c.id.label("text_id"),
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
_PUBLISHED = _VERSIONS.where(
    _version.c.state == fixed(ArticleState.PUBLISHED), _version.c.id.in_(bindparam("keys", expanding=True))
)


def versions(connection: Connection, keys: Iterable[int]) -> dict[int, Any]:
    """Versions with their articles by key, those that are published now."""
    return {row.id: row for row in connection.execute(_PUBLISHED, {"keys": list(keys)})}


def codes_for(connection: Connection, column: str, wanted: Collection[str]) -> set[str]:
    """Codes of the articles that name one of these in a column of codes: `services` or `segments`."""
    if not wanted:
        return set()
    named = _article.c[column]
    statement = select(_article.c.code, named).where(named.is_not(None))
    return {row[0] for row in connection.execute(statement) if not set(row[1] or ()).isdisjoint(wanted)}


def given_for_service(connection: Connection, service: str, since: datetime, limit: int) -> list[tuple[str, int]]:
    """(code, times) of the answers most often given in exchanges that opened a case of this service."""
    times = func.count().label("times")
    statement = (
        select(_article.c.code, times)
        .join_from(_given, _case, _case.c.interaction_id == _given.c.interaction_id)
        .join(_service, _service.c.id == _case.c.service_id)
        .join(_version, _version.c.id == _given.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _text.c.article_id)
        .where(_service.c.code == service, _given.c.at >= since)
        .group_by(_article.c.code)
        .order_by(times.desc(), _article.c.code)
        .limit(limit)
    )
    return [(row.code, row.times) for row in connection.execute(statement)]


def version_row(connection: Connection, version_id: int) -> Any | None:
    """One version with its article, whatever its state."""
    return connection.execute(_VERSIONS.where(_version.c.id == version_id)).one_or_none()


def versions_marked(connection: Connection, code: str, version: int) -> list[Any]:
    """The versions of this number in every language of an article, whatever their state."""
    statement = _VERSIONS.where(_article.c.code == code, _version.c.version == version)
    return list(connection.execute(statement.order_by(_version.c.id)))


def languages_of(connection: Connection, article_id: int) -> list[Any]:
    """(version_id, language) of every language an article is published in, by language."""
    statement = (
        select(_version.c.id.label("version_id"), _text.c.language)
        .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
        .where(_text.c.article_id == article_id, _version.c.state == fixed(ArticleState.PUBLISHED))
        .order_by(_text.c.language, _version.c.id)
    )
    return list(connection.execute(statement))


def source_of(connection: Connection, version_id: int) -> Any | None:
    """(language, version, published) of what a version was translated from, and its version in force now, if any."""
    origin, now = _version.alias("origin"), _version.alias("now")
    statement = (
        select(_text.c.language, origin.c.version, now.c.version.label("published"))
        .join_from(_version, origin, origin.c.id == _version.c.translated_from_id)
        .join(_text, _text.c.id == origin.c.article_text_id)
        .join(
            now,
            and_(now.c.article_text_id == origin.c.article_text_id, now.c.state == fixed(ArticleState.PUBLISHED)),
            isouter=True,
        )
        .where(_version.c.id == version_id)
    )
    return connection.execute(statement).one_or_none()


def published_now(connection: Connection, text_id: int) -> Any | None:
    """The published version of one language of an article, with its article."""
    statement = _VERSIONS.where(_text.c.id == text_id, _version.c.state == fixed(ArticleState.PUBLISHED))
    return connection.execute(statement).one_or_none()


def given_in(connection: Connection, interaction_id: int) -> list[Any]:
    """(code, question, at) of the answers given in an exchange, oldest first."""
    statement = (
        select(_article.c.code, _version.c.question, _given.c.at)
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
    language: str,
    told: str,
    outbox_id: int | None,
    rank: int,
    query: str,
    account_id: int,
    at: datetime,
    confidence: float | None = None,
) -> int | None:
    """Record an answer given; None if the same version was given in this exchange by the same door before.

    `confidence` is what the engine held of it, 0 to 1, where a machine gave it.
    """
    known = connection.execute(
        select(_given.c.id).where(
            _given.c.interaction_id == interaction_id,
            _given.c.article_version_id == version_id,
            _given.c.channel == channel,
        )
    ).scalar_one_or_none()
    if known is not None:
        return None
    statement = insert(_given).values(
        interaction_id=interaction_id,
        article_version_id=version_id,
        channel=channel,
        language=language,
        told=told,
        outbox_id=outbox_id,
        rank=rank,
        query=query,
        account_id=account_id,
        at=at,
        confidence=None if confidence is None else round(confidence * THOUSANDTHS),
    )
    return int(connection.execute(statement.returning(_given.c.id)).scalar_one())


def given_with(connection: Connection, outbox_id: int) -> list[int]:
    """The answers given that went out with a text."""
    exchange = select(_outbox.c.interaction_id).where(_outbox.c.id == outbox_id).scalar_subquery()
    statement = select(_given.c.id).where(_given.c.interaction_id == exchange, _given.c.outbox_id == outbox_id)
    return list(connection.execute(statement).scalars())


def forget_given(connection: Connection, keys: Collection[int]) -> None:
    """Take answers back that were never told."""
    connection.execute(delete(_given).where(_given.c.id.in_(list(keys))))


def last_told(connection: Connection, contact_point_id: int, since: datetime) -> Any | None:
    """The last answer that a machine gave an address since a moment, with its exchange and article; None without."""
    asked = (_given.c.id, _given.c.interaction_id, _given.c.wrong_at, _interaction.c.follows_id, _text.c.article_id)
    newest = _told_by_machine(asked, contact_point_id, since).order_by(_given.c.at.desc(), _given.c.id.desc())
    return connection.execute(newest.limit(1)).one_or_none()


def told_article(connection: Connection, contact_point_id: int, article_id: int, since: datetime) -> int | None:
    """The answer by which a machine told an address of an article since a moment, the newest; None if none did."""
    told = _told_by_machine((_given.c.id,), contact_point_id, since).where(_text.c.article_id == article_id)
    found: int | None = connection.execute(told.order_by(_given.c.id.desc()).limit(1)).scalar_one_or_none()
    return found


def _told_by_machine(columns: tuple[Any, ...], contact_point_id: int, since: datetime) -> Select[Any]:
    return (
        select(*columns)
        .join_from(_given, _interaction, _interaction.c.id == _given.c.interaction_id)
        .join(_version, _version.c.id == _given.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .where(
            _interaction.c.contact_point_id == contact_point_id,
            _given.c.confidence.is_not(None),
            _given.c.at >= since,
        )
    )


def note_wrong(connection: Connection, given_id: int, at: datetime) -> None:
    """Note that an answer given by a machine did not help; the first time counts."""
    connection.execute(update(_given).where(_given.c.id == given_id, _given.c.wrong_at.is_(None)).values(wrong_at=at))


def add_verdict(
    connection: Connection,
    *,
    version_id: int,
    rank: int,
    query: str,
    language: str,
    interaction_id: int | None,
    account_id: int,
    at: datetime,
) -> int | None:
    """Record that a suggested answer was not helpful; None if the same person said so of the same words before."""
    known = select(_verdict.c.id).where(
        _verdict.c.account_id == account_id,
        _verdict.c.article_version_id == version_id,
        _verdict.c.query == query,
    )
    if connection.execute(known).first() is not None:
        return None
    statement = insert(_verdict).values(
        article_version_id=version_id,
        rank=rank,
        query=query,
        language=language,
        interaction_id=interaction_id,
        account_id=account_id,
        at=at,
    )
    return int(connection.execute(statement.returning(_verdict.c.id)).scalar_one())


def judged(connection: Connection) -> list[Any]:
    """(query, language, code, helpful) of every answer given or called not helpful that was searched for by words.

    The language is the answer's where the question's is not known. Oldest first.
    """
    code = (
        select(_version.c.id, _article.c.code, _text.c.language)
        .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _text.c.article_id)
        .subquery()
    )
    given = (
        select(
            _given.c.query,
            code.c.language,
            code.c.code,
            case((_given.c.confidence.is_(None), True), else_=False).label("helpful"),
            _given.c.at,
        )
        .join_from(_given, code, code.c.id == _given.c.article_version_id)
        # What a machine gave by itself proves nothing for it; that it did not help does prove something.
        .where(_given.c.query != "", or_(_given.c.confidence.is_(None), _given.c.wrong_at.is_not(None)))
    )
    refused = (
        select(
            _verdict.c.query,
            func.coalesce(func.nullif(_verdict.c.language, ""), code.c.language),
            code.c.code,
            literal(False),
            _verdict.c.at,
        )
        .join_from(_verdict, code, code.c.id == _verdict.c.article_version_id)
        .where(_verdict.c.query != "")
    )
    both = given.union_all(refused).subquery()
    return list(connection.execute(select(both).order_by(both.c.at, both.c.code)))

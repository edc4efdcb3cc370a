"""Groups of unanswered questions as proposals, with the article, department and version that belong to each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from grm_console.domain.words import ArticleState, ProposalState
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    Account,
    Article,
    ArticleText,
    ArticleVersion,
    Organisation,
    QuestionGroup,
    Service,
    TopicAlarm,
    UnansweredQuestion,
)
from grm_console.store.tables.columns import table_of

_group = table_of(QuestionGroup)
_question = table_of(UnansweredQuestion)
_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_organisation = table_of(Organisation)
_account = table_of(Account)
_service = table_of(Service)
_alarm = table_of(TopicAlarm)

_LISTED = (
    select(
        _group,
        _article.c.code,
        _article.c.audience,
        _organisation.c.code.label("owner_code"),
        _organisation.c.name.label("owner"),
        _organisation.c.other_name.label("owner_other"),
        _account.c.full_name.label("decided_by"),
        _version.c.state.label("version_state"),
        _version.c.published_at,
    )
    .select_from(_group)
    .outerjoin(_article, _article.c.id == _group.c.article_id)
    .outerjoin(_organisation, _organisation.c.id == _group.c.organisation_id)
    .outerjoin(_account, _account.c.id == _group.c.decided_by_id)
    .outerjoin(_version, _version.c.id == _group.c.article_version_id)
)


def listed(connection: Connection) -> list[Any]:
    """Every group with its names, by key."""
    return list(connection.execute(_LISTED.order_by(_group.c.id)))


def one(connection: Connection, group_id: int) -> Any | None:
    """One group with its names."""
    return connection.execute(_LISTED.where(_group.c.id == group_id)).one_or_none()


def locked(connection: Connection, group_id: int) -> Any | None:
    """A group's own columns, locked until the commit."""
    return connection.execute(select(_group).where(_group.c.id == group_id).with_for_update()).one_or_none()


def known(connection: Connection) -> dict[int, Any]:
    """Every group's own columns by key."""
    return {row.id: row for row in connection.execute(select(_group))}


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Make a group."""
    return int(connection.execute(insert(_group).values(values).returning(_group.c.id)).scalar_one())


def change(connection: Connection, group_id: int, values: dict[str, Any]) -> None:
    """Change some columns of a group."""
    connection.execute(update(_group).where(_group.c.id == group_id).values(values))


def drop_empty(connection: Connection) -> int:
    """Drop open groups that hold no question and that no alarm names; gives how many."""
    statement = delete(_group).where(
        _group.c.state == ProposalState.OPEN.value,
        ~exists().where(_question.c.group_id == _group.c.id),
        ~exists().where(_alarm.c.group_id == _group.c.id),
    )
    return connection.execute(statement).rowcount


def owners(connection: Connection) -> dict[int, int | None]:
    """The department of every article by the article's key."""
    return {
        row.id: row.organisation_id for row in connection.execute(select(_article.c.id, _article.c.organisation_id))
    }


def services(connection: Connection) -> list[Any]:
    """The active services with their words and lead departments, by key."""
    statement = select(
        _service.c.id,
        _service.c.code,
        _service.c.name,
        _service.c.other_name,
        _service.c.description,
        _service.c.other_description,
        _service.c.keywords,
        _service.c.organisation_id,
    )
    return list(connection.execute(statement.where(_service.c.active).order_by(_service.c.id)))


def article_ids(connection: Connection, version_ids: list[int]) -> dict[int, int]:
    """The article of each version."""
    statement = (
        select(_version.c.id, _text.c.article_id)
        .join_from(_version, _text, _text.c.id == _version.c.article_text_id)
        .where(_version.c.id.in_(version_ids))
    )
    return {row.id: row.article_id for row in connection.execute(statement)}


def published_texts(connection: Connection, article_id: int) -> list[Any]:
    """(text id, language, question) of an article's published languages."""
    statement = (
        select(_text.c.id, _text.c.language, _version.c.question)
        .join_from(_text, _version, _version.c.article_text_id == _text.c.id)
        .where(_text.c.article_id == article_id, _version.c.state == fixed(ArticleState.PUBLISHED))
        .order_by(_text.c.id)
    )
    return list(connection.execute(statement))


def in_force_since(connection: Connection, version_id: int) -> datetime | None:
    """When what was drafted there, or a later version of the same language, was first published; None until then.

    A draft may be thrown away and written anew: then the first published version after it counts.
    """
    own = select(_version.c.article_text_id, _version.c.version).where(_version.c.id == version_id).subquery()
    statement = (
        select(_version.c.published_at)
        .join_from(_version, own, own.c.article_text_id == _version.c.article_text_id)
        .where(_version.c.version >= own.c.version, _version.c.published_at.is_not(None))
        .order_by(_version.c.version)
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()

"""Who was given which version of an article, and who is told again because it no longer holds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from grm_console.domain.words import ArticleState
from grm_console.store.contacts import LIVING
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    Account,
    AnswerGiven,
    ArticleText,
    ArticleVersion,
    Contact,
    ContactPoint,
    Interaction,
    PointHolder,
    ToldAgain,
)
from grm_console.store.tables.columns import table_of

_given = table_of(AnswerGiven)
_version = table_of(ArticleVersion)
_text = table_of(ArticleText)
_interaction = table_of(Interaction)
_contact = table_of(Contact)
_survivor = _contact.alias("survivor")
_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_account = table_of(Account)
_again = table_of(ToldAgain)

_ADD = InsertOnce(_again, [_again.c.article_version_id, _again.c.contact_point_id])


def given_since(connection: Connection, article_id: int, since: datetime, today: date, limit: int) -> list[Any]:
    """Every answer of an article given since a moment, newest first; `holds` tells whether its version is in force."""
    holds = (_version.c.state == fixed(ArticleState.PUBLISHED)) & or_(
        _version.c.expires_on.is_(None), _version.c.expires_on > today
    )
    statement = (
        select(
            _given.c.id,
            _given.c.at,
            _given.c.channel,
            _given.c.interaction_id,
            _version.c.id.label("version_id"),
            _version.c.version,
            _text.c.id.label("text_id"),
            _text.c.language,
            holds.label("holds"),
            _interaction.c.queue_id,
            _interaction.c.line,
            _interaction.c.contact_point_id,
            _survivor.c.id.label("contact_id"),
            _survivor.c.name,
            _point.c.kind.label("point_kind"),
            _point.c.address,
            _account.c.full_name.label("by"),
        )
        .join_from(_given, _version, _version.c.id == _given.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .join(_interaction, _interaction.c.id == _given.c.interaction_id)
        .join(_account, _account.c.id == _given.c.account_id)
        .join(_contact, _contact.c.id == _interaction.c.contact_id, isouter=True)
        .join(_survivor, _survivor.c.id == LIVING, isouter=True)
        .join(_point, _point.c.id == _interaction.c.contact_point_id, isouter=True)
        .where(_text.c.article_id == article_id, _given.c.at >= since)
        .order_by(_given.c.at.desc(), _given.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement))


def told_again(connection: Connection, article_id: int) -> list[Any]:
    """(article_version_id, contact_point_id, contact_id, channel, at) of who is told again about an article."""
    statement = (
        select(_again)
        .join_from(_again, _version, _version.c.id == _again.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .where(_text.c.article_id == article_id)
        .order_by(_again.c.id)
    )
    return list(connection.execute(statement))


def add(connection: Connection, values: dict[str, Any]) -> bool:
    """Note that somebody is told again; False, and nothing is changed, if that was noted before."""
    return _ADD(connection, values) is not None


def points_held(connection: Connection, contact_id: int, now: datetime) -> list[Any]:
    """(id, kind) of the addresses that a contact uses now, the surest first."""
    statement = (
        select(_point.c.id, _point.c.kind)
        .join_from(_holder, _point, _point.c.id == _holder.c.contact_point_id)
        .where(
            _holder.c.contact_id == contact_id,
            _holder.c.since <= now,
            or_(_holder.c.until.is_(None), _holder.c.until > now),
        )
        .order_by(_holder.c.certainty, _holder.c.id)
    )
    return list(connection.execute(statement))

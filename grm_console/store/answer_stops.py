"""Where machines are stopped from answering texts: for a contact, about an article or a service, or altogether."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from grm_console.domain.words import StopKind
from grm_console.store.prepared import fixed
from grm_console.store.tables import (
    Account,
    AnswerGiven,
    AnswerStop,
    Article,
    ArticleText,
    ArticleVersion,
    ContactPoint,
    Interaction,
)
from grm_console.store.tables.columns import table_of

_stop = table_of(AnswerStop)
_account = table_of(Account)
_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)
_given = table_of(AnswerGiven)
_interaction = table_of(Interaction)
_point = table_of(ContactPoint)

_in_force = _stop.c.resumed_at.is_(None)


def in_force(connection: Connection) -> list[Any]:
    """Every stop in force, oldest first, with the name of who set it, the address, and the article's code."""
    statement = (
        select(
            _stop.c.id,
            _stop.c.kind,
            _stop.c.contact_point_id,
            _stop.c.contact_id,
            _stop.c.article_id,
            _stop.c.service,
            _stop.c.stopped_at,
            _account.c.full_name.label("by"),
            _article.c.code,
            _point.c.address,
        )
        .join_from(_stop, _account, _account.c.id == _stop.c.stopped_by_id)
        .join(_article, _article.c.id == _stop.c.article_id, isouter=True)
        .join(_point, _point.c.id == _stop.c.contact_point_id, isouter=True)
        .where(_in_force)
        .order_by(_stop.c.id)
    )
    return list(connection.execute(statement))


def add(connection: Connection, kind: StopKind, at: datetime, account_id: int, **subject: Any) -> int:
    """Stop machines; `subject` is what the kind needs of contact_point_id and contact_id, article_id, service."""
    values = {"kind": kind.value, "service": "", "stopped_at": at, "stopped_by_id": account_id} | subject
    return int(connection.execute(insert(_stop).values(values).returning(_stop.c.id)).scalar_one())


def resume(connection: Connection, kind: StopKind, at: datetime, account_id: int, **subject: Any) -> list[int]:
    """Let machines answer again; gives the keys of the stops that ended."""
    ended = connection.execute(
        update(_stop)
        .where(_in_force, _stop.c.kind == kind.value, _about(kind, subject))
        .values(resumed_at=at, resumed_by_id=account_id)
        .returning(_stop.c.id)
    )
    return sorted(ended.scalars())


def stopped_articles(connection: Connection, article_ids: Iterable[int]) -> set[int]:
    """Those of the articles about which machines may not answer, by themselves or by one of their services."""
    wanted = list(article_ids)
    stops = connection.execute(
        select(_stop.c.article_id, _stop.c.service).where(
            _in_force, _stop.c.kind.in_((StopKind.ARTICLE.value, StopKind.SERVICE.value))
        )
    ).all()
    if not stops or not wanted:
        return set()
    services = {stop.service for stop in stops if stop.service}
    stopped = {stop.article_id for stop in stops if stop.article_id is not None}
    rows = connection.execute(select(_article.c.id, _article.c.services).where(_article.c.id.in_(wanted)))
    return {row.id for row in rows if row.id in stopped or not services.isdisjoint(row.services or ())}


def told_articles(connection: Connection, contact_point_id: int, since: datetime) -> list[Any]:
    """(id, code, services) of the articles that machines told an address since a moment, the newest first."""
    newest = _given.c.id.label("newest")
    statement = (
        select(_article.c.id, _article.c.code, _article.c.services, _version.c.question, newest)
        .join_from(_given, _interaction, _interaction.c.id == _given.c.interaction_id)
        .join(_version, _version.c.id == _given.c.article_version_id)
        .join(_text, _text.c.id == _version.c.article_text_id)
        .join(_article, _article.c.id == _text.c.article_id)
        .where(
            _interaction.c.contact_point_id == contact_point_id,
            _given.c.confidence.is_not(None),
            _given.c.at >= since,
        )
        .order_by(newest.desc())
    )
    rows: dict[int, Any] = {}
    for row in connection.execute(statement):
        rows.setdefault(row.id, row)
    return list(rows.values())


def _about(kind: StopKind, subject: dict[str, Any]) -> ColumnElement[bool]:
    if kind is StopKind.CONTACT:
        same = [_stop.c.contact_point_id == subject["contact_point_id"]]
        if subject.get("contact_id") is not None:
            same.append(_stop.c.contact_id == subject["contact_id"])
        return or_(*same)
    if kind is StopKind.ARTICLE:
        return and_(_stop.c.article_id == subject["article_id"])
    if kind is StopKind.SERVICE:
        return and_(_stop.c.service == subject["service"])
    return _stop.c.kind == fixed(StopKind.ALL)

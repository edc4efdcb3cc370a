"""What belongs to which topic, by whom it was brought, and the alarms of sudden topics."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, cast, func, insert, literal, or_, select, update
from sqlalchemy import String as SqlString

from grm_console.store.prepared import Prepared
from grm_console.store.tables import (
    AnswerGiven,
    Article,
    ArticleText,
    ArticleVersion,
    CaseFile,
    Interaction,
    Service,
    TopicAlarm,
    UnansweredQuestion,
)
from grm_console.store.tables.columns import INSTANT, table_of

_interaction = table_of(Interaction)
_case = table_of(CaseFile)
_given = table_of(AnswerGiven)
_version = table_of(ArticleVersion)
_text = table_of(ArticleText)
_article = table_of(Article)
_service = table_of(Service)
_question = table_of(UnansweredQuestion)
_alarm = table_of(TopicAlarm)

_ASKER = case(
    (_interaction.c.contact_point_id.is_not(None), literal("p") + cast(_interaction.c.contact_point_id, SqlString)),
    else_=literal("c") + cast(_interaction.c.contact_id, SqlString),
)
_SOMEBODY = or_(_interaction.c.contact_point_id.is_not(None), _interaction.c.contact_id.is_not(None))
_SINCE, _UNTIL = bindparam("since", type_=INSTANT), bindparam("until", type_=INSTANT)

_CASES = Prepared(
    select(_case.c.service_id, _case.c.opened_at, _ASKER, _interaction.c.id)
    .join_from(_case, _interaction, _interaction.c.id == _case.c.interaction_id)
    .where(_case.c.opened_at >= _SINCE, _case.c.opened_at < _UNTIL, _SOMEBODY)
)
_ANSWERS = Prepared(
    select(_article.c.services, _given.c.at, _ASKER, _interaction.c.id)
    .join_from(_given, _interaction, _interaction.c.id == _given.c.interaction_id)
    .join(_version, _version.c.id == _given.c.article_version_id)
    .join(_text, _text.c.id == _version.c.article_text_id)
    .join(_article, _article.c.id == _text.c.article_id)
    .where(_given.c.at >= _SINCE, _given.c.at < _UNTIL, _SOMEBODY, _article.c.services.is_not(None))
)
_QUESTIONS = Prepared(
    select(_question.c.group_id, _question.c.at, _ASKER, _interaction.c.id)
    .join_from(_question, _interaction, _interaction.c.id == _question.c.interaction_id)
    .where(_question.c.at >= _SINCE, _question.c.at < _UNTIL, _SOMEBODY, _question.c.group_id.is_not(None))
)
_NAMED = Prepared(
    select(
        _alarm.c.id,
        _alarm.c.service_id,
        _alarm.c.group_id,
        _alarm.c.since,
        _alarm.c.askers,
        _alarm.c.tenths,
        _alarm.c.notice_id,
        _service.c.name,
        _service.c.other_name,
    )
    .join_from(_alarm, _service, _service.c.id == _alarm.c.service_id, isouter=True)
    .where(_alarm.c.cleared_at.is_(None))
    .order_by(_alarm.c.since, _alarm.c.id)
)


class Topic(NamedTuple):
    """What people speak of: a service of the catalogue, or a group of questions without a good answer."""

    service_id: int | None
    group_id: int | None


class Brought(NamedTuple):
    """Somebody brought a topic in an exchange."""

    topic: Topic
    at: datetime
    asker: str
    """Equal for the same contact point, else for the same contact."""
    interaction_id: int


def brought(connection: Connection, since: datetime, until: datetime) -> Iterator[Brought]:
    """What was brought in a span: a case opened, an answer given that belongs to one service, a question left open.

    An exchange in which nobody is known by number or name, and an anonymous case, is left out: one such person could
    not be told from many.
    """
    span = {"since": since, "until": until}
    for service, at, asker, interaction in _CASES.rows(connection, span):
        yield Brought(Topic(service, None), at, asker, interaction)
    codes: dict[str, int] | None = None
    for services, at, asker, interaction in _ANSWERS.rows(connection, span):
        if len(services) == 1:
            codes = codes or {row.code: row.id for row in connection.execute(select(_service.c.code, _service.c.id))}
            if services[0] in codes:
                yield Brought(Topic(codes[services[0]], None), at, asker, interaction)
    for group, at, asker, interaction in _QUESTIONS.rows(connection, span):
        yield Brought(Topic(None, group), at, asker, interaction)


def first_moment(connection: Connection) -> datetime | None:
    """When the oldest thing was brought that could belong to a topic; None in a new store."""
    oldest = (
        connection.execute(select(func.min(column))).scalar()
        for column in (_case.c.opened_at, _given.c.at, _question.c.at)
    )
    return min((moment for moment in oldest if moment is not None), default=None)


def open_alarms(connection: Connection) -> list[Any]:
    """The alarms that hold, oldest first."""
    return list(connection.execute(select(_alarm).where(_alarm.c.cleared_at.is_(None)).order_by(_alarm.c.id)))


class NamedAlarm(NamedTuple):
    """An alarm that holds, with its service's two names; none for a group of questions."""

    id: int
    topic: Topic
    since: datetime
    askers: int
    tenths: int
    notice_id: int | None
    name: str | None
    other_name: str | None


def named_alarms(connection: Connection) -> list[NamedAlarm]:
    """The alarms that hold, by when they began."""
    rows = _NAMED.rows(connection, {})
    return [NamedAlarm(key, Topic(service, group), *rest) for key, service, group, *rest in rows]


def cleared_since(connection: Connection, moment: datetime) -> set[Topic]:
    """The topics whose alarm ended after a moment."""
    statement = select(_alarm.c.service_id, _alarm.c.group_id).where(_alarm.c.cleared_at > moment)
    return {Topic(row.service_id, row.group_id) for row in connection.execute(statement)}


def raise_alarm(connection: Connection, values: dict[str, Any]) -> int:
    """Keep a new alarm."""
    return int(connection.execute(insert(_alarm).values(values).returning(_alarm.c.id)).scalar_one())


def change_alarm(connection: Connection, alarm_id: int, values: dict[str, Any]) -> None:
    """Change some columns of an alarm."""
    connection.execute(update(_alarm).where(_alarm.c.id == alarm_id).values(values))


def service_name(connection: Connection, service_id: int) -> tuple[str, str]:
    """A service's two names."""
    row = connection.execute(select(_service.c.name, _service.c.other_name).where(_service.c.id == service_id)).one()
    return row.name, row.other_name

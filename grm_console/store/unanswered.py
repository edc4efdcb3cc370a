"""Questions without a good answer: finding them in what was said, keeping them, and reading them for grouping."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import String as SqlString

from grm_console.domain.text_rules import ACKNOWLEDGEMENT, ANSWER
from grm_console.domain.words import AskedBy, Direction
from grm_console.store.tables import (
    AnswerGiven,
    AnswerVerdict,
    CaseFile,
    Contact,
    Interaction,
    Outbox,
    UnansweredQuestion,
)
from grm_console.store.tables.columns import table_of

_question = table_of(UnansweredQuestion)
_interaction = table_of(Interaction)
_outbox = table_of(Outbox)
_given = table_of(AnswerGiven)
_verdict = table_of(AnswerVerdict)
_case = table_of(CaseFile)
_contact = table_of(Contact)

PIECE = 500
"""Rows that are looked at, or written, at a time."""

_WORDS = case(
    (_question.c.asked_by == AskedBy.SEARCH.value, _question.c.words),
    (_question.c.asked_by == AskedBy.REFUSED.value, _verdict.c.query),
    else_=_interaction.c.text,
).label("words")
_WITH_WORDS = _question.outerjoin(_interaction, _interaction.c.id == _question.c.interaction_id).outerjoin(
    _verdict, _verdict.c.id == _question.c.verdict_id
)


def _settled(interaction: Any) -> ColumnElement[bool]:
    """Whether an exchange, or the one it became a part of, had a standard answer that helped, or opened a case."""
    return or_(
        exists().where(
            or_(_given.c.interaction_id == interaction.c.id, _given.c.interaction_id == interaction.c.follows_id),
            _given.c.wrong_at.is_(None),
        ),
        exists().where(
            or_(_case.c.interaction_id == interaction.c.id, _case.c.interaction_id == interaction.c.follows_id)
        ),
    )


def _kept(kind: AskedBy, key: Any) -> ColumnElement[bool]:
    source = literal(f"{kind.value}:") + cast(key, SqlString)
    return exists().where(_question.c.source == source)


def acknowledged_texts(connection: Connection, since: datetime) -> list[Any]:
    """(id, contact_point_id, contact_id, language, at, words) of texts whose machine did not help, since a moment.

    It could only acknowledge them, or its answer proved wrong.
    """
    wrong = exists().where(_given.c.interaction_id == _interaction.c.id, _given.c.wrong_at >= since)
    statement = (
        select(
            _interaction.c.id,
            _interaction.c.contact_point_id,
            _interaction.c.contact_id,
            _interaction.c.language,
            _interaction.c.happened_at.label("at"),
            _interaction.c.text.label("words"),
        )
        .join_from(_outbox, _interaction, _interaction.c.id == _outbox.c.interaction_id)
        .where(
            _outbox.c.kind == "text",
            or_(
                and_(_outbox.c.rule == ACKNOWLEDGEMENT, _outbox.c.decided_at >= since),
                and_(_outbox.c.rule == ANSWER, wrong),
            ),
            _interaction.c.direction == Direction.INBOUND.value,
            _interaction.c.text != "",
            ~_settled(_interaction),
            ~_kept(AskedBy.TEXT, _interaction.c.id),
        )
        .order_by(_interaction.c.id)
    )
    return list({row.id: row for row in connection.execute(statement)}.values())


def unkept_texts(connection: Connection, interaction_ids: Iterable[int], since: datetime) -> list[Any]:
    """(id, contact_point_id, contact_id, language, at) of those of these exchanges that are no question yet."""
    statement = select(
        _interaction.c.id,
        _interaction.c.contact_point_id,
        _interaction.c.contact_id,
        _interaction.c.language,
        _interaction.c.happened_at.label("at"),
    ).where(
        _interaction.c.id.in_(list(interaction_ids)),
        _interaction.c.happened_at >= since,
        ~_kept(AskedBy.TEXT, _interaction.c.id),
    )
    return list(connection.execute(statement.order_by(_interaction.c.id)))


def refused_answers(connection: Connection, since: datetime) -> list[Any]:
    """(id, interaction_id, contact_point_id, contact_id, language, at, words) of answers called not helpful."""
    statement = (
        select(
            _verdict.c.id,
            _verdict.c.interaction_id,
            _interaction.c.contact_point_id,
            _interaction.c.contact_id,
            _verdict.c.language,
            _verdict.c.at,
            _verdict.c.query.label("words"),
        )
        .join_from(_verdict, _interaction, _interaction.c.id == _verdict.c.interaction_id, isouter=True)
        .where(
            _verdict.c.at >= since,
            _verdict.c.query != "",
            or_(_verdict.c.interaction_id.is_(None), ~_settled(_interaction)),
            ~_kept(AskedBy.REFUSED, _verdict.c.id),
        )
        .order_by(_verdict.c.id)
    )
    return list(connection.execute(statement))


def is_settled(connection: Connection, interaction_id: int) -> bool:
    """Whether an exchange had a standard answer or opened a case."""
    statement = select(_interaction.c.id).where(_interaction.c.id == interaction_id, _settled(_interaction))
    return connection.execute(statement).first() is not None


def add(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Keep questions; all columns but the key's are given or fall back to the table's own."""
    blank = {
        "interaction_id": None,
        "contact_point_id": None,
        "contact_id": None,
        "verdict_id": None,
        "words": "",
        "language": "",
        "nearest_id": None,
        "confidence": None,
        "model": "",
        "meaning": None,
        "group_id": None,
        "nearness": 0,
    }
    whole = [blank | row for row in rows]
    if whole:
        connection.execute(insert(_question), whole)


def forget_settled(connection: Connection, since: datetime) -> int:
    """Drop questions asked since a moment whose exchange had an answer, or opened a case, after all; gives how many."""
    settled = (
        select(_question.c.id)
        .join_from(_question, _interaction, _interaction.c.id == _question.c.interaction_id)
        .where(_question.c.at >= since, _settled(_interaction))
    )
    return connection.execute(delete(_question).where(_question.c.id.in_(settled))).rowcount


def forget_before(connection: Connection, moment: datetime) -> int:
    """Drop what was asked before a moment; gives how many."""
    return connection.execute(delete(_question).where(_question.c.at < moment)).rowcount


def unlooked(connection: Connection, model: str, limit: int = PIECE) -> list[Any]:
    """(id, words, language) of questions the engine has not looked at, or not with this model if one is named."""
    missing: ColumnElement[bool] = _question.c.confidence.is_(None)
    if model:
        missing = or_(missing, _question.c.model != model)
    statement = (
        select(_question.c.id, _WORDS, _question.c.language)
        .select_from(_WITH_WORDS)
        .where(missing)
        .order_by(_question.c.id)
        .limit(limit)
    )
    return list(connection.execute(statement))


def keep_look(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Note what the engine found: `key`, `nearest`, `confidence`, `by_model`, `vector`."""
    statement = (
        update(_question)
        .where(_question.c.id == bindparam("key"))
        .values(
            nearest_id=bindparam("nearest"),
            confidence=bindparam("confidence_found"),
            model=bindparam("by_model"),
            meaning=bindparam("vector"),
        )
    )
    if rows:
        connection.execute(statement, rows)


def every(connection: Connection) -> list[Any]:
    """Every question that was looked at, by key, with its words, vector and group."""
    statement = (
        select(
            _question.c.id,
            _question.c.at,
            _WORDS,
            _question.c.language,
            _question.c.interaction_id,
            _question.c.contact_point_id,
            _question.c.contact_id,
            _question.c.confidence,
            _question.c.nearest_id,
            _question.c.model,
            _question.c.meaning,
            _question.c.group_id,
        )
        .select_from(_WITH_WORDS)
        .where(_question.c.confidence.is_not(None))
        .order_by(_question.c.id)
    )
    return list(connection.execute(statement))


def place(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Note the group of questions: `key`, `in_group`, `near`."""
    statement = (
        update(_question)
        .where(_question.c.id == bindparam("key"))
        .values(group_id=bindparam("in_group"), nearness=bindparam("near"))
    )
    if rows:
        connection.execute(statement, rows)


def asked_in(connection: Connection, group_ids: Iterable[int]) -> list[Any]:
    """(group_id, at, interaction_id, contact_point_id, contact_id, confidence) of groups' questions, in order."""
    statement = (
        select(
            _question.c.group_id,
            _question.c.at,
            _question.c.interaction_id,
            _question.c.contact_point_id,
            _question.c.contact_id,
            func.coalesce(_question.c.confidence, 0).label("confidence"),
        )
        .where(_question.c.group_id.in_(list(group_ids)))
        .order_by(_question.c.group_id, _question.c.at, _question.c.id)
    )
    return list(connection.execute(statement))


def samples(connection: Connection, group_id: int, limit: int) -> list[Any]:
    """The questions of a group that say best what is asked, nearest first, with the names of whom they may be about."""
    concerned = _contact.alias("concerned")
    statement = (
        select(
            _question.c.id,
            _question.c.at,
            _question.c.asked_by,
            _question.c.language,
            _question.c.contact_point_id,
            _question.c.contact_id,
            _WORDS,
            _contact.c.name,
            _contact.c.other_name,
            _interaction.c.concerned_name,
            concerned.c.name.label("about"),
            concerned.c.other_name.label("about_other"),
        )
        .select_from(
            _WITH_WORDS.outerjoin(
                _contact, _contact.c.id == func.coalesce(_interaction.c.contact_id, _question.c.contact_id)
            ).outerjoin(concerned, concerned.c.id == _interaction.c.concerned_id)
        )
        .where(_question.c.group_id == group_id)
        .order_by(_question.c.nearness.desc(), _question.c.id)
        .limit(limit)
    )
    return list(connection.execute(statement))

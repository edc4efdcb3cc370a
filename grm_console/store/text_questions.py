"""Questions put to a number by text, of which the newest open one takes the next digit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from grm_console.store.insert_once import InsertOnce
from grm_console.store.tables import TextQuestion
from grm_console.store.tables.columns import table_of

_question = table_of(TextQuestion)

WHICH_CASE = "which-case"
RATING = "rating"
WHICH_ANSWER = "which-answer"

_ASK = InsertOnce(_question, [_question.c.decision])


def ask(
    connection: Connection,
    *,
    contact_point_id: int,
    kind: str,
    decision: str,
    at: datetime,
    expires_at: datetime,
    interaction_id: int | None = None,
    case_id: int | None = None,
    options: list[Any] | None = None,
) -> bool:
    """Put a question; False if it was put before."""
    made = _ASK(
        connection,
        {
            "contact_point_id": contact_point_id,
            "kind": kind,
            "decision": decision,
            "interaction_id": interaction_id,
            "case_id": case_id,
            "options": options,
            "asked_at": at,
            "expires_at": expires_at,
            "answer": 0,
            "answered_at": None,
        },
    )
    return made is not None


def asked_since(connection: Connection, contact_point_id: int, kind: str, since: datetime) -> bool:
    """Whether a question of a kind was put to a number since a moment, answered or not."""
    statement = select(_question.c.id).where(
        _question.c.contact_point_id == contact_point_id, _question.c.kind == kind, _question.c.asked_at >= since
    )
    return connection.execute(statement.limit(1)).first() is not None


def open_one(connection: Connection, contact_point_id: int, at: datetime) -> Any | None:
    """The newest open question to a number, locked until the commit; None without one."""
    statement = (
        select(_question)
        .where(
            _question.c.contact_point_id == contact_point_id,
            _question.c.answered_at.is_(None),
            _question.c.expires_at > at,
        )
        .order_by(_question.c.asked_at.desc(), _question.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    return connection.execute(statement).one_or_none()


def answer(connection: Connection, question_id: int, digit: int, at: datetime) -> bool:
    """Take an answer, once; False if it has one."""
    result = connection.execute(
        update(_question)
        .where(_question.c.id == question_id, _question.c.answered_at.is_(None))
        .values(answer=digit, answered_at=at)
    )
    return result.rowcount > 0

"""Texts about which the answer engine is asked: written by intake, taken and settled by whoever asks it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, func, literal_column, or_, select, update

from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import ArticleState, Audience, Channel, Direction, StopKind
from grm_console.store.articles import THOUSANDTHS
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    AnswerStop,
    Article,
    ArticleText,
    ArticleVersion,
    AskedText,
    InboundEventRow,
    Interaction,
)
from grm_console.store.tables.columns import table_of

_asked = table_of(AskedText)
_stop = table_of(AnswerStop)
_event = table_of(InboundEventRow)
_interaction = table_of(Interaction)
_article = table_of(Article)
_text = table_of(ArticleText)
_version = table_of(ArticleVersion)

_ADD = InsertOnce(_asked, [_asked.c.interaction_id])
_open = _asked.c.settled_at.is_(None)
_untaken = or_(_asked.c.taken_at.is_(None), _asked.c.taken_at < bindparam("before"))
_MAY_ASK = Prepared(
    select(
        exists()
        .where(_version.c.state == fixed(ArticleState.PUBLISHED))
        .where(_text.c.id == _version.c.article_text_id, _article.c.id == _text.c.article_id)
        .where(_article.c.audience == fixed(Audience.PUBLIC)),
        select(func.count())
        .select_from(select(_asked.c.id).where(_open).limit(bindparam("most")).subquery())
        .scalar_subquery(),
        exists().where(
            _stop.c.resumed_at.is_(None),
            or_(
                _stop.c.kind == fixed(StopKind.ALL),
                and_(
                    _stop.c.kind == fixed(StopKind.CONTACT),
                    or_(_stop.c.contact_point_id == bindparam("point"), _stop.c.contact_id == bindparam("contact")),
                ),
            ),
        ),
    )
)
_WAITS = Prepared(select(_asked.c.id).where(_open, _untaken).limit(1))
_TAKE = Prepared(
    update(_asked)
    .where(
        _asked.c.id.in_(
            select(_asked.c.id)
            .where(_open, _untaken)
            .order_by(_asked.c.id)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(taken_at=bindparam("now"), tries=_asked.c.tries + literal_column("1"))
    .returning(_asked.c.id, _asked.c.interaction_id, _asked.c.asked_at, _asked.c.tries)
)
_SETTLE = Prepared(
    update(_asked)
    .where(_asked.c.id == bindparam("key"), _open)
    .values(settled_at=bindparam("now"), outcome=bindparam("outcome"), confidence=bindparam("confidence"))
)
_LOCK = Prepared(select(_asked.c.id).where(_asked.c.id == bindparam("key"), _open).with_for_update())

_WORDS_OF = Prepared(select(_interaction.c.text, _interaction.c.language).where(_interaction.c.id == bindparam("key")))


class TakenText(NamedTuple):
    """A text that a process has taken to ask the engine about."""

    id: int
    interaction_id: int
    asked_at: datetime
    tries: int


class MayAsk(NamedTuple):
    """What speaks for asking the engine about a text."""

    published: bool
    """Whether there is any answer for the public."""
    waiting: int
    """Texts that wait for the engine, counted up to a limit."""
    stopped: bool
    """Whether machines may answer nobody now, or not this contact."""


def may_ask(connection: Connection, contact_point_id: int, contact_id: int | None, most: int) -> MayAsk:
    """What speaks for and against asking the engine about a text that comes from an address."""
    row = _MAY_ASK.rows(connection, {"point": contact_point_id, "contact": contact_id, "most": most})[0]
    return MayAsk(bool(row[0]), int(row[1]), bool(row[2]))


def add(connection: Connection, interaction_id: int, at: datetime) -> None:
    """Note that the engine is to be asked about a text; once."""
    _ADD(
        connection,
        {
            "interaction_id": interaction_id,
            "asked_at": at,
            "taken_at": None,
            "tries": 0,
            "settled_at": None,
            "outcome": "",
            "confidence": None,
        },
    )


def wait(connection: Connection, before: datetime) -> bool:
    """Whether any text waits to be taken, or was taken before a moment and never settled."""
    return _WAITS.first(connection, {"before": before}) is not None


def take(connection: Connection, now: datetime, before: datetime, most: int) -> list[TakenText]:
    """Take the oldest that nobody has taken since `before`; of several processes each gets others."""
    rows = _TAKE.rows(connection, {"now": now, "before": before, "most": most})
    return sorted((TakenText(*row) for row in rows), key=lambda row: row.id)


def lock(connection: Connection, key: int) -> bool:
    """Whether a text is still to be decided on; it stays locked until the commit."""
    return _LOCK.first(connection, {"key": key}) is not None


def settle(connection: Connection, key: int, now: datetime, outcome: str, confidence: float | None) -> None:
    """Write down what was decided on a text."""
    kept = None if confidence is None else round(confidence * THOUSANDTHS)
    _SETTLE.run(connection, {"key": key, "now": now, "outcome": outcome, "confidence": kept})


def words_of(connection: Connection, interaction_id: int) -> tuple[str, str]:
    """(words, language) of a text, the language empty where nothing tells it."""
    row = _WORDS_OF.rows(connection, {"key": interaction_id})[0]
    return row[0], row[1]


def event_of(connection: Connection, interaction_id: int) -> InboundEvent | None:
    """The event that brought a text, as far as deciding on it needs it; None if there is none."""
    statement = (
        select(_event)
        .join_from(
            _event,
            _interaction,
            and_(
                _interaction.c.provider == _event.c.provider,
                _interaction.c.sid == _event.c.sid,
                _event.c.kind == fixed(EventKind.TEXT),
            ),
        )
        .where(_interaction.c.id == interaction_id)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    return InboundEvent(
        provider=row.provider,
        sid=row.sid,
        kind=EventKind.TEXT,
        discriminator=row.discriminator,
        channel=Channel(row.channel),
        sender=row.sender,
        recipient=row.recipient,
        direction=Direction(row.direction),
        state=row.state,
        happened_at=row.happened_at,
        text=row.text,
        media=tuple((kind, address) for kind, address in row.media or ()),
        opt_out=row.opt_out,
        recovered=row.recovered,
    )

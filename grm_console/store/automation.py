"""What became of the texts that came: answered by a machine, asked back, left to people, and what proved wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from grm_console.domain.text_rules import MENU
from grm_console.domain.words import Direction
from grm_console.store.conversations import TEXT_CHANNELS
from grm_console.store.prepared import fixed
from grm_console.store.tables import AnswerGiven, AskedText, Interaction, Outbox, QueueEntry
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_given = table_of(AnswerGiven)
_asked = table_of(AskedText)
_outbox = table_of(Outbox)
_came = (
    _interaction.c.channel.in_(TEXT_CHANNELS),
    _interaction.c.direction == fixed(Direction.INBOUND),
    _interaction.c.provider != "",
)


def came(connection: Connection, since: datetime, until: datetime) -> list[tuple[str, int, int]]:
    """(language, texts, of them left to people) of the texts that came in a span, by language.

    Left to people is what waits in a queue, or did, and what became a part of an exchange that a person held.
    """
    left = or_(_entry.c.id.is_not(None), _interaction.c.agent_id.is_not(None))
    statement = (
        select(
            _interaction.c.language,
            func.count(_interaction.c.id),
            func.count(_interaction.c.id).filter(left),
        )
        .join_from(_interaction, _entry, _entry.c.interaction_id == _interaction.c.id, isouter=True)
        .where(*_came, _interaction.c.happened_at >= since, _interaction.c.happened_at < until)
        .group_by(_interaction.c.language)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def answered(connection: Connection, since: datetime, until: datetime) -> list[tuple[str, int, int]]:
    """(language, answers, of them wrong) of what machines told in a span, by the language of the text."""
    statement = (
        select(_interaction.c.language, func.count(_given.c.id), func.count(_given.c.wrong_at))
        .join_from(_given, _interaction, _interaction.c.id == _given.c.interaction_id)
        .where(_given.c.confidence.is_not(None), _given.c.at >= since, _given.c.at < until)
        .group_by(_interaction.c.language)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def asked_back(connection: Connection, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """(language, menus) of the choices that machines offered in a span, by the language of the text."""
    statement = (
        select(_interaction.c.language, func.count(_outbox.c.id))
        .join_from(_outbox, _interaction, _interaction.c.id == _outbox.c.interaction_id)
        .where(
            _outbox.c.kind == "text",
            _outbox.c.rule == MENU,
            _outbox.c.decided_at >= since,
            _outbox.c.decided_at < until,
        )
        .group_by(_interaction.c.language)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def outcomes(connection: Connection, since: datetime, until: datetime) -> list[Any]:
    """(language, outcome, texts) of what the engine was asked about in a span."""
    statement = (
        select(_interaction.c.language, _asked.c.outcome, func.count(_asked.c.id))
        .join_from(_asked, _interaction, _interaction.c.id == _asked.c.interaction_id)
        .where(_asked.c.settled_at >= since, _asked.c.settled_at < until)
        .group_by(_interaction.c.language, _asked.c.outcome)
    )
    return [tuple(row) for row in connection.execute(statement)]

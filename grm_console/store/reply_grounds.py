"""What speaks for and against an automatic reply to a text: one statement, because every text asks it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import InteractionState
from grm_console.store.conversations import TEXT_CHANNELS
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Interaction, Outbox, PointConsent, PointReach, QueueLine, TextPause
from grm_console.store.tables.columns import table_of
from grm_console.store.text_pauses import LINE

_interaction = table_of(Interaction)
_outbox = table_of(Outbox)
_line = table_of(QueueLine)
_consent = table_of(PointConsent)
_reach = table_of(PointReach)
_pause = table_of(TextPause)

# By the few exchanges that are held, which have an index of their own; the sums keep planners off the others: one
# number may have many exchanges, and a walk through all of them in the order of their keys ends only where one fits.
_ATTENDED = (
    select(func.max(_interaction.c.id + 0))
    .where(
        or_(
            _interaction.c.state == fixed(InteractionState.TALKING),
            _interaction.c.state == fixed(InteractionState.WRAP_UP),
        ),
        _interaction.c.state == fixed(InteractionState.TALKING),
        _interaction.c.agent_id.is_not(None),
        _interaction.c.parked_at.is_(None),
        _interaction.c.contact_point_id + 0 == bindparam("point"),
        or_(
            _interaction.c.channel == TEXT_CHANNELS[0],
            _interaction.c.channel == TEXT_CHANNELS[1],
            exists().where(
                _outbox.c.interaction_id == _interaction.c.id, _outbox.c.kind == "text", _outbox.c.rule == ""
            ),
        ),
    )
    .scalar_subquery()
)
_GROUNDS = Prepared(
    select(
        select(func.count()).where(_line.c.line == bindparam("number")).scalar_subquery(),
        select(_consent.c.word)
        .where(_consent.c.contact_point_id == bindparam("point"), _consent.c.word != OptOut.HELP.value)
        .order_by(_consent.c.at.desc(), _consent.c.id.desc())
        .limit(1)
        .scalar_subquery(),
        select(func.count(_outbox.c.id))
        .where(
            _outbox.c.contact_point_id == bindparam("point"),
            _outbox.c.decided_at >= bindparam("since"),
            _outbox.c.kind == "text",
            _outbox.c.rule != "",
        )
        .scalar_subquery(),
        select(_reach.c.reached)
        .where(_reach.c.contact_point_id == bindparam("point"))
        .order_by(_reach.c.id.desc())
        .limit(1)
        .scalar_subquery(),
        select(_pause.c.kind)
        .where(_pause.c.until > bindparam("now"), _pause.c.kind != LINE)
        .limit(1)
        .scalar_subquery(),
        _ATTENDED,
    )
)


@dataclass(frozen=True, slots=True)
class ReplyGrounds:
    """What is known of an address that wrote."""

    own_line: bool = False
    opted_out: bool = False
    """Whether the newest word of the address is STOP."""
    replies: int = 0
    """Automatic texts it was sent since the moment asked about."""
    unreached: bool = False
    """Whether the carrier said that texts do not arrive there."""
    paused: bool = False
    """Whether the breaker holds back anything that machines decide; which, `store.text_pauses` tells."""
    attended: int | None = None
    """The exchange somebody holds in which texts are exchanged with it."""


def reply_grounds(
    connection: Connection, contact_point_id: int, number: str, since: datetime, now: datetime
) -> ReplyGrounds:
    """What is known of the address a text came from."""
    asked = {"point": contact_point_id, "number": number, "since": since, "now": now}
    lines, word, replies, reached, paused, attended = _GROUNDS.rows(connection, asked)[0]
    return ReplyGrounds(
        lines > 0,
        word == OptOut.STOP.value,
        replies,
        reached is not None and not reached,
        paused is not None,
        attended,
    )

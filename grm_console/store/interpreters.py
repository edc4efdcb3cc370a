"""Interpreters' legs of live calls, by when they joined."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from grm_console.domain.words import LegRole
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import CallLeg, Interaction, Organisation
from grm_console.store.tables.columns import table_of

_leg = table_of(CallLeg)
_organisation = table_of(Organisation)
_interaction = table_of(Interaction)


class InterpreterLeg(NamedTuple):
    """One interpreter in one call."""

    interaction_id: int
    sid: str
    """The provider's id of the call, or our own name of one that we made."""
    number: int
    language: str
    organisation: str
    """Code; empty for somebody who is not listed."""
    name: str
    joined_at: datetime
    left_at: datetime | None


_JOINED = Prepared(
    select(
        _leg.c.interaction_id,
        _interaction.c.sid,
        _leg.c.number,
        _leg.c.language,
        _organisation.c.code,
        _organisation.c.name,
        _leg.c.joined_at,
        _leg.c.left_at,
    )
    .join_from(_leg, _interaction, _interaction.c.id == _leg.c.interaction_id)
    .join(_organisation, _organisation.c.id == _leg.c.organisation_id, isouter=True)
    .where(
        _leg.c.role == fixed(LegRole.INTERPRETER),
        _leg.c.joined_at >= bindparam("since"),
        _leg.c.joined_at < bindparam("until"),
    )
    .order_by(_leg.c.joined_at, _leg.c.interaction_id, _leg.c.number)
)


def joined(connection: Connection, since: datetime, until: datetime) -> list[InterpreterLeg]:
    """Legs that joined from a moment on and before another one, in that order; who joined later has no end yet."""
    rows = _JOINED.rows(connection, {"since": since, "until": until})
    return [
        InterpreterLeg(interaction, sid or "", number, language, code or "", name or "", joined_at, left_at)
        for interaction, sid, number, language, code, name, joined_at, left_at in rows
    ]

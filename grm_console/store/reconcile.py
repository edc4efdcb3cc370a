"""What the store knows already of what the provider lists, and which texts nobody knows the end of."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import OutboxState
from grm_console.store.exchange_sids import HAS_SID, LEG_HAS_SID
from grm_console.store.outbox import HAS_ID
from grm_console.store.prepared import fixed
from grm_console.store.tables import CallLeg, InboundEventRow, Interaction, Outbox, QueueLine
from grm_console.store.tables.columns import table_of

_event = table_of(InboundEventRow)
_interaction = table_of(Interaction)
_leg = table_of(CallLeg)
_outbox = table_of(Outbox)
_line = table_of(QueueLine)


def our_lines(connection: Connection) -> frozenset[str]:
    """All numbers that lead to a queue."""
    return frozenset(connection.execute(select(_line.c.line)).scalars())


def exchanges(connection: Connection, provider: str, sids: Collection[str]) -> dict[str, str]:
    """The provider's state of each exchange that is known, by sid."""
    statement = select(_interaction.c.sid, _interaction.c.provider_state).where(
        _interaction.c.provider == provider, _interaction.c.sid.in_(sids), HAS_SID
    )
    return {row.sid: row.provider_state for row in connection.execute(statement)}


def legs(connection: Connection, provider: str, sids: Collection[str]) -> dict[str, tuple[str, int]]:
    """(sid of the call it belongs to, number) of each leg that is known, by its own sid."""
    statement = (
        select(_leg.c.sid, _interaction.c.sid, _leg.c.number)
        .join_from(_leg, _interaction, _interaction.c.id == _leg.c.interaction_id)
        .where(_interaction.c.provider == provider, _leg.c.sid.in_(sids), LEG_HAS_SID)
    )
    return {sid: (thread, number) for sid, thread, number in connection.execute(statement)}


def told(connection: Connection, provider: str, kind: EventKind, sids: Collection[str]) -> set[tuple[str, str]]:
    """(sid, state) of every event of a kind that is kept."""
    statement = select(_event.c.sid, _event.c.state).where(
        _event.c.provider == provider, _event.c.sid.in_(sids), _event.c.kind == kind.value
    )
    return {(sid, state) for sid, state in connection.execute(statement)}


def sent(connection: Connection, provider: str, sids: Collection[str]) -> frozenset[str]:
    """Those of the sids that are texts of ours."""
    statement = select(_outbox.c.provider_id).where(
        _outbox.c.provider == provider, _outbox.c.provider_id.in_(sids), HAS_ID, _outbox.c.kind == "text"
    )
    return frozenset(connection.execute(statement).scalars())


def of_unknown_end(connection: Connection, provider: str) -> list[Any]:
    """(id, interaction_id, body, detail, decided_at) of texts that may have gone out without our being told, oldest
    first."""
    statement = (
        select(_outbox.c.id, _outbox.c.interaction_id, _outbox.c.body, _outbox.c.detail, _outbox.c.decided_at)
        .where(
            _outbox.c.provider == provider,
            _outbox.c.kind == "text",
            _outbox.c.state == fixed(OutboxState.UNKNOWN),
            _outbox.c.provider_id == "",
        )
        .order_by(_outbox.c.id)
    )
    return list(connection.execute(statement))

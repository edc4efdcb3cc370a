"""The rows of a live call: its conference and its legs."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, literal_column, or_, select, update

from grm_console.domain.call_legs import CALLER, LegFacts, is_machine
from grm_console.domain.inbound import EventKind
from grm_console.domain.words import InteractionState, LegRole, LegState
from grm_console.store.exchange_sids import HAS_SID
from grm_console.store.interactions import LOCKED, locked_row
from grm_console.store.prepared import Prepared, PreparedInsert, PreparedUpdate, ask_together, fixed
from grm_console.store.tables import CallLeg, InboundEventRow, Interaction, LiveCall
from grm_console.store.tables.columns import table_of

_call = table_of(LiveCall)
_leg = table_of(CallLeg)
_interaction = table_of(Interaction)
_event = table_of(InboundEventRow)


class CallRow(NamedTuple):
    """A live call."""

    interaction_id: int
    conference: str
    conference_sid: str
    legs: int
    moved_at: datetime | None
    leaving: int | None


class LegRow(NamedTuple):
    """One leg of a live call."""

    interaction_id: int
    number: int
    role: str
    address: str
    account_id: int | None
    organisation_id: int | None
    name: str
    sid: str
    state: str
    held: bool
    muted: bool
    coaching: bool
    asked_at: datetime
    asked_by_id: int
    joined_at: datetime | None
    left_at: datetime | None
    outcome: str
    detects: bool
    answered_by: str
    person: bool
    language: str

    @property
    def waits_outside(self) -> bool:
        """Whether it was in the conference and its own call goes on: a citizen back in a queue, or asked by keys."""
        return self.state == LegState.LEFT and bool(self.sid) and not self.outcome

    @property
    def machine(self) -> bool:
        """Whether a machine picked up, as far as anybody knows."""
        return is_machine(self.answered_by) and not self.person


Call = tuple[CallRow | None, list[LegRow]]
"""The live part of a call with its legs, the citizen's own at least; (None, []) without one."""

ALIVE = (LegState.ASKED, LegState.RINGING, LegState.JOINED)
"""States of a leg that may still be heard."""

_CALL = Prepared(
    select(*(_call.c[name] for name in CallRow._fields)).where(_call.c.interaction_id == bindparam("interaction"))
)
_LEGS = Prepared(
    select(*(_leg.c[name] for name in LegRow._fields))
    .where(_leg.c.interaction_id == bindparam("interaction"))
    .order_by(_leg.c.number)
)
_calls_and_legs = select(
    *(_call.c[name].label(f"call_{name}") for name in CallRow._fields), *(_leg.c[name] for name in LegRow._fields)
).join_from(_call, _leg, _leg.c.interaction_id == _call.c.interaction_id)
_CALL_AND_LEGS = Prepared(
    _calls_and_legs.where(_call.c.interaction_id == bindparam("interaction")).order_by(_leg.c.number)
)
CALL_OF_THREAD = Prepared(
    _calls_and_legs.join(_interaction, _interaction.c.id == _call.c.interaction_id)
    .where(_interaction.c.provider == bindparam("provider"), _interaction.c.sid == bindparam("sid"), HAS_SID)
    .order_by(_leg.c.number)
)
_KEYS = Prepared(
    select(_event.c.sequence, _event.c.text)
    .join_from(
        _interaction,
        _event,
        (_event.c.provider == _interaction.c.provider) & (_event.c.thread_sid == _interaction.c.sid),
    )
    .where(
        _interaction.c.id == bindparam("interaction"),
        _event.c.kind == fixed(EventKind.CALL_KEY),
        _event.c.state == bindparam("question"),
    )
    .order_by(_event.c.id)
)


_ADD_CALL, _ADD_LEG = PreparedInsert(_call), PreparedInsert(_leg)
_COUNT_LEG = Prepared(
    update(_call)
    .where(_call.c.interaction_id == bindparam("interaction"))
    .values(legs=_call.c.legs + literal_column("1"))
    .returning(_call.c.legs)
)
_NAME_LEG = Prepared(
    update(_leg)
    .where(_leg.c.interaction_id == bindparam("interaction"), _leg.c.number == bindparam("number"), _leg.c.sid == "")
    .values(sid=bindparam("named"))
)
_change_call = PreparedUpdate(_call, "interaction_id")
_change = PreparedUpdate(_leg, "interaction_id", "number")


def call_row(connection: Connection, interaction_id: int) -> CallRow | None:
    """The live part of a call; None for one that was never answered or dialled."""
    row = _CALL.first(connection, {"interaction": interaction_id})
    return None if row is None else CallRow(*row)


def leg_rows(connection: Connection, interaction_id: int) -> list[LegRow]:
    """All legs of a call by number."""
    return [LegRow(*row) for row in _LEGS.rows(connection, {"interaction": interaction_id})]


def call_and_legs(connection: Connection, interaction_id: int) -> Call:
    """The live part of a call with its legs."""
    return read_call(_CALL_AND_LEGS.rows(connection, {"interaction": interaction_id}))


def read_call(rows: list[tuple[Any, ...]]) -> Call:
    """A live call with its legs from rows of both, as `CALL_OF_THREAD` finds them."""
    if not rows:
        return None, []
    width = len(CallRow._fields)
    return CallRow(*rows[0][:width]), [LegRow(*row[width:]) for row in rows]


def locked_with_legs(connection: Connection, interaction_id: int) -> tuple[Any | None, Call]:
    """A call's interaction whole, locked as by `interactions.locked`, and its live part with the legs."""
    wanted = {"interaction": interaction_id}
    call, legs = ask_together(connection, (LOCKED, wanted), (_CALL_AND_LEGS, wanted))
    return locked_row(call), read_call(legs)


def begin(
    connection: Connection,
    interaction_id: int,
    conference: str,
    address: str,
    sid: str,
    account_id: int,
    at: datetime,
    *,
    detects: bool,
) -> None:
    """Let a call have a conference, with the citizen's own leg as number 0; nothing if it has one."""
    if call_row(connection, interaction_id) is not None:
        return
    call = CallRow(interaction_id, conference, conference_sid="", legs=1, moved_at=None, leaving=None)
    _ADD_CALL(connection, call._asdict())
    leg = _new(interaction_id, CALLER, LegRole.CALLER, address, account_id, at)
    _ADD_LEG(connection, leg | {"sid": sid, "detects": detects})


def add_leg(
    connection: Connection,
    interaction_id: int,
    role: LegRole,
    address: str,
    asked_by_id: int,
    at: datetime,
    *,
    account_id: int | None = None,
    organisation_id: int | None = None,
    name: str = "",
    coaching: bool = False,
    muted: bool = False,
    detects: bool = False,
    language: str = "",
) -> int:
    """Note a leg that is to be rung; gives its number. The call must have begun."""
    number = int(_COUNT_LEG.rows(connection, {"interaction": interaction_id})[0][0]) - 1
    _ADD_LEG(
        connection,
        _new(interaction_id, number, role, address, asked_by_id, at)
        | {
            "account_id": account_id,
            "organisation_id": organisation_id,
            "name": name,
            "coaching": coaching,
            "muted": muted,
            "detects": detects,
            "language": language,
        },
    )
    return number


def settle_leg(connection: Connection, known: LegRow, facts: LegFacts) -> bool:
    """Write what the fold says of a leg over what was known; False if the row says it already."""
    values: dict[str, Any] = {
        "state": facts.state.value,
        "held": facts.held,
        "muted": facts.muted,
        "joined_at": facts.joined_at,
        "left_at": facts.left_at,
        "outcome": facts.outcome,
        "answered_by": facts.answered_by,
    }
    if facts.sid:
        values["sid"] = facts.sid
    if all(getattr(known, name) == value for name, value in values.items()):
        return False
    _change(connection, [known.interaction_id, known.number], values)
    return True


def set_sid(connection: Connection, interaction_id: int, number: int, sid: str) -> None:
    """Note the carrier's id of a leg as soon as the carrier gives it."""
    _NAME_LEG.run(connection, {"interaction": interaction_id, "number": number, "named": sid})


def fail_leg(connection: Connection, interaction_id: int, number: int, at: datetime, outcome: str = "failed") -> None:
    """A leg that the carrier never rang, or is not to ring any more."""
    _change(connection, [interaction_id, number], {"state": LegState.FAILED.value, "left_at": at, "outcome": outcome})


def end_leg(connection: Connection, leg: LegRow, at: datetime) -> None:
    """A leg that must be over although nobody told of it."""
    state = LegState.FAILED if leg.joined_at is None else LegState.LEFT
    ended = {"state": state.value, "held": False, "muted": False, "left_at": at}
    _change(connection, [leg.interaction_id, leg.number], ended)


def set_coaching(connection: Connection, interaction_id: int, number: int, coaching: bool) -> None:
    """Note whether a leg is heard by the operator alone; no event of the carrier tells it for certain."""
    _change(connection, [interaction_id, number], {"coaching": coaching})


def set_person(connection: Connection, interaction_id: int, number: int) -> None:
    """Note that somebody of ours has heard a person there."""
    _change(connection, [interaction_id, number], {"person": True})


def set_leaving(connection: Connection, interaction_id: int, number: int | None) -> None:
    """Note the leg whose person the citizen is to be left with; None for nobody."""
    _change_call(connection, [interaction_id], {"leaving": number})


def leaving_before(connection: Connection, joined_before: datetime) -> list[int]:
    """Calls whose citizen is to be left with somebody who has been in the call since before a moment."""
    statement = (
        select(_call.c.interaction_id)
        .join_from(_call, _leg, (_leg.c.interaction_id == _call.c.interaction_id) & (_leg.c.number == _call.c.leaving))
        .where(_leg.c.state == fixed(LegState.JOINED), _leg.c.joined_at < joined_before)
        .order_by(_call.c.interaction_id)
    )
    return list(connection.execute(statement).scalars())


def set_conference_sid(connection: Connection, interaction_id: int, sid: str) -> None:
    """Note the carrier's id of the running conference."""
    _change_call(connection, [interaction_id], {"conference_sid": sid})


def set_moved(connection: Connection, interaction_id: int, at: datetime | None) -> None:
    """Note that the citizen was asked into the conference, or went back to waiting."""
    _change_call(connection, [interaction_id], {"moved_at": at})


def key_answers(connection: Connection, interaction_id: int, question: str) -> list[tuple[int, str]]:
    """(turn, keys) of what a caller pressed in answer to the questions of one name, oldest first."""
    rows = _KEYS.rows(connection, {"interaction": interaction_id, "question": question})
    return [(turn or 0, keys) for turn, keys in rows]


def talker(connection: Connection, interaction_id: int, numbers: Collection[int]) -> int | None:
    """The operator of the last of these legs; None if none of them is an operator's."""
    operators = [leg for leg in leg_rows(connection, interaction_id) if leg.role == LegRole.OPERATOR]
    return next((leg.account_id for leg in reversed(operators) if leg.number in numbers), None)


def rung_since(connection: Connection, interaction_id: int, moment: datetime) -> frozenset[int]:
    """Numbers of the legs that were asked for from a moment on."""
    return frozenset(leg.number for leg in leg_rows(connection, interaction_id) if leg.asked_at >= moment)


def overdue(connection: Connection, before: datetime) -> list[tuple[int, int]]:
    """(interaction, number) of legs asked for before a moment of which no end was told."""
    statement = (
        select(_leg.c.interaction_id, _leg.c.number)
        .where(
            or_(_leg.c.state == fixed(LegState.ASKED), _leg.c.state == fixed(LegState.RINGING)),
            _leg.c.number != CALLER,
            _leg.c.asked_at < before,
        )
        .order_by(_leg.c.interaction_id, _leg.c.number)
    )
    return [(row.interaction_id, row.number) for row in connection.execute(statement)]


def outlived(connection: Connection, before: datetime) -> list[tuple[int, int]]:
    """(interaction, number) of legs that seem to live although their exchange ended before a moment."""
    statement = (
        select(_leg.c.interaction_id, _leg.c.number)
        .join_from(_leg, _interaction, _interaction.c.id == _leg.c.interaction_id)
        .where(
            or_(*(_leg.c.state == fixed(state) for state in ALIVE)),
            or_(
                _interaction.c.state == fixed(InteractionState.WRAP_UP),
                _interaction.c.state == fixed(InteractionState.DONE),
            ),
            _interaction.c.ended_at < before,
        )
        .order_by(_leg.c.interaction_id, _leg.c.number)
    )
    return [(row.interaction_id, row.number) for row in connection.execute(statement)]


def alive(legs: Iterable[LegRow]) -> list[LegRow]:
    """The legs that may still be heard."""
    return [leg for leg in legs if leg.state in ALIVE]


def _new(
    interaction_id: int, number: int, role: LegRole, address: str, asked_by_id: int, at: datetime
) -> dict[str, Any]:
    return {
        "interaction_id": interaction_id,
        "number": number,
        "role": role.value,
        "address": address,
        "account_id": None,
        "organisation_id": None,
        "name": "",
        "sid": "",
        "state": LegState.ASKED.value,
        "held": False,
        "muted": False,
        "coaching": False,
        "asked_at": at,
        "asked_by_id": asked_by_id,
        "joined_at": None,
        "left_at": None,
        "outcome": "",
        "detects": False,
        "answered_by": "",
        "person": False,
        "language": "",
    }

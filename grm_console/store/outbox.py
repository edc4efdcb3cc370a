"""The outbox: decided in the transaction of the decision, sent by the web process alone."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import OutboxState
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import Prepared, filled, fixed
from grm_console.store.tables import InboundEventRow, Outbox
from grm_console.store.tables.columns import table_of

_outbox = table_of(Outbox)
_event = table_of(InboundEventRow)

FETCH = "recording-fetch"
FETCH_ATTACHMENT = "attachment-fetch"
FETCHES = (FETCH, FETCH_ATTACHMENT)
HARMLESS_TWICE = ("call-join", "call-send", "call-end", "leg-change", "leg-drop", "conference-end", *FETCHES)
"""Acts that may be asked again without a second effect; a text or a ring may not."""

_DECIDE = InsertOnce(_outbox, [_outbox.c.kind, _outbox.c.decision])
_REPLY_BY_DOCUMENT = Prepared(
    select(_outbox.c.body).where(
        _outbox.c.provider == bindparam("provider"),
        _outbox.c.answered_sid == bindparam("sid"),
        _outbox.c.kind == "text",
        _outbox.c.by_document,
    )
)

_LATEST_ACT = Prepared(
    select(_outbox.c.kind, _outbox.c.state, _outbox.c.error)
    .where(
        _outbox.c.interaction_id == bindparam("interaction"),
        _outbox.c.kind != "text",
        _outbox.c.kind != FETCH,
        _outbox.c.kind != FETCH_ATTACHMENT,
    )
    .order_by(_outbox.c.id.desc())
    .limit(1)
)


class TakenRow(NamedTuple):
    """What a sender needs to know of a row it has taken."""

    id: int
    kind: str
    decision: str
    interaction_id: int
    answered_sid: str
    body: str
    attempts: int
    decided_at: datetime
    detail: Any


HAS_ID = filled(_outbox.c.provider_id)
"""Whether the carrier gave it an id; its index has only those, and is used where this stands."""


class TextRow(NamedTuple):
    """What the reports of a text have to know of it."""

    id: int
    provider: str
    provider_id: str
    state: str
    attempts: int
    contact_point_id: int | None
    interaction_id: int
    detail: Any


_text_rows = select(*(_outbox.c[name] for name in TextRow._fields)).where(_outbox.c.kind == "text").with_for_update()
_BY_PROVIDER_ID = Prepared(
    _text_rows.where(_outbox.c.provider == bindparam("provider"), _outbox.c.provider_id == bindparam("sid"), HAS_ID)
)
_BY_KEY = Prepared(_text_rows.where(_outbox.c.id == bindparam("key")))
_DELIVERY_STATES = Prepared(
    select(_event.c.state, _event.c.error).where(
        _event.c.provider == bindparam("provider"),
        _event.c.sid == bindparam("sid"),
        _event.c.kind == EventKind.TEXT_STATUS.value,
    )
)

ENDING = ("call-end", "leg-drop", "conference-end")
"""Acts that wait for nothing decided before them: whoever hangs up is not kept on the line by what fails."""

_earlier = _outbox.alias("earlier")


def _one_of(kinds: tuple[str, ...]) -> list[ColumnElement[str]]:
    return [literal_column(f"'{kind}'") for kind in kinds]


_pending = _outbox.c.state == fixed(OutboxState.PENDING)
_interrupted = and_(_outbox.c.state == fixed(OutboxState.SENDING), _outbox.c.not_before < bindparam("before"))
_text = _outbox.c.kind == literal_column("'text'")


def _nothing_before(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~exists().where(_earlier.c.interaction_id == _outbox.c.interaction_id, _earlier.c.id < _outbox.c.id, *which)


_earlier_under_way = and_(_earlier.c.state == fixed(OutboxState.SENDING), _earlier.c.not_before >= bindparam("before"))
_earlier_waits = _earlier.c.state == fixed(OutboxState.PENDING)
_is_due = and_(
    _pending,
    _outbox.c.not_before <= bindparam("now"),
    or_(
        _outbox.c.kind.in_(_one_of(ENDING)),
        # A text waits for those before it that may go as well, never for one that waits for the morning.
        and_(
            _text,
            _nothing_before(
                _earlier.c.kind == literal_column("'text'"),
                or_(and_(_earlier_waits, _earlier.c.not_before <= bindparam("now")), _earlier_under_way),
            ),
        ),
        and_(
            ~_text,
            _nothing_before(
                _earlier.c.kind.not_in(_one_of(("text", *FETCHES))), or_(_earlier_waits, _earlier_under_way)
            ),
        ),
    ),
)
"""Whether a row may be taken: what was decided for one exchange is done in the order of its decisions, and no telephone
act waits for a text."""
_WORK = Prepared(
    select(
        exists().where(_outbox.c.state == fixed(OutboxState.PENDING), _outbox.c.not_before <= bindparam("now")),
        exists().where(_interrupted),
    )
)


def _taking(which: Any) -> Prepared:
    due = (
        select(_outbox.c.id)
        .where(_is_due, which)
        .order_by(_outbox.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )
    return Prepared(
        update(_outbox)
        .where(_outbox.c.id.in_(due))
        .values(
            state=OutboxState.SENDING.value,
            attempts=_outbox.c.attempts + literal_column("1"),
            not_before=bindparam("now"),
        )
        .returning(*(_outbox.c[name] for name in TakenRow._fields))
    )


_TAKE = {
    False: _taking(_outbox.c.kind.not_in(_one_of(FETCHES))),
    True: _taking(_outbox.c.kind.in_(_one_of(FETCHES))),
}
"""By whether it is fetches that are taken."""
_SETTLE = Prepared(
    update(_outbox)
    .where(_outbox.c.id == bindparam("key"))
    .values(
        state=bindparam("state"),
        error=bindparam("error"),
        code=bindparam("code"),
        provider_id=case((bindparam("provider_id") == "", _outbox.c.provider_id), else_=bindparam("provider_id")),
        sent_at=func.coalesce(bindparam("sent_at", type_=_outbox.c.sent_at.type), _outbox.c.sent_at),
        not_before=func.coalesce(bindparam("not_before", type_=_outbox.c.sent_at.type), _outbox.c.not_before),
    )
)
_WITHDRAW = Prepared(
    update(_outbox)
    .where(_outbox.c.kind == bindparam("kind"), _outbox.c.decision == bindparam("decision"), _pending)
    .values(state=OutboxState.FAILED.value, error=bindparam("error"))
)


def decide(
    connection: Connection,
    *,
    kind: str,
    decision: str,
    interaction_id: int,
    contact_point_id: int | None,
    provider: str,
    answered_sid: str,
    body: str,
    by_document: bool,
    state: OutboxState,
    account_id: int,
    at: datetime,
    not_before: datetime | None = None,
    rule: str = "",
    detail: dict[str, Any] | None = None,
) -> int | None:
    """Put a reply or an act into the outbox, to be done at once or not before a moment; None if it was decided before.

    `rule` names what a machine decided it by.
    """
    return _DECIDE(
        connection,
        {
            "kind": kind,
            "decision": decision,
            "interaction_id": interaction_id,
            "contact_point_id": contact_point_id,
            "provider": provider,
            "answered_sid": answered_sid,
            "body": body,
            "by_document": by_document,
            "state": state.value,
            "provider_id": "",
            "error": "",
            "code": 0,
            "rule": rule,
            "attempts": 0,
            "decided_at": at,
            "decided_by_id": account_id,
            "not_before": not_before or at,
            "sent_at": at if by_document else None,
            "detail": detail,
        },
    )


def reply_by_document(connection: Connection, provider: str, sid: str) -> str:
    """The words that answered a text with its webhook, so that a retry is answered alike; empty for silence."""
    row = _REPLY_BY_DOCUMENT.first(connection, {"provider": provider, "sid": sid})
    return "" if row is None else row[0]


def withdraw(connection: Connection, kind: str, decision: str, error: str) -> bool:
    """Take back what was decided and not begun; False if it is under way or done."""
    return _WITHDRAW.count(connection, {"kind": kind, "decision": decision, "error": error}) > 0


def withdraw_like(connection: Connection, kind: str, begins: str, error: str) -> None:
    """Take back everything of a kind whose decision begins so, and that is not begun."""
    connection.execute(
        update(_outbox)
        .where(
            _outbox.c.kind == kind,
            _outbox.c.decision.startswith(begins, autoescape=True),
            _outbox.c.state == fixed(OutboxState.PENDING),
        )
        .values(state=OutboxState.FAILED.value, error=error)
    )


def last_asked(connection: Connection, interaction_id: int, kind: str, name: str, since: datetime) -> Any:
    """What `name` was last asked to be since a moment by acts of a kind that did not fail; None if by none."""
    statement = (
        select(_outbox.c.detail)
        .where(
            _outbox.c.interaction_id == interaction_id,
            _outbox.c.kind == kind,
            _outbox.c.state != fixed(OutboxState.FAILED),
            _outbox.c.decided_at >= since,
        )
        .order_by(_outbox.c.id.desc())
    )
    details = connection.execute(statement).scalars()
    return next((detail[name] for detail in details if detail and name in detail), None)


def take_back(connection: Connection, key: int) -> bool:
    """Take back a text that was not begun; False if it is under way or done."""
    result = connection.execute(
        update(_outbox)
        .where(_outbox.c.id == key, _outbox.c.kind == "text", _outbox.c.state == fixed(OutboxState.PENDING))
        .values(state=OutboxState.WITHDRAWN.value)
    )
    return result.rowcount > 0


def latest_act(connection: Connection, interaction_id: int) -> tuple[Any, ...] | None:
    """(kind, state, error) of the newest telephone act of a call; None before the first."""
    return _LATEST_ACT.first(connection, {"interaction": interaction_id})


def work_waits(connection: Connection, now: datetime, interrupted_before: datetime) -> tuple[bool, bool]:
    """Whether anything is due, and whether anything was interrupted; asked often, to take the write lock seldom."""
    due, interrupted = _WORK.rows(connection, {"now": now, "before": interrupted_before})[0]
    return bool(due), bool(interrupted)


def take_pending(
    connection: Connection, now: datetime, interrupted_before: datetime, limit: int, *, fetches: bool
) -> list[TakenRow]:
    """Mark what is due as being sent and give it to the caller alone: two senders never take the same row.

    Only fetches (recordings, attachments), or only everything else: one may take half a minute, and no call waits.
    Of one exchange there is never more than the first; what was being sent when its process died holds up nothing.
    """
    rows = _TAKE[fetches].rows(connection, {"now": now, "before": interrupted_before, "limit": limit})
    return sorted(TakenRow(*row) for row in rows)


def settle(
    connection: Connection,
    key: int,
    *,
    state: OutboxState,
    at: datetime,
    provider_id: str = "",
    error: str = "",
    code: int = 0,
    not_before: datetime | None = None,
) -> None:
    """Write what became of a row after it was sent, or tried."""
    _SETTLE.run(
        connection,
        {
            "key": key,
            "state": state.value,
            "error": error,
            "code": code,
            "provider_id": provider_id,
            "sent_at": at if state is OutboxState.SENT else None,
            "not_before": not_before,
        },
    )


def hold_back(connection: Connection, key: int, until: datetime) -> None:
    """Let a row that was taken wait until a moment, as if it had not been taken."""
    connection.execute(
        update(_outbox)
        .where(_outbox.c.id == key)
        .values(state=OutboxState.PENDING.value, not_before=until, attempts=_outbox.c.attempts - 1)
    )


def revive_interrupted(connection: Connection, before: datetime) -> int:
    """Let acts that do no harm twice be done again when the process doing them died: nobody waits on a dead hold."""
    result = connection.execute(
        update(_outbox)
        .where(
            _outbox.c.state == fixed(OutboxState.SENDING),
            _outbox.c.not_before < before,
            _outbox.c.kind.in_(HARMLESS_TWICE),
        )
        .values(state=OutboxState.PENDING.value)
    )
    return int(result.rowcount)


def give_up_interrupted(connection: Connection, before: datetime) -> int:
    """Mark as unknown what was being sent when a process died: it may have gone out, so it is never sent again."""
    result = connection.execute(
        update(_outbox)
        .where(_outbox.c.state == OutboxState.SENDING.value, _outbox.c.not_before < before)
        .values(state=OutboxState.UNKNOWN.value, error="the process ended while sending")
    )
    return int(result.rowcount)


def delivery_states(connection: Connection, provider: str, provider_id: str) -> list[tuple[Any, ...]]:
    """(state, error) of all delivery reports of one text we sent."""
    return _DELIVERY_STATES.rows(connection, {"provider": provider, "sid": provider_id})


def text_by_provider_id(connection: Connection, provider: str, provider_id: str) -> TextRow | None:
    """The text with this provider's id, locked until the commit, or None."""
    row = _BY_PROVIDER_ID.first(connection, {"provider": provider, "sid": provider_id})
    return None if row is None else TextRow(*row)


def locked_text(connection: Connection, key: int) -> TextRow | None:
    """A text of ours, locked until the commit, or None."""
    row = _BY_KEY.first(connection, {"key": key})
    return None if row is None else TextRow(*row)

"""The outbox: decided in the transaction of the decision, sent by the web process alone."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, update

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import Lane, OutboxState
from grm_console.store.intake import InsertOnce
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import InboundEventRow, Outbox
from grm_console.store.tables.columns import table_of

_outbox = table_of(Outbox)
_event = table_of(InboundEventRow)


FETCH = "recording-fetch"
FETCH_ATTACHMENT = "attachment-fetch"
FETCHES = (FETCH, FETCH_ATTACHMENT)
HARMLESS_TWICE = ("call-join", "call-send", "call-end", "leg-change", "leg-drop", "conference-end", *FETCHES)
"""Acts that may be asked again without a second effect; a text or a ring may not."""

_IN_LANE: dict[Lane, ColumnElement[bool]] = {
    Lane.ACTS: _outbox.c.kind.not_in(("text", *FETCHES)),
    Lane.TEXTS: _outbox.c.kind == "text",
    Lane.FETCHES: _outbox.c.kind.in_(FETCHES),
}
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


_text = select(*(_outbox.c[name] for name in TextRow._fields)).where(_outbox.c.kind == "text").with_for_update()
_BY_PROVIDER_ID = Prepared(
    _text.where(_outbox.c.provider == bindparam("provider"), _outbox.c.provider_id == bindparam("sid"))
)
_BY_KEY = Prepared(_text.where(_outbox.c.id == bindparam("key")))
_DELIVERY_STATES = Prepared(
    select(_event.c.state, _event.c.error).where(
        _event.c.provider == bindparam("provider"),
        _event.c.sid == bindparam("sid"),
        _event.c.kind == EventKind.TEXT_STATUS.value,
    )
)
_WORK = Prepared(
    select(_outbox.c.id)
    .where(
        or_(_outbox.c.state == fixed(OutboxState.PENDING), _outbox.c.state == fixed(OutboxState.SENDING)),
        or_(
            and_(_outbox.c.state == fixed(OutboxState.PENDING), _outbox.c.not_before <= bindparam("now")),
            and_(_outbox.c.state == fixed(OutboxState.SENDING), _outbox.c.not_before < bindparam("before")),
        ),
    )
    .limit(1)
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
    result = connection.execute(
        update(_outbox)
        .where(_outbox.c.kind == kind, _outbox.c.decision == decision, _outbox.c.state == fixed(OutboxState.PENDING))
        .values(state=OutboxState.FAILED.value, error=error)
    )
    return result.rowcount > 0


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


def work_waits(connection: Connection, now: datetime, interrupted_before: datetime) -> bool:
    """Whether anything is due, or was interrupted; asked often, so that the write lock is taken seldom."""
    return bool(_WORK.rows(connection, {"now": now, "before": interrupted_before}))


def take_pending(connection: Connection, now: datetime, limit: int, lanes: Collection[Lane]) -> list[Any]:
    """Mark what is due in some lanes as being sent and give it to the caller alone: no two take the same row."""
    due = (
        select(_outbox.c.id)
        .where(
            _outbox.c.state == fixed(OutboxState.PENDING),
            _outbox.c.not_before <= now,
            or_(*(_IN_LANE[lane] for lane in lanes)),
        )
        .order_by(_outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = list(connection.execute(due).scalars())
    if not keys:
        return []
    connection.execute(
        update(_outbox)
        .where(_outbox.c.id.in_(keys))
        .values(state=OutboxState.SENDING.value, attempts=_outbox.c.attempts + 1, not_before=now)
    )
    return list(connection.execute(select(_outbox).where(_outbox.c.id.in_(keys)).order_by(_outbox.c.id)))


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
    values: dict[str, Any] = {"state": state.value, "error": error, "code": code}
    if provider_id:
        values["provider_id"] = provider_id
    if state is OutboxState.SENT:
        values["sent_at"] = at
    if not_before is not None:
        values["not_before"] = not_before
    connection.execute(update(_outbox).where(_outbox.c.id == key).values(values))


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

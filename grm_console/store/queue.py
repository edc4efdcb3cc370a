"""The queue: who waits in which order, who took what, and today's figures."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, literal_column, or_, select, update

from grm_console.domain.words import Channel, InteractionState, QueueState
from grm_console.store import claim_lock
from grm_console.store.offered import OFFERED, SAME_OPERATOR_FIRST
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import (
    Account,
    Interaction,
    Queue,
    QueueEntry,
    QueueLine,
)
from grm_console.store.tables.columns import table_of

_entry = table_of(QueueEntry)
_queue = table_of(Queue)
_line = table_of(QueueLine)
_interaction = table_of(Interaction)
_account = table_of(Account)

SERVING_ORDER = (_entry.c.harm.desc(), _entry.c.queued_as_of, _entry.c.id)
"""The one ORDER BY of the queue; domain.queue_order says the same and a test holds them equal."""

DUE = or_(_entry.c.not_before.is_(None), _entry.c.not_before <= bindparam("at"))
"""Whether a waiting item is offered at a moment: until its time has come a callback neither waits nor is counted."""

_EVER = datetime.max.replace(tzinfo=UTC)

FOR_LINE = (
    select(_queue.c.id, _queue.c.text_delay_seconds)
    .join_from(_queue, _line, and_(_line.c.queue_id == _queue.c.id, _line.c.line == bindparam("line")), isouter=True)
    .where(or_(_line.c.line.is_not(None), _queue.c.active))
    .order_by(case((_line.c.line.is_(None), 1), else_=0), _queue.c.id)
    .limit(literal_column("1"))
)
"""The queue a line leads to, and the delay of its texts; the first queue for an unknown line."""
_FOR_LINE = Prepared(FOR_LINE)
_CLAIM = Prepared(
    update(_entry)
    .where(_entry.c.id == bindparam("entry"), _entry.c.state == fixed(QueueState.WAITING))
    .values(
        state="claimed",
        claimed_by_id=bindparam("account"),
        claimed_at=bindparam("at"),
        claim_expires_at=bindparam("expires"),
    )
)
# Both go by the few interactions that are held, which have an index of their own: a queue keeps its whole past.
_HELD = or_(
    _interaction.c.state == fixed(InteractionState.TALKING), _interaction.c.state == fixed(InteractionState.WRAP_UP)
)
_CLAIMS = (
    _entry.c.state == fixed(QueueState.CLAIMED),
    _entry.c.interaction_id.in_(
        select(_interaction.c.id).where(
            _HELD, _interaction.c.parked_at.is_(None), _interaction.c.agent_id == bindparam("account")
        )
    ),
)
_HAS_CLAIMS = Prepared(select(_entry.c.id).where(*_CLAIMS).limit(1))
_RENEW = Prepared(update(_entry).where(*_CLAIMS).values(claim_expires_at=bindparam("expires")))
_EXPIRED = Prepared(
    select(_entry.c.id, _entry.c.interaction_id, _entry.c.claimed_by_id)
    .where(
        _entry.c.state == fixed(QueueState.CLAIMED),
        _entry.c.claim_expires_at <= bindparam("now"),
        _entry.c.interaction_id.in_(
            select(_interaction.c.id).where(
                _HELD,
                _interaction.c.parked_at.is_(None),
                _interaction.c.agent_id.is_not(None),
                # Whoever talks by telephone goes on talking, even if the seat's console is gone.
                or_(
                    _interaction.c.channel != fixed(Channel.VOICE),
                    _interaction.c.problem != "",
                    _interaction.c.connected_at.is_(None),
                ),
            )
        ),
    )
    .order_by(_entry.c.id)
)
_GIVE_UP = Prepared(
    update(_entry)
    .where(
        _entry.c.id == bindparam("entry"),
        _entry.c.state == fixed(QueueState.CLAIMED),
        _entry.c.claim_expires_at <= bindparam("now"),
    )
    .values(state="waiting", claimed_by_id=None, claimed_at=None, claim_expires_at=None)
)
_WAITING = Prepared(
    select(
        _entry.c.id,
        _entry.c.interaction_id,
        _interaction.c.channel,
        _queue.c.name,
        _entry.c.harm,
        _entry.c.waiting_since,
        _interaction.c.language,
        _interaction.c.text,
        _interaction.c.problem,
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .join(_queue, _queue.c.id == _entry.c.queue_id)
    .where(_entry.c.state == fixed(QueueState.WAITING), DUE, OFFERED)
    .order_by(*SERVING_ORDER)
    .limit(bindparam("limit"))
)
_WAITING_SUM = Prepared(
    select(func.count(_entry.c.id), func.min(_entry.c.waiting_since))
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(_entry.c.state == fixed(QueueState.WAITING), DUE, OFFERED)
)
_LONGEST_TARGET = Prepared(
    select(
        case(
            (_interaction.c.channel == fixed(Channel.VOICE), _queue.c.target_seconds),
            else_=_queue.c.text_target_seconds,
        )
    )
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .join(_queue, _queue.c.id == _entry.c.queue_id)
    .where(_entry.c.state == fixed(QueueState.WAITING), DUE, OFFERED)
    .order_by(_entry.c.waiting_since, _entry.c.id)
    .limit(1)
)


class EntryRow(NamedTuple):
    """A place in a queue and what waits there."""

    id: int
    interaction_id: int
    state: str
    channel: str
    problem: str


_ENTRY = Prepared(
    select(_entry.c.id, _entry.c.interaction_id, _entry.c.state, _interaction.c.channel, _interaction.c.problem)
    .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
    .where(_entry.c.id == bindparam("entry"))
)
_RECORDS = Prepared(select(_queue.c.records).where(_queue.c.id == bindparam("queue")))
_RELEASE = Prepared(
    update(_entry)
    .where(_entry.c.interaction_id == bindparam("interaction"), _entry.c.state == fixed(QueueState.CLAIMED))
    .values(state=QueueState.WAITING.value, claimed_by_id=None, claimed_at=None, claim_expires_at=None)
)


class ForLine(NamedTuple):
    """Where a line of ours leads."""

    queue_id: int
    text_delay_seconds: int


def queue_for_line(connection: Connection, line: str) -> ForLine | None:
    """The queue a line leads to; the first queue for an unknown line, None if there is none at all."""
    row = _FOR_LINE.first(connection, {"line": line})
    return None if row is None else ForLine(*row)


def crowd(connection: Connection, queue_id: int, most: int) -> tuple[int, str]:
    """How many items wait in a queue, counted up to `most`, and its own quiet hours."""
    waiting = (
        select(_entry.c.id)
        .where(_entry.c.state == fixed(QueueState.WAITING), _entry.c.queue_id == queue_id)
        .limit(most)
        .subquery()
    )
    statement = select(_queue.c.quiet_hours, select(func.count()).select_from(waiting).scalar_subquery())
    row = connection.execute(statement.where(_queue.c.id == queue_id)).one_or_none()
    return (0, "") if row is None else (int(row[1]), row[0])


def text_delay(connection: Connection, queue_id: int) -> int:
    """How many seconds after a call a text of this queue counts as queued."""
    statement = select(_queue.c.text_delay_seconds).where(_queue.c.id == queue_id)
    return int(connection.execute(statement).scalar_one())


def claim(connection: Connection, entry_id: int, account_id: int, at: datetime, expires: datetime) -> bool:
    """Take a waiting item for an account; False if another was first. One statement, so two can never both win.

    Whoever comes second is told at once.
    """
    if claim_lock.is_taken(connection, entry_id):
        return False
    return _CLAIM.count(connection, {"entry": entry_id, "account": account_id, "at": at, "expires": expires}) == 1


def has_claims(connection: Connection, account_id: int) -> bool:
    """Whether an account has claimed anything that it still holds, parked or not."""
    return _HAS_CLAIMS.first(connection, {"account": account_id}) is not None


def renew_claims(connection: Connection, account_id: int, expires: datetime) -> int:
    """Let all claims of an account last longer; gives how many it has."""
    return _RENEW.count(connection, {"account": account_id, "expires": expires})


def expired_claims(connection: Connection, now: datetime) -> list[tuple[Any, ...]]:
    """(entry, interaction, account) of claims that ran out, but for calls that are connected."""
    return _EXPIRED.rows(connection, {"now": now})


def give_up_claim(connection: Connection, entry_id: int, now: datetime) -> bool:
    """Put an item whose claim ran out back into its queue; False if the claim was renewed or ended meanwhile."""
    return _GIVE_UP.count(connection, {"entry": entry_id, "now": now}) == 1


def release(connection: Connection, interaction_id: int) -> None:
    """Give a claimed item back to its queue; its waiting-since stays."""
    _RELEASE.run(connection, {"interaction": interaction_id})


def records(connection: Connection, queue_id: int | None) -> bool:
    """Whether calls of a queue are recorded."""
    row = _RECORDS.first(connection, {"queue": queue_id})
    return row is not None and bool(row[0])


_ASKS_RATING = Prepared(select(_queue.c.asks_rating).where(_queue.c.id == bindparam("queue")))


def asks_rating(connection: Connection, queue_id: int | None) -> bool:
    """Whether a queue asks for ratings by text."""
    row = _ASKS_RATING.first(connection, {"queue": queue_id})
    return row is not None and bool(row[0])


def detects_machines(connection: Connection, queue_id: int | None) -> bool:
    """Whether the carrier listens if a machine picks up when callers of a queue are called back; also without one."""
    statement = select(_queue.c.detects_machines).where(_queue.c.id == queue_id)
    return connection.execute(statement).scalar_one_or_none() is not False


def wrap_up_seconds(connection: Connection, account_id: int) -> int:
    """How long an operator may take to wrap up what they hold; 0 if it belongs to no queue, or they hold nothing."""
    statement = (
        select(_queue.c.wrap_up_seconds)
        .join_from(_interaction, _queue, _queue.c.id == _interaction.c.queue_id)
        .where(
            _interaction.c.agent_id == account_id,
            _interaction.c.state == fixed(InteractionState.WRAP_UP),
            _interaction.c.parked_at.is_(None),
        )
        .order_by(_interaction.c.id)
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none() or 0


def by_code(connection: Connection, code: str) -> int | None:
    """The key of a queue in use."""
    statement = select(_queue.c.id).where(_queue.c.code == code, _queue.c.active)
    return connection.execute(statement).scalar_one_or_none()


def put_back(connection: Connection, interaction_id: int, queue_id: int, at: datetime) -> None:
    """Let a claimed item wait again in a queue of an operator's choice; its waiting-since stays."""
    connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id)
        .values(
            state=QueueState.WAITING.value,
            queue_id=queue_id,
            claimed_by_id=None,
            claimed_at=None,
            claim_expires_at=None,
            overflow_queue_id=None,
            overflowed_at=None,
            moved_at=at,
            left_at=None,
            left_reason=None,
        )
    )


def waiting_items(
    connection: Connection, limit: int, account_id: int = 0, at: datetime = _EVER
) -> list[tuple[Any, ...]]:
    """(entry, interaction, channel, queue, harm, waiting since, language, text, problem) in serving order.

    Only what is offered to the account, all without one; what is due at a moment, all without one.
    """
    return _WAITING.rows(connection, {"limit": limit} | _for(account_id, at))


def waiting_sum(connection: Connection, account_id: int = 0, at: datetime = _EVER) -> tuple[int, datetime | None]:
    """How many of `waiting_items` there are, and since when the longest waits."""
    count, since = _WAITING_SUM.rows(connection, _for(account_id, at))[0]
    return count, since


def longest_target(connection: Connection, account_id: int = 0, at: datetime = _EVER) -> int | None:
    """The target in seconds of the queue where the longest of them waits; None while nobody does."""
    row = _LONGEST_TARGET.first(connection, _for(account_id, at))
    return None if row is None else int(row[0])


def _for(account_id: int, at: datetime) -> dict[str, Any]:
    # Without an account nothing is anybody's alone.
    return {"account": account_id, "at": at, "alone_since": at - SAME_OPERATOR_FIRST if account_id else _EVER}


def entry_row(connection: Connection, entry_id: int) -> EntryRow | None:
    """A queue entry; None if there is none."""
    row = _ENTRY.first(connection, {"entry": entry_id})
    return None if row is None else EntryRow(*row)


def claimer_name(connection: Connection, entry_id: int) -> str:
    """Full name of whoever holds the item; empty if nobody does."""
    statement = (
        select(_account.c.full_name)
        .join_from(_entry, _account, _account.c.id == _entry.c.claimed_by_id)
        .where(_entry.c.id == entry_id)
    )
    return connection.execute(statement).scalar_one_or_none() or ""

"""Statements of the shift: queues that agents serve, items moved, notices, and calls for help."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from grm_console.store.tables import (
    Account,
    AgentQueue,
    HelpRequest,
    Interaction,
    Notice,
    NoticeSeen,
    Queue,
    QueueEntry,
)
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_served = table_of(AgentQueue)
_entry = table_of(QueueEntry)
_interaction = table_of(Interaction)
_queue = table_of(Queue)
_notice = table_of(Notice)
_seen = table_of(NoticeSeen)
_help = table_of(HelpRequest)


def account_row(connection: Connection, account_id: int) -> Any | None:
    """(id, name, full name, role, active) of an account, locked until the commit; None if there is none."""
    statement = select(_account.c.id, _account.c.name, _account.c.full_name, _account.c.role, _account.c.active)
    return connection.execute(statement.where(_account.c.id == account_id).with_for_update()).one_or_none()


def served_by(connection: Connection, account_id: int) -> list[int]:
    """The queues an agent serves, by key; empty means all of them."""
    statement = select(_served.c.queue_id).where(_served.c.account_id == account_id).order_by(_served.c.queue_id)
    return list(connection.execute(statement).scalars())


def serve(connection: Connection, account_id: int, queues: Collection[int]) -> None:
    """Let an agent serve these queues alone; none means all of them."""
    connection.execute(delete(_served).where(_served.c.account_id == account_id))
    if queues:
        connection.execute(insert(_served), [{"account_id": account_id, "queue_id": key} for key in sorted(queues)])


def queue_row(connection: Connection, queue_id: int) -> Any | None:
    """A queue whole, or None."""
    return connection.execute(select(_queue).where(_queue.c.id == queue_id)).one_or_none()


def waiting_entry(connection: Connection, interaction_id: int) -> Any | None:
    """(id, queue, state, waiting since, channel) of an exchange's place, locked until the commit; None without one."""
    statement = (
        select(_entry.c.id, _entry.c.queue_id, _entry.c.state, _entry.c.waiting_since, _interaction.c.channel)
        .join_from(_entry, _interaction, _interaction.c.id == _entry.c.interaction_id)
        .where(_entry.c.interaction_id == interaction_id)
        .with_for_update()
    )
    return connection.execute(statement).one_or_none()


def move_entry(
    connection: Connection, interaction_id: int, queue_id: int, queued_as_of: datetime, at: datetime
) -> bool:
    """Put a waiting item into another queue; False if it does not wait any more."""
    moved = connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _entry.c.state == "waiting")
        .values(queue_id=queue_id, queued_as_of=queued_as_of, moved_at=at, overflow_queue_id=None, overflowed_at=None)
    )
    if moved.rowcount != 1:
        return False
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(queue_id=queue_id, version=_interaction.c.version + 1)
    )
    return True


def add_notice(connection: Connection, values: dict[str, Any]) -> int:
    """Post a notice; gives its key."""
    return int(connection.execute(insert(_notice).values(values).returning(_notice.c.id)).scalar_one())


def notice_in_force(connection: Connection, words: str, at: datetime) -> bool:
    """Whether a notice with these very words is in force."""
    statement = select(_notice.c.id).where(_notice.c.until > at, _notice.c.text == words).limit(1)
    return connection.execute(statement).first() is not None


def notice_row(connection: Connection, notice_id: int) -> Any | None:
    """A notice whole, or None."""
    return connection.execute(select(_notice).where(_notice.c.id == notice_id)).one_or_none()


def end_notice(connection: Connection, notice_id: int, at: datetime) -> None:
    """Let a notice end now."""
    connection.execute(update(_notice).where(_notice.c.id == notice_id).values(until=at))


def notices_for(connection: Connection, account_id: int, at: datetime) -> list[Any]:
    """(id, text, queue, since, until, by whom, seen at) of the notices in force that concern an account, newest first.

    A notice for one queue concerns those who serve it.
    """
    mine = _served.c.account_id == account_id
    concerned = or_(
        _notice.c.queue_id.is_(None),
        ~exists().where(mine),
        exists().where(mine, _served.c.queue_id == _notice.c.queue_id),
    )
    statement = (
        select(
            _notice.c.id,
            _notice.c.text,
            _queue.c.name.label("queue"),
            _notice.c.since,
            _notice.c.until,
            _account.c.full_name.label("by"),
            _seen.c.at.label("seen_at"),
        )
        .join_from(_notice, _account, _account.c.id == _notice.c.account_id)
        .join(_queue, _queue.c.id == _notice.c.queue_id, isouter=True)
        .join(_seen, (_seen.c.notice_id == _notice.c.id) & (_seen.c.account_id == account_id), isouter=True)
        .where(_notice.c.until > at, concerned)
        .order_by(_notice.c.since.desc(), _notice.c.id.desc())
    )
    return list(connection.execute(statement))


def note_seen(connection: Connection, notice_id: int, account_id: int, at: datetime) -> bool:
    """Note that somebody has read a notice; False if that was noted before."""
    known = select(_seen.c.at).where(_seen.c.notice_id == notice_id, _seen.c.account_id == account_id)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(insert(_seen).values(notice_id=notice_id, account_id=account_id, at=at))
    return True


def open_help_of(connection: Connection, account_id: int, interaction_id: int | None) -> int | None:
    """The open request of an agent for help with an exchange, or None."""
    with_what = _help.c.interaction_id == interaction_id if interaction_id else _help.c.interaction_id.is_(None)
    statement = select(_help.c.id).where(_help.c.account_id == account_id, _help.c.done_at.is_(None), with_what)
    return connection.execute(statement.order_by(_help.c.id).limit(1)).scalar_one_or_none()


def add_help(connection: Connection, account_id: int, interaction_id: int | None, at: datetime) -> int:
    """Ask for help; gives the request's key."""
    statement = insert(_help).values(account_id=account_id, interaction_id=interaction_id, at=at)
    return int(connection.execute(statement.returning(_help.c.id)).scalar_one())


def help_row(connection: Connection, request_id: int) -> Any | None:
    """A request for help whole, locked until the commit, or None."""
    return connection.execute(select(_help).where(_help.c.id == request_id).with_for_update()).one_or_none()


def take_help(connection: Connection, request_id: int, account_id: int, at: datetime) -> bool:
    """Take a request for an account; False if it was taken or done before."""
    taken = connection.execute(
        update(_help)
        .where(_help.c.id == request_id, _help.c.taken_by_id.is_(None), _help.c.done_at.is_(None))
        .values(taken_by_id=account_id, taken_at=at)
    )
    return bool(taken.rowcount == 1)


def end_help(connection: Connection, request_id: int, at: datetime) -> None:
    """The help was given, or is no longer wanted."""
    connection.execute(update(_help).where(_help.c.id == request_id, _help.c.done_at.is_(None)).values(done_at=at))

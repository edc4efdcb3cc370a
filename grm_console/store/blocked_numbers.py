"""Numbers that are not put through, and rules for the talk with a person; nothing is ever deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from grm_console.domain.words import BlockKind, EndReason
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Account, BlockedNumber, ContactPoint, EmergencyLine, Interaction, Organisation
from grm_console.store.tables.columns import table_of

_block = table_of(BlockedNumber)
_point = table_of(ContactPoint)
_account = table_of(Account)
_lifter = _account.alias("lifter")
_organisation = table_of(Organisation)
_emergency = table_of(EmergencyLine)
_interaction = table_of(Interaction)

_IN_FORCE = (
    _block.c.contact_point_id == bindparam("point"),
    _block.c.until > bindparam("now"),
    _block.c.since <= bindparam("now"),
    _block.c.lifted_at.is_(None),
)
_KEPT_OUT = and_(
    _block.c.kind != BlockKind.PERSON.value,
    _interaction.c.contact_point_id == _block.c.contact_point_id,
    _interaction.c.end_reason == EndReason.BLOCKED.value,
    _interaction.c.happened_at >= _block.c.since,
    _interaction.c.happened_at < func.coalesce(_block.c.lifted_at, _block.c.until),
)
_KEEPS_OUT = Prepared(
    select(_block.c.id)
    .where(*_IN_FORCE, or_(_block.c.kind == fixed(BlockKind.MACHINE), _block.c.kind == fixed(BlockKind.FRAUD)))
    .limit(1)
)
_RULES = Prepared(
    select(_block.c.reason, _block.c.until)
    .where(*_IN_FORCE, _block.c.kind == fixed(BlockKind.PERSON))
    .order_by(_block.c.id.desc())
    .limit(1)
)


def keeps_out(connection: Connection, contact_point_id: int, now: datetime) -> bool:
    """Whether a machine or a fraud is kept out; rules for a person are never asked about here."""
    return _KEEPS_OUT.first(connection, {"point": contact_point_id, "now": now}) is not None


def rules_of(connection: Connection, contact_point_id: int, now: datetime) -> tuple[str, datetime] | None:
    """(the rules, until when) of the newest rules for a person in force on a number, or None."""
    row = _RULES.first(connection, {"point": contact_point_id, "now": now})
    return None if row is None else (row[0], row[1])


def in_force(connection: Connection, contact_point_id: int, kind: BlockKind, now: datetime) -> datetime | None:
    """Until when a block of this kind holds on a number; None if there is none."""
    statement = (
        select(_block.c.until)
        .where(
            _block.c.contact_point_id == contact_point_id,
            _block.c.kind == kind.value,
            _block.c.until > now,
            _block.c.lifted_at.is_(None),
        )
        .order_by(_block.c.until.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a block whole."""
    return int(connection.execute(insert(_block).values(values).returning(_block.c.id)).scalar_one())


def locked(connection: Connection, block_id: int) -> Any | None:
    """A block, locked until the commit; None if there is none."""
    return connection.execute(select(_block).where(_block.c.id == block_id).with_for_update()).one_or_none()


def lift(connection: Connection, block_id: int, account_id: int, at: datetime) -> None:
    """From now on the block does not count; that it was there stays known."""
    connection.execute(update(_block).where(_block.c.id == block_id).values(lifted_at=at, lifted_by_id=account_id))


def stopped(connection: Connection, block_id: int, limit: int) -> list[Any]:
    """(happened_at, line) of the newest calls that a block kept out."""
    statement = (
        select(_interaction.c.happened_at, _interaction.c.line)
        .join_from(_block, _interaction, _KEPT_OUT)
        .where(_block.c.id == block_id)
        .order_by(_interaction.c.happened_at.desc(), _interaction.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement))


def lines(connection: Connection, now: datetime | None) -> list[Any]:
    """Blocks with address and who set and lifted them, by key; with `now` only those in force or yet to begin."""
    statement = (
        select(
            _block,
            _point.c.address,
            _account.c.full_name.label("set_by"),
            _lifter.c.full_name.label("lifted_by"),
            select(func.count(_interaction.c.id)).where(_KEPT_OUT).scalar_subquery().label("stopped"),
        )
        .join_from(_block, _point, _point.c.id == _block.c.contact_point_id)
        .join(_account, _account.c.id == _block.c.account_id)
        .join(_lifter, _lifter.c.id == _block.c.lifted_by_id, isouter=True)
        .order_by(_block.c.id)
    )
    if now is not None:
        statement = statement.where(_block.c.until > now, _block.c.lifted_at.is_(None))
    return list(connection.execute(statement))


def needed_numbers(connection: Connection) -> list[str]:
    """The telephone numbers of departments and emergency lines as they were written, each of which may call back."""
    columns = (_organisation.c.phone, _emergency.c.number, _emergency.c.dial, _emergency.c.callback)
    written = [
        words for column in columns for words in connection.execute(select(column).where(column != "")).scalars()
    ]
    return [number for words in written for number in words.split("|")]

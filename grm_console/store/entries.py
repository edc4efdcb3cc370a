"""Exchanges that an operator enters by hand, and those put aside: who has them, and who takes them over."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from grm_console.domain.words import InteractionState
from grm_console.store.insert_once import InsertOnce
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Account, Disposition, Draft, Interaction, QueueEntry
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_entry = table_of(QueueEntry)
_account = table_of(Account)
_draft = table_of(Draft)
_disposition = table_of(Disposition)

_ADD = InsertOnce(_interaction, [_interaction.c.import_key])
_LOCK_ACCOUNT = Prepared(
    select(_account.c.id).where(_account.c.id == bindparam("account")).with_for_update(key_share=True)
)


def lock_account(connection: Connection, account_id: int) -> None:
    """Let two seats of one operator decide one after the other what is held; rows that name the account may come."""
    _LOCK_ACCOUNT.rows(connection, {"account": account_id})


def entered_before(connection: Connection, key: str) -> int | None:
    """The exchange that the same submission made before, or None."""
    statement = select(_interaction.c.id).where(_interaction.c.import_key == key)
    return connection.execute(statement).scalar_one_or_none()


def add_entered(connection: Connection, values: dict[str, Any]) -> int | None:
    """Insert an exchange whole; None if its key is there already."""
    return _ADD(connection, values)


def dispositions_for(connection: Connection, channel: str) -> list[Any]:
    """The wrap-up codes in use that fit a channel, in their order."""
    statement = select(_disposition).where(_disposition.c.active).order_by(_disposition.c.position, _disposition.c.id)
    return [d for d in connection.execute(statement) if d.channels == "*" or channel in d.channels.split("|")]


def park(connection: Connection, interaction_id: int, at: datetime) -> None:
    """Put an exchange aside; its claim no longer runs out, for it was put aside on purpose."""
    _set_parked(connection, interaction_id, at)
    connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _entry.c.state == "claimed")
        .values(claim_expires_at=None)
    )


def resume(connection: Connection, interaction_id: int) -> None:
    """Take an exchange up again."""
    _set_parked(connection, interaction_id, None)


def parked_rows(connection: Connection, account_id: int | None = None) -> list[Any]:
    """What one operator, or everybody, has put aside, with the draft and the operator's name, oldest first."""
    statement = (
        select(
            _interaction.c.id,
            _interaction.c.channel,
            _interaction.c.sender,
            _interaction.c.contact_id,
            _interaction.c.identified,
            _interaction.c.text,
            _interaction.c.parked_at,
            _interaction.c.happened_at,
            _account.c.full_name.label("agent"),
            _draft.c.form,
        )
        .join_from(_interaction, _account, _account.c.id == _interaction.c.agent_id)
        .join(_draft, _draft.c.interaction_id == _interaction.c.id, isouter=True)
        .where(
            _interaction.c.parked_at.is_not(None),
            # Said as the index of held exchanges says it, so that the past is not searched.
            or_(
                _interaction.c.state == fixed(InteractionState.TALKING),
                _interaction.c.state == fixed(InteractionState.WRAP_UP),
            ),
        )
        .order_by(_interaction.c.parked_at, _interaction.c.id)
    )
    if account_id is not None:
        statement = statement.where(_interaction.c.agent_id == account_id)
    return list(connection.execute(statement))


def hand_over(connection: Connection, interaction_id: int, account_id: int, at: datetime) -> None:
    """Give an exchange, parked, to another account with its place in the queue and its draft."""
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(agent_id=account_id, parked_at=at, version=_interaction.c.version + 1)
    )
    connection.execute(
        update(_entry)
        .where(_entry.c.interaction_id == interaction_id, _entry.c.state == "claimed")
        .values(claimed_by_id=account_id, claim_expires_at=None)
    )
    connection.execute(update(_draft).where(_draft.c.interaction_id == interaction_id).values(account_id=account_id))


def _set_parked(connection: Connection, interaction_id: int, at: datetime | None) -> None:
    connection.execute(
        update(_interaction)
        .where(_interaction.c.id == interaction_id)
        .values(parked_at=at, version=_interaction.c.version + 1)
    )

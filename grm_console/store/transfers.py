"""Live calls offered by one operator to another."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from grm_console.domain.words import AgentState, NotTaken, TransferState
from grm_console.store.prepared import Prepared, fixed
from grm_console.store.tables import Account, AgentStateLog, Transfer
from grm_console.store.tables.columns import table_of

_transfer = table_of(Transfer)
_account = table_of(Account)
_state = table_of(AgentStateLog)
_from = _account.alias("from_account")
_to = _account.alias("to_account")
_OPEN = or_(_transfer.c.state == fixed(TransferState.OFFERED), _transfer.c.state == fixed(TransferState.ACCEPTED))


class Offer(NamedTuple):
    """A call that was offered."""

    id: int
    interaction_id: int
    from_id: int
    to_id: int
    note: str
    state: str
    offered_at: datetime
    settled_at: datetime | None
    holds: bool
    not_taken: str
    from_name: str
    to_name: str

    @property
    def accepted(self) -> bool:
        """Whether the other operator has said yes."""
        return self.state == TransferState.ACCEPTED


_OFFERS = (
    select(
        _transfer.c.id,
        _transfer.c.interaction_id,
        _transfer.c.from_id,
        _transfer.c.to_id,
        _transfer.c.note,
        _transfer.c.state,
        _transfer.c.offered_at,
        _transfer.c.settled_at,
        _transfer.c.holds,
        _transfer.c.not_taken,
        _from.c.full_name,
        _to.c.full_name.label("to_name"),
    )
    .join_from(_transfer, _from, _from.c.id == _transfer.c.from_id)
    .join(_to, _to.c.id == _transfer.c.to_id)
)
_OF_CALL = Prepared(_OFFERS.where(_OPEN, _transfer.c.interaction_id == bindparam("interaction")))
_TO_ACCOUNT = Prepared(
    _OFFERS.where(_OPEN, _transfer.c.to_id == bindparam("account")).order_by(_transfer.c.id).limit(1)
)
_BY_KEY = Prepared(_OFFERS.where(_OPEN, _transfer.c.id == bindparam("key")))
_NEWEST = Prepared(
    _OFFERS.where(_transfer.c.interaction_id == bindparam("interaction")).order_by(_transfer.c.id.desc()).limit(1)
)
_UNANSWERED = Prepared(
    select(_transfer.c.id)
    .join_from(_transfer, _state, (_state.c.account_id == _transfer.c.to_id) & _state.c.until.is_(None), isouter=True)
    .where(
        _OPEN,
        _transfer.c.state == fixed(TransferState.OFFERED),
        or_(
            _transfer.c.offered_at < bindparam("before"),
            _state.c.state.is_(None),
            _state.c.state != fixed(AgentState.AVAILABLE),
        ),
    )
)


def open_offer(connection: Connection, interaction_id: int) -> Offer | None:
    """The offer of a call that is not settled."""
    row = _OF_CALL.first(connection, {"interaction": interaction_id})
    return None if row is None else Offer(*row)


def offered_to(connection: Connection, account_id: int) -> Offer | None:
    """The oldest open offer to an operator."""
    row = _TO_ACCOUNT.first(connection, {"account": account_id})
    return None if row is None else Offer(*row)


def offer_row(connection: Connection, key: int) -> Offer | None:
    """An open offer by its key."""
    row = _BY_KEY.first(connection, {"key": key})
    return None if row is None else Offer(*row)


def newest(connection: Connection, interaction_id: int) -> Offer | None:
    """The last offer of a call, whatever became of it."""
    row = _NEWEST.first(connection, {"interaction": interaction_id})
    return None if row is None else Offer(*row)


def unanswered(connection: Connection, before: datetime) -> list[int]:
    """Keys of offers made before a moment, or to somebody who is not free any more, that nobody said yes to."""
    return sorted(int(row[0]) for row in _UNANSWERED.rows(connection, {"before": before}))


def add(
    connection: Connection, interaction_id: int, from_id: int, to_id: int, note: str, at: datetime, *, holds: bool
) -> int:
    """Offer a call; gives the offer's key."""
    statement = (
        insert(_transfer)
        .values(
            interaction_id=interaction_id,
            from_id=from_id,
            to_id=to_id,
            note=note,
            state=TransferState.OFFERED.value,
            offered_at=at,
            settled_at=None,
            holds=holds,
            not_taken="",
        )
        .returning(_transfer.c.id)
    )
    return int(connection.execute(statement).scalar_one())


def settle(
    connection: Connection, key: int, state: TransferState, at: datetime, not_taken: NotTaken | None = None
) -> None:
    """Say what became of an offer."""
    settled_at = None if state is TransferState.ACCEPTED else at
    connection.execute(
        update(_transfer)
        .where(_transfer.c.id == key, _OPEN)
        .values(state=state.value, settled_at=settled_at, not_taken=not_taken.value if not_taken else "")
    )


def hold_is_ones_own(connection: Connection, key: int) -> None:
    """The operator has chosen by hand whether the citizen is on hold: the end of the offer changes nothing of it."""
    connection.execute(update(_transfer).where(_transfer.c.id == key, _OPEN).values(holds=False))

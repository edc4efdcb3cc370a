"""What a contact point wants of our texts, and whether they reach it: two logs of which the newest row counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from grm_console.domain.opt_out import OptOut
from grm_console.store.tables import Account, PointConsent, PointReach
from grm_console.store.tables.columns import table_of

_consent = table_of(PointConsent)
_reach = table_of(PointReach)
_account = table_of(Account)


def opted_out(connection: Connection, contact_point_id: int) -> bool:
    """Whether the newest word of a contact point is STOP."""
    statement = (
        select(_consent.c.word)
        .where(_consent.c.contact_point_id == contact_point_id, _consent.c.word != OptOut.HELP.value)
        .order_by(_consent.c.at.desc(), _consent.c.id.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none() == OptOut.STOP.value


def unreached(connection: Connection, contact_point_id: int) -> Any | None:
    """(at, code, reason) since texts do not reach a contact point; None as long as they do."""
    statement = (
        select(_reach.c.reached, _reach.c.at, _reach.c.code, _reach.c.reason)
        .where(_reach.c.contact_point_id == contact_point_id)
        .order_by(_reach.c.id.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None or row.reached else row


def consents_of(connection: Connection, contact_point_id: int) -> list[Any]:
    """(at, word, by_provider, reason, by) of a contact point's log, newest first."""
    statement = (
        select(
            _consent.c.at,
            _consent.c.word,
            _consent.c.by_provider,
            _consent.c.reason,
            _account.c.full_name.label("by"),
        )
        .join_from(_consent, _account, _account.c.id == _consent.c.account_id, isouter=True)
        .where(_consent.c.contact_point_id == contact_point_id)
        .order_by(_consent.c.at.desc(), _consent.c.id.desc())
    )
    return list(connection.execute(statement))


def reach_of(connection: Connection, contact_point_id: int) -> list[Any]:
    """(at, reached, code, reason, by) of a contact point's log, newest first."""
    statement = (
        select(_reach.c.at, _reach.c.reached, _reach.c.code, _reach.c.reason, _account.c.full_name.label("by"))
        .join_from(_reach, _account, _account.c.id == _reach.c.account_id, isouter=True)
        .where(_reach.c.contact_point_id == contact_point_id)
        .order_by(_reach.c.id.desc())
    )
    return list(connection.execute(statement))


def note_reach(
    connection: Connection,
    contact_point_id: int,
    reached: bool,
    at: datetime,
    *,
    code: int = 0,
    reason: str = "",
    account_id: int | None = None,
) -> None:
    """Add a row to the log of whether texts reach a contact point."""
    connection.execute(
        insert(_reach).values(
            contact_point_id=contact_point_id, reached=reached, code=code, reason=reason, account_id=account_id, at=at
        )
    )

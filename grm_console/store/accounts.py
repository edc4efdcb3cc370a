"""Staff accounts, their permissions, organisations, and the log of agent states."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.domain.permissions import PERMISSIONS, Act
from grm_console.domain.words import AgentState
from grm_console.store.prepared import Prepared, PreparedInsert
from grm_console.store.tables import Account, AgentStateLog, Mark, Organisation, Permission, Queue
from grm_console.store.tables.columns import table_of

_account = table_of(Account)
_organisation = table_of(Organisation)
_permission = table_of(Permission)
_state = table_of(AgentStateLog)
_queue = table_of(Queue)
_mark = table_of(Mark)

_ACCOUNT = select(
    _account,
    _organisation.c.name.label("organisation"),
    _organisation.c.kind.label("organisation_kind"),
).join_from(_account, _organisation, _organisation.c.id == _account.c.organisation_id)


def account_named(connection: Connection, name: str) -> Any | None:
    """An account with its organisation's name and kind, or None."""
    return connection.execute(_ACCOUNT.where(_account.c.name == name)).one_or_none()


def list_accounts(connection: Connection) -> list[Any]:
    """All accounts that people use, by name."""
    return list(connection.execute(_ACCOUNT.where(_account.c.role != "system").order_by(_account.c.name)))


def acts_of(connection: Connection, role: str) -> frozenset[Act]:
    """What a role may do, as the store's own table says."""
    known = {act.value for act in Act}
    acts = connection.execute(select(_permission.c.act).where(_permission.c.role == role)).scalars()
    return frozenset(Act(act) for act in acts if act in known)


def note_failure(connection: Connection, account_id: int, at: datetime) -> None:
    """Count a failed sign-in; the store counts, so that none of several at once is lost."""
    connection.execute(
        update(_account).where(_account.c.id == account_id).values(failures=_account.c.failures + 1, failed_at=at)
    )


def clear_failures(connection: Connection, account_id: int) -> None:
    """Forget failed sign-ins after a good one."""
    connection.execute(update(_account).where(_account.c.id == account_id).values(failures=0, failed_at=None))


def add_account(connection: Connection, values: dict[str, Any]) -> int:
    """Make an account."""
    whole = {
        "password_hash": None,
        "must_change_password": False,
        "languages": "",
        "device": "",
        "active": True,
        "failures": 0,
        "failed_at": None,
    } | values
    return int(connection.execute(insert(_account).values(whole).returning(_account.c.id)).scalar_one())


def change_account(connection: Connection, account_id: int, values: dict[str, Any]) -> None:
    """Change some columns of an account."""
    connection.execute(update(_account).where(_account.c.id == account_id).values(values))


def organisation_key(connection: Connection, code: str) -> int | None:
    """The key of an organisation, or None."""
    return connection.execute(select(_organisation.c.id).where(_organisation.c.code == code)).scalar_one_or_none()


def make_foundation(connection: Connection, at: datetime) -> None:
    """What every store needs before anybody works: the centre, the system accounts, one queue, the permissions."""
    if organisation_key(connection, "centre") is None:
        connection.execute(
            insert(_organisation).values(
                code="centre",
                kind="department",
                name="Hotline centre",
                other_name="",
                phone="",
                email="",
                hours="",
                duties="",
                active=True,
            )
        )
    centre = organisation_key(connection, "centre")
    for name, full_name in (("system:web", "Web process"), ("system:cli", "Command line")):
        if account_named(connection, name) is None:
            add_account(
                connection,
                {
                    "name": name,
                    "full_name": full_name,
                    "role": "system",
                    "organisation_id": centre,
                    "created_at": at,
                },
            )
    if connection.execute(select(_queue.c.id).limit(1)).first() is None:
        # Without any queue a first call would wait nowhere, and nobody would be rung.
        connection.execute(
            insert(_queue).values(
                code="general",
                name="General line",
                other_name="",
                languages="",
                target_seconds=15,
                text_delay_seconds=120,
                wrap_up_seconds=60,
            )
        )
    if connection.execute(select(_permission.c.role).limit(1)).first() is None:
        rows = [{"role": role.value, "act": act.value} for role, acts in PERMISSIONS.items() for act in sorted(acts)]
        connection.execute(insert(_permission), rows)


class OpenState(NamedTuple):
    """What an agent does now."""

    state: str
    reason: str
    since: datetime


_OPEN = Prepared(
    select(_state.c.state, _state.c.reason, _state.c.since).where(
        _state.c.account_id == bindparam("account"), _state.c.until.is_(None)
    )
)
_CLOSE = Prepared(
    update(_state)
    .where(_state.c.account_id == bindparam("account"), _state.c.until.is_(None))
    .values(until=bindparam("at"))
)
_BEGIN = PreparedInsert(_state)


def open_state(connection: Connection, account_id: int) -> OpenState | None:
    """What an agent does now, or None before the first shift."""
    row = _OPEN.first(connection, {"account": account_id})
    return None if row is None else OpenState(*row)


def change_state(connection: Connection, account_id: int, state: AgentState, reason: str, at: datetime) -> None:
    """End what an agent did and begin another; the same state again changes nothing, so no second is lost."""
    now = open_state(connection, account_id)
    if now is not None:
        if (now.state, now.reason) == (state.value, reason):
            return
        at = max(at, now.since)
        _CLOSE.run(connection, {"account": account_id, "at": at})
    begun = {"account_id": account_id, "state": state.value, "reason": reason, "since": at, "until": None}
    _BEGIN(connection, begun)


def mark(connection: Connection, name: str) -> str:
    """A fact about the store itself; empty if it is not noted."""
    return connection.execute(select(_mark.c.value).where(_mark.c.name == name)).scalar_one_or_none() or ""


def set_mark(connection: Connection, name: str, value: str) -> None:
    """Note a fact about the store itself."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(_mark).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

"""Who can be brought into a call: organisations with a telephone, and colleagues with theirs."""

from typing import Any

from sqlalchemy import Connection, select

from grm_console.store.tables import Account, AgentStateLog, Organisation, Queue
from grm_console.store.tables.columns import table_of

_organisation = table_of(Organisation)
_account = table_of(Account)
_state = table_of(AgentStateLog)
_queue = table_of(Queue)


def departments(connection: Connection) -> list[Any]:
    """(code, name, other_name, phone, hours, duties, interprets) of every organisation in use with a telephone."""
    statement = (
        select(
            _organisation.c.code,
            _organisation.c.name,
            _organisation.c.other_name,
            _organisation.c.phone,
            _organisation.c.hours,
            _organisation.c.duties,
            _organisation.c.interprets,
        )
        .where(_organisation.c.active, _organisation.c.phone != "")
        .order_by(_organisation.c.name, _organisation.c.id)
    )
    return list(connection.execute(statement))


def queues(connection: Connection) -> list[Any]:
    """(code, name, other_name) of every queue in use."""
    statement = select(_queue.c.code, _queue.c.name, _queue.c.other_name).where(_queue.c.active)
    return list(connection.execute(statement.order_by(_queue.c.name, _queue.c.id)))


def number_of(connection: Connection, code: str) -> Any | None:
    """(id, name, phone, interprets, detects_machines) of an organisation in use."""
    statement = select(
        _organisation.c.id,
        _organisation.c.name,
        _organisation.c.phone,
        _organisation.c.interprets,
        _organisation.c.detects_machines,
    ).where(_organisation.c.active, _organisation.c.code == code)
    return connection.execute(statement).one_or_none()


def colleagues(connection: Connection, but: int) -> list[Any]:
    """(id, name, full_name, device, languages, state) of operators and supervisors other than one account."""
    statement = (
        select(
            _account.c.id,
            _account.c.name,
            _account.c.full_name,
            _account.c.device,
            _account.c.languages,
            _state.c.state,
        )
        .join_from(_account, _state, (_state.c.account_id == _account.c.id) & _state.c.until.is_(None), isouter=True)
        .where(_account.c.active, _account.c.role.in_(("operator", "supervisor")), _account.c.id != but)
        .order_by(_account.c.full_name, _account.c.id)
    )
    return list(connection.execute(statement))


def colleague(connection: Connection, name: str) -> Any | None:
    """(id, full_name, device, state) of a staff account in use."""
    statement = (
        select(_account.c.id, _account.c.full_name, _account.c.device, _state.c.state)
        .join_from(_account, _state, (_state.c.account_id == _account.c.id) & _state.c.until.is_(None), isouter=True)
        .where(_account.c.active, _account.c.name == name)
    )
    return connection.execute(statement).one_or_none()

"""Ready-made texts: those of the team, and each operator's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from grm_console.store.tables import Account, CannedText, CaseFile, Organisation, QueueLine, Service
from grm_console.store.tables.columns import table_of

_canned = table_of(CannedText)
_account = table_of(Account)
_case = table_of(CaseFile)
_service = table_of(Service)
_organisation = table_of(Organisation)
_line = table_of(QueueLine)


def texts_for(connection: Connection, account_id: int) -> list[Any]:
    """The texts in use that an account may take: by category, the most used first, then by title."""
    statement = select(_canned).where(
        _canned.c.active, or_(_canned.c.owner_id.is_(None), _canned.c.owner_id == account_id)
    )
    return list(
        connection.execute(statement.order_by(_canned.c.category, _canned.c.uses.desc(), _canned.c.title, _canned.c.id))
    )


def team_texts(connection: Connection) -> list[Any]:
    """The team's texts in use, by category, title and language."""
    statement = select(_canned).where(_canned.c.active, _canned.c.owner_id.is_(None))
    return list(
        connection.execute(statement.order_by(_canned.c.category, _canned.c.title, _canned.c.language, _canned.c.id))
    )


def text_row(connection: Connection, text_id: int) -> Any | None:
    """A text in use, with who changed it last as `by`, locked until the commit; None if there is none."""
    statement = (
        select(_canned, _account.c.full_name.label("by"))
        .join_from(_canned, _account, _account.c.id == _canned.c.changed_by_id)
        .where(_canned.c.id == text_id, _canned.c.active)
        .with_for_update(of=_canned)
    )
    return connection.execute(statement).one_or_none()


def add_text(connection: Connection, values: Mapping[str, Any], account_id: int, at: datetime) -> int:
    """Insert a text; gives its key."""
    whole = dict(values) | {"active": True, "uses": 0, "version": 1, "changed_at": at, "changed_by_id": account_id}
    return int(connection.execute(insert(_canned).values(whole).returning(_canned.c.id)).scalar_one())


def change_text(connection: Connection, text_id: int, values: Mapping[str, Any], account_id: int, at: datetime) -> None:
    """Change a text, as its next version."""
    counted = {"version": _canned.c.version + 1, "changed_at": at, "changed_by_id": account_id}
    connection.execute(update(_canned).where(_canned.c.id == text_id).values(dict(values) | counted))


def count_use(connection: Connection, text_id: int) -> None:
    """Note that a text was taken; that is no change of it."""
    connection.execute(update(_canned).where(_canned.c.id == text_id).values(uses=_canned.c.uses + 1))


def case_numbered(connection: Connection, number: str) -> Any | None:
    """A case with its service's and lead department's names in both languages; None if there is none."""
    statement = (
        select(
            _case.c.number,
            _case.c.contact_id,
            _case.c.interaction_id,
            _case.c.confidentiality,
            _case.c.due_at,
            _service.c.name.label("service"),
            _service.c.other_name.label("other_service"),
            _organisation.c.name.label("department"),
            _organisation.c.other_name.label("other_department"),
        )
        .join_from(_case, _service, _service.c.id == _case.c.service_id)
        .join(_organisation, _organisation.c.id == _case.c.organisation_id)
        .where(_case.c.number == number)
    )
    return connection.execute(statement).one_or_none()


def first_line(connection: Connection) -> str:
    """Our own number to name where the exchange came by none; empty if no line is known."""
    statement = select(_line.c.line).order_by(_line.c.queue_id, _line.c.line).limit(1)
    return connection.execute(statement).scalar_one_or_none() or ""

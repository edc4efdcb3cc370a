"""Failed sign-ins under names that no account has: counted like those of accounts, in a bounded number of places.

They stand in the store, not in a process, because a process may be started anew for each attempt.
"""

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.store.tables import Mark
from grm_console.store.tables.columns import table_of

_mark = table_of(Mark)


def refusals(connection: Connection, place: int) -> tuple[int, datetime | None]:
    """How many attempts failed at a place, and the last one's moment."""
    value = connection.execute(select(_mark.c.value).where(_mark.c.name == _name(place))).scalar_one_or_none()
    return _read(value or "")


def note_refusal(connection: Connection, place: int, at: datetime) -> None:
    """Count one more; of several at once none is lost."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(maker(_mark).values(name=_name(place), value="").on_conflict_do_nothing(index_elements=["name"]))
    here = _mark.c.name == _name(place)
    failures, _last = _read(connection.execute(select(_mark.c.value).where(here).with_for_update()).scalar_one())
    connection.execute(update(_mark).where(here).values(value=f"{failures + 1} {at.isoformat()}"))


def _name(place: int) -> str:
    return f"refused:{place}"


def _read(value: str) -> tuple[int, datetime | None]:
    failures, _space, at = value.partition(" ")
    return (int(failures), datetime.fromisoformat(at)) if at else (0, None)

"""An INSERT that does nothing when its unique key is there already."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.store.prepared import Prepared, Question
from grm_console.store.store import Write


class InsertOnce:
    """An INSERT that does nothing when its unique key is there already, the same on both stores."""

    def __init__(self, table: Any, keys: list[Any], *, where: Any = None, later: Collection[str] = ()) -> None:
        """`where` is the condition of a partial key; `later` are columns that something else fills."""
        values: dict[str, Any] = {c.name: bindparam(c.name) for c in table.columns if c.name not in {"id", *later}}
        makers: tuple[tuple[str, Any], ...] = (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
        inserts = {
            name: make(table).values(values).on_conflict_do_nothing(index_elements=keys, index_where=where)
            for name, make in makers
        }
        self._silent = {name: Prepared(insert) for name, insert in inserts.items()}
        self._statements = {name: Prepared(insert.returning(table.c.id)) for name, insert in inserts.items()}

    def __call__(self, connection: Connection, values: dict[str, Any]) -> int | None:
        """The new row's key, or None if it was there."""
        row = self._statements[connection.dialect.name].first(connection, values)
        return None if row is None else int(row[0])

    def question(self, connection: Connection, values: dict[str, Any]) -> Question:
        """The same to be asked with others: its rows are the new row's key, or none."""
        return self._statements[connection.dialect.name], values

    def quietly(self, connection: Connection, values: dict[str, Any]) -> None:
        """Insert it where nobody asks whether it was there: so nothing waits for the answer."""
        self._silent[connection.dialect.name].run(connection, values)

    def put_off(self, write: Write, values: dict[str, Any]) -> None:
        """Insert it with others of its kind, at the latest before anything else is asked of the transaction."""
        write.put_off(self._silent[write.ahead.dialect.name], values)

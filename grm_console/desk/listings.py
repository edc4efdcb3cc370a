"""What is in the store of each kind that files can bring, row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.store import export, listing

STATEMENTS = {
    "contacts": listing.CONTACTS,
    "relations": listing.RELATIONS,
    "history": listing.HISTORY,
    "cases": listing.CASES,
}
"""Lists that tell of citizens, so that reading them leaves an audit row; the catalogue has lists of its own."""


def list_rows(desk: Desk, actor: Actor, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a kind, one of STATEMENTS, streamed; moments as ISO 8601."""
    actor.require(Act.EXPORT)
    count = 0
    with desk.store.reading() as connection:
        for row in export.stream(connection, STATEMENTS[kind]):
            count += 1
            yield {name: v.isoformat() if isinstance(v, datetime) else v for name, v in row.items()}
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, f"list:{kind}", "command line", f"{count} rows")

"""What is in the store of each kind that files can bring, row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.store import export, lines, listing

STATEMENTS = {
    "organisations": listing.ORGANISATIONS,
    "queues": listing.QUEUES,
    "dispositions": listing.DISPOSITIONS,
    "segments": listing.SEGMENTS,
    "services": listing.SERVICES,
    "contacts": listing.CONTACTS,
    "relations": listing.RELATIONS,
    "history": listing.HISTORY,
    "cases": listing.CASES,
}

_OF_PEOPLE = ("contacts", "relations", "history", "cases")
"""Lists that tell of citizens, so that reading them leaves an audit row."""


def list_rows(desk: Desk, actor: Actor, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a kind, one of STATEMENTS, streamed; moments as ISO 8601. Lists of people are audited."""
    actor.require(Act.EXPORT)
    count = 0
    with desk.store.reading() as connection:
        leading = lines.lines_of(connection) if kind == "queues" else {}
        for row in export.stream(connection, STATEMENTS[kind]):
            count += 1
            if kind == "queues":
                row["lines"] = "|".join(leading.get(row.pop("id"), ()))
            yield {name: v.isoformat() if isinstance(v, datetime) else v for name, v in row.items()}
    if kind in _OF_PEOPLE:
        with desk.store.writing() as write:
            record(write, actor, Act.EXPORT, f"list:{kind}", "command line", f"{count} rows")

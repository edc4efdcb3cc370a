"""Which of our own numbers leads to which queue."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from grm_console.store.tables import QueueLine
from grm_console.store.tables.columns import table_of

_line = table_of(QueueLine)


def lead_lines(connection: Connection, wanted: Mapping[str, int], queues: set[int]) -> set[int]:
    """Let exactly these lines lead to the queues, by queue key; gives the queues whose lines changed."""
    known = {row.line: row.queue_id for row in connection.execute(select(_line))}
    gone = {line: queue for line, queue in known.items() if queue in queues and wanted.get(line) != queue}
    new = {line: queue for line, queue in wanted.items() if known.get(line) != queue}
    moved = [line for line in known if line in gone or line in new]
    if moved:
        connection.execute(delete(_line).where(_line.c.line.in_(moved)))
    if new:
        connection.execute(insert(_line), [{"line": line, "queue_id": queue} for line, queue in new.items()])
    return {*gone.values(), *new.values()}


def lines_of(connection: Connection) -> dict[int, list[str]]:
    """The lines of each queue, by queue key."""
    found: dict[int, list[str]] = {}
    for row in connection.execute(select(_line).order_by(_line.c.line)):
        found.setdefault(row.queue_id, []).append(row.line)
    return found

"""Exports: one line for each row, as JSON lines or CSV, streamed; what a person wrote can start no formula."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.store import contact_export, export
from grm_console.text import defuse_cell

STATEMENTS = {
    "interactions": export.INTERACTIONS,
    "contacts": export.CONTACTS,
    "cases": export.CASES,
    "replies": export.REPLIES,
}

Format = Literal["jsonl", "csv"]

TOGETHER = 2000
"""Contacts whose parts are fetched at once."""


def export_lines(desk: Desk, actor: Actor, kind: str, form: Format) -> Iterator[str]:
    """The lines of an export, each with its line end; the first CSV line names the columns.

    `kind` is one of STATEMENTS; a contact's line also tells what hangs on it, in the columns of
    `contact_export.PARTS`. The export itself is audited, with its number of rows, when it is done.
    """
    actor.require(Act.EXPORT)
    rows = 0
    with desk.store.reading() as connection:
        found = export.stream(connection, STATEMENTS[kind])
        columns = STATEMENTS[kind].selected_columns.keys()
        if kind == "contacts":
            found, columns = _with_parts(connection, found), [*columns, *contact_export.PARTS]
        if form == "csv":
            yield _csv_line(columns)
        for values in found:
            rows += 1
            plain = _plain(values)
            if form == "jsonl":
                yield json.dumps(plain, ensure_ascii=False) + "\n"
            else:
                yield _csv_line([_cell(plain[name]) for name in columns])
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, f"export:{kind}", "command line", f"{rows} rows as {form}")


def _with_parts(connection: Connection, contacts: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Contacts in the order of their keys, each with what hangs on it, some thousand in memory at a time."""
    while some := list(islice(contacts, TOGETHER)):
        parts = contact_export.parts_of(connection, some[0]["id"], some[-1]["id"])
        for values in some:
            yield values | (parts.get(values["id"]) or contact_export.no_parts())


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; moments as ISO 8601."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defuse_cell(value)
    if isinstance(value, list | dict):
        return defuse_cell(json.dumps(value, ensure_ascii=False))
    return str(value)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()

"""Exports: one line for each row, as JSON lines or CSV, streamed; what a person wrote can start no formula."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.store import export
from grm_console.text import defuse_cell

STATEMENTS = {
    "interactions": export.INTERACTIONS,
    "contacts": export.CONTACTS,
    "cases": export.CASES,
    "replies": export.REPLIES,
}

Format = Literal["jsonl", "csv"]


def export_lines(desk: Desk, actor: Actor, kind: str, form: Format) -> Iterator[str]:
    """The lines of an export, each with its line end; the first CSV line names the columns.

    `kind` is one of STATEMENTS. The export itself is audited, with its number of rows, when it is done.
    """
    actor.require(Act.EXPORT)
    rows = 0
    with desk.store.reading() as connection:
        addresses = export.addresses_by_contact(connection) if kind == "contacts" else {}
        columns = list(STATEMENTS[kind].selected_columns.keys()) + (["addresses"] if kind == "contacts" else [])
        if form == "csv":
            yield _csv_line(columns)
        for values in export.stream(connection, STATEMENTS[kind]):
            if kind == "contacts":
                values["addresses"] = addresses.get(values["id"], [])
            rows += 1
            plain = {name: _plain(value) for name, value in values.items()}
            if form == "jsonl":
                yield json.dumps(plain, ensure_ascii=False) + "\n"
            else:
                yield _csv_line([_cell(plain[name]) for name in columns])
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, f"export:{kind}", "command line", f"{rows} rows as {form}")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


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

"""Rows on standard output, as CSV or as JSON lines."""

import csv
import json
import sys
from collections.abc import Iterable
from typing import Any

from grm_console.text import defuse_cell, printable


def show_rows(rows: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    """Write rows that name the same columns; nothing a person wrote can start a formula or repaint a terminal."""
    seen = sys.stdout.isatty()
    writer: Any = None
    for row in rows:
        if as_json:
            sys.stdout.write(json.dumps(row, ensure_ascii=seen) + "\n")
            continue
        if writer is None:
            writer = csv.writer(sys.stdout)
            writer.writerow(row)
        writer.writerow([_cell(value, seen=seen) for value in row.values()])


def _cell(value: Any, *, seen: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return defuse_cell(printable(text) if seen else text)

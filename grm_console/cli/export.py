"""`grm export`: rows to standard output."""

import sys
from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """What can be exported."""

    INTERACTIONS = "interactions"
    CONTACTS = "contacts"
    CASES = "cases"
    REPLIES = "replies"


class Form(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    CSV = "csv"


def export(
    kind: Kind,
    form: Annotated[Form, typer.Option("--format", help="One JSON object a line, or CSV.")] = Form.JSONL,
) -> None:
    """Write every row of a kind to standard output."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.exports import export_lines

    desk, actor = command_line()
    with desk.store:
        for line in export_lines(desk, actor, kind.value, form.value):
            sys.stdout.write(line)

"""The team's ready-made texts from a file, and back into one; private texts are their owners' alone."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.canned_texts import columns_of, text_problems
from grm_console.desk.catalogue.cells import guarded, unguarded
from grm_console.desk.desk import Desk, record
from grm_console.desk.exchange_views import NewCanned
from grm_console.desk.imports.cells import Cells
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.desk.whole_file import whole_file
from grm_console.domain.permissions import Act
from grm_console.i18n import _
from grm_console.store import canned_texts

REQUIRED = ("title", "body")
OPTIONAL = ("category", "language")
"""Columns a file may lack; they are empty then."""

_KEY = ("category", "title", "language")
_COLUMNS = (*_KEY, "body")


def import_canned_texts(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of team texts into the store, by category, title and language together.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT, Act.WRITE_TEAM_TEXTS)
    problems = Problems(path)
    wanted: dict[tuple[str, ...], dict[str, str]] = {}
    for line in read_table(path, REQUIRED, OPTIONAL, problems=problems):
        cells = Cells(line, problems)
        title, body, category = (unguarded(line[name]) for name in ("title", "body", "category"))
        text = NewCanned(title, body, category, line["language"], private=False)
        for reason in text_problems(text).values():
            cells.wrong(reason)
        columns = columns_of(text)
        key = tuple(columns[name] for name in _KEY)
        if key in wanted:
            cells.wrong(_("this title stands there twice in one category and language"))
        wanted[key] = columns
    problems.refuse()
    with importing(desk, actor, "canned-texts", path, "canned-text", dry_run=dry_run) as run:
        there = {tuple(getattr(row, name) for name in _KEY): row for row in canned_texts.team_texts(run.connection)}
        changed = [key for key in wanted if key in there and there[key].body != wanted[key]["body"]]
        new = [key for key in wanted if key not in there]
        for key in changed:
            canned_texts.change_text(run.connection, there[key].id, wanted[key], actor.account_id, run.now)
        for key in new:
            canned_texts.add_text(run.connection, wanted[key] | {"owner_id": None}, actor.account_id, run.now)
        run.count(len(new), len(changed), len(wanted))
        if progress is not None:
            progress(len(wanted), len(wanted))
    return run.result


def list_canned_texts(desk: Desk, actor: Actor) -> Iterator[dict[str, Any]]:
    """The team's texts, by category, title and language."""
    actor.require(Act.EXPORT)
    with desk.store.reading() as connection:
        for row in canned_texts.team_texts(connection):
            yield {name: getattr(row, name) for name in _COLUMNS}


def export_canned_texts(
    desk: Desk, actor: Actor, path: Path, *, overwrite: bool = False, progress: Progress | None = None
) -> int:
    """Write the team's texts into a CSV file that an import takes back unchanged; gives how many they are.

    Its cells start no formula. Raises InvalidInput as `whole_file` does.
    """
    actor.require(Act.EXPORT, Act.WRITE_TEAM_TEXTS)
    with whole_file(path, overwrite=overwrite) as file:
        texts = list(list_canned_texts(desk, actor))
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for number, text in enumerate(texts, 1):
            writer.writerow(map(guarded, text.values()))
            if progress is not None:
                progress(number, len(texts))
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, "export:canned-texts", path.name[:100], f"{len(texts)} rows")
    return len(texts)

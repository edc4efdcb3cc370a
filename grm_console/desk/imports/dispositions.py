"""Wrap-up codes from a file, offered in the file's order."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel
from grm_console.store import bulk
from grm_console.store.tables import Disposition
from grm_console.store.tables.columns import table_of

_disposition = table_of(Disposition)

REQUIRED = ("code", "name_en", "outcome")
OPTIONAL = {"name_zh": "other_name", "channels": "channels"}
"""Columns a file may lack, and what they fill."""

OUTCOMES = ("answered", "case-opened", "handed-over", "no-content")

_ANY = "*"
_FRESH = {"other_name": "", "channels": _ANY, "active": True}


def import_dispositions(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of wrap-up codes into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    wanted = {}
    lines = read_table(path, REQUIRED, OPTIONAL, key=("code",), problems=problems)
    for position, line in enumerate(lines):
        cells = Cells(line, problems)
        values = {
            "name": cells.needed("name_en"),
            "other_name": cells.text("name_zh"),
            "outcome": cells.choice("outcome", OUTCOMES),
            "channels": _channels(cells),
            "position": position,
        }
        wanted[cells.code("code")] = cells.present(values, OPTIONAL)
    problems.refuse()
    with importing(desk, actor, "dispositions", path, "disposition", dry_run=dry_run) as run:
        run.settle(bulk.upsert(run.connection, _disposition, "code", wanted, _FRESH), wanted, progress)
    return run.result


def _channels(cells: Cells) -> str:
    found = cells.several("channels")
    if found in ([], [_ANY]):
        return _ANY
    for value in found:
        if value not in set(Channel):
            cells.wrong(f"channels {shown(value)} is not known; write * or some of {'|'.join(Channel)}")
    return "|".join(found)

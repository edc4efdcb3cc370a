"""Segments from a file: groups that get fitting content, never a priority."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.permissions import Act
from grm_console.store import bulk
from grm_console.store.tables import Segment
from grm_console.store.tables.columns import table_of

_segment = table_of(Segment)

REQUIRED = ("code", "name_en", "purpose")
OPTIONAL = {"name_zh": "other_name", "expires_on": "expires_at"}
"""Columns a file may lack, and what they fill."""

_FRESH = {"other_name": "", "expires_at": None}


def import_segments(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of segments into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    wanted = {}
    for line in read_table(path, REQUIRED, OPTIONAL, key=("code",), problems=problems):
        cells = Cells(line, problems)
        values = {
            "name": cells.needed("name_en"),
            "other_name": cells.text("name_zh"),
            "purpose": cells.needed("purpose"),
            "expires_at": cells.day_ends("expires_on"),
        }
        wanted[cells.code("code")] = cells.present(values, OPTIONAL)
    problems.refuse()
    with importing(desk, actor, "segments", path, "segment", dry_run=dry_run) as run:
        run.settle(bulk.upsert(run.connection, _segment, "code", wanted, _FRESH), wanted, progress)
    return run.result

"""Emergency lines: whom to ring for an area, and what to say where nobody may be rung."""

from collections.abc import Sequence
from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import EMERGENCY_LINE
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import Putting, TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.i18n import _
from grm_console.store import emergency_lines
from grm_console.store.bulk import Upserted
from grm_console.store.tables import EmergencyLine
from grm_console.store.tables.columns import table_of

_SHORTEST = 4
"""Digits of the shortest number that we dial: 911 or 110 dialled by us would reach the service of our own place."""


class _EmergencyLineShelf(TableShelf):
    """Rows of which none lets the desk dial a short emergency number."""

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them."""
        rows = self.read(work, lines)
        for cells, values in rows.values():
            dial = values.get("dial")
            if dial and dial.isdigit() and len(dial) < _SHORTEST:
                told = _("{number} would reach the service of our own place; write its full number")
                cells.refuse("dial", told.format(number=dial), with_rule=True)
        work.problems.refuse()
        return self.write(work, {area: values for area, (_cells, values) in rows.items()})


SHELF = _EmergencyLineShelf(
    EMERGENCY_LINE,
    table_of(EmergencyLine),
    emergency_lines.EMERGENCY_LINES,
    {},
    {"dial": "", "callback": "", "script": "", "active": True},
)


def import_emergency_lines(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of emergency lines into the store, by `area`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)

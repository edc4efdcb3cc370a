"""The catalogue as the administrator's screen asks for it, bound to one signed-in actor.

Every method may block on the store (call it from a thread worker) and may raise any GrmError.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grm_console.desk import staff
from grm_console.desk.actor import Actor
from grm_console.desk.administration_views import CatalogueRow, CatalogueRows, FileCounts, SavedRow
from grm_console.desk.blocked import Blocked
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.exports import export_file
from grm_console.desk.catalogue.fields import DEPARTMENT, KINDS, STAFF, Kind, Row
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelves import shelf_of
from grm_console.desk.desk import Desk


class Administration:
    """What one administrator may keep."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor
        self.kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if actor.may(kind.act))
        """The kinds that this actor may see and change."""
        self.blocked = Blocked(desk, actor)

    def rows(self, kind: Kind) -> CatalogueRows:
        """Every row of a kind, in the order of its file."""
        return CatalogueRows(kind, tuple(_view(kind, one) for one in changes.records(self._desk, self._actor, kind)))

    def row(self, kind: Kind, code: str) -> CatalogueRow:
        """One row as it stands now; raises NotFound."""
        return _saved(kind, changes.row(self._desk, self._actor, kind, code)).row

    def departments(self) -> tuple[str, ...]:
        """The codes that fields which name a department may hold."""
        return tuple(row.code for row in self.rows(DEPARTMENT).rows) if DEPARTMENT in self.kinds else ()

    def add(self, kind: Kind, cells: Row) -> SavedRow:
        """Add a row; a new account gets a one-time password. Raises InvalidInput."""
        if kind is not STAFF:
            return _saved(kind, changes.add(self._desk, self._actor, kind, cells))
        password = staff.one_time_password()
        return _saved(kind, staff.add_staff(self._desk, self._actor, cells, password, once=True), password)

    def change(self, kind: Kind, code: str, before: Row, after: Row) -> SavedRow:
        """Change a row that was `before` when it was opened; raises InvalidInput, NotFound or StaleChange."""
        return _saved(kind, changes.change(self._desk, self._actor, kind, code, before, after))

    def reset_password(self, account: str) -> str:
        """A new one-time password for an account, to be changed at the next sign-in."""
        password = staff.one_time_password()
        staff.set_password(self._desk, self._actor, account, password, once=True)
        return password

    def import_file(self, kind: Kind, path: Path, *, dry_run: bool) -> FileCounts:
        """Bring a file in, or say what it would do; raises ImportRefused naming each bad line."""
        done = import_file(self._desk, self._actor, shelf_of(kind), path, dry_run=dry_run)
        return FileCounts(done.added, done.changed, done.unchanged)

    def export_file(self, kind: Kind, path: Path, *, overwrite: bool) -> int:
        """Write a file that `import_file` takes back unchanged; gives the number of rows. Raises InvalidInput."""
        return export_file(self._desk, self._actor, kind, path, overwrite=overwrite)


def _view(kind: Kind, record: Mapping[str, Any]) -> CatalogueRow:
    return CatalogueRow(
        record[kind.key],
        shelf_of(kind).row(record),
        bool(record.get("active", True)),
        bool(record.get("has_password", True)),
    )


def _saved(kind: Kind, cells: Row, password: str = "") -> SavedRow:
    return SavedRow(kind, CatalogueRow(cells[kind.key], cells, cells.get("active") != "no"), password)

"""Staff accounts. No passwords stand in files: a new account cannot sign in until it is given one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import STAFF
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import Putting, TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import shown
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.domain.permissions import Role
from grm_console.i18n import _
from grm_console.store import bulk, listing
from grm_console.store.bulk import Upserted
from grm_console.store.tables import Account, Organisation
from grm_console.store.tables.columns import table_of

_organisation = table_of(Organisation)


class _StaffShelf(TableShelf):
    """Rows that belong to an organisation; the program's own accounts are none of them."""

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them; the last administrator stays one."""
        rows = self.read(work, lines)
        named = {cells.line["organisation"] for cells, _values in rows.values()}
        organisations = bulk.keys_by(work.connection, _organisation, "code", named)
        own = bulk.rows_by(work.connection, self.table, "name", list(rows))
        for name, (cells, values) in rows.items():
            code = values.pop("organisation")
            values["organisation_id"] = organisations.get(code)
            if code and code not in organisations:
                cells.refuse(
                    "organisation", _("{code} is not in the store; see grm department list").format(code=shown(code))
                )
            if name in own and own[name].role == Role.SYSTEM:
                cells.refuse("account", _("{name} is the program's own; choose another name").format(name=shown(name)))
        work.problems.refuse()
        led = self._administrators(work)
        done = self.write(work, {name: values for name, (_cells, values) in rows.items()})
        if rows and led and not self._administrators(work):
            cells, _values = next(iter(rows.values()))
            cells.refuse("role", _("would leave no administrator; make somebody else one first"))
            work.problems.refuse()
        return done

    def fresh(self, work: Putting) -> dict[str, Any]:
        """What a new account has in the columns that no field fills."""
        return super().fresh(work) | {"created_at": work.now}

    def _administrators(self, work: Putting) -> int:
        return listing.count_active(work.connection, self.table, role=Role.ADMINISTRATOR.value)


SHELF = _StaffShelf(
    STAFF,
    table_of(Account),
    listing.STAFF,
    {"account": "name", "name": "full_name", "phone": "device"},
    {
        "password_hash": None,
        "must_change_password": False,
        "languages": "",
        "device": "",
        "active": True,
        "failures": 0,
        "failed_at": None,
    },
)


def import_staff(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of staff into the store, by `account`; passwords are set with `grm staff password`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(STAFF.act)
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)

"""Organisations from a file: our departments, other authorities and contractors."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems, read_table
from grm_console.domain.permissions import Act
from grm_console.domain.words import OrganisationKind
from grm_console.store import bulk
from grm_console.store.tables import Organisation
from grm_console.store.tables.columns import table_of

_organisation = table_of(Organisation)

REQUIRED = ("code", "kind", "name_en")
OPTIONAL = {"name_zh": "other_name", "phone": "phone", "email": "email", "hours": "hours", "duties": "duties"}
"""Columns a file may lack, and what they fill."""

_FRESH = dict.fromkeys(OPTIONAL.values(), "") | {"active": True}


def import_organisations(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of organisations into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    wanted = {}
    for line in read_table(path, REQUIRED, OPTIONAL, key=("code",), problems=problems):
        cells = Cells(line, problems)
        values = {"kind": cells.word("kind", OrganisationKind).value, "name": cells.needed("name_en")}
        optional = {own: cells.text(column) for column, own in OPTIONAL.items()}
        wanted[cells.code("code")] = cells.present(values | optional, OPTIONAL)
    problems.refuse()
    with importing(desk, actor, "organisations", path, "organisation", dry_run=dry_run) as run:
        run.settle(bulk.upsert(run.connection, _organisation, "code", wanted, _FRESH), wanted, progress)
    return run.result

"""Organisations: our departments, other authorities and contractors."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import DEPARTMENT
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.store import listing
from grm_console.store.tables import Organisation
from grm_console.store.tables.columns import table_of

SHELF = TableShelf(
    DEPARTMENT,
    table_of(Organisation),
    listing.ORGANISATIONS,
    {"name_en": "name", "name_zh": "other_name"},
    {
        "other_name": "",
        "phone": "",
        "email": "",
        "hours": "",
        "duties": "",
        "interprets": "",
        "detects_machines": True,
        "active": True,
    },
)


def import_organisations(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of organisations into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)

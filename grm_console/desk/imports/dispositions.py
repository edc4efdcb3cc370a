"""Wrap-up codes, offered in their file's order."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import DISPOSITION
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import Putting, TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.store import listing
from grm_console.store.bulk import Upserted
from grm_console.store.tables import Disposition
from grm_console.store.tables.columns import table_of


class _DispositionShelf(TableShelf):
    """Rows with a place in the order of the list."""

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them, in this order."""
        rows = self.read(work, lines)
        work.problems.refuse()
        places = _places(work.connection, list(rows))
        return self.write(work, {code: values | {"position": places[code]} for code, (_, values) in rows.items()})


SHELF = _DispositionShelf(
    DISPOSITION,
    table_of(Disposition),
    listing.DISPOSITIONS,
    {"name_en": "name", "name_zh": "other_name"},
    {"other_name": "", "channels": "*", "active": True},
)


def import_dispositions(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of wrap-up codes into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)


def _places(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Where each code stands: as it is if that is their order already, with new ones last; else as given."""
    order = listing.disposition_order(connection)
    known = [code for code in order if code in codes]
    if list(codes[: len(known)]) != known:
        return {code: place for place, code in enumerate(codes)}
    last = max(order.values(), default=-1)
    new = {code: last + place for place, code in enumerate(codes[len(known) :], 1)}
    return {code: order[code] for code in known} | new

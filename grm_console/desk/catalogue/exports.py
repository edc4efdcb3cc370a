"""A whole file of one kind, written so that it can be brought in again unchanged."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import Kind
from grm_console.desk.catalogue.shelves import shelf_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import Progress
from grm_console.desk.whole_file import whole_file
from grm_console.domain.permissions import Act


def export_file(
    desk: Desk, actor: Actor, kind: Kind, path: Path, *, overwrite: bool = False, progress: Progress | None = None
) -> int:
    """Write every row of a kind into a file that `import_file` takes back unchanged; gives how many they are.

    The file is there whole or not at all; raises InvalidInput as `whole_file` does.
    """
    actor.require(Act.EXPORT, kind.act)
    shelf = shelf_of(kind)
    with whole_file(path, overwrite=overwrite) as file:
        with desk.store.reading() as connection:
            records = list(shelf.records(connection))
        shelf.write_file(file, _counted(records, progress))
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, f"export:{kind.many}", path.name[:100], f"{len(records)} rows")
    return len(records)


def _counted(records: Sequence[dict[str, Any]], progress: Progress | None) -> Iterator[dict[str, Any]]:
    """The records one by one, telling how many are done."""
    for number, one in enumerate(records, 1):
        yield one
        if progress is not None:
            progress(number, len(records))

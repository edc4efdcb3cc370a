"""A whole file of one kind, written so that it can be brought in again unchanged."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.fields import Kind
from grm_console.desk.catalogue.shelves import shelf_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import Progress
from grm_console.domain.permissions import Act
from grm_console.errors import InvalidInput
from grm_console.i18n import _


def export_file(
    desk: Desk, actor: Actor, kind: Kind, path: Path, *, overwrite: bool = False, progress: Progress | None = None
) -> int:
    """Write every row of a kind into a file that `import_file` takes back unchanged; gives how many they are.

    The file is there whole or not at all. Raises InvalidInput (`path`) if a file of that name is there already and may
    not be overwritten, or if it cannot be written.
    """
    actor.require(Act.EXPORT, kind.act)
    if path.exists() and not overwrite:
        raise InvalidInput(
            {"path": _("{path} is there already. Choose another name, or overwrite it.").format(path=path)}
        )
    shelf = shelf_of(kind)
    with desk.store.reading() as connection:
        records = list(shelf.records(connection))
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                shelf.write_file(file, _counted(records, progress))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = _("{path} cannot be written ({reason}). Choose a folder where you may write.")
        raise InvalidInput({"path": reason.format(path=path, reason=error.strerror)}) from error
    with desk.store.writing() as write:
        record(write, actor, Act.EXPORT, f"export:{kind.many}", path.name[:100], f"{len(records)} rows")
    return len(records)


def _counted(records: Sequence[dict[str, Any]], progress: Progress | None) -> Iterator[dict[str, Any]]:
    """The records one by one, telling how many are done."""
    for number, one in enumerate(records, 1):
        yield one
        if progress is not None:
            progress(number, len(records))

"""A whole file of one kind, brought into the store."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.shelf import Putting, Shelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Problems
from grm_console.domain.permissions import Act


def import_file(
    desk: Desk, actor: Actor, shelf: Shelf, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file into the store, row by row by the kind's key; what the file does not tell stays as it is.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    with importing(desk, actor, shelf.kind.many, path, shelf.kind.topic, dry_run=dry_run) as run:
        done = shelf.put_file(Putting(desk, run.connection, run.now, problems, whole_file=True), path)
        run.settle(done, done.keys, progress)
    return run.result

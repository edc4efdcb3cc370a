"""What an import did, and the one transaction with its one audit row that the import of a file runs in."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.store.bulk import Upserted
from grm_console.store.store import Write

Progress = Callable[[int, int], None]
"""Told lines done and lines in all, now and then."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows."""

    kind: str
    """What the file holds, e.g. `contacts`."""
    added: int
    changed: int
    unchanged: int


class Import:
    """The running import of one file: its transaction, and what became of the file's rows."""

    def __init__(self, write: Write, kind: str) -> None:
        self.write = write
        self.connection = write.connection
        self.now = write.now
        self.result = Imported(kind, 0, 0, 0)

    def settle(self, done: Upserted, wanted: Collection[str], progress: Progress | None = None) -> None:
        """Say what became of the rows; the whole file is done."""
        self.count(len(done.added), len(done.changed), len(wanted))
        if progress is not None:
            progress(len(wanted), len(wanted))

    def count(self, added: int, changed: int, total: int) -> None:
        """Say how many of so many rows were added and changed."""
        self.result = Imported(self.result.kind, added, changed, total - added - changed)


class _OnlyTried(Exception):
    """Ends a dry run's transaction, so that nothing of it stays."""


@contextmanager
def writing(desk: Desk, *, dry_run: bool) -> Iterator[Write]:
    """A writing transaction; with `dry_run` it is taken back at its end."""
    try:
        with desk.store.writing() as write:
            yield write
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        return


@contextmanager
def importing(
    desk: Desk, actor: Actor, kind: str, path: Path, topic: str, *, dry_run: bool, act: Act = Act.IMPORT
) -> Iterator[Import]:
    """One transaction for one file, audited as `import:<kind>`; with `dry_run` it is taken back at its end.

    The topic is told as changed, with subject 0, if rows were added or changed.
    """
    with writing(desk, dry_run=dry_run) as write:
        run = Import(write, kind)
        yield run
        done = run.result
        counts = f"added {done.added}, changed {done.changed}, unchanged {done.unchanged}"
        record(write, actor, act, f"import:{kind}", path.name[:100], counts)
        if done.added or done.changed:
            write.changed(topic, 0)

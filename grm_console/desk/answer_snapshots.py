"""The answer index as a file for all processes of this host: one for each state of the articles, made by the first."""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from grm_console.settings import state_folder
from grm_console.store import snapshot_file
from grm_console.store.store import Store

if TYPE_CHECKING:
    from grm_console.knowledge.index import AnswerIndex

_log = logging.getLogger(__name__)

_OLD_KEPT = 1
"""Files of earlier states that stay a while: another process may be about to open one."""


class Snapshots:
    """The files of one store on this host. Where none can be written, each process keeps an index of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def folder(self) -> Path:
        """Where the files lie: beside an SQLite store, else in this user's state folder."""
        url = self._store.url
        if self._store.dialect == "sqlite" and url.database:
            database = Path(url.database)
            return database.with_name(f"{database.name}.answers")
        where = url.render_as_string(hide_password=True).encode()
        return state_folder() / f"answers-{blake2b(where, digest_size=8).hexdigest()}"

    def open(self, mark: str, make: "Callable[[], AnswerIndex]") -> "AnswerIndex":
        """The index of the state `mark`: from its file, or made by `make` and written for the others.

        A damaged file is made anew.
        """
        if (found := self._read(mark)) is not None:
            return found
        try:
            lock = self._locked("making")
        except OSError as error:
            _log.warning("the answer index is not shared between processes: %s", error)
            return make()
        with lock:
            if (found := self._read(mark)) is not None:  # another process was faster
                return found
            made = make()
            try:
                snapshot_file.write(self._path(mark), made.arrays())
                self._remove_others(mark)
            except OSError as error:
                _log.warning("the answer index is not shared between processes: %s", error)
                return made
        return self._read(mark) or made

    def _read(self, mark: str) -> "AnswerIndex | None":
        from grm_console.knowledge.index import AnswerIndex

        try:
            return AnswerIndex.of_arrays(snapshot_file.read(self._path(mark)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            _log.warning("the answer index on file is damaged and will be made anew: %s", error)
            return None

    def _path(self, mark: str) -> Path:
        return self.folder / f"{mark}.index"

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """One process of this host works out what is stored, the others wait; nobody waits where no file can be."""
        try:
            lock = self._locked("indexing")
        except OSError:
            yield
            return
        with lock:
            yield

    def _locked(self, name: str) -> BinaryIO:
        """A file that is held until it is closed; raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (self.folder / f"{name}.lock").open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def _remove_others(self, mark: str) -> None:
        """Remove files of earlier states; who has one mapped keeps it."""
        files = [path for path in self.folder.glob("*.index") if path != self._path(mark)]
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[_OLD_KEPT:]:
            with suppress(OSError):
                path.unlink()

"""The file of a backup: a ZIP with the rows of each table, what they were counted to, and a seal under the audit key.

The seal shows any change that was made by somebody without the key; the key itself is not in the file.
"""

import hashlib
import hmac
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from grm_console.domain.audit_chain import Head, Heads
from grm_console.errors import StoreError
from grm_console.i18n import _
from grm_console.store.audit import AuditTrail
from grm_console.store.portable_rows import PART_BYTES
from grm_console.store.tables.columns import canonical_json

FORMAT = 2
"""The first had one audit chain, its head as `audit_rows` and `audit_hash`; it is read as well."""

_MANIFEST, _SEAL = "manifest.json", "seal"
_LARGEST_MANIFEST = 1 << 20

Told = Callable[[int, int], None] | None
"""Hears (rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table in the file."""

    columns: list[str]
    rows: int
    size: int
    """Bytes of its lines."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as of one moment of its store."""

    schema: str
    """The revision of the store's schema."""
    made_at: str
    audit_heads: Heads
    """The heads of the audit chains."""
    audit_key: str
    """The fingerprint of the key that the chains and the seal are made with."""
    tables: dict[str, TablePart]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(part.rows for part in self.tables.values())

    @property
    def audit_rows(self) -> int:
        """Rows of all audit chains."""
        return sum(head.count for head in self.audit_heads.values())


class BackupWriter:
    """Writes a backup into an open file; without `finish` nothing reads it as one."""

    def __init__(self, file: IO[bytes]) -> None:
        # The fastest level: it is text, so even that makes it a fraction, and the store waits for nobody longer.
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def __enter__(self) -> "BackupWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, table: str, columns: Sequence[str], parts: Iterable[bytes], told: Callable[[int], None]) -> TablePart:
        """Write the lines of a table; `told` hears its rows so far."""
        digest, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(_member(table), "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
                rows += part.count(b"\n")
                told(rows)
        return TablePart(list(columns), rows, size, digest.hexdigest())

    def finish(self, manifest: Manifest, key: bytes) -> None:
        """Write last what it holds, and the seal."""
        data = canonical_json({"format": FORMAT} | asdict(manifest)).encode()
        self._zip.writestr(_MANIFEST, data)
        self._zip.writestr(_SEAL, _seal(key, data))


_COMPRESSED = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
"""How the members of a backup may be packed; other ways end in errors of their own once one bit is wrong."""


class BackupFile:
    """A backup opened for reading, its manifest unsealed."""

    def __init__(self, opened: zipfile.ZipFile, path: Path, trail: AuditTrail) -> None:
        self._zip = opened
        self._path = path
        data, seal = self._small(_MANIFEST), self._small(_SEAL)
        told = json.loads(data)
        found = told.pop("format", None)
        if found == 1:
            told["audit_heads"] = {1: {"count": told.pop("audit_rows"), "hash": told.pop("audit_hash")}}
        elif found != FORMAT:
            raise StoreError(
                _("{file} was made by a newer version of this program. Install that version to restore it.").format(
                    file=path
                )
            )
        if told["audit_key"] != trail.fingerprint:
            raise StoreError(
                _(
                    "{file} was made under another audit key. Put the key file that was kept with it in place, "
                    "or set GRM_AUDIT_KEY to it. Nothing was written."
                ).format(file=path)
            )
        if not hmac.compare_digest(_seal(trail.key, data), seal):
            raise self._damaged(_("its seal is broken"))
        told["audit_heads"] = {int(chain): Head(**head) for chain, head in told["audit_heads"].items()}
        told["tables"] = {name: TablePart(**part) for name, part in told["tables"].items()}
        self.manifest = Manifest(**told)
        if sorted(opened.namelist()) != sorted([_MANIFEST, _SEAL, *map(_member, self.manifest.tables)]):
            raise self._damaged(_("it holds other files than it says"))

    def parts(self, table: str) -> Iterator[bytes]:
        """The lines of a table in parts; StoreError, at the latest after the last one, if they are not as written."""
        wanted = self.manifest.tables[table]
        digest, size, rows = hashlib.sha256(), 0, 0
        with _damage_told(self._path), self._zip.open(_member(table)) as file:
            while size <= wanted.size and (part := file.read(PART_BYTES)):
                digest.update(part)
                size += len(part)
                rows += part.count(b"\n")
                yield part
        if (rows, size, digest.hexdigest()) != (wanted.rows, wanted.size, wanted.sha256):
            raise self._damaged(_("the rows of {table} are not those that were written").format(table=table))

    def check(self, told: Told = None) -> None:
        """Read everything; StoreError if anything is not as it was written."""
        done, total = 0, self.manifest.rows
        for table in self.manifest.tables:
            for part in self.parts(table):
                done += part.count(b"\n")
                if told is not None:
                    told(done, total)

    def _small(self, member: str) -> bytes:
        with self._zip.open(member) as file:
            data = file.read(_LARGEST_MANIFEST + 1)
        if len(data) > _LARGEST_MANIFEST:
            raise self._damaged(_("its manifest is too large"))
        return data

    def _damaged(self, why: str) -> StoreError:
        return _damaged(self._path, why)


@contextmanager
def open_backup(path: Path, trail: AuditTrail) -> Iterator[BackupFile]:
    """Open a backup; StoreError if it is none, not whole, altered, or made under another audit key."""
    try:
        with _damage_told(path):
            opened = zipfile.ZipFile(path)
    except OSError as error:
        raise StoreError(
            _("{file} cannot be read ({reason}). Name the file that grm backup made.").format(
                file=path, reason=error.strerror
            )
        ) from error
    with opened:
        with _damage_told(path):
            if any(member.compress_type not in _COMPRESSED for member in opened.infolist()):
                raise zipfile.BadZipFile("Nothing of ours is packed in that way.")
            file = BackupFile(opened, path, trail)
        yield file


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Say of a file that is none of ours or was cut off that it is; what the caller does with the rows is not meant."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _damaged(path, _("it is no backup, or was cut off or changed")) from error


def _member(table: str) -> str:
    return f"tables/{table}.tsv"


def _seal(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, b"grm backup:" + data, hashlib.sha256).hexdigest().encode()


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(
        _("{file} cannot be used: {why}. Take another backup. Nothing was written.").format(file=path, why=why)
    )


def plain(manifest: Manifest) -> dict[str, Any]:
    """What was counted, for programs that read it."""
    return {
        "schema": manifest.schema,
        "made_at": manifest.made_at,
        "rows": manifest.rows,
        "audit_rows": manifest.audit_rows,
        "tables": {name: part.rows for name, part in manifest.tables.items()},
    }

"""A backup of a store as of one moment, while others go on writing.

One portable file for both stores instead of each store's own copy: a backup of one restores into the other, no
program of the server is needed, and what is checked is what is written. The price is that SQLite's indexes are built
anew at a restore.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, column, func, inspect, select, table, text

from grm_console.errors import AuditBroken, StoreError
from grm_console.i18n import _
from grm_console.store.audit import read_heads, verify_chains
from grm_console.store.backup_file import BackupWriter, Manifest, TablePart, Told, open_backup
from grm_console.store.portable_rows import Shape, read_rows, shape_of, tables_of
from grm_console.store.schema import schema_state
from grm_console.store.store import Store

VERSION_TABLE = "alembic_version"
"""Not a table of the backup: the manifest names the revision."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, read back and counted."""

    manifest: Manifest
    audit_problem: str
    """What is wrong with the store's audit chains; empty if they are intact. A damaged store is saved all the same."""


def take_backup(store: Store, target: Path, told: Told = None) -> Backup:
    """Write all rows of one moment into a new file that only its owner may read, and read them back.

    Raises StoreError if the file exists or cannot be written, or if the copy is not what the moment held; then
    there is no file.
    """
    refuse_existing(target)
    with _fresh_file(target) as (file, fresh):
        with store.reading() as connection, BackupWriter(file) as writer:
            if store.dialect == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            problem = _audit_problem(store, connection)
            manifest = _copy(store, connection, writer, told)
            writer.finish(manifest, store.trail.key)
        file.flush()
        os.fsync(file.fileno())
        with open_backup(fresh, store.trail) as copy:
            copy.check()
        refuse_existing(target)
        fresh.rename(target)
    keep_name(target)
    return Backup(manifest, problem)


def _copy(store: Store, connection: Connection, writer: BackupWriter, told: Told) -> Manifest:
    inspector = inspect(connection)
    shapes = [shape_of(inspector, name) for name in tables_of(connection) if name != VERSION_TABLE]
    counted = {shape.name: rows_in(connection, shape) for shape in shapes}
    total, done = sum(counted.values()), 0
    parts: dict[str, TablePart] = {}
    for shape in shapes:
        before = done

        def hear(rows: int, before: int = before) -> None:
            if told is not None:
                told(before + rows, total)

        part = writer.add(shape.name, list(shape.columns), read_rows(connection, shape), hear)
        if part.rows != counted[shape.name]:
            raise StoreError(
                _("The copy of {table} has {rows} rows, the store {count}. No backup was made; run grm doctor.").format(
                    table=shape.name, rows=part.rows, count=counted[shape.name]
                )
            )
        parts[shape.name] = part
        done += part.rows
    made_at, heads = store.now().isoformat(), read_heads(connection)
    return Manifest(schema_state(connection).found, made_at, heads, store.trail.fingerprint, parts)


def account_keys(connection: Connection, name: str) -> tuple[int, int]:
    """(id, organisation's id) of an account, by the columns that every version of the schema has."""
    known = table("account", column("id"), column("organisation_id"), column("name"))
    row = connection.execute(select(known.c.id, known.c.organisation_id).where(known.c.name == name)).one()
    return row.id, row.organisation_id


def rows_in(connection: Connection, shape: Shape) -> int:
    """How many rows a table has."""
    counted = select(func.count()).select_from(table(shape.name, *map(column, shape.columns)))
    return int(connection.execute(counted).scalar_one())


def refuse_existing(target: Path) -> None:
    """Raise StoreError if a file of this name is there."""
    if target.exists() or target.is_symlink():
        raise StoreError(
            _("{file} exists already, and a backup overwrites nothing. Choose another name.").format(file=target)
        )


def keep_name(target: Path) -> None:
    """Let a new name outlive a power failure."""
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _fresh_file(target: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file beside the target that says it is unfinished, gone if it does not get the target's name."""
    fresh = target.with_name(f".{target.name}.unfinished-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StoreError(
            _("{file} cannot be written ({reason}). Choose another folder.").format(file=target, reason=error.strerror)
        ) from error
    try:
        with os.fdopen(descriptor, "r+b") as file:
            yield file, fresh
    except OSError as error:
        raise StoreError(
            _("{file} cannot be written ({reason}). No backup was made.").format(file=target, reason=error.strerror)
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _audit_problem(store: Store, connection: Connection) -> str:
    try:
        verify_chains(connection, store.trail)
    except AuditBroken as error:
        return str(error)
    return ""

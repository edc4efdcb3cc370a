"""A store made from a backup, whole or not at all; the backup may come from the other kind of store."""

import os
import secrets
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, inspect, select, text, update

from grm_console.domain.words import EntryKind, OutboxState
from grm_console.errors import AuditBroken, StoreError
from grm_console.i18n import _
from grm_console.store import migrations
from grm_console.store.audit import AuditTrail, begin_chains, verify_chains
from grm_console.store.backup import VERSION_TABLE, keep_name, rows_in
from grm_console.store.backup_file import BackupFile, Manifest, Told, open_backup
from grm_console.store.engine import migrating_engine, sqlite_module
from grm_console.store.portable_rows import Shape, shape_of, tables_of, write_rows
from grm_console.store.schema import migrate
from grm_console.store.store import translated
from grm_console.store.tables import Outbox, TimelineEntry
from grm_console.store.tables.columns import table_of

_outbox = table_of(Outbox)
_timeline = table_of(TimelineEntry)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, counted in the new store."""

    manifest: Manifest
    audit_problem: str
    """What is wrong with the audit chain, as it was in the store the backup is of; empty if it is intact."""
    unsent: int
    """Texts and commands that waited to be sent and are now marked as unknown."""
    cut_off: int
    """Audit rows that this host knew of beyond the backup's end; their head is put aside."""


def restore(url: URL, trail: AuditTrail, path: Path, told: Told = None) -> Restored:
    """Make a store from a backup and bring its schema to this program's.

    The whole file is checked before anything is written. Raises StoreError if the file is not as it was written or
    made under another key, if the store is not empty, or if what was written does not count and hang together as the
    backup says; StoreTooNew if a newer program made it. Then there is no new store.
    """
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        _refuse_existing(Path(str(url.database)))
    with open_backup(path, trail) as file:
        file.check()
        problem, unsent = (_restore_sqlite if sqlite else _fill)(url, trail, file, told)
        manifest = file.manifest
    migrate(url)
    engine = migrating_engine(url)
    with translated(), engine.begin() as connection:
        begin_chains(connection)
    engine.dispose()
    cut_off = trail.begin_again(manifest.audit_heads)
    return Restored(manifest, problem, unsent, cut_off)


def _restore_sqlite(url: URL, trail: AuditTrail, file: BackupFile, told: Told) -> tuple[str, int]:
    """Fill a file beside the store's own, and give it the store's name when all is well."""
    target = Path(str(url.database))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f".{target.name}.unfinished-{secrets.token_hex(4)}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        done = _fill(url.set(database=str(fresh)), trail, file, told)
        # The last connection is closed: SQLite has written its log back into the file and removed it.
        with closing(sqlite_module().connect(fresh)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreError(
                _("The restored file is damaged ({found}). Check the disk, then try again.").format(found=found)
            )
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        _refuse_existing(target)
        fresh.rename(target)
    finally:
        for left in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + left).unlink(missing_ok=True)
    keep_name(target)
    return done


def _fill(url: URL, trail: AuditTrail, file: BackupFile, told: Told) -> tuple[str, int]:
    """Make the schema, insert all rows and check them, in one transaction; gives the chain's problem and the unsent."""
    engine = migrating_engine(url)
    try:
        with translated(), engine.begin() as connection:
            if url.get_backend_name() == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                _refuse_tables(connection)
            make_schema(connection, file.manifest.schema)
            _insert(connection, file, told)
            problem = _check(connection, trail, file.manifest)
            unsent = _hold_unsent(connection)
        return problem, unsent
    finally:
        engine.dispose()


def _insert(connection: Connection, file: BackupFile, told: Told) -> None:
    inspector = inspect(connection)
    ours = {*tables_of(connection)} - {VERSION_TABLE}
    in_order = [str(name) for name, _ in inspector.get_sorted_table_and_fkc_names() if name in ours]
    shapes = {name: shape_of(inspector, name) for name in in_order}
    parts = file.manifest.tables
    for name in sorted({*shapes, *parts}):
        if name not in shapes or name not in parts or list(shapes[name].columns) != parts[name].columns:
            raise StoreError(
                _("The table {table} of the backup is not that of its schema. Nothing was written.").format(table=name)
            )
    for name in reversed(shapes):
        # A migration may bring rows of its own; what counts is what the store held.
        connection.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 (only our own names)
    done, total = 0, file.manifest.rows
    for name, shape in shapes.items():
        write_rows(connection, shape, file.parts(name))
        counted = rows_in(connection, shape)
        if counted != parts[name].rows:
            raise StoreError(
                _(
                    "The table {table} has {count} rows and the backup {rows}. Nothing was restored; try "
                    "again, or take another backup."
                ).format(table=name, count=counted, rows=parts[name].rows)
            )
        done += counted
        if told is not None:
            told(done, total)
        if connection.dialect.name == "postgresql":
            _continue_keys(connection, shape)


def _continue_keys(connection: Connection, shape: Shape) -> None:
    """Let new keys begin after the highest."""
    for name in shape.key:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{shape.name}"', "column": name}
        ).scalar_one()
        if sequence is not None:
            highest = f'(SELECT max("{name}") FROM "{shape.name}")'  # noqa: S608 (only our own names)
            connection.execute(
                text(f"SELECT setval(:s, coalesce({highest}, 1), {highest} IS NOT NULL)"), {"s": sequence}
            )


def _check(connection: Connection, trail: AuditTrail, manifest: Manifest) -> str:
    """That no row lacks its parent and the audit chain is the store's; gives what was wrong with the chain before."""
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(1)
        if orphans:
            raise StoreError(
                _("Rows of {table} are without their parents. Nothing was restored.").format(table=orphans[0][0])
            )
    try:
        verify_chains(connection, trail, kept=manifest.audit_heads)
    except AuditBroken as error:
        return str(error)
    return ""


def _hold_unsent(connection: Connection) -> int:
    """Mark what waited to be sent as unknown, because it may have been sent after the backup; gives how many."""
    waiting = _outbox.c.state.in_([OutboxState.PENDING.value, OutboxState.SENDING.value])
    unknown = OutboxState.UNKNOWN.value
    connection.execute(
        update(_timeline)
        .where(
            _timeline.c.kind == EntryKind.REPLY.value, _timeline.c.source_id.in_(select(_outbox.c.id).where(waiting))
        )
        .values(state=unknown)
    )
    held = connection.execute(
        update(_outbox).where(waiting).values(state=unknown, error="restored from a backup; it may have been sent")
    )
    return held.rowcount


def _refuse_existing(target: Path) -> None:
    for name in (target.name, f"{target.name}-wal", f"{target.name}-journal"):
        there = target.with_name(name)
        if there.exists() and there.stat().st_size:
            raise StoreError(
                _(
                    "{file} exists already, and a restore overwrites nothing. Move it away, or name another "
                    "store in GRM_DATABASE_URL."
                ).format(file=there)
            )


def _refuse_tables(connection: Connection) -> None:
    tables = tables_of(connection)
    if tables:
        raise StoreError(
            _(
                "The database has tables already ({table} …), and a restore goes only into an empty one. Make "
                "one with CREATE DATABASE and name it in GRM_DATABASE_URL."
            ).format(table=tables[0])
        )


def make_schema(connection: Connection, revision: str) -> None:
    """Make the tables of one version of the schema."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)

"""Making and migrating the schema, and refusing a store this program does not fit."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text

from grm_console.errors import StoreError, StoreTooNew, StoreTooOld
from grm_console.i18n import _
from grm_console.store.engine import migrating_engine
from grm_console.store.store import translated

_LOCK = 0x67726D  # "grm": the advisory lock that lets one migration run at a time


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which schema the store has and which one the program needs; an empty `found` is no schema at all."""

    found: str
    needed: str
    known: bool
    """Whether this program knows the schema it found; if not, a newer program made it."""


def migrate(url: URL) -> SchemaState:
    """Bring the store's schema to this program's; does nothing if it is there already.

    Raises StoreTooNew, and StoreError if rows would be left without their parents; then nothing was changed.
    """
    engine = migrating_engine(url)
    try:
        with translated(), engine.begin() as connection:
            if url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            state = _state(connection)
            _refuse_newer(state)
            if state.found != state.needed:
                command.upgrade(_config(connection), "head")
            if url.get_backend_name() == "sqlite":
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if orphans:
                    raise StoreError(
                        _(
                            "The migration would leave {count} rows of {table} without their parents. Nothing "
                            "was changed; restore a backup or ask for help with this message."
                        ).format(count=len(orphans), table=orphans[0][0])
                    )
            return _state(connection)
    finally:
        engine.dispose()


def schema_state(connection: Connection) -> SchemaState:
    """The state of the schema, read only."""
    return _state(connection)


def check_schema(connection: Connection) -> None:
    """Raise StoreTooOld or StoreTooNew unless the schema is exactly the program's."""
    state = _state(connection)
    _refuse_newer(state)
    if not state.found:
        raise StoreTooOld(_("The store is empty. Run grm init first."))
    if state.found != state.needed:
        raise StoreTooOld(_("The store was made by an older version. Make a backup, then run grm migrate."))


def _refuse_newer(state: SchemaState) -> None:
    if not state.known:
        raise StoreTooNew(
            _(
                "The store was migrated by a newer version (schema {found}). Install that version, or restore "
                "a backup made with this one."
            ).format(found=state.found)
        )


def _state(connection: Connection) -> SchemaState:
    scripts = ScriptDirectory.from_config(_config(connection))
    found = MigrationContext.configure(connection).get_current_revision() or ""
    known = not found or found in {script.revision for script in scripts.walk_revisions()}
    return SchemaState(found, scripts.get_current_head() or "", known)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config

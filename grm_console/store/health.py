"""Facts about the store itself, read back from it."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from grm_console.store.schema import SchemaState, schema_state
from grm_console.store.tables import InboundEventRow
from grm_console.store.tables.columns import table_of

_event = table_of(InboundEventRow)

_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


@dataclass(frozen=True, slots=True)
class SqliteFacts:
    """What an SQLite connection of ours really runs with."""

    version: str
    journal_mode: str
    synchronous: str
    foreign_keys: bool
    quick_check: str


def schema(connection: Connection) -> SchemaState:
    """Which schema there is, and which is needed."""
    return schema_state(connection)


def sqlite_facts(connection: Connection) -> SqliteFacts:
    """Version and pragmas of this very connection, and a quick check of the file."""

    def ask(sql: str) -> object:
        return connection.exec_driver_sql(sql).scalar_one()

    return SqliteFacts(
        version=str(ask("SELECT sqlite_version()")),
        journal_mode=str(ask("PRAGMA journal_mode")),
        synchronous=_SYNCHRONOUS[int(str(ask("PRAGMA synchronous")))],
        foreign_keys=bool(ask("PRAGMA foreign_keys")),
        quick_check=str(ask("PRAGMA quick_check(1)")),
    )


def postgresql_facts(connection: Connection) -> dict[str, str]:
    """Version and durability settings of the server."""
    return {
        name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())
        for name in ("server_version", "fsync", "synchronous_commit")
    }


def unreadable(connection: Connection) -> int:
    """How many signed requests were kept that could not be read."""
    return int(
        connection.execute(select(func.count()).select_from(_event).where(_event.c.kind == "unreadable")).scalar_one()
    )

"""What a store really is: versions, schema, and the safety settings read back."""

from grm_console.i18n import _
from grm_console.store import health
from grm_console.store.engine import SAFE_SQLITE
from grm_console.store.store import Store


def store_health(store: Store) -> list[tuple[str, str, bool]]:
    """(part, fact, in order) for each thing worth knowing; raises StoreGone if it cannot be reached."""
    with store.reading() as connection:
        state = health.schema(connection)
        facts: list[tuple[str, str, bool]] = []
        if not state.found:
            facts.append(("schema", _("none; run grm init"), False))
        elif not state.known:
            facts.append(
                (
                    "schema",
                    _("{found} is newer than this program ({needed})").format(found=state.found, needed=state.needed),
                    False,
                )
            )
        else:
            current = state.found == state.needed
            facts.append(
                ("schema", state.found if current else _("{found}; run grm migrate").format(found=state.found), current)
            )
        if store.dialect == "sqlite":
            told = health.sqlite_facts(connection)
            number = tuple(int(part) for part in told.version.split("."))
            safe = number >= SAFE_SQLITE
            facts += [
                (
                    "SQLite",
                    told.version if safe else _("{version} can corrupt a shared store").format(version=told.version),
                    safe,
                ),
                ("journal_mode", told.journal_mode, told.journal_mode == "wal"),
                ("synchronous", told.synchronous, told.synchronous == "FULL"),
                ("foreign_keys", "on" if told.foreign_keys else "off", told.foreign_keys),
                ("quick_check", told.quick_check, told.quick_check == "ok"),
            ]
        else:
            settings = health.postgresql_facts(connection)
            facts.append(("PostgreSQL", settings["server_version"], True))
            facts += [(name, settings[name], settings[name] == "on") for name in ("fsync", "synchronous_commit")]
        if state.found:
            unread = health.unreadable(connection)
            facts.append(("unreadable requests kept", str(unread), True))
        return facts

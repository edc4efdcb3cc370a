"""Backups: who makes one and who restores one is audited; both are checked before anybody relies on them."""

from pathlib import Path

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.sign_in import actor_named
from grm_console.domain.permissions import PERMISSIONS, Act, Role
from grm_console.store import timeline
from grm_console.store.backup import Backup, account_keys, refuse_existing, take_backup
from grm_console.store.backup_file import Told
from grm_console.store.restore import Restored
from grm_console.store.schema import check_schema, schema_state
from grm_console.store.store import Store

LINES_CHECKED = 200_000
"""Histories of so many lines are compared with their sources after a restore; more would take all memory."""


def keeper(store: Store) -> Actor:
    """The command line's account, in a store of an older version too: a backup comes before a migration.

    Raises StoreTooOld for a store without a schema, StoreTooNew for one of a newer program.
    """
    name = "system:cli"
    with store.reading() as connection:
        state = schema_state(connection)
        if not (state.found and state.known) or state.found == state.needed:
            check_schema(connection)
            return actor_named(Desk(store), name)
        account_id, organisation_id = account_keys(connection, name)
    # Its own table of permissions may not know the act yet; the program's does.
    acts = PERMISSIONS[Role.SYSTEM]
    return Actor(account_id, name, "", Role.SYSTEM.value, organisation_id, "", acts)


def back_up(desk: Desk, actor: Actor, target: Path, told: Told = None) -> Backup:
    """Write everything of one moment into a new file and read it back; others go on working.

    Audited before the first row is read. Raises StoreError if the file exists or the copy is not what the moment held.
    """
    actor.require(Act.BACK_UP)
    refuse_existing(target)
    with desk.store.writing() as write:
        record(write, actor, Act.BACK_UP, "store:1", "backup")
    return take_backup(desk.store, target, told)


def note_restore(desk: Desk, actor: Actor, restored: Restored) -> list[tuple[str, int]] | None:
    """Audit the restore in the restored store; gives (kind, source) of wrong timeline lines, None if not compared."""
    manifest = restored.manifest
    with desk.store.writing() as write:
        record(write, actor, Act.BACK_UP, "store:1", "restore", f"{manifest.rows} rows as of {manifest.made_at}")
    if manifest.tables["timeline_entry"].rows > LINES_CHECKED:
        return None
    with desk.store.reading() as connection:
        return timeline.differences(connection)

"""`grm backup` and `grm restore`: everything in one file, and back into an empty store of either kind."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grm_console.cli.progress import told
from grm_console.errors import AuditBroken, StoreError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.settings import Settings
    from grm_console.store.audit import AuditTrail

AsJson = Annotated[bool, typer.Option("--json", help="Tell what was counted as JSON.")]


def backup(file: Annotated[Path, typer.Argument(help="The file to make.")], as_json: AsJson = False) -> None:
    """Write the whole store into one file, while others go on working, and read it back. Overwrites nothing."""
    from grm_console.cli.opening import trail_of
    from grm_console.desk.backup import back_up, keeper
    from grm_console.desk.desk import Desk
    from grm_console.settings import read_settings
    from grm_console.store.backup_file import plain
    from grm_console.store.engine import read_url
    from grm_console.store.store import Store

    settings = read_settings()
    with Store(read_url(settings.database_url), trail_of(settings, create=False)) as store, told(file.name) as progress:
        made = back_up(Desk(store), keeper(store), file, progress)
        key = _key_of(settings, store.trail)
    if as_json:
        print(json.dumps({"file": str(file), "audit_intact": not made.audit_problem} | plain(made.manifest)))
    _say(
        _("{file} holds {rows} rows of {tables} tables, as of {moment}; it was read back and counted.").format(
            file=file, rows=made.manifest.rows, tables=len(made.manifest.tables), moment=made.manifest.made_at
        )
    )
    _say(_("Keep the audit key apart from it, too ({key}): nobody can restore it without the key.").format(key=key))
    if made.audit_problem:
        raise AuditBroken(
            _("The backup is whole, but the store's audit chain is not: {problem}").format(problem=made.audit_problem)
        )


def restore(file: Annotated[Path, typer.Argument(help="A file made by grm backup.")], as_json: AsJson = False) -> None:
    """Make the store from a backup; it must be empty or not exist. The file is checked before anything is written."""
    from grm_console.cli.opening import open_desk, system_actor, trail_of
    from grm_console.desk.backup import note_restore
    from grm_console.settings import read_settings
    from grm_console.store.backup_file import plain
    from grm_console.store.engine import read_url
    from grm_console.store.restore import restore as make_store

    settings = read_settings()
    with told(file.name) as progress:
        done = make_store(read_url(settings.database_url), trail_of(settings, create=False), file, progress)
    desk = open_desk(settings)
    with desk.store:
        wrong = note_restore(desk, system_actor(desk, "system:cli"), done)
    if as_json:
        counted = {"unsent": done.unsent, "audit_rows_lost": done.cut_off, "audit_intact": not done.audit_problem}
        print(json.dumps({"file": str(file)} | counted | plain(done.manifest)))
    _say(
        _("The store has {rows} rows of {tables} tables again, as of {moment}; all were counted.").format(
            rows=done.manifest.rows, tables=len(done.manifest.tables), moment=done.manifest.made_at
        )
    )
    if done.unsent:
        _say(
            _(
                "{n} messages that waited to be sent are marked unknown: they may have gone out after the backup."
            ).format(n=done.unsent)
        )
    if done.cut_off:
        _say(_("This host knows {n} later audit rows: what was done then is not in the backup.").format(n=done.cut_off))
    if wrong is None:
        _say(_("The histories are too many to compare here: run grm timeline check."))
    elif wrong:
        raise StoreError(_("{n} lines of histories are wrong. Run grm timeline rebuild.").format(n=len(wrong)))
    if done.audit_problem:
        raise AuditBroken(
            _("The store is restored, but its audit chain was broken before: {problem}").format(
                problem=done.audit_problem
            )
        )


def _key_of(settings: "Settings", trail: "AuditTrail") -> str:
    """Where the audit key is."""
    return "GRM_AUDIT_KEY" if settings.audit_key.get_secret_value() else str(trail.head_file.with_suffix(".audit-key"))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)

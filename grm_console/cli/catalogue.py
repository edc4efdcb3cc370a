"""`grm department`, `queue`, `disposition`, `segment`, `service`, `contact`, `relation`, `history` and `case`.

Each brings a file into the store, or lists what is in it.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console.cli.listing import show_rows
from grm_console.cli.progress import told
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.imports.imported import Imported


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file: the module of desk.imports that reads it, and what the help says of it."""

    module: str
    help: str


_KINDS = {
    "department": _Kind("organisations", _("Departments, other authorities and contractors.")),
    "queue": _Kind("queues", _("Queues and the lines that lead to them.")),
    "disposition": _Kind("dispositions", _("Wrap-up codes.")),
    "segment": _Kind("segments", _("Groups that get fitting content.")),
    "service": _Kind("services", _("The catalogue of matter types.")),
    "contact": _Kind("contacts", _("Citizens, businesses and departments that deal with us.")),
    "relation": _Kind("relations", _("Who may act for whom.")),
    "history": _Kind("history", _("Past exchanges.")),
    "case": _Kind("cases", _("Cases with their tasks.")),
}


def mount(app: typer.Typer) -> None:
    """Add the sub-commands."""
    for name, kind in _KINDS.items():
        app.add_typer(_commands(kind), name=name, help=kind.help)


def tell_import(done: "Imported", *, dry_run: bool) -> None:
    """Say on standard error what an import did, or would do."""
    said = (
        _("{added} would be added, {changed} changed, {unchanged} unchanged")
        if dry_run
        else _("{added} added, {changed} changed, {unchanged} unchanged")
    )
    print(said.format(added=done.added, changed=done.changed, unchanged=done.unchanged), file=sys.stderr)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """A large file becomes a million objects that all stay: searching them for garbage costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _commands(kind: _Kind) -> typer.Typer:
    app = typer.Typer(no_args_is_help=True)

    @app.command("import", help=_("Bring a file into the store; a file with a wrong line changes nothing."))
    def import_(
        file: Path,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Check and count, change nothing."))] = False,
    ) -> None:
        from grm_console.cli.opening import command_line

        # Only the module that is wanted: together they would cost every other command its start-up time.
        reader: Any = getattr(import_module(f"grm_console.desk.imports.{kind.module}"), f"import_{kind.module}")
        desk, actor = command_line()
        with desk.store, told(file.name) as progress, _nothing_thrown_away():
            done = reader(desk, actor, file, dry_run=dry_run, progress=progress)
        tell_import(done, dry_run=dry_run)

    @app.command("list", help=_("Write what is in the store to standard output, as CSV or JSON lines."))
    def list_(
        as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object a line."))] = False,
    ) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.listings import list_rows

        desk, actor = command_line()
        with desk.store:
            show_rows(list_rows(desk, actor, kind.module), as_json=as_json)

    return app

"""`grm department`, `queue`, `disposition`, `segment`, `service` and `staff`: the catalogue, row by row and by file.

And `grm contact`, `relation`, `history` and `case`, which only bring a file into the store or list what is in it.
"""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console.cli.listing import show_rows
from grm_console.cli.progress import told
from grm_console.cli.row_options import DryRun, codes_of, with_fields
from grm_console.desk.catalogue.fields import DEPARTMENT, DISPOSITION, QUEUE, SEGMENT, SERVICE, Kind
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.imports.imported import Imported

AsJson = Annotated[bool, typer.Option("--json", help=_("One JSON object a line."))]

_CATALOGUE = {
    DEPARTMENT: _("Departments, other authorities and contractors."),
    QUEUE: _("Queues and the lines that lead to them."),
    DISPOSITION: _("Wrap-up codes."),
    SEGMENT: _("Groups that get fitting content."),
    SERVICE: _("The catalogue of matter types."),
}
_OF_PEOPLE = {
    "contact": ("contacts", _("Citizens, businesses and departments that deal with us.")),
    "relation": ("relations", _("Who may act for whom.")),
    "history": ("history", _("Past exchanges.")),
    "case": ("cases", _("Cases with their tasks.")),
}
"""Command, module of desk.imports, and what the help says of it."""


def mount(app: typer.Typer) -> None:
    """Add the sub-commands."""
    for kind, about in _CATALOGUE.items():
        commands = catalogue_commands(kind)
        commands.command("add", help=_("Add one; everything wrong is named."))(
            with_fields(kind, _add_to(kind), key=None)
        )
        app.add_typer(commands, name=kind.name, help=about)
    for name, (many, about) in _OF_PEOPLE.items():
        commands = typer.Typer(no_args_is_help=True)
        _import_command(commands, many)
        _list_people_command(commands, many)
        app.add_typer(commands, name=name, help=about)


def catalogue_commands(kind: Kind) -> typer.Typer:
    """The commands list, change, import and export of a kind; `add` is the caller's."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("list", help=_("Write all of them to standard output, as CSV or JSON lines."))
    def list_(as_json: AsJson = False) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.catalogue.changes import records
        from grm_console.desk.catalogue.shelves import shelf_of

        desk, actor = command_line()
        with desk.store:
            found = records(desk, actor, kind)
            show_rows(found if as_json else map(shelf_of(kind).row, found), as_json=as_json)

    def change(given: Mapping[str, str], dry_run: bool) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.catalogue.changes import change, row

        desk, actor = command_line()
        with desk.store:
            before = row(desk, actor, kind, given[kind.key])
            stored = change(desk, actor, kind, given[kind.key], before, before | dict(given), dry_run=dry_run)
        changed = [name for name, value in stored.items() if value != before[name]]
        tell_change(_("would be changed") if dry_run else _("changed"), changed)

    app.command("change", help=_("Change one; what is left out stays. --inactive puts it out of use."))(
        with_fields(kind, change, key=codes_of(kind))
    )
    _import_command(app, kind.many)

    @app.command("export", help=_("Write all of them into a file that import takes back unchanged."))
    def export(
        file: Annotated[
            Path, typer.Argument(help=_("The file to make, e.g. {name}.").format(name=kind.many + kind.suffix))
        ],
        overwrite: Annotated[bool, typer.Option("--overwrite", help=_("Replace a file of that name."))] = False,
    ) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.catalogue.exports import export_file

        desk, actor = command_line()
        with desk.store, told(file.name) as progress:
            count = export_file(desk, actor, kind, file, overwrite=overwrite, progress=progress)
        print(_("{count} written to {file}").format(count=count, file=file), file=sys.stderr)

    return app


def tell_import(done: "Imported", *, dry_run: bool) -> None:
    """Say on standard error what an import did, or would do."""
    said = (
        _("{added} would be added, {changed} changed, {unchanged} unchanged")
        if dry_run
        else _("{added} added, {changed} changed, {unchanged} unchanged")
    )
    print(said.format(added=done.added, changed=done.changed, unchanged=done.unchanged), file=sys.stderr)


def tell_change(what: str, fields: list[str]) -> None:
    """Say on standard error what became of which fields."""
    print(f"{', '.join(fields)}: {what}" if fields else _("nothing to change"), file=sys.stderr)


def _add_to(kind: Kind) -> Any:
    def add(given: Mapping[str, str], dry_run: bool) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.catalogue.changes import add

        desk, actor = command_line()
        with desk.store:
            stored = add(desk, actor, kind, given, dry_run=dry_run)
        tell_change(_("would be added") if dry_run else _("added"), [stored[kind.key]])

    return add


def _import_command(app: typer.Typer, many: str) -> None:
    @app.command("import", help=_("Bring a file into the store; a file with a wrong line changes nothing."))
    def import_(file: Path, dry_run: DryRun = False) -> None:
        from grm_console.cli.opening import command_line

        # Only the module that is wanted: together they would cost every other command its start-up time.
        reader: Any = getattr(import_module(f"grm_console.desk.imports.{many}"), f"import_{many}")
        desk, actor = command_line()
        with desk.store, told(file.name) as progress, _nothing_thrown_away():
            done = reader(desk, actor, file, dry_run=dry_run, progress=progress)
        tell_import(done, dry_run=dry_run)


def _list_people_command(app: typer.Typer, many: str) -> None:
    @app.command("list", help=_("Write what is in the store to standard output, as CSV or JSON lines."))
    def list_(as_json: AsJson = False) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.listings import list_rows

        desk, actor = command_line()
        with desk.store:
            show_rows(list_rows(desk, actor, many), as_json=as_json)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """A large file becomes a million objects that all stay: searching them for garbage costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

"""`grm department`, `queue`, `calendar`, `disposition`, `staff` and the like: the catalogue, row by row and by file.

`grm contact`, `relation`, `history` and `case` only bring a file into the store or list what is in it, and
`grm canned-text` writes one as well.
"""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grm_console.cli.listing import show_rows
from grm_console.cli.progress import told
from grm_console.cli.row_options import DryRun, codes_of, with_fields
from grm_console.desk.catalogue.fields import (
    CALENDAR,
    DEPARTMENT,
    DISPOSITION,
    EMERGENCY_LINE,
    QUEUE,
    SEGMENT,
    SERVICE,
    SPOKEN_TEXT,
    Kind,
)
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.actor import Actor
    from grm_console.desk.desk import Desk
    from grm_console.desk.imports.imported import Imported

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

_CATALOGUE = {
    DEPARTMENT: "Departments, other authorities and contractors.",
    QUEUE: "Queues and the lines that lead to them.",
    CALENDAR: "Opening hours that queues follow.",
    SPOKEN_TEXT: "What callers hear instead of the built-in sentences.",
    EMERGENCY_LINE: "Whom to ring for a place when life is in danger.",
    DISPOSITION: "Wrap-up codes.",
    SEGMENT: "Groups that get fitting content.",
    SERVICE: "The catalogue of matter types.",
}
_OF_PEOPLE = {
    "contact": ("contacts", "Citizens, businesses and departments that deal with us."),
    "relation": ("relations", "Who may act for whom."),
    "history": ("history", "Past exchanges."),
    "case": ("cases", "Cases with their tasks."),
}
"""Command, module of desk.imports, and what the help says of it."""


def mount(app: typer.Typer) -> None:
    """Add the sub-commands."""
    for kind, about in _CATALOGUE.items():
        commands = catalogue_commands(kind)
        commands.command("add", help="Add one; everything wrong is named.")(with_fields(kind, _add_to(kind), key=None))
        if kind is CALENDAR:
            _import_ical_command(commands)
        app.add_typer(commands, name=kind.name, help=about)
    for name, (many, about) in _OF_PEOPLE.items():
        commands = typer.Typer(no_args_is_help=True)
        _import_command(commands, many)
        _list_people_command(commands, many)
        app.add_typer(commands, name=name, help=about)
    app.add_typer(_canned_commands(), name="canned-text", help="Ready-made texts of the team.")


def catalogue_commands(kind: Kind) -> typer.Typer:
    """The commands list, change, import and export of a kind; `add` is the caller's."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("list", help="Write all of them to standard output, as CSV or JSON lines.")
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

    app.command("change", help="Change one; what is left out stays. --inactive puts it out of use.")(
        with_fields(kind, change, key=codes_of(kind))
    )
    _import_command(app, kind.many)

    def export(desk: "Desk", actor: "Actor", file: Path, **more: Any) -> int:
        from grm_console.desk.catalogue.exports import export_file

        return export_file(desk, actor, kind, file, **more)

    _export_command(app, kind.many + kind.suffix, export)
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
    @app.command("import", help="Bring a file into the store; a file with a wrong line changes nothing.")
    def import_(file: Path, dry_run: DryRun = False) -> None:
        from grm_console.cli.opening import command_line

        # Only the module that is wanted: together they would cost every other command its start-up time.
        reader: Any = getattr(import_module(f"grm_console.desk.imports.{many}"), f"import_{many}")
        desk, actor = command_line()
        with desk.store, told(file.name) as progress, _nothing_thrown_away():
            done = reader(desk, actor, file, dry_run=dry_run, progress=progress)
        tell_import(done, dry_run=dry_run)


def _import_ical_command(app: typer.Typer) -> None:
    @app.command("import-ical", help="Close a calendar on the whole days of an iCalendar file, e.g. of holidays.")
    def import_ical(
        code: Annotated[str, typer.Argument(help="The calendar.", autocompletion=codes_of(CALENDAR))],
        file: Path,
        dry_run: DryRun = False,
    ) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.imports.ical_days import import_ical_days

        desk, actor = command_line()
        with desk.store:
            done = import_ical_days(desk, actor, code, file, dry_run=dry_run)
        tell_import(done, dry_run=dry_run)


def _export_command(app: typer.Typer, example: str, write: Callable[..., int]) -> None:
    """`write(desk, actor, file, overwrite=…, progress=…)` as the command export; it gives how many rows it wrote."""

    @app.command("export", help="Write all of them into a file that import takes back unchanged.")
    def export(
        file: Annotated[Path, typer.Argument(help=f"The file to make, e.g. {example}.")],
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file of that name.")] = False,
    ) -> None:
        from grm_console.cli.opening import command_line

        desk, actor = command_line()
        with desk.store, told(file.name) as progress:
            count = write(desk, actor, file, overwrite=overwrite, progress=progress)
        print(_("{count} written to {file}").format(count=count, file=file), file=sys.stderr)


def _canned_commands() -> typer.Typer:
    """The commands list, import and export of the team's ready-made texts; private ones are their owners' alone."""
    app = typer.Typer(no_args_is_help=True)

    @app.command("list", help="Write all of them to standard output, as CSV or JSON lines.")
    def list_(as_json: AsJson = False) -> None:
        from grm_console.cli.opening import command_line
        from grm_console.desk.imports.canned_texts import list_canned_texts

        desk, actor = command_line()
        with desk.store:
            show_rows(list_canned_texts(desk, actor), as_json=as_json)

    def export(desk: "Desk", actor: "Actor", file: Path, **more: Any) -> int:
        from grm_console.desk.imports.canned_texts import export_canned_texts

        return export_canned_texts(desk, actor, file, **more)

    _import_command(app, "canned_texts")
    _export_command(app, "canned_texts.csv", export)
    return app


def _list_people_command(app: typer.Typer, many: str) -> None:
    @app.command("list", help="Write what is in the store to standard output, as CSV or JSON lines.")
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

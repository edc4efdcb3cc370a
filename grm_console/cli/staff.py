"""`grm staff`: accounts of the people who work here."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from grm_console.cli.catalogue import tell_import
from grm_console.cli.listing import show_rows
from grm_console.cli.progress import told
from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help=_("Name to sign in with, e.g. li.wei."))]
FullName = Annotated[str | None, typer.Option(help=_("First and last name."))]
Role = Annotated[
    str | None,
    typer.Option(help=_("operator, supervisor, administrator, officer, editor, approver or auditor.")),
]
Organisation = Annotated[str | None, typer.Option(help=_("Code of the organisation; the centre if left out."))]
Language = Annotated[list[str] | None, typer.Option(help=_("Language spoken, e.g. en; may be repeated."))]
Phone = Annotated[str | None, typer.Option(help=_("What rings at the desk, e.g. +12025550191."))]


@app.command()
def add(
    name: Name,
    full_name: FullName = None,
    role: Role = None,
    organisation: Organisation = None,
    language: Language = None,
    phone: Phone = None,
) -> None:
    """Make an account. The password is read from standard input; without one, a one-time password is printed."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import StaffChange, add_staff

    change = StaffChange(full_name, role, organisation, _joined(language), phone)
    desk, actor = command_line()
    with desk.store:
        password, once = _password()
        add_staff(desk, actor, name, change, password, once=once)
    _tell_password(password, once=once)


@app.command()
def change(
    name: Name,
    full_name: FullName = None,
    role: Role = None,
    organisation: Organisation = None,
    language: Language = None,
    phone: Phone = None,
    active: Annotated[bool | None, typer.Option(help=_("Whether the account may sign in."))] = None,
) -> None:
    """Change an account; what is left out stays."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import StaffChange, change_staff

    wanted = StaffChange(full_name, role, organisation, _joined(language), phone, active)
    desk, actor = command_line()
    with desk.store:
        change_staff(desk, actor, name, wanted)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object a line."))] = False) -> None:
    """Write all accounts to standard output, as CSV or JSON lines."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import list_staff

    desk, actor = command_line()
    with desk.store:
        show_rows(map(asdict, list_staff(desk, actor)), as_json=as_json)


@app.command("import")
def import_(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Check and count, change nothing."))] = False,
) -> None:
    """Bring a file of accounts into the store; new ones cannot sign in before grm staff password."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.imports.staff import import_staff

    desk, actor = command_line()
    with desk.store, told(file.name) as progress:
        done = import_staff(desk, actor, file, dry_run=dry_run, progress=progress)
    tell_import(done, dry_run=dry_run)


@app.command()
def password(name: Name) -> None:
    """Give an account a new password, from standard input; without one, a one-time password is printed."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import set_password

    desk, actor = command_line()
    with desk.store:
        given, once = _password()
        set_password(desk, actor, name, given, once=once)
    _tell_password(given, once=once)


def _password() -> tuple[str, bool]:
    """The password and whether it is a one-time one: typed twice at a terminal, else the first line of input."""
    from grm_console.desk.staff import one_time_password

    if sys.stdin.isatty():
        given: str = typer.prompt(
            _("Password (empty for a one-time one)"),
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=True,
            err=True,
        )
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    return (given, False) if given else (one_time_password(), True)


def _tell_password(password: str, *, once: bool) -> None:
    if once:
        print(_("One-time password, to be changed at the first sign-in:"), file=sys.stderr)
        print(password)


def _joined(languages: list[str] | None) -> str | None:
    return "|".join(languages) if languages else None

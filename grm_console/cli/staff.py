"""`grm staff`: accounts of the people who work here."""

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from grm_console.cli.catalogue import catalogue_commands, tell_change
from grm_console.cli.row_options import codes_of, with_fields
from grm_console.desk.catalogue.fields import STAFF
from grm_console.i18n import _

app = catalogue_commands(STAFF)


def _add(given: Mapping[str, str], dry_run: bool) -> None:
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import add_staff

    desk, actor = command_line()
    with desk.store:
        password, once = _password()
        stored = add_staff(desk, actor, given, password, once=once, dry_run=dry_run)
    if dry_run:
        tell_change(_("would be added"), [stored[STAFF.key]])
    else:
        _tell_password(password, once=once)


app.command(
    "add",
    help="Make an account. The password is read from standard input; without one, a one-time password is printed.",
)(with_fields(STAFF, _add, key=None))


@app.command()
def password(
    account: Annotated[str, typer.Argument(help="Name to sign in with.", autocompletion=codes_of(STAFF))],
) -> None:
    """Give an account a new password, from standard input; without one, a one-time password is printed."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.staff import set_password

    desk, actor = command_line()
    with desk.store:
        given, once = _password()
        set_password(desk, actor, account, given, once=once)
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

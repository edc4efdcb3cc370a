"""`grm console`: the operator's desk in this terminal."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from grm_console.errors import GrmError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.seat import SignIn


def console(
    name: Annotated[
        str, typer.Option(help="Who sits down; in a demo without a password, e.g. sun.ying or zhao.min.")
    ] = "",
) -> None:
    """Open the desk."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise GrmError(_("The console needs a terminal. Run grm console in one, not through a pipe."))
    from grm_console.tui.app import GrmConsole
    from grm_console.tui.hang_up import leave_on_signals

    app = GrmConsole(open_door, demo=True, name=name)
    leave_on_signals(app)
    app.run()


def open_door() -> "SignIn":
    """The door to the seats of the desk in force; in a thread of the console, after its first paint."""
    from datetime import timedelta

    from grm_console.cli.opening import open_desk
    from grm_console.desk.seat import SignIn
    from grm_console.settings import read_settings

    settings = read_settings()
    return SignIn(open_desk(settings), timedelta(minutes=settings.lock_after_minutes))

"""`grm console`: the operator's desk in this terminal."""

import sys
from typing import TYPE_CHECKING

from grm_console.errors import GrmError

if TYPE_CHECKING:
    from grm_console.desk.seat import SignIn


def console() -> None:
    """Open the desk."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise GrmError("The console needs a terminal. Run grm console in one, not through a pipe.")
    from grm_console.tui.app import GrmConsole

    def open_door() -> "SignIn":
        from grm_console.cli.opening import open_desk
        from grm_console.desk.seat import SignIn
        from grm_console.settings import read_settings

        return SignIn(open_desk(read_settings()))

    GrmConsole(open_door, demo=True).run()

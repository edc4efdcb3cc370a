"""`grm board`: the supervisor's board for a screen on the wall."""

import sys
from typing import TYPE_CHECKING

import typer

from grm_console.errors import GrmError
from grm_console.i18n import _

if TYPE_CHECKING:
    from grm_console.desk.actor import Actor
    from grm_console.desk.desk import Desk


def board(
    account: str = typer.Option("", "--account", help="Whose board; a demo store needs none."),
    bell: bool = typer.Option(True, help="Ring when somebody asks for help."),
) -> None:
    """Show the board, full screen, as the account likes its console; Q ends it. It asks for the account's password."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise GrmError(_("The board needs a terminal. Run grm board in one, not through a pipe."))
    from grm_console.cli.opening import open_desk
    from grm_console.desk.board import Board
    from grm_console.desk.console_choices import load
    from grm_console.i18n import use_language
    from grm_console.settings import read_settings
    from grm_console.tui.board_app import BoardApp

    desk = open_desk(read_settings())
    with desk.store:
        actor = _signed_in(desk, account)
        choices = load(desk, actor)
        use_language(choices.language or desk.language)
        BoardApp(Board(desk, actor), choices, bell=bell).run()


def _signed_in(desk: "Desk", account: str) -> "Actor":
    """Who looks: an account with its password, or in a demo store its first supervisor."""
    from grm_console.desk.board import demo_supervisor
    from grm_console.desk.sign_in import sign_in

    if not account:
        actor = demo_supervisor(desk)
        if actor is None:
            raise GrmError(_("Say whose board it is: grm board --account NAME, of a supervisor or administrator."))
        return actor
    return sign_in(
        desk, account, typer.prompt(_("Password of {account}").format(account=account), hide_input=True, err=True)
    )

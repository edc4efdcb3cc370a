"""`grm find`: make the index by which contacts and texts are found."""

import sys
from typing import Annotated

import typer

from grm_console.cli.progress import told
from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _find() -> None:
    pass


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Forget the index first and make it anew.")] = False,
) -> None:
    """Index what is not yet: after a large import, or in a store made by an older version."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.find_index import index_all

    desk, actor = command_line()
    with desk.store, told("Index") as progress:
        pieces = index_all(desk, actor, rebuild=rebuild, progress=progress)
    print(_("Everything is indexed.") if pieces else _("Everything was indexed already."), file=sys.stderr)

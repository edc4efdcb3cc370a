"""`grm timeline`: check or rebuild the histories from their sources."""

import typer

from grm_console.errors import StoreError
from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _timeline() -> None:
    pass


@app.command()
def check() -> None:
    """Compare every line with its source; exit code 1 if any is missing, too many or wrong."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.histories import check_all

    desk, actor = command_line()
    with desk.store:
        wrong = check_all(desk, actor)
    if wrong:
        kind, source = wrong[0]
        raise StoreError(
            _("{count} lines are wrong, the first is {kind} {source}. Run grm timeline rebuild.").format(
                count=len(wrong), kind=kind, source=source
            )
        )
    print(_("All histories are as their sources say."))


@app.command()
def rebuild() -> None:
    """Make all lines anew from their sources, in one transaction."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.histories import rebuild_all

    desk, actor = command_line()
    with desk.store:
        lines = rebuild_all(desk, actor)
    print(_("{lines} lines made anew.").format(lines=lines))

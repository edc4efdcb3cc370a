"""`grm timeline`: check or rebuild the histories from their sources."""

import typer

from grm_console.errors import StoreError
from grm_console.settings import read_settings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _timeline() -> None:
    pass


@app.command()
def check() -> None:
    """Compare every line with its source; exit code 1 if any is missing, too many or wrong."""
    from grm_console.cli.opening import open_desk, system_actor
    from grm_console.desk.histories import check_all

    desk = open_desk(read_settings())
    with desk.store:
        wrong = check_all(desk, system_actor(desk, "system:cli"))
    if wrong:
        kind, source = wrong[0]
        raise StoreError(f"{len(wrong)} lines are wrong, the first is {kind} {source}. Run grm timeline rebuild.")
    print("All histories are as their sources say.")


@app.command()
def rebuild() -> None:
    """Make all lines anew from their sources, in one transaction."""
    from grm_console.cli.opening import open_desk, system_actor
    from grm_console.desk.histories import rebuild_all

    desk = open_desk(read_settings())
    with desk.store:
        lines = rebuild_all(desk, system_actor(desk, "system:cli"))
    print(f"{lines} lines made anew.")

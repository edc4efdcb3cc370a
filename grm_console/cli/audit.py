"""`grm audit`: check that nobody changed what was recorded."""

import json
from typing import Annotated

import typer

from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _audit() -> None:
    pass


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Tell the result as JSON.")] = False) -> None:
    """Check every row of the chain and its head kept apart; exit code 1 if anything was changed, lost or cut off."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.audits import verify_audit

    desk, actor = command_line()
    with desk.store:
        rows = verify_audit(desk, actor)
    print(
        json.dumps({"rows": rows, "intact": True})
        if as_json
        else _("The audit chain of {rows} rows is intact.").format(rows=rows)
    )

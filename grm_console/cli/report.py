"""`grm report`: figures for bills and meetings, to standard output."""

from datetime import datetime
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

_DAY = ["%Y-%m-%d"]


@app.callback()
def _group() -> None:
    """Keeps `interpreters` a command of its own, however few there are."""


@app.command()
def interpreters(
    first: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=_DAY, help="Last day.")],
    rows: Annotated[bool, typer.Option("--rows", help="The calls behind the figures, one interpreter a row.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of CSV.")] = False,
) -> None:
    """Write interpreters' time by day, language and organisation: whole seconds, and minutes as they are billed."""
    from grm_console.cli.listing import show_rows
    from grm_console.cli.opening import command_line
    from grm_console.desk import interpreter_minutes

    desk, actor = command_line()
    with desk.store:
        span = (first.date(), last.date())
        if rows:
            calls = interpreter_minutes.rows(desk, actor, *span)
        else:
            lines = interpreter_minutes.report(desk, actor, *span)
    if rows:
        show_rows(
            (
                {
                    "interaction": call.interaction_id,
                    "call": call.sid,
                    "joined_at": call.joined_at.isoformat(),
                    "left_at": call.left_at.isoformat() if call.left_at else None,
                    "language": call.language,
                    "organisation": call.organisation,
                    "seconds": call.took.seconds,
                    "minutes": call.took.minutes,
                }
                for call in calls
            ),
            as_json=as_json,
        )
        return
    show_rows(
        (
            {
                "day": line.day.isoformat(),
                "language": line.language,
                "organisation": line.organisation,
                "name": line.name,
                "calls": line.calls,
                "legs": line.took.legs,
                "seconds": line.took.seconds,
                "minutes": line.took.minutes,
            }
            for line in lines
        ),
        as_json=as_json,
    )

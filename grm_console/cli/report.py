"""`grm report`: figures for bills and meetings, to standard output."""

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

_DAY = ["%Y-%m-%d"]


class Form(StrEnum):
    """How the rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


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


@app.command()
def automation(
    since: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="First day; the seven days up to the last one without it.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Last day; today without it.")] = None,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="What was decided on each question, and why it was left to people.")
    ] = False,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Minutes that an answer saves; GRM_TEXT_MINUTES_SAVED without it.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="CSV, or one JSON object a line.")] = Form.CSV,
) -> None:
    """Write by language how many texts were answered by themselves, asked back, left to people, and wrong."""
    from grm_console.cli.listing import show_rows
    from grm_console.cli.opening import command_line
    from grm_console.desk.automation import outcomes, report
    from grm_console.settings import read_settings

    desk, actor = command_line()
    with desk.store:
        last = until.date() if until is not None else desk.store.now().astimezone().date()
        first = since.date() if since is not None else last - timedelta(days=6)
        saved = read_settings().text_minutes_saved if minutes is None else minutes
        found = outcomes(desk, actor, first, last) if reasons else report(desk, actor, first, last, saved)
    show_rows((asdict(line) for line in found), as_json=form is Form.JSONL)

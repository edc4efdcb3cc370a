"""`grm block`: numbers that are not put through, and rules for the talk with a person."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from grm_console.domain.words import BlockKind
from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)

_DAY = ["%Y-%m-%d"]


@app.command()
def add(
    number: Annotated[str, typer.Argument(help="The number that called, e.g. +12025550142.")],
    reason: Annotated[str, typer.Option(help="Why; for a person the rules that were agreed.")],
    until: Annotated[datetime, typer.Option(formats=_DAY, help="Last day, at most a year ahead.")],
    kind: Annotated[BlockKind, typer.Option(help="machine and fraud are kept out; a person never is.")],
    notice: Annotated[str, typer.Option(help="How and when the person was told.")] = "",
    review: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Day on which the rules for a person are looked at again.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Supervisor who decides, needed for a person; the password is asked for.")
    ] = "",
) -> None:
    """Keep a machine or a fraud out for a time, or note rules for the talk with a person."""
    from grm_console.cli.opening import command_line
    from grm_console.cli.password import asked_password
    from grm_console.desk.blocked import Blocked
    from grm_console.desk.sign_in import sign_in

    desk, actor = command_line()
    with desk.store:
        if by:
            actor = sign_in(desk, by, asked_password())
        key = Blocked(desk, actor).add(
            number, kind, reason, until.date(), notice=notice, review_on=review.date() if review else None
        )
    print(_("Noted as number {key}. Lift it: grm block lift {key}").format(key=key), file=sys.stderr)


@app.command("list")
def list_blocks(
    ended: Annotated[bool, typer.Option("--all", help="Also those that were lifted or have run out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of CSV.")] = False,
) -> None:
    """Write the blocklist to standard output."""
    from grm_console.cli.listing import show_rows
    from grm_console.cli.opening import command_line
    from grm_console.desk.blocked import Blocked

    desk, actor = command_line()
    with desk.store:
        lines = Blocked(desk, actor).lines(ended=ended)
    rows = (
        {
            "id": line.block_id,
            "number": line.number,
            "kind": line.kind.value,
            "reason": line.reason,
            "notice": line.notice,
            "since": line.since.isoformat(),
            "until": line.until.isoformat(),
            "review_on": line.review_on.isoformat() if line.review_on else None,
            "review_due": line.review_due,
            "set_by": line.set_by,
            "lifted_at": line.lifted_at.isoformat() if line.lifted_at else None,
            "lifted_by": line.lifted_by,
            "stopped": line.stopped,
        }
        for line in lines
    )
    show_rows(rows, as_json=as_json)


@app.command()
def lift(key: Annotated[int, typer.Argument(metavar="ID", help="Number of the block, see grm block list.")]) -> None:
    """Let a block hold no longer; that it was there stays known."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.blocked import Blocked

    desk, actor = command_line()
    with desk.store:
        Blocked(desk, actor).lift(key)
    print(_("Lifted."), file=sys.stderr)

"""The command `grm`: every sub-command in one place, each in a file of its own."""

import os
import sys

import typer

from grm_console import __version__
from grm_console.cli import (
    audit,
    backup,
    block,
    board,
    catalogue,
    console,
    doctor,
    export,
    find,
    init,
    kb,
    reconcile,
    recordings,
    report,
    serve,
    simulate,
    staff,
    timeline,
    twilio,
    web,
)
from grm_console.errors import GrmError
from grm_console.i18n import use_language
from grm_console.text import printable

app = typer.Typer(
    name="grm",
    help="GRM Console: a hotline desk. Settings come from the environment, see grm doctor.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grm {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Tell the version."),
) -> None:
    pass


app.command("init")(init.init)
app.command("migrate")(init.migrate)
app.command("serve")(serve.serve)
app.command("console")(console.console)
app.command("board")(board.board)
app.command("web")(web.web)
app.command("simulate")(simulate.simulate)
app.command("doctor")(doctor.doctor)
app.command("export")(export.export)
app.command("reconcile")(reconcile.reconcile)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(kb.app, name="kb", help="Standard answers: import, export, search.")
app.add_typer(audit.app, name="audit", help="The audit chain.")
app.add_typer(find.app, name="find", help="The index by which contacts and texts are found.")
app.add_typer(timeline.app, name="timeline", help="The projection of all histories.")
app.add_typer(staff.app, name="staff", help="Staff accounts.")
app.add_typer(block.app, name="block", help="The blocklist.")
app.add_typer(recordings.app, name="recordings", help="Recordings and voicemails.")
app.add_typer(report.app, name="report", help="Figures for bills and meetings.")
app.add_typer(twilio.app, name="twilio", help="The telephone numbers of the Twilio account.")
catalogue.mount(app)


def run() -> None:
    """Run the command line; known errors become one sentence on standard error and exit code 1."""
    # By the environment alone: the settings themselves cost time that the first screen should not pay.
    use_language(os.environ.get("GRM_LANGUAGE", ""))
    try:
        app()
    except GrmError as error:
        print(printable(str(error), lines=True), file=sys.stderr)  # it may name what a stranger wrote
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has enough; the shell's convention for that is no message at all.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

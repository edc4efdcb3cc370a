"""`grm recordings`: recordings and voicemails, listed and saved to files."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from grm_console.i18n import _

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_recordings(
    call: Annotated[str, typer.Option(help="Only of the call with this provider id, e.g. CA….")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of CSV.")] = False,
) -> None:
    """Write the newest recordings and voicemails to standard output, without their audio."""
    from grm_console.cli.listing import show_rows
    from grm_console.cli.opening import command_line
    from grm_console.desk.recordings import Recordings

    desk, actor = command_line()
    with desk.store:
        lines = Recordings(desk, actor).newest(limit, call)
    rows = (
        {
            "id": line.recording_id,
            "call": line.call_sid,
            "kind": line.kind.value,
            "stage": line.stage.value,
            "started_at": line.started_at.isoformat(),
            "seconds": line.seconds,
            "media_type": line.media_type,
            "sealed": line.sealed,
            "problem": line.problem,
        }
        for line in lines
    )
    show_rows(rows, as_json=as_json)


@app.command()
def save(
    key: Annotated[int, typer.Argument(metavar="ID", help="Number of the recording, see grm recordings list.")],
    file: Annotated[Path, typer.Argument(help="File to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of a file that is there.")] = False,
) -> None:
    """Write a recording's audio to a file; one that was not fetched yet is asked for."""
    from grm_console.cli.opening import command_line
    from grm_console.desk.recording_views import RecordingStage
    from grm_console.desk.recordings import Recordings
    from grm_console.errors import NotFound

    desk, actor = command_line()
    with desk.store:
        kept = Recordings(desk, actor)
        if kept.wish(key).stage is not RecordingStage.HERE:
            raise NotFound(
                _("It is asked for, and the web process (grm serve) fetches it. Run the same command in a few seconds.")
            )
        kept.save(key, file, overwrite=overwrite)
    print(_("Saved as {path}.").format(path=file), file=sys.stderr)

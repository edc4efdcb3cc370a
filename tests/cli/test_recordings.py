"""`grm recordings`: listed without names, asked for once, saved when they are there."""

import json
from pathlib import Path

from builders import LONG_AGO, all_rows, call, interaction_of, put, take_in
from command_line import Grm
from typer.testing import CliRunner

from grm_console.cli import recordings as commands
from grm_console.desk import recordings
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.errors import NotFound
from grm_console.store import tables

run = CliRunner().invoke


def test_listed_asked_for_and_saved(grm: Grm, desk: Desk, web_actor: Actor, tmp_path: Path) -> None:
    """The fixture `grm` puts the settings into the environment."""
    take_in(desk, web_actor, call())
    row = tables.Recording(
        provider="twilio",
        sid="RE1",
        kind="voicemail",
        state="completed",
        url="https://api.twilio.com/RE1",
        seconds=32,
        started_at=LONG_AGO,
        interaction_id=interaction_of(desk.store, "CA1"),
    )
    key = put(desk.store, row)
    (line,) = [json.loads(one) for one in run(commands.app, ["list", "--json", "--call", "CA1"]).stdout.splitlines()]
    assert (line["id"], line["call"], line["stage"], line["seconds"]) == (key, "CA1", "kept", 32)
    assert run(commands.app, ["list", "--call", "CA2"]).stdout == ""
    file = tmp_path / "voice.wav"
    for _again in range(2):
        ran = run(commands.app, ["save", str(key), str(file)])
        assert isinstance(ran.exception, NotFound)
        assert "the web process (grm serve) fetches it" in str(ran.exception)
    assert sum(one.kind == "recording-fetch" for one in all_rows(desk.store, tables.Outbox)) == 1
    with desk.store.writing() as write:
        recordings.fetched(desk, write, key, "audio/wav", b"RIFF")
    ran = run(commands.app, ["save", str(key), str(file)])
    assert (ran.exit_code, file.read_bytes()) == (0, b"RIFF")

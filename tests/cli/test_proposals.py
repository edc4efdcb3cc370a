"""`grm kb proposals`: refreshed, listed, shown, accepted and dismissed by script."""

import json

import pytest
from builders import found_town, take_in, text
from command_line import Grm

from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.knowledge.models import shelf


def test_from_questions_to_a_draft(grm: Grm, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf.FAST, "ready", lambda: False)
    found_town(desk.store)
    web = actor_named(desk, "system:web")
    for number, words in enumerate(
        ["car charge where", "where can I charge a car", "charge the car", "tram ticket lost"]
    ):
        take_in(desk, web, text(f"SM{number}", words, sender=f"+120255501{number + 20}"))
    monkeypatch.setattr("grm_console.store.store.system_clock", desk.store.now)
    done = grm("kb", "proposals", "refresh", "--json")
    assert json.loads(done.out) == {"found": 4, "questions": 4, "groups": 2, "meaning": False}
    assert grm("kb", "proposals", "refresh", "--every", "30").out == ""
    cars, tram = (json.loads(line) for line in grm("kb", "proposals", "list", "--json").out.splitlines())
    assert (cars["askers"], cars["as"], cars["state"], tram["words"]) == (3, "article", "open", "")
    assert grm("kb", "proposals", "list", "--owner", "water").out == ""
    shown = json.loads(grm("kb", "proposals", "show", str(cars["id"]), "--json").out)
    assert len(shown["samples"]) == 3
    assert grm("kb", "proposals", "dismiss", str(tram["id"]), "--reason", "").code != 0
    assert grm("kb", "proposals", "dismiss", str(tram["id"]), "--reason", "Asked once only.").code == 0
    refused = grm("kb", "proposals", "accept", str(cars["id"]), "--as", "article")
    assert "--answer" in refused.err
    made = grm(
        "kb", "proposals", "accept", str(cars["id"]), "--as", "article", "--answer", "-", given="At the harbour."
    )
    assert "K-001 en v1 is a draft now" in made.err
    states = [line.split(",")[1] for line in grm("kb", "proposals", "list", "--all").out.splitlines()[1:]]
    assert sorted(states) == ["accepted", "set-aside"]
    assert "Not published yet" in grm("kb", "proposals", "show", str(cars["id"])).out

"""Two desks never claim the same item: four processes, not threads, race for every one."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest
from builders import all_rows, call, found_town, staff, take_in

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.errors import AlreadyClaimed
from grm_console.settings import Settings
from grm_console.store import queue
from grm_console.store.tables import AgentStateLog, Interaction, QueueEntry

DESKS, ITEMS = 4, 12

RACE = """
import json, sys
from grm_console.cli.opening import open_desk
from grm_console.desk import queue_work
from grm_console.desk.sign_in import actor_named
from grm_console.errors import AlreadyClaimed, InvalidInput
from grm_console.desk.seat import Seat
from grm_console.errors import AlreadyClaimed
from grm_console.settings import Settings
from grm_console.store import queue

settings = Settings(**json.loads(sys.argv[1]), _env_file=None)
desk = open_desk(settings)
actor = actor_named(desk, sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
won = []
for entry in json.loads(sys.argv[3]):
    try:
        won.append(queue_work.answer(desk, actor, entry))
        queue_work.end(desk, actor, won[-1])
        queue_work.wrap_up(desk, actor, won[-1], "informed", "")
    except AlreadyClaimed:
        pass
print(json.dumps(won))
desk.store.close()
"""


def test_every_item_is_taken_exactly_once(settings: Settings, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    names = [f"operator{number}" for number in range(DESKS)]
    for name in names:
        staff(desk, name)
    take_in(desk, web_actor, *(call(f"CA{number}", f"+120255501{number:02}") for number in range(ITEMS)))
    entries = [row.id for row in all_rows(desk.store, QueueEntry)]
    given = {
        "database_url": settings.database_url,
        "audit_folder": str(settings.audit_folder),
        "audit_key": settings.audit_key.get_secret_value(),
    }
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, json.dumps(given), name, json.dumps(entries)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    results = [racer.communicate(timeout=60)[0] for racer in racers]
    assert all(racer.returncode == 0 for racer in racers)
    won = [interaction for result in results for interaction in json.loads(result)]
    assert sorted(won) == sorted(row.interaction_id for row in all_rows(desk.store, QueueEntry))
    assert len(set(won)) == ITEMS
    assert {row.state for row in all_rows(desk.store, Interaction)} == {"done"}
    for spans in _spans_by_agent(desk):
        assert all(one.until == following.since for one, following in pairwise(spans))


def _spans_by_agent(desk: Desk) -> list[list[AgentStateLog]]:
    spans: dict[int, list[AgentStateLog]] = {}
    for row in all_rows(desk.store, AgentStateLog):
        spans.setdefault(row.account_id, []).append(row)
    return list(spans.values())


def test_who_comes_second_is_told_at_once_and_not_after_the_first_has_committed(desk: Desk, web_actor: Actor) -> None:
    if desk.store.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time: the second one begins when the first has committed")
    found_town(desk.store)
    take_in(desk, web_actor, call("CA1"))
    (entry,) = all_rows(desk.store, QueueEntry)
    second = Seat(desk, staff(desk, "zoe"))
    second.set_available()
    now = desk.store.now()
    with desk.store.writing() as first:
        assert queue.claim(first.connection, entry.id, staff(desk, "mei").account_id, now, now)
        with pytest.raises(AlreadyClaimed, match="A colleague was first"):
            second.answer(entry.id)

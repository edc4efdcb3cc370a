"""The supervisor's board over millions of exchanges: the snapshot's time, and what a wall screen costs of a core.

Makes a store first, in a temporary folder that is removed: the given millions of exchanges in the past with their
places in the queue, a tenth as many cases of which ten thousand are open, and today 4,500 exchanges that are over,
30 that wait, and 50 agents on shift, half of them with an exchange. Then it reads snapshots, and lets `grm board`
run in a pseudo-terminal while its processor time is taken from /proc.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from desktop import TimedTerminal
from figures import percentile, print_machine, print_table
from service import GRM, environment, folder, grm

from grm_console.cli.opening import open_desk
from grm_console.desk.board import Board
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named
from grm_console.settings import Settings
from grm_console.store import accounts, bulk
from grm_console.store.engine import sqlite_module
from grm_console.store.store import Store
from grm_console.store.tables import (
    Account,
    AgentStateLog,
    CaseFile,
    Interaction,
    Organisation,
    Outbox,
    Queue,
    QueueEntry,
    Service,
)

TODAY, WAITING, AGENTS, OPEN_CASES = 4_500, 30, 50, 10_000
QUEUES, DEPARTMENTS = 4, 12
CHUNK = 200_000
"""Exchanges of one transaction, so that the log stays small."""
GIGABYTES_PER_MILLION = 0.6
GOAL_MS = 9
GOAL_SHARE = 5
WALL_SECONDS = 20


def main() -> None:
    """Make the store, read snapshots, watch the wall screen, print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=int, default=1, help="million exchanges; 10 needs 7 GB of disk")
    parser.add_argument("--times", type=int, default=300, help="how many snapshots are read")
    options = parser.parse_args()
    print_machine("textual", "sqlalchemy")
    with folder() as at:
        needed = GIGABYTES_PER_MILLION * options.millions * 1.2
        free = shutil.disk_usage(at).free / 1e9
        if free < needed:
            raise SystemExit(f"{at} has {free:.0f} GB free; {needed:.0f} are needed. Set TMPDIR to a larger disk.")
        settings = environment(at)
        grm(settings, "init")
        os.environ.update(settings)
        desk = open_desk(Settings())
        with desk.store:
            fill(desk.store, options.millions * 1_000_000)
            read(desk, options)
        watch(settings)


def fill(store: Store, count: int) -> None:
    """The past in chunks, then today."""
    chance = Random(11)
    now = store.now()
    with store.writing() as write:
        accounts.set_mark(write.connection, "demo", "agent-1")  # so that the wall screen signs in by itself
        _people(write.connection, now, chance)
    began = time.perf_counter()
    for first in range(0, count, CHUNK):
        keys = range(first + 1, min(first + CHUNK, count) + 1)
        # 20 s apart, the newest two days ago
        ends = [now - timedelta(days=2, seconds=20 * (count - key)) for key in keys]
        with store.writing() as write:
            _exchanges(write.connection, keys, ends, chance)
            _cases(write.connection, keys, ends, count, chance, now)
        print(f"\r{keys[-1]:,} exchanges", end="", file=sys.stderr)
    with store.writing() as write:
        _today(write.connection, range(count + 1, count + 1 + TODAY + WAITING + AGENTS // 2), now, chance)
    print(f"\nmade in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    with sqlite_module().connect(store.url.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def read(desk: Desk, options: argparse.Namespace) -> None:
    """The time of a snapshot, each in a transaction of its own as on the screen."""
    board = Board(desk, actor_named(desk, "agent-1"))
    seen = board.snapshot()
    assert len(seen.agents) == AGENTS
    taken = []
    for _ in range(options.times):
        began = time.perf_counter()
        board.snapshot()
        taken.append((time.perf_counter() - began) * 1000)
    print(
        f"\nsnapshot over {options.millions} million exchanges: today {seen.calls.offered.count:,} calls and "
        f"{seen.texts.offered.count:,} texts over, {sum(line.open.count for line in seen.departments):,} cases open"
    )
    print_table(
        ["", "p50 ms", "p95 ms", "max ms", "goal p95"],
        [["Board.snapshot", percentile(taken, 0.5), percentile(taken, 0.95), max(taken), GOAL_MS]],
    )


def watch(settings: dict[str, str]) -> None:
    """The share of a core that the wall screen takes, painting a new moment each second."""
    with TimedTerminal([*GRM, "board"], settings, columns=200, lines=60) as terminal:
        terminal.until(lambda text: "Agent 50" in text, 30)
        terminal.until_quiet(0.5, 5)
        written, before, began = len(terminal.raw), _processor_seconds(terminal.pid), time.perf_counter()
        while time.perf_counter() - began < WALL_SECONDS:
            terminal.read(0.2)
        spent, seconds = _processor_seconds(terminal.pid) - before, time.perf_counter() - began
        share, bytes_each = 100 * spent / seconds, (len(terminal.raw) - written) / seconds
        terminal.press("q")
        ended = terminal.ended(5.0)
    print(
        f"\ngrm board at 200x60 with {AGENTS} agents, {seconds:.0f} s: {share:.1f} % of a core "
        f"(goal under {GOAL_SHARE} %), {bytes_each:,.0f} bytes a second{'' if ended else ', did not end'}"
    )


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _put(connection: Any, model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], **fixed: Any) -> None:
    """Rows of a table; what is not named takes the model's default."""
    defaults = {
        name: None if field.is_required() else field.get_default()
        for name, field in model.model_fields.items()
        if name not in columns and name != "id"
    }
    bulk.insert_rows(connection, model.__table__, columns, rows, defaults | fixed)


def _people(connection: Any, now: datetime, chance: Random) -> None:
    _put(
        connection, Organisation, ["id", "code", "name"],
        ((10 + n, f"d{n}", f"Department {n}") for n in range(DEPARTMENTS)), kind="department",
    )  # fmt: skip
    _put(connection, Queue, ["id", "code", "name"], ((10 + n, f"q{n}", f"Queue {n}") for n in range(QUEUES)))
    _put(
        connection, Service, ["id", "code", "name"], [(1, "s", "Street light")],
        organisation_id=10, kind="report", done_hours=24,
    )  # fmt: skip
    _put(
        connection, Account, ["id", "name", "full_name"],
        ((100 + n, f"agent-{n}", f"Agent {n:02}") for n in range(1, AGENTS + 1)),
        role="supervisor", organisation_id=1, created_at=now, password_hash="none",
    )  # fmt: skip
    states = ["talking" if n <= AGENTS // 2 else chance.choice(("available", "away", "wrap-up")) for n in range(1, 51)]
    _put(
        connection, AgentStateLog, ["account_id", "state", "reason", "since"],
        (
            (100 + n, state, "lunch" if state == "away" else "", now - timedelta(seconds=chance.randrange(900)))
            for n, state in enumerate(states, 1)
        ),
    )  # fmt: skip


def _exchanges(connection: Any, keys: range, ends: Sequence[datetime], chance: Random) -> None:
    """Exchanges that are over, each with its place in a queue; a fifth are texts with a reply."""
    text = [key % 5 == 0 for key in keys]
    _put(
        connection, Interaction, ["id", "channel", "queue_id", "happened_at", "answered_at", "ended_at", "entered_at"],
        (
            (key, "sms" if written else "voice", 10 + key % QUEUES, end - timedelta(seconds=200),
             None if key % 17 == 0 else end - timedelta(seconds=200 - key % 40), end, end)
            for key, written, end in zip(keys, text, ends, strict=True)
        ),
        direction="inbound", state="done", end_reason="answered", agent_id=101, text="Asked when the water is back.",
    )  # fmt: skip
    _put(
        connection, QueueEntry,
        ["interaction_id", "queue_id", "waiting_since", "queued_as_of", "left_at", "left_reason"],
        (
            (key, 10 + key % QUEUES, end - timedelta(seconds=200),
             end - timedelta(seconds=80 if written else 200), end, "abandoned" if key % 17 == 0 else "answered")
            for key, written, end in zip(keys, text, ends, strict=True)
        ),
        state="left", claimed_by_id=101,
    )  # fmt: skip
    _put(
        connection, Outbox, ["decision", "interaction_id", "decided_at", "not_before"],
        ((f"SM{key}:reply", key, end, end)
         for key, written, end in zip(keys, text, ends, strict=True) if written),
        kind="text", provider="t", answered_sid="SM", rule="acknowledgement", state="sent", decided_by_id=1,
        body="We have your text.",
    )  # fmt: skip


def _cases(connection: Any, keys: range, ends: Sequence[datetime], count: int, chance: Random, now: datetime) -> None:
    """A case to every tenth exchange; so many of them stay open that ten thousand are in all."""
    every = max(1, count // 10 // OPEN_CASES)

    def rows() -> Iterator[tuple[Any, ...]]:
        for key, end in zip(keys, ends, strict=True):
            if key % 10 == 0:
                is_open = key // 10 % every == 0
                due = now + timedelta(hours=chance.randrange(-48, 240)) if is_open else end + timedelta(days=5)
                yield (
                    f"C-{key}", key, 10 + key % DEPARTMENTS, end, due,
                    "open" if is_open else "closed", None if is_open else end + timedelta(days=3),
                )  # fmt: skip

    columns = ["number", "interaction_id", "organisation_id", "opened_at", "due_at", "state", "closed_at"]
    _put(connection, CaseFile, columns, rows(), service_id=1, entered_by_id=101, summary="A lamp does not burn.")


def _today(connection: Any, keys: range, now: datetime, chance: Random) -> None:
    over, waiting, held = keys[:TODAY], keys[TODAY : TODAY + WAITING], keys[TODAY + WAITING :]
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
    length = (now - midnight) / (TODAY + 1)
    _exchanges(connection, over, [midnight + length * (n + 1) for n in range(TODAY)], chance)
    for some, state, queue_state in ((waiting, "waiting", "waiting"), (held, "talking", "claimed")):
        taken = queue_state == "claimed"
        _put(
            connection, Interaction, ["id", "channel", "queue_id", "agent_id"],
            ((key, "voice" if key % 3 else "sms", 10 + key % QUEUES, 101 + n if taken else None)
             for n, key in enumerate(some)),
            direction="inbound", state=state, happened_at=now, entered_at=now, answered_at=now if taken else None,
        )  # fmt: skip
        _put(
            connection, QueueEntry, ["interaction_id", "queue_id", "waiting_since", "queued_as_of"],
            ((key, 10 + key % QUEUES, now - timedelta(seconds=n), now - timedelta(seconds=n))
             for n, key in enumerate(some)),
            state=queue_state, claimed_by_id=101 if taken else None, claimed_at=now if taken else None,
        )  # fmt: skip


if __name__ == "__main__":
    main()

"""The newest 200 lines of a contact's history out of millions, against the same raw query in the same run.

Makes the rows first, by the statements of the project's own import with all indexes in place, in a temporary folder
that is removed. Every contact has 200 exchanges, spread over the whole time, so that each lies on a page of its own.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from figures import percentile, print_machine, print_table
from service import environment, folder, grm

from grm_console.cli.opening import open_store
from grm_console.settings import Settings
from grm_console.store import bulk, timeline
from grm_console.store.engine import sqlite_module
from grm_console.store.store import Store
from grm_console.store.tables import Contact, Interaction, TimelineEntry

LINES = 200
CHUNK = 200_000
"""Exchanges of one transaction, so that the log stays small."""
GIGABYTES_PER_MILLION = 0.7
BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
GOAL_MS = 0.7
RAW = (
    "SELECT id, at, kind, channel, direction, state, case_number, summary FROM timeline_entry "
    "WHERE contact_id = ? ORDER BY at DESC, id DESC LIMIT ?"
)


def main() -> None:
    """Make the store, read it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=int, default=1, help="million exchanges; 10 needs 8 GB of disk")
    parser.add_argument("--contacts", type=int, default=100, help="contacts whose history is read")
    parser.add_argument("--times", type=int, default=20, help="how often each is read when warm")
    options = parser.parse_args()
    print_machine("sqlalchemy")
    with folder() as at:
        needed = GIGABYTES_PER_MILLION * options.millions * 1.2
        free = shutil.disk_usage(at).free / 1e9
        if free < needed:
            raise SystemExit(f"{at} has {free:.0f} GB free; {needed:.0f} are needed. Set TMPDIR to a larger disk.")
        settings = environment(at)
        grm(settings, "init")
        os.environ.update(settings)
        with open_store(Settings()) as store:
            _fill(store, options.millions * 1_000_000)
            print(f"file {(at / 'grm.db').stat().st_size / 1e9:.2f} GB")
            _read(store, at / "grm.db", options.millions * 1_000_000 // LINES, options)


def _fill(store: Store, count: int) -> None:
    contacts = count // LINES
    with store.writing() as write:
        bulk.insert_rows(
            write.connection,
            Contact.__table__,  # type: ignore[attr-defined]
            ["id", "import_key", "name"],
            ((key, f"c{key}", f"Citizen {key}") for key in range(1, contacts + 1)),
            {"kind": "citizen", "other_name": "", "language": "en", "address": "", "district": "", "note": ""}
            | {"merged_into_id": None, "version": 1, "created_at": BEGIN, "created_by_id": 1},
        )
    began = time.perf_counter()
    for first in range(0, count, CHUNK):
        keys = range(first, min(first + CHUNK, count))
        with store.writing() as write:
            bulk.insert_rows(write.connection, *_interactions(keys, contacts))
            bulk.insert_rows(write.connection, *_lines(keys, contacts))
        print(f"\r{keys.stop:,} exchanges", end="", file=sys.stderr)
    elapsed = time.perf_counter() - began
    print(file=sys.stderr)
    with sqlite_module().connect(store.url.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(
        f"made {count:,} exchanges and as many lines in {elapsed:.0f} s: {count / elapsed:,.0f} exchanges/s, "
        f"{2 * count / elapsed:,.0f} rows/s, indexes in place (goal >= 25,000 rows/s)"
    )


def _moment(key: int) -> datetime:
    return BEGIN + timedelta(seconds=key * 20, microseconds=key % 1_000_000)


def _summary(key: int) -> str:
    return f"Asked about matter {key % 997} and was told what to bring to counter {key % 13}."


def _interactions(keys: range, contacts: int) -> tuple[Any, list[str], Iterator[tuple[Any, ...]], dict[str, Any]]:
    fixed: dict[str, Any] = {
        "provider": "import",
        "sid": "",
        "channel": "voice",
        "direction": "inbound",
        "state": "done",
        "provider_state": "",
        "sender": "",
        "line": "+12025550100",
        "contact_point_id": None,
        "concerned_id": None,
        "concerned_name": "",
        "entered_by_id": None,
        "identified": None,
        "agent_id": None,
        "queue_id": None,
        "language": "en",
        "entered_at": BEGIN,
        "reference": "",
        "parked_at": None,
        "answered_at": None,
        "connected_at": None,
        "ended_at": None,
        "wrapped_up_at": None,
        "duration": 120,
        "end_reason": "answered",
        "disposition_id": None,
        "attachments": 0,
        "note": "",
        "problem": "",
        "version": 1,
    }
    rows = ((key + 1, f"h{key}", key % contacts + 1, _moment(key), _summary(key)) for key in keys)
    return (
        Interaction.__table__,  # type: ignore[attr-defined]
        ["id", "import_key", "contact_id", "happened_at", "text"],
        rows,
        fixed,
    )


def _lines(keys: range, contacts: int) -> tuple[Any, list[str], Iterator[tuple[Any, ...]], dict[str, Any]]:
    fixed = {"kind": "interaction", "channel": "voice", "direction": "inbound", "state": "answered", "case_number": ""}
    rows = ((key % contacts + 1, _moment(key), key + 1, key + 1, _summary(key)) for key in keys)
    columns = ["contact_id", "at", "source_id", "interaction_id", "summary"]
    return TimelineEntry.__table__, columns, rows, fixed  # type: ignore[attr-defined]


def _read(store: Store, file: Path, contacts: int, options: argparse.Namespace) -> None:
    chosen = Random(5).sample(range(1, contacts + 1), options.contacts)
    raw = sqlite_module().connect(file)
    raw.execute("PRAGMA cache_size = -65536")

    def in_store(key: int) -> object:
        return timeline.page(connection, key, None, LINES)

    def in_transaction(key: int) -> object:
        with store.reading() as fresh:
            return timeline.page(fresh, key, None, LINES)

    def bare(key: int) -> object:
        return raw.execute(RAW, (key, LINES)).fetchall()

    ways: dict[str, Callable[[int], object]] = {
        "raw SQL": bare,
        "timeline.page": in_store,
        "the same with its transaction": in_transaction,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with store.reading() as connection:
        assert len(timeline.page(connection, chosen[0], None, LINES)) == LINES
        for turn in range(options.times + 1):
            for key in chosen:
                for name, way in ways.items():
                    began = time.perf_counter()
                    way(key)
                    if turn:  # the first reading warms the caches
                        taken[name].append((time.perf_counter() - began) * 1000)
    raw.close()
    floor = percentile(taken["raw SQL"], 0.5)
    count = len(taken["raw SQL"])
    print(f"\nnewest {LINES} of {options.millions} million, {options.contacts} warm contacts, n={count}")
    rows = [
        [name, *(percentile(times, share) for share in (0.5, 0.95, 0.99)), percentile(times, 0.5) / floor]
        for name, times in taken.items()
    ]
    print_table(["", "p50 ms", "p95 ms", "p99 ms", "p50 / raw"], rows)
    print(f"goal: timeline.page p50 <= {GOAL_MS} ms at 10 million")


if __name__ == "__main__":
    main()

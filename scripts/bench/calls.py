"""A hotline under load: so many calls waiting, so many operators at their seats, twenty times faster than life.

`grm serve` runs as it does for a town. The callers and all telephones are the stand-in's, in a process of its own; the
operators are real seats, each a process of its own. Only people are faster: thinking, talking, patience, ringing and
the length of what is played are divided by the speed, while the desk, its store and its sender go by the clock.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import call_checks
import psycopg
from figures import percentile, print_machine, print_table, pss_megabytes
from operators import Shift, work
from service import GRM, environment, folder, free_port, grm, postgresql, running
from sqlalchemy import create_engine, insert

from grm_console.clock import system_clock
from grm_console.store import accounts, tables
from grm_console.store.engine import read_url, sqlite_module

LINES = {"enquiries": "+12025550100", "water": "+12025550101", "roads": "+12025550102"}
DEPARTMENT = "+12025550119"
PATIENCE, NO_ANSWER = 1500.0, 0.02
ROOM = 10
"""Seats that share a process."""
SETTLING_SECONDS = 30.0


def main() -> None:
    """Run the hotline, then print what happened and what was proved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of a PostgreSQL of its own")
    parser.add_argument("--minutes", type=float, default=10.0, help="simulated minutes")
    parser.add_argument("--speed", type=float, default=20.0, help="how many times faster than life people are")
    parser.add_argument("--clients", type=int, help="operators; 50, on SQLite 20")
    parser.add_argument("--waiting", type=int, default=200, help="calls kept waiting")
    parser.add_argument("--talk", type=float, default=120.0, help="seconds a citizen talks, about")
    parser.add_argument("--disorder", type=float, default=0.1, help="share of callbacks that come late, and twice")
    options = parser.parse_args()
    options.clients = options.clients or (20 if options.sqlite else 50)
    print_machine("uvicorn", "twilio", "sqlalchemy", "psycopg")
    with ExitStack() as stack:
        at = stack.enter_context(folder())
        url = "" if options.sqlite else stack.enter_context(postgresql(connections=5 * options.clients + 50))
        _run(options, at, url)


def _run(options: argparse.Namespace, at: Path, url: str) -> None:
    port = free_port()
    settings = environment(at, url) | {"GRM_TWILIO_API_BASE_URL": f"http://127.0.0.1:{port}"}
    grm(settings, "init")
    _make_hotline(settings["GRM_DATABASE_URL"], options.clients)
    memory: list[tuple[str, float]] = []
    with running([*GRM, "serve", "--port", "0"], settings, at / "serve.log") as (web_port, web):
        os.environ.update(settings)
        with _callers(options, at, web_port, port) as callers:
            _until_waiting(settings["GRM_DATABASE_URL"], options.waiting)
            memory.append(("begin", pss_megabytes(web)))
            seconds = options.minutes * 60 / options.speed
            seats = _seats(options, at, seconds)
            began = time.time()
            time.sleep(seconds / 2)
            memory.append(("middle", pss_megabytes(web)))
            connections = _connections(url)
            time.sleep(max(0.0, began + seconds - time.time()))
            callers.stdin.write("stop\n")  # type: ignore[union-attr]
            callers.stdin.flush()  # type: ignore[union-attr]
            for seat in seats:
                seat.join(SETTLING_SECONDS + 60)
                if seat.exitcode != 0:
                    print(f"{seat.name} ended with {seat.exitcode}")
                    seat.kill()
            memory.append(("end", pss_megabytes(web)))
            # While the carrier is still there: what is sent last is answered as well.
            left = _settle(settings["GRM_DATABASE_URL"])
    account = _account(settings["GRM_DATABASE_URL"], at)
    _report(options, account, memory, (began, began + seconds), connections, left)
    grm(settings, "audit", "verify")
    print("audit chain verified")


def _make_hotline(url: str, operators: int) -> None:
    """Three queues with a line each, a department to consult, a wrap-up code, and the operators with their telephones.

    Every other operator serves all queues, the rest two of the three.
    """
    engine = create_engine(read_url(url), **_driver(url))
    with engine.begin() as connection:

        def put(model: Any, **values: Any) -> int:
            row = model(**values).model_dump()
            table = model.__table__
            done = connection.execute(insert(table).values({k: v for k, v in row.items() if k != "id" or v}))
            return int(done.inserted_primary_key[0]) if "id" in table.columns else 0

        queues = [put(tables.Queue, code=code, name=code.title()) for code in LINES]
        for line, queue in zip(LINES.values(), queues, strict=True):
            put(tables.QueueLine, line=line, queue_id=queue)
        put(tables.Organisation, code="water", kind="department", name="Water Supply", phone=DEPARTMENT)
        put(tables.Disposition, code="informed", name="Information given", outcome="answered", position=1)
        for number in range(operators):
            key = accounts.add_account(
                connection,
                {
                    "name": _name(number),
                    "full_name": f"Operator {number}",
                    "role": "operator",
                    "organisation_id": accounts.organisation_key(connection, "centre"),
                    "device": f"+1202555{2000 + number}",
                    "created_at": system_clock(),
                },
            )
            if number % 2:
                for queue in queues[: number % 3] + queues[number % 3 + 1 :]:
                    put(tables.AgentQueue, account_id=key, queue_id=queue)
    engine.dispose()


def _name(number: int) -> str:
    return f"operator{number:02}"


def _driver(url: str) -> dict[str, Any]:
    return {} if "postgresql" in url else {"module": sqlite_module()}


@contextmanager
def _callers(options: argparse.Namespace, at: Path, web_port: int, port: int) -> Iterator["subprocess.Popen[str]"]:
    """The stand-in's process; it ends when its last report is through."""
    told = {
        "target": f"http://127.0.0.1:{web_port}",
        "port": port,
        "log": str(at / "callers.jsonl"),
        "lines": list(LINES.values()),
        "departments": [DEPARTMENT],
        "waiting": options.waiting,
        "speed": options.speed,
        "talk": options.talk,
        "disorder": options.disorder,
        "patience": PATIENCE,
        "no_answer": NO_ANSWER,
    }
    command = [sys.executable, str(Path(__file__).with_name("callers.py")), json.dumps(told)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
        try:
            yield process
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(SETTLING_SECONDS)
        finally:
            process.kill()


def _until_waiting(url: str, waiting: int) -> None:
    """Wait until nearly so many calls wait."""
    engine = create_engine(read_url(url), **_driver(url))
    until = time.time() + 120
    count = 0
    while count < waiting * 0.95 and time.time() < until:
        time.sleep(0.25)
        with engine.connect() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM queue_entry WHERE state = 'waiting'").scalar_one()
    engine.dispose()
    if count < waiting * 0.95:
        raise SystemExit(f"Only {count} of {waiting} calls came to wait.")


def _seats(options: argparse.Namespace, at: Path, seconds: float) -> list[Any]:
    """The operators' processes; gives them when all have sat down and begin."""
    fork = multiprocessing.get_context("fork")
    shifts = [
        Shift(_name(number), options.speed, seconds, options.talk, list(LINES)) for number in range(options.clients)
    ]
    rooms = [shifts[first : first + ROOM] for first in range(0, len(shifts), ROOM)]
    all_here = fork.Barrier(len(rooms) + 1)
    seats = []
    for number, room in enumerate(rooms):
        seat = fork.Process(target=work, args=(room, at / f"operators{number}.jsonl", all_here), name=f"room {number}")
        seat.start()
        seats.append(seat)
    all_here.wait()
    return seats


def _connections(url: str) -> int:
    """How many connections PostgreSQL holds, this one left out."""
    if not url:
        return 0
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) - 1 FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return int((row.fetchone() or (0,))[0])


def _settle(url: str) -> int:
    """Wait until every act is sent and every leg has ended; gives what is left of them."""
    engine = create_engine(read_url(url), **_driver(url))
    until = time.time() + SETTLING_SECONDS
    left = 1
    while left and time.time() < until:
        time.sleep(0.25)
        with engine.connect() as connection:
            left = call_checks.unsettled(connection)
    engine.dispose()
    return left


def _account(url: str, at: Path) -> call_checks.Account:
    engine = create_engine(read_url(url), **_driver(url))
    with engine.connect() as connection:
        rows = call_checks.read_rows(connection)
    engine.dispose()

    def lines(pattern: str) -> list[dict[str, Any]]:
        return [json.loads(line) for file in sorted(at.glob(pattern)) for line in file.read_text().splitlines()]

    return call_checks.Account(lines("callers.jsonl"), lines("operators*.jsonl"), rows)


def _report(
    options: argparse.Namespace,
    account: call_checks.Account,
    memory: list[tuple[str, float]],
    span: tuple[float, float],
    connections: int,
    left: int,
) -> None:
    where = "SQLite, synchronous=FULL" if options.sqlite else f"PostgreSQL, {connections} connections"
    print(f"\n{options.clients} operators, {options.waiting} calls waiting, {options.minutes:g} minutes")
    print(f"at {options.speed:g} x, {where}")
    inbound = [row for row in account.interactions.values() if row.direction == "inbound"]
    ends = Counter(row.end_reason for row in inbound)
    outbound = Counter(row.end_reason or row.state for row in account.interactions.values() if row not in inbound)
    print(f"calls offered {len(inbound)}: {_counted(ends)}; callbacks: {_counted(outbound) or 'none'}")
    print(f"operators noted {_counted(Counter(note['what'] for note in account.noted))}")
    print(f"carrier asked {_counted(Counter(f'{row.kind} {row.state}' for row in account.rows['outbox']))}")
    (stop,) = account.of("stop")
    every = [one for one in account.of("request") if one["status"]]
    # Then all who still wait hang up in one moment, which is no part of the day that was to be like a town's.
    requests = [one for one in every if one["at"] < stop["at"]]
    seconds = requests[-1]["at"] - requests[0]["at"]
    print(
        f"webhooks {len(requests)}, {len(requests) / seconds:.0f}/s; {len(call_checks.looks(account))} looks checked\n"
    )
    rows: list[list[object]] = []
    when_all_hang_up = [one["ms"] for one in every if one["at"] >= stop["at"]]
    by_path: dict[str, list[float]] = {"all webhooks": [one["ms"] for one in requests]}
    for one in requests:
        by_path.setdefault(one["path"].partition("?")[0], []).append(one["ms"])
    by_path["F2 to the ring request"] = _until_rung(account)
    by_path["decision to act done"] = [
        (row.sent_at - row.decided_at).total_seconds() * 1000 for row in account.rows["outbox"] if row.sent_at
    ]
    by_path["F2 itself, at the seat"] = [note["ms"] for note in account.noted if note["what"] == "answer"]
    by_path["all who wait hang up at once"] = when_all_hang_up
    by_path["the stand-in's own delay"] = [late * 1000 for late in stop["late"]]
    for name, values in by_path.items():
        if values:
            rows.append([name, len(values), *(percentile(values, share) for share in (0.5, 0.95, 0.99, 1))])
    print_table(["ms", "times", "p50", "p95", "p99", "most"], rows)
    print("\nPSS of grm serve in MB: " + ", ".join(f"{when} {size:.1f}" for when, size in memory))
    for name, problems in call_checks.all_problems(account).items():
        print(f"{name}: {'yes' if not problems else f'NO, {len(problems)}'}")
        for problem in problems[:10]:
            print(f"    {problem}")
    late = sum(call_checks.was_late(account, row) for row in account.interactions.values())
    if late:
        print(f"{late} talks were told of when their operators had signed out; they wait for their wrap-up")
    if left:
        print(f"{left} acts or legs were not settled in {SETTLING_SECONDS:g} s")
    print("goals: all yes; webhooks p95 < 50 ms; memory flat")


def _until_rung(account: call_checks.Account) -> list[float]:
    """Milliseconds from the decision to ring a telephone to the ring."""
    rang = {one["sid"]: one["at"] for one in account.of("phone rings")}
    rings = [row for row in account.rows["outbox"] if row.kind == "leg-ring" and row.provider_id in rang]
    return [(rang[row.provider_id] - row.decided_at.timestamp()) * 1000 for row in rings]


def _counted(counts: "Counter[Any]") -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


if __name__ == "__main__":
    main()

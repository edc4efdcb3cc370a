"""How long a webhook waits for its durable acknowledgement, and how many a second, against the bare floor.

`grm serve` and `bare.py` run side by side on stores of their own and take turns, so that their ratio holds on a busy
machine too. Every request is another call or text, of another number.
"""

import argparse
import os
import select
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median

import signed
from figures import percentile, print_machine, print_table
from service import GRM, engine_of, environment, folder, postgresql, running, stores
from sqlalchemy import text

COUNTS = {1: 1200, 8: 4000, 32: 8000}
"""Requests of one round by connections."""
WARM_UP = 200


Figures = tuple[float, float, float, float, float]
"""p50, p95 and p99 in ms, requests a second, CPU ms of the server's process for a request."""


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--event", choices=("text", "call"), default="text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="share of the usual number of requests")
    options = parser.parse_args()
    print_machine("uvicorn", "starlette", "twilio", "sqlalchemy", "psycopg")
    make = signed.texts if options.event == "text" else signed.calls
    draw = Random(7)
    taken: dict[tuple[str, int], list[Figures]] = {}
    with ExitStack() as stack:
        at = stack.enter_context(folder())
        urls = stores(at, stack.enter_context(postgresql()) if options.postgresql else "")
        bare = [sys.executable, str(Path(__file__).with_name("bare.py")), urls["bare"]]
        servers = {
            "grm serve": stack.enter_context(
                running([*GRM, "serve", "--port", "0"], environment(at / "ours", urls["ours"]), at / "ours.log")
            ),
            "bare": stack.enter_context(running(bare, environment(at), at / "bare.log")),
        }
        for port, _ in servers.values():
            drive(port, make(draw, WARM_UP), 8)
        for turn in range(options.rounds):
            for connections, count in COUNTS.items():
                for name in sorted(servers, reverse=turn % 2 == 1):
                    port, process = servers[name]
                    requests = make(draw, max(connections, int(count * options.share)))
                    used = _cpu_seconds(process)
                    figures = drive(port, requests, connections)
                    used = _cpu_seconds(process) - used
                    taken.setdefault((name, connections), []).append((*figures, used / len(requests) * 1000))
        _compare_rows(urls)
    _report(taken, options)


def drive(port: int, requests: list[bytes], connections: int) -> tuple[float, float, float, float]:
    """Send all requests, one at a time on each connection; (p50, p95, p99 in ms, rate a second)."""
    waiting = iter(requests)
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    began: dict[int, float] = {}
    received: dict[int, bytes] = {}
    times: list[float] = []
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()] = connection
        poll.register(connection.fileno(), select.EPOLLIN)
    start = time.perf_counter()
    for number, connection in sockets.items():
        received[number], began[number] = b"", time.perf_counter()
        connection.sendall(next(waiting))
    clock = time.perf_counter
    while len(times) < len(requests):
        ready = poll.poll(20)
        if not ready:
            raise SystemExit("A server did not answer in 20 s.")
        for number, _ in ready:
            data = received[number] + sockets[number].recv(65536)
            if not signed.whole(data):
                received[number] = data
                continue
            times.append(clock() - began[number])
            if not data.startswith(b"HTTP/1.1 2"):
                raise SystemExit(f"A request was not taken: {data[:200]!r}")
            request = next(waiting, None)
            if request is not None:
                received[number], began[number] = b"", clock()
                sockets[number].sendall(request)
    elapsed = clock() - start
    for connection in sockets.values():
        connection.close()
    poll.close()
    p50, p95, p99 = (percentile(times, share) * 1000 for share in (0.5, 0.95, 0.99))
    return p50, p95, p99, len(times) / elapsed


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _compare_rows(urls: dict[str, str]) -> None:
    """Both must have written as many rows of each sort, or the comparison means nothing."""
    counts = []
    for url in urls.values():
        engine = engine_of(url)
        with engine.connect() as connection:
            tables = [
                "inbound_event",
                "contact_point",
                "interaction",
                "queue_entry",
                "timeline_entry",
                "outbox",
                "audit",
                "change",
            ]
            counts.append([connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables])
        engine.dispose()
    print(f"rows written  {dict(zip(tables, zip(*counts, strict=True), strict=True))}")


def _report(taken: dict[tuple[str, int], list[Figures]], options: argparse.Namespace) -> None:
    where = "PostgreSQL" if options.postgresql else "SQLite, synchronous=FULL"
    print(f"\n{options.event}s acknowledged after the commit, {where}; medians of {options.rounds} rounds")
    rows: list[list[object]] = []
    for connections in COUNTS:
        both = [taken[name, connections] for name in ("grm serve", "bare")]
        ours, bare = ([median(column) for column in zip(*rounds, strict=True)] for rounds in both)
        ratios = [[a / b for a, b in zip(*pair, strict=True)] for pair in zip(*both, strict=True)]
        p50, _, _, rate, _ = (f"{min(column):.2f}-{max(column):.2f}" for column in zip(*ratios, strict=True))
        rows.append([connections, "grm serve", *ours, ""])
        rows.append([connections, "bare", *bare, ""])
        rows.append(
            [connections, "ratio", *(a / b for a, b in zip(ours, bare, strict=True)), f"p50 {p50}, rate {rate}"]
        )
    heads = ["connections", "", "p50 ms", "p95 ms", "p99 ms", "per s", "CPU ms", "ratios of the rounds"]
    print_table(heads, rows)
    print("goals: p50 at 1 connection <= 2 x bare; rate at 32 connections >= 0.4 x bare")


if __name__ == "__main__":
    main()

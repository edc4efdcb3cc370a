"""Many texts in and out with all that goes wrong: duplicates, disorder, and a worker killed in the middle of it.

Texts come in, each from another number, and are answered with the webhook's own answer. Then texts of the desk go out
by REST to a carrier on this machine, which reports on each several times and in disorder, while more texts come in; a
worker is killed with SIGKILL and takes its place again. At the end the store itself must show one row for every text
and at most one reply, and the carrier that it got every text of ours once. The floor is `bare.py` on the same texts.
"""

import argparse
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import signed
from ack import drive
from carrier import RestCarrier
from figures import print_machine, print_table
from service import GRM, engine_of, environment, folder, postgresql, running, stores
from sqlalchemy import Engine, text

DUPLICATES = 0.1
"""The share of texts that come twice, the second time among later ones."""
EARLY = 0.2
"""The share of reports that come at once."""
WINDOW = 200
"""Requests among which the order is lost."""
CONNECTIONS = 32
REST_SECONDS = 0.1
"""How long no connection is made after one failed."""
STARTED_SECONDS = 180.0
"""How long the web process may take to start, on a machine that others use."""
STUCK_SECONDS = 200.0
"""After so long without any change what is left is not waited for; an interrupted sender is noticed in two minutes."""
REPORTS = ("sending", "sent", "delivered")


class Carrier(RestCarrier):
    """Takes texts of the desk, once each, and puts signed reports on them among the requests that are to be sent."""

    def __init__(self, requests: "deque[bytes]", draw: Random) -> None:
        self.taken: Counter[str] = Counter()
        """How often each text of ours came, by its words."""
        self._requests = requests
        self._draw = draw
        self._lock = threading.Lock()
        super().__init__()

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """A text as the REST API answers it; its reports come in disorder and some of them twice."""
        with self._lock:
            self.taken[form["Body"]] += 1
            sid = f"SM{self._draw.getrandbits(128):032x}"
            reports = [state for state in REPORTS for _ in range(1 + (self._draw.random() < DUPLICATES))]
            self._draw.shuffle(reports)
            for state in reports:
                fields = {"MessageSid": sid, "MessageStatus": state, "AccountSid": signed.ACCOUNT}
                fields |= {"From": form["From"], "To": form["To"], "SmsStatus": state}
                address = urlsplit(form["StatusCallback"])
                path = f"{address.path}?{address.query}" if address.query else address.path
                report = signed.request(path, fields, f"{self._draw.getrandbits(128):032x}")
                # Some overtake our own answer, so that the desk hears of a text whose name it does not know yet.
                (self._requests.appendleft if self._draw.random() < EARLY else self._requests.append)(report)
        return {"sid": sid, "status": "queued", "to": form["To"], "from": form["From"], "body": form["Body"]}


class Driver:
    """Sends requests over many connections; one that is not taken is sent again, as the carrier does."""

    def __init__(self, port: int, requests: "deque[bytes]") -> None:
        self.requests = requests
        self.taken = 0
        self.repeated = 0
        """Requests that were not taken at once: refused, or cut off when the worker died."""
        self._port = port
        self.at: tuple[int, Callable[[], None]] = (0, lambda: None)
        """Something to be done while requests are under way, once so many were taken."""
        self._rests_until = 0.0
        self._poll = select.epoll()
        self._lines: dict[int, tuple[socket.socket, bytes, bytes]] = {}
        """Connections with the request under way and what came back of the answer."""

    def run(self, until: Callable[[], bool]) -> float:
        """Send until `until` says so and nothing is under way; seconds it took."""
        began = time.perf_counter()
        while not until() or self._lines:
            while len(self._lines) < CONNECTIONS and self.requests and time.monotonic() > self._rests_until:
                self._begin(self.requests.popleft())
            for number, _ in self._poll.poll(0.02):
                self._read(number)
        return time.perf_counter() - began

    def _begin(self, request: bytes) -> None:
        line = socket.socket()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            line.connect(("127.0.0.1", self._port))
            line.sendall(request)
        except OSError:
            line.close()
            self._again(request)
            return
        self._lines[line.fileno()] = (line, request, b"")
        self._poll.register(line.fileno(), select.EPOLLIN)

    def _read(self, number: int) -> None:
        line, request, data = self._lines[number]
        try:
            part = line.recv(65536)
        except OSError:
            part = b""
        data += part
        if part and not signed.whole(data):
            self._lines[number] = (line, request, data)
            return
        if signed.whole(data) and data.startswith(b"HTTP/1.1 2"):
            self.taken += 1
            if self.taken == self.at[0]:
                self.at[1]()
            if self.requests:
                # The connection is kept, as the carrier keeps its own.
                following = self.requests.popleft()
                self._lines[number] = (line, following, b"")
                try:
                    line.sendall(following)
                except OSError:
                    self._drop(number)
                    self._again(following)
                return
        else:
            self._again(request)
        self._drop(number)

    def _drop(self, number: int) -> None:
        line, *_ = self._lines.pop(number)
        self._poll.unregister(number)
        line.close()

    def _again(self, request: bytes) -> None:
        self.repeated += 1
        self.requests.append(request)
        self._rests_until = time.monotonic() + REST_SECONDS


class Desk:
    """`grm serve` on a port that stays when it has to be started anew."""

    def __init__(self, settings: dict[str, str], workers: int, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._settings = settings
        self._workers = workers
        self._log = log
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[str]":
        command = [*GRM, "serve", "--port", str(self.port), "--workers", str(self._workers)]
        with self._log.open("a") as told:
            process = subprocess.Popen(command, env=self._settings, stderr=told, stdout=told, text=True)
        self._wait(process)
        return process

    def _wait(self, process: "subprocess.Popen[str]") -> None:
        until = time.monotonic() + STARTED_SECONDS
        while time.monotonic() < until and process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as line:
                    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    if line.recv(64).startswith(b"HTTP/1.1 200"):
                        return
            except OSError:
                time.sleep(0.05)
        process.kill()
        raise SystemExit(f"grm serve did not start; it said:\n{self._log.read_text()}")

    def kill_one(self) -> None:
        """Kill a worker as a crash would; its supervisor makes another, a desk of one worker is started anew."""
        if self._workers == 1:
            self._process.kill()
            self._process.wait()
            threading.Thread(target=self._restart).start()
            return
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        # The first child of all is Python's own tracker of resources.
        workers = [int(child) for child in children if "spawn_main" in _command(child)]
        os.kill(workers[0], signal.SIGKILL)

    def _restart(self) -> None:
        self._process = self._started()

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _command(process: str) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def main() -> None:
    """Run it all, print the rates, and end with exit code 1 if the store is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000, help="texts that come in")
    parser.add_argument("--sent", type=int, default=-1, help="texts of the desk sent by REST; a tenth without it")
    parser.add_argument("--postgresql", action="store_true", help="two workers on PostgreSQL; else one on SQLite")
    options = parser.parse_args()
    sent = options.texts // 10 if options.sent < 0 else options.sent
    print_machine("uvicorn", "starlette", "twilio", "sqlalchemy", "psycopg")
    with ExitStack() as stack:
        at = stack.enter_context(folder())
        urls = stores(at, stack.enter_context(postgresql()) if options.postgresql else "")
        good = _run(at, urls, options.texts, sent, 2 if options.postgresql else 1)
    sys.exit(0 if good else 1)


def _run(at: Path, urls: dict[str, str], texts: int, sent: int, workers: int) -> bool:
    draw = Random(11)
    sids, first, second = _requests(draw, texts)
    requests: deque[bytes] = deque()
    carrier = Carrier(requests, Random(12))
    settings = environment(at / "ours", urls["ours"]) | {"GRM_TWILIO_API_BASE_URL": carrier.address}
    desk = Desk(settings, workers, at / "ours.log")
    engine = engine_of(urls["ours"])
    driver = Driver(desk.port, requests)
    try:
        requests.extend(first)
        began_with = driver.run(lambda: not requests)
        rates: list[list[object]] = [["in", len(first), began_with, len(first) / began_with]]
        _decide(engine, sent)
        before = driver.taken
        driver.at = before + len(second) // 2, desk.kill_one
        requests.extend(second)
        took = driver.run(lambda: not requests)
        done = driver.taken - before
        rates.append(["in, out and reports, one worker killed", done, took, done / took])
        outbox = Outbox(engine)
        rest = driver.run(lambda: not requests and outbox.is_done())
        rates.append(["the rest out, with its reports", left := driver.taken - before - done, rest, left / rest])
        went = sum(carrier.taken.values())
        good = _prove(engine, sids, sent, carrier)
    finally:
        desk.close()
        carrier.close()
        engine.dispose()
    floor = _floor(at, urls["bare"], first)
    where = "PostgreSQL, two workers" if workers == 2 else "SQLite, one worker, synchronous=FULL"
    print(f"\n{texts} texts in, {sent} out by REST; {where}; a worker killed; {driver.repeated} requests sent again")
    print_table(["", "requests", "seconds", "per s"], [*rates, ["bare, in", len(first), len(first) / floor, floor]])
    print(f"ratio to bare  {len(first) / began_with / floor:.2f}; {went} texts of ours left by REST")
    return good


def _requests(draw: Random, many: int) -> tuple[set[str], list[bytes], list[bytes]]:
    """The sids of so many texts, and their requests in two halves: some twice, none far from its place."""
    sids: set[str] = set()
    placed: list[tuple[float, bytes]] = []
    for place in range(many):
        fields = signed.text_fields(draw)
        sids.add(fields["MessageSid"])
        request = signed.request("/twilio/sms", fields, f"{draw.getrandbits(128):032x}")
        placed.append((place + draw.random() * WINDOW, request))
        if draw.random() < DUPLICATES:
            placed.append((place + draw.random() * WINDOW * 10, request))
    ordered = [request for _, request in sorted(placed, key=lambda one: one[0])]
    return sids, ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]


def _decide(engine: Engine, many: int) -> None:
    """Put so many texts of ours into the outbox, each of an exchange of its own."""
    columns = (
        "kind, decision, interaction_id, contact_point_id, provider, answered_sid, body, by_document, state, "
        "provider_id, error, code, rule, attempts, decided_at, decided_by_id, not_before, detail"
    )
    detail = json.dumps({"sender": signed.LINE, "recipient": "+12025550142"})
    values = (
        "'text', 'written:' || id, id, contact_point_id, provider, '', 'Text number ' || id, :no, 'pending', "
        "'', '', 0, '', 0, happened_at, 1, happened_at, :detail"
    )
    if engine.dialect.name == "postgresql":
        values = values.replace(":detail", "cast(:detail as json)")
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO outbox ({columns}) SELECT {values} FROM interaction ORDER BY id LIMIT :many"),
            {"no": False, "detail": detail, "many": many},
        )


class Outbox:
    """How many texts of ours are still to go or lack their last report; looked up once a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._left = -1
        self._asked = self._changed = 0.0

    def is_done(self) -> bool:
        """Whether none is left, or nothing has changed for STUCK_SECONDS."""
        now = time.monotonic()
        if now - self._asked > 1:
            statement = "SELECT count(*) FROM outbox WHERE NOT by_document AND state IN ('pending', 'sending', 'sent')"
            with self._engine.connect() as connection:
                left = int(connection.execute(text(statement)).scalar() or 0)
            self._asked = time.monotonic()
            if left != self._left:
                self._left, self._changed = left, self._asked
        return self._left == 0 or now - self._changed > STUCK_SECONDS


def _prove(engine: Engine, sids: set[str], sent: int, carrier: Carrier) -> bool:
    """Print what the store shows, and whether that is one row for every text and at most one reply."""
    asked = {
        "texts kept": "SELECT count(*) FROM inbound_event WHERE kind = 'text'",
        "exchanges": "SELECT count(*) FROM interaction",
        "places in the queue": "SELECT count(*) FROM queue_entry",
        "replies": "SELECT count(*) FROM outbox WHERE by_document",
        "texts answered": "SELECT count(DISTINCT answered_sid) FROM outbox WHERE by_document",
        "texts of ours delivered": "SELECT count(*) FROM outbox WHERE NOT by_document AND state = 'delivered'",
        "of unknown end": "SELECT count(*) FROM outbox WHERE NOT by_document AND state = 'unknown'",
    }
    with engine.connect() as connection:
        seen = {what: int(connection.execute(text(words)).scalar() or 0) for what, words in asked.items()}
        kept = set(connection.execute(text("SELECT sid FROM interaction")).scalars())
    print("in the store  " + ", ".join(f"{count} {what}" for what, count in seen.items()))
    many = len(sids)
    twice = [words for words, count in carrier.taken.items() if count > 1]
    wrong = [
        *([] if kept == sids else ["a text is missing, or one is there that never came"]),
        *([] if seen["texts kept"] == seen["exchanges"] == seen["places in the queue"] == many else ["rows"]),
        *([] if seen["replies"] == seen["texts answered"] <= many else ["a text was answered twice"]),
        *([f"{len(twice)} texts of ours went out twice"] if twice else []),
        *([] if seen["texts of ours delivered"] + seen["of unknown end"] == sent else ["a text of ours is missing"]),
    ]
    print("proven: one row for each text, at most one reply" if not wrong else f"WRONG: {'; '.join(wrong)}")
    return not wrong


def _floor(at: Path, url: str, requests: list[bytes]) -> float:
    """Requests a second that the bare handler takes of the same, each once as it knows no duplicate."""
    command = [sys.executable, str(Path(__file__).with_name("bare.py")), url]
    with running(command, environment(at), at / "bare.log") as (port, _):
        *_, rate = drive(port, list(dict.fromkeys(requests)), CONNECTIONS)
    return rate


if __name__ == "__main__":
    main()

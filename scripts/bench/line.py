"""What a seat's acts take over a slow line to PostgreSQL, as trips: the bare floor is one question over the same line.

The line is a relay on loopback that hands on what it gets after half the round trip, in either direction.
"""

import argparse
import asyncio
import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import psycopg
from figures import print_machine, print_table
from service import environment, folder, grm, postgresql
from sqlalchemy import make_url

from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.desk import Desk
from grm_console.desk.intake import receive
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.views import CaseForm
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel
from grm_console.settings import read_settings
from grm_console.store.engine import read_url
from grm_console.store.store import Store

OPERATOR = "li.wei"
LINE = "+12025550100"


class Relay(threading.Thread):
    """Hands on bytes between loopback and a server's socket, each way after a delay in seconds."""

    def __init__(self, socket: str, delay: float) -> None:
        super().__init__(name="relay", daemon=True)
        self._socket, self._delay = socket, delay
        self._ready = threading.Event()
        self._port = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        self._ready.wait()
        return self._port

    def run(self) -> None:
        """Serve until the process ends."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        await asyncio.gather(self._hand_on(reader, back), self._hand_on(there, writer), return_exceptions=True)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                writer.write(data)
                if not data:
                    writer.close()
                    return

        arriving = asyncio.create_task(arrive())
        while data := await reader.read(1 << 16):
            under_way.put_nowait((loop.time() + self._delay, data))
        under_way.put_nowait((loop.time() + self._delay, b""))
        await arriving


def main() -> None:
    """Make a demo store, do the acts of some exchanges, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--milliseconds", type=float, default=20.0, help="round trip of the line")
    parser.add_argument("--times", type=int, default=10, help="exchanges")
    options = parser.parse_args()
    print_machine("sqlalchemy", "psycopg")
    with ExitStack() as stack:
        at, url = stack.enter_context(folder()), stack.enter_context(postgresql())
        settings = environment(at, url)
        grm(settings, "init", "--demo")
        os.environ.update(settings)
        near = stack.enter_context(open_desk(read_settings()).store)
        there = make_url(url)
        relay = Relay(f"{there.query['host']}/.s.PGSQL.{there.port or 5432}", options.milliseconds / 2000)
        relay.start()
        far_url = read_url(url).set(host="127.0.0.1", port=relay.port, query={})
        far = stack.enter_context(Store(far_url, near.trail))
        floor = _floor(far_url.set(drivername="postgresql").render_as_string(hide_password=False), options.times)
        taken = _exchanges(Desk(near, "US", "en"), Desk(far, "US", "en"), options.times)
    print(f"\none question over the line: {floor:.1f} ms")
    rows = [(name, statistics.median(times), statistics.median(times) / floor) for name, times in taken.items()]
    print_table(("median of", "ms", "trips"), rows)


def _floor(url: str, times: int) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        return statistics.median(_milliseconds(lambda: connection.execute("SELECT 1").fetchone()) for _ in range(times))


def _exchanges(near: Desk, far: Desk, times: int) -> dict[str, list[float]]:
    """Texts come in nearby; the far seat takes each from the ring to the wrap-up."""
    web = system_actor(near, "system:web")
    seat = Seat(far, actor_named(near, OPERATOR))
    seat.set_available()
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(times):
        text = InboundEvent(
            provider="twilio",
            sid=f"SM{number:032x}",
            kind=EventKind.TEXT,
            discriminator="",
            channel=Channel.SMS,
            sender=f"+1202555{3000 + number}",
            recipient=LINE,
            state="received",
            happened_at=datetime.now(UTC),
            text="Is the water safe?",
        )
        with near.store.writing() as write:
            receive(near, write, web, text)
        shown: list[Any] = []
        taken["look for what rings"].append(_milliseconds(lambda shown=shown: shown.append(seat.ringing())))
        key = shown[0].interaction_id
        taken["F2 answers"].append(_milliseconds(lambda entry=shown[0].entry_id: seat.answer_next(entry)))
        form = CaseForm(details=f"Brown water since {number}")
        taken["a draft is kept"].append(_milliseconds(lambda key=key, form=form: seat.save_draft(key, form)))
        code = seat.dispositions(key)[0].code
        taken["F9 wraps up"].append(_milliseconds(lambda key=key, code=code: seat.wrap_up(key, code, "")))
    return taken


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()

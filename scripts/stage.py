"""A demo desk to play on: store, web process, callers with signed requests, and a console in a pseudo-terminal.

The carrier is the stand-in: it walks through the desk's documents as a real one would, hurried a thousand times, and
takes the desk's own requests on a loopback port, so that a call is answered, talked in and ended for good.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from terminal import Terminal

from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks

ROOT = Path(__file__).resolve().parents[1]
GRM = [sys.executable, "-m", "grm_console"]
PUBLIC = "https://hotline.demo.example"
ACCOUNT = "AC" + "d0" * 16
TOKEN = "situations-token-0123456789abcdef"
LINE = "+12025550100"
HURRY = 1000.0
"""How many times faster than life announcements and the operator's telephone are."""
LONG = 1e6
"""Hurried seconds that nobody here waits or talks."""
LISTENING = "listening on "


class OneCaller(Script):
    """Always the same person, never a stranger in their place."""

    def caller(self, draw: Random) -> Person:
        """Who calls."""
        return self.people[0]


class Carrier:
    """The stand-in in a thread of its own; `call` lets somebody's telephone reach the desk."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._exchange: Exchange | None = None
        self._calls = 0
        self.address = ""
        """Where the desk's web process listens; set it before the first call."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(http.listen(0, self._rest), self._loop).result()
        self.api = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _rest(self, request: http.Message) -> tuple[int, Mapping[str, str], bytes]:
        assert self._exchange is not None
        return await self._exchange.rest(request)

    def call(self, number: str, line: str = LINE) -> None:
        """Somebody dials one of our lines and waits for an operator; returns at once."""
        self._calls += 1
        person = Person(number, "en")
        webhooks = Webhooks(self.address, PUBLIC, ACCOUNT, TOKEN, _untold, disorder=0.0, pace=HURRY)
        self._exchange = Exchange(
            webhooks,
            OneCaller((person,), (line,), (("en", ""),), ()),
            _untold,
            seed=number,
            token=TOKEN,
            patience=LONG,
            talk=LONG,
            pace=HURRY,
        )
        asyncio.run_coroutine_threadsafe(self._exchange.call(self._calls), self._loop)

    def close(self) -> None:
        """Nobody calls any more."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        self._server.close()
        going = asyncio.all_tasks() - {asyncio.current_task()}
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await self._server.wait_closed()


def _untold(happening: dict[str, Any]) -> None:
    """The screens tell it."""


@contextmanager
def stage(folder: Path, columns: int, lines: int) -> Iterator[tuple[Terminal, Carrier]]:
    """A console whose operator has left the tour and waits for calls, and the carrier that brings them.

    All of it ends with the block. `folder` takes everything the desk writes; it must be empty.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRM_", "COLUMNS", "LINES"))}
    environment = kept | {
        "GRM_DATABASE_URL": f"sqlite:///{folder / 'grm.db'}",
        "GRM_AUDIT_FOLDER": str(folder),
        "GRM_AUDIT_KEY": "situations",
        "GRM_PUBLIC_BASE_URL": PUBLIC,
        "GRM_TWILIO_ACCOUNT_SID": ACCOUNT,
        "GRM_TWILIO_AUTH_TOKEN": TOKEN,
        "GRM_LOG_LEVEL": "warning",
        "XDG_STATE_HOME": str(folder / "state"),
    }
    subprocess.run([*GRM, "init", "--demo"], env=environment, check=True, capture_output=True)
    # The console comes first: it is forked, which must not be done beside a thread.
    with (
        Terminal([*GRM, "console"], environment, columns, lines) as console,
        closing(Carrier()) as carrier,
        _web_process(environment | {"GRM_TWILIO_API_BASE_URL": carrier.api}, folder / "serve.log") as address,
    ):
        carrier.address = address
        console.until(lambda screen: "No call waiting" in screen)
        console.until_quiet(0.5)
        console.press("alt+x")
        console.until(lambda screen: "Tour" not in screen)
        yield console, carrier


@contextmanager
def _web_process(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Give the address at which it listens."""
    with log.open("w") as told, subprocess.Popen([*GRM, "serve", "--port", "0"], env=environment, stderr=told) as web:
        try:
            yield _address(web, log)
        finally:
            web.terminate()


def _address(web: "subprocess.Popen[bytes]", log: Path) -> str:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and web.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith(LISTENING):
                return line.removeprefix(LISTENING).strip()
        time.sleep(0.02)
    raise SystemExit(f"The web process did not start; it said:\n{log.read_text()}")

"""One console process and its packets: typed words and window sizes in, what it paints out."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress

LEAVES_WITHIN = 8.0
"""Seconds a console has to put typed words into the store and sign out, before it is killed; two are usual."""

_COMMAND = (sys.executable, "-m", "grm_console.cli.browser.console")
_READY = b"__GANGLION__\n"
"""The line by which Textual's web driver says that packets follow."""

Paint = Callable[[bytes], Awaitable[None]]


class ConsoleProcess:
    """A running console; `start` makes one.

    A packet is a letter (D data, M a JSON message), the length in four bytes, the highest first, and that many bytes.
    """

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, columns: int, lines: int) -> "ConsoleProcess":
        """Start a console of a size; a session of its own keeps a terminal's Ctrl+C from it."""
        # No seat holds a carrier's secret.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRM_TWILIO_")}
        environment |= {
            "TEXTUAL_DRIVER": "grm_console.cli.browser.driver:BrowserDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "COLUMNS": str(columns),
            "ROWS": str(lines),
        }
        return cls(
            await asyncio.create_subprocess_exec(
                *_COMMAND, stdin=PIPE, stdout=PIPE, env=environment, start_new_session=True
            )
        )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def type(self, words: str) -> None:
        """Send what was typed or pasted; half a character, which no keyboard sends, becomes a question mark."""
        await self._send(b"D", words.encode("utf-8", errors="replace"))

    async def tell(self, what: str, **more: int) -> None:
        """Send a message of Textual's: `resize` with width and height in cells, `focus`, `blur`."""
        await self._send(b"M", json.dumps({"type": what, **more}).encode())

    async def show(self, paint: Paint) -> None:
        """Hand on what is painted until the console ends.

        When nobody looks any more it is still read: a console whose output stands still could not leave.
        """
        watched = True
        while await self._stdout.readline() not in (_READY, b""):
            pass
        with suppress(asyncio.IncompleteReadError):
            while True:
                await self._stdout.readexactly(1)
                size = int.from_bytes(await self._stdout.readexactly(4), "big")
                painted = await self._stdout.readexactly(size)
                if watched:
                    try:
                        await paint(painted)
                    except ConnectionError:
                        watched = False

    async def end(self) -> int:
        """Have the console leave, killing one that does not; gives its exit code. `show` must be running."""
        if self._process.returncode is None:
            await self.tell("quit")
            try:
                await asyncio.wait_for(self._process.wait(), LEAVES_WITHIN)
            except TimeoutError:
                self._process.kill()
        return await self._process.wait()

    async def _send(self, kind: bytes, payload: bytes) -> None:
        self._stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
        with suppress(ConnectionError):  # it has just ended, which `show` notices
            await self._stdin.drain()

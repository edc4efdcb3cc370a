"""The console in a real pseudo-terminal, with the times at which its bytes arrive."""

import os
import select
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from terminal import KEYS, Terminal

SILENCE = 0.03
"""Seconds without a byte that end an answer to a key."""


class TimedTerminal(Terminal):
    """Reads without emulating the screen while it measures, as the emulator is slower than the program."""

    def until_bytes(self, needle: bytes, seconds: float = 15.0) -> float:
        """Read until these bytes have come; gives the moment (`time.perf_counter`)."""
        seen, ends = b"", time.perf_counter() + seconds
        while needle not in seen:
            left = ends - time.perf_counter()
            if left <= 0 or not (data := self._arrived(left)):
                self._feed(seen)
                raise SystemExit(f"Not painted within {seconds} s: {needle!r}\n{self.text}")
            seen += data
        moment = time.perf_counter()
        self._feed(seen)
        return moment

    def answer(self, key: str, seconds: float = 1.0) -> tuple[float, float] | None:
        """Press a key; (ms to the first byte, ms to the last before 30 ms of silence), or None without any."""
        seen, first, last = b"", 0.0, 0.0
        began = time.perf_counter()
        os.write(self._side, KEYS.get(key, key).encode())
        while data := self._arrived(SILENCE if first else seconds):
            last = time.perf_counter()
            first = first or last
            seen += data
        self._feed(seen)
        return ((first - began) * 1000, (last - began) * 1000) if first else None

    def _arrived(self, seconds: float) -> bytes:
        if not select.select([self._side], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._side, 1 << 16)
        except OSError:  # the program has ended
            return b""

    def _feed(self, data: bytes) -> None:
        self.raw += data
        self._stream.feed(data)

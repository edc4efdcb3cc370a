"""A real pseudo-terminal with a program in it, for tests, benchmarks and pictures: keys in, bytes out, a screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence

import pyte

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f12": "\x1b[24~",
    "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "backspace": "\x7f", "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F", "shift+tab": "\x1b[Z",
}  # fmt: skip
"""What an xterm sends for the keys that are no characters."""


class Terminal:
    """A program behind a pseudo-terminal; `raw` holds every byte it wrote, `screen` what a person sees."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int = 120, lines: int = 40
    ) -> None:
        self.columns, self.lines = columns, lines
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.pid, self._side = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            # Given whole: a library (readline) may have put the outer terminal's COLUMNS where os.environ sees nothing.
            os.execvpe(command[0], list(command), {**environment, **own})

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, seconds: float) -> bytes:
        """What the program wrote within a time, perhaps nothing; ends early after the first bytes."""
        if not select.select([self._side], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._side, 1 << 16)
        except OSError:  # the program has ended
            return b""
        self.raw += data
        self._stream.feed(data)
        return data

    def until(self, seen: Callable[[str], bool], seconds: float = 15.0) -> str:
        """Read until the screen's text satisfies `seen`; gives the text, or raises AssertionError with it."""
        ends = time.monotonic() + seconds
        while not seen(self.text):
            if time.monotonic() > ends:
                raise AssertionError(f"not seen within {seconds} s:\n{self.text}")
            self.read(0.05)
        return self.text

    def until_quiet(self, silence: float = 0.15, seconds: float = 10.0) -> str:
        """Read until nothing came for a while; gives the screen's text."""
        ends = time.monotonic() + seconds
        while self.read(silence) and time.monotonic() < ends:
            pass
        return self.text

    def press(self, *keys: str) -> None:
        """Send keys by their names in KEYS, `ctrl+x`, `alt+x`, or as the characters themselves."""
        for key in keys:
            if key.startswith("ctrl+"):
                self.send(chr(ord(key[5]) & 0x1F))
            else:
                self.send("\x1b" + key[4:] if key.startswith("alt+") else KEYS.get(key, key))

    def send(self, characters: str) -> None:
        """Send characters as they are."""
        os.write(self._side, characters.encode())

    @property
    def text(self) -> str:
        """The screen, line by line; the second cell of a wide character holds nothing and is left out."""
        rows = (self.screen.buffer[line] for line in range(self.lines))
        return "\n".join("".join(row[column].data for column in range(self.columns)) for row in rows)

    def ended(self, seconds: float) -> bool:
        """Whether the program ends by itself within a time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                self.pid = 0
                return True
            self.read(0.05)
        return False

    def close(self) -> None:
        """End the program, kindly first."""
        for end in (signal.SIGTERM, signal.SIGKILL):
            if self.pid:
                os.kill(self.pid, end)
                self.ended(5.0)
        os.close(self._side)

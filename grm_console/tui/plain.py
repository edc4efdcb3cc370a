"""Plain mode, for screen readers: nothing is drawn, every sign is a word or gone, what happens is said in lines."""

import re
from collections import deque
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.widget import Widget

from grm_console.text import printable

SAID = 3
"""Lines of the announcements that stay in sight."""

_WORDS = {
    "▲": "!",
    "✓": "+",
    "✗": "x",
    "⊘": "x",
    "▌": ">",
    "→": ">",
    "←": "<",
    "●": "*",
    "◐": "*",
    "◆": "*",
    "○": "o",
    "◌": "o",
    "◇": "o",
    "…": ".",
    "·": ",",
    "–": "-",
    "—": "-",
}
"""Signs that stand for something where a word beside them does not say it already."""

_DRAWN = re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u2500-\u25ff\u2600-\u27bf\u2800-\u28ff⊘⊕⎙]")
"""Arrows, technical signs, lines, blocks, shapes, symbols."""


class PlainFilter(LineFilter):
    """Blanks what is drawn and spells the few signs that matter; the width of a line stays.

    `GrmConsole.get_line_filters` gives it only in plain mode.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the painted line in plain characters; `background` is not used."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(_plain(segment.text), segment.style)
            for segment in segments
        ]


def _plain(text: str) -> str:
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    return _DRAWN.sub(lambda sign: " " * cell_len(sign.group()), text)


class Announcements(Widget):
    """The last sentences that were said, newest last; seen only in plain mode."""

    SCOPED_CSS: ClassVar[bool] = False
    """The class `-plain` is the app's."""
    DEFAULT_CSS = f"""
    Announcements {{ display: none; height: {SAID}; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }}
    .-plain Announcements {{ display: block; }}
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: deque[str] = deque(maxlen=SAID)

    def say(self, sentence: str) -> None:
        """Add a line; the same sentence twice in a row is one."""
        line = printable(sentence)
        if line and (not self.said or self.said[-1] != line):
            self.said.append(line)
            self.refresh()

    def render(self) -> Content:
        return Content("\n".join(self.said))

"""The net under every screen: no control or direction character reaches the terminal."""

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from grm_console.text import MARK

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def _replacement(match: re.Match[str]) -> str:
    return MARK * cell_len(match.group())


class PrintableFilter(LineFilter):
    """Replaces what `text.printable` should have removed before; to be returned by `App.get_line_filters`.

    It runs after the layout, so the width of a line must not change: a character that was measured as one
    cell becomes a mark, one that was measured as none is dropped.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the painted line without characters that steer the terminal; `background` is not used."""
        if not any(_UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_UNSAFE.sub(_replacement, segment.text), segment.style)
            for segment in segments
        ]

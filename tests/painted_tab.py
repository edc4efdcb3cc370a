"""What the terminal of a browser tab shows, from the bytes its socket received."""

import pyte

COLUMNS, LINES = 140, 40


class PaintedTab:
    """A screen fed with what a console paints."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, painted: bytes) -> None:
        self._stream.feed(painted)

    @property
    def text(self) -> str:
        """The screen, line by line; the second cell of a wide character holds nothing and is left out."""
        rows = (self._screen.buffer[line] for line in range(self._screen.lines))
        return "\n".join("".join(row[column].data for column in range(self._screen.columns)) for row in rows)

    def resize(self, columns: int, lines: int) -> None:
        self._screen.resize(lines, columns)

    def column_of(self, words: str) -> int:
        """Where words begin, or -1."""
        return max((line.find(words) for line in self.text.splitlines()), default=-1)

    @property
    def cursor(self) -> tuple[int, int]:
        """Line and column of the terminal's own cursor."""
        return self._screen.cursor.y, self._screen.cursor.x

    def types_below(self, label: str) -> bool:
        """Whether the field under a label has the cursor."""
        above = self.text.splitlines()[self.cursor[0] - 1]
        return label in above

"""Reading a CSV file whole: every line that is wrong is named by its number, before anything is written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grm_console.errors import ImportRefused
from grm_console.i18n import _

LONGEST_CELL = 1024 * 1024
"""Characters; what is longer is a broken quote, not a value."""

_BOM = b"\xef\xbb\xbf"
_COMMON_GB = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
"""Characters of GB 2312, of which Chinese texts in GB18030 nearly consist."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a table: the number of its first line in the file, and its values by column."""

    number: int
    values: dict[str, str]
    """Only the columns that the file has, without the blanks around them."""

    def __getitem__(self, column: str) -> str:
        """The cell of a column; empty if the file lacks the column."""
        return self.values.get(column, "")


class Problems:
    """What is wrong with one file, gathered so that a person corrects it in one go."""

    def __init__(self, path: Path) -> None:
        self.source = path.name
        self._found: dict[tuple[int, str], None] = {}

    def add(self, line: int, reason: str, column: str = "") -> None:
        """Note what is wrong on a line; the reason names the column, which matters only where there is no file."""
        self._found[line, reason] = None

    def __bool__(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self._found)

    def refuse(self) -> None:
        """Raise ImportRefused with everything found, in the order of lines; do nothing if all is well."""
        if self._found:
            raise ImportRefused(self.source, sorted(self._found, key=lambda found: found[0]))


def read_table(
    path: Path,
    required: Iterable[str],
    optional: Iterable[str] = (),
    *,
    key: Sequence[str] = (),
    problems: Problems | None = None,
) -> list[Line]:
    """The records of a CSV file (RFC 4180, UTF-8 with or without byte order mark), blank lines left out.

    `key` names the columns that together stand only once in the file and may not be empty. With `problems`
    everything wrong is added there, and the lines that can be read come back for further checks; without it
    ImportRefused is raised at once. Lacking columns or a file that cannot be opened give no lines.
    """
    found = problems if problems is not None else Problems(path)
    lines = _read(read_text(path, found), tuple(required), tuple(optional), found)
    if key:
        _check_unique(lines, key, found)
    if problems is None:
        found.refuse()
    return lines


def read_text(path: Path, problems: Problems) -> str:
    """The text of a UTF-8 file without its byte order mark; each line that is not UTF-8 is a problem.

    A file that cannot be opened is a problem of line 0 and reads as empty.
    """
    try:
        data = path.read_bytes().removeprefix(_BOM)
    except OSError as error:
        problems.add(
            0,
            _("the file cannot be read ({reason}); check its name and that you may open it").format(
                reason=error.strerror
            ),
        )
        return ""
    encoding = _utf_16(data)
    try:
        if not encoding:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _gb_18030(data)
    if encoding:
        told = _("this is not UTF-8 but looks like {encoding}; save the file as UTF-8, or run: {command}")
        command = f"iconv -f {encoding} -t UTF-8 {path.name} > utf8-{path.name}"
        problems.add(_first_wrong(data), told.format(encoding=encoding, command=command))
        return ""
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            problems.add(number, _("this is not UTF-8; save the file as UTF-8"))
    return data.decode("utf-8", "replace")


def _utf_16(data: bytes) -> str:
    """The kind of UTF-16 that bytes are: by their mark, or as every other byte of plain letters is zero."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    begin = data[:4096]
    zeros = [begin[at::2].count(0) for at in (0, 1)]
    if max(zeros) * 4 <= len(begin) or min(zeros) * 4 > max(zeros):
        return ""
    return "UTF-16BE" if zeros[0] > zeros[1] else "UTF-16LE"


def _gb_18030(data: bytes) -> str:
    """GB18030, if bytes can be read as it and nearly all that is not ASCII are pairs of its common characters."""
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    high = sum(byte > 0x7F for byte in data)
    return "GB18030" if len(_COMMON_GB.findall(data)) * 2 >= high * 0.8 else ""


def _first_wrong(data: bytes) -> int:
    """The first line that is not UTF-8; 1 for what could be read as it all the same."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def _read(text: str, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems) -> list[Line]:
    records = _records(text, problems)
    first = next(records, None)
    if first is None:
        if not problems:
            problems.add(
                1,
                _("the file is empty; its first line names the columns: {columns}").format(
                    columns=", ".join(required + optional)
                ),
            )
        return []
    header = [name.strip() for name in first[1]]
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.add(first[0], _("the column {name} stands there twice").format(name=name))
    for name in header:
        if name not in required and name not in optional:
            problems.add(
                first[0],
                _("the column {name} is not known; known are {columns}").format(
                    name=name, columns=", ".join(required + optional)
                ),
            )
    lacking = [name for name in required if name not in header]
    for name in lacking:
        problems.add(first[0], _("the column {name} is missing").format(name=name))
    lines = []
    width, nul = len(header), "\x00" in text
    for number, cells in records:
        if len(cells) != width:
            problems.add(
                number,
                _("has {cells} cells, but the first line names {columns} columns").format(
                    cells=len(cells), columns=width
                ),
            )
            continue
        if max(map(len, cells)) > LONGEST_CELL:
            long = next(name for name, cell in zip(header, cells, strict=True) if len(cell) > LONGEST_CELL)
            problems.add(
                number, _("{column} is longer than {limit} characters").format(column=long, limit=LONGEST_CELL)
            )
            continue
        if nul and "\x00" in "".join(cells):
            problems.add(number, _("holds a NUL character; save the file as UTF-8"))
            continue
        lines.append(Line(number, dict(zip(header, map(str.strip, cells), strict=True))))
    return [] if lacking else lines


def _records(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; a quote in the wrong place is named and passed over."""
    # The module's own limit would end the reading at the first long cell; ours names each of them.
    before = csv.field_size_limit(max(LONGEST_CELL, len(text)) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                problems.add(
                    number,
                    _("cannot be read as CSV ({error}); put cells with a quote mark into quotes").format(error=error),
                )
                continue
            if cells is None:
                return
            if cells:
                yield number, cells
    finally:
        csv.field_size_limit(before)


def _check_unique(lines: list[Line], key: Sequence[str], problems: Problems) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        value = tuple(line[column] for column in key)
        if not all(value):
            problems.add(line.number, _("{column} may not be empty").format(column=" and ".join(key)))
        elif (first := seen.setdefault(value, line.number)) != line.number:
            problems.add(
                line.number, _("{value} stands already on line {first}").format(value=" ".join(value), first=first)
            )

"""The cells of one line as values; what is wrong becomes a problem of the line, and reading goes on."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from grm_console.desk.imports.table import Line, Problems
from grm_console.domain.addresses import Address, AddressKind, read_address
from grm_console.domain.languages import is_language
from grm_console.i18n import _

_Word = TypeVar("_Word", bound=StrEnum)

_CODE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")

_NOT_AT_ALL = timedelta(0)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Cells:
    """Reads one line; every method gives a usable value even where it noted a problem."""

    def __init__(self, line: Line, problems: Problems) -> None:
        self.line = line
        self._cell = line.values.get
        self._problems = problems

    def wrong(self, reason: str, column: str = "") -> None:
        """Note what is wrong with this line, and in which column if it is one."""
        self._problems.add(self.line.number, reason, column)

    def text(self, column: str) -> str:
        """Any words, or none."""
        return self._cell(column, "")

    def needed(self, column: str) -> str:
        """Any words, but not none."""
        value = self._cell(column, "")
        if not value:
            self.wrong(_("{column} may not be empty").format(column=column), column)
        return value

    def code(self, column: str) -> str:
        """A code of ours: lower case, digits, hyphens and dots."""
        value = self._cell(column, "")
        if not is_code(value):
            self.wrong(
                _("{column} {value} is no code; use lower case, digits and hyphens, e.g. water-outage").format(
                    column=column, value=shown(value)
                ),
                column,
            )
        return value

    def word(self, column: str, words: type[_Word], default: _Word | None = None) -> _Word:
        """One of a closed list; an empty cell is the default, if there is one."""
        value = self._cell(column, "")
        if not value and default is not None:
            return default
        try:
            return words(value)
        except ValueError:
            self.wrong(
                _("{column} {value} is not known; write one of {choices}").format(
                    column=column, value=shown(value), choices=", ".join(words)
                ),
                column,
            )
            return next(iter(words))

    def choice(self, column: str, choices: Collection[str]) -> str:
        """One of some words."""
        value = self._cell(column, "")
        if value not in choices:
            self.wrong(
                _("{column} {value} is not known; write one of {choices}").format(
                    column=column, value=shown(value), choices=", ".join(choices)
                ),
                column,
            )
        return value

    def yes(self, column: str) -> bool:
        """`yes`, or `no` or nothing."""
        value = self._cell(column, "")
        if value not in ("yes", "no", ""):
            self.wrong(_("{column} {value} is neither yes nor no").format(column=column, value=shown(value)), column)
        return value == "yes"

    def whole(self, column: str, default: int | None = None, *, least: int = 0) -> int | None:
        """A whole number; an empty cell is the default."""
        value = self._cell(column, "")
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value) >= least):
            self.wrong(
                _("{column} {value} is no whole number of {least} or more").format(
                    column=column, value=shown(value), least=least
                ),
                column,
            )
            return default
        return int(value)

    def several(self, column: str) -> list[str]:
        """The values of a cell that are separated by `|`, each once."""
        return list(dict.fromkeys(part for value in self._cell(column, "").split("|") if (part := value.strip())))

    def languages(self, column: str) -> str:
        """Language codes separated by `|`."""
        found = self.several(column)
        for value in found:
            if not is_language(value):
                self.wrong(
                    _("{column} {value} is no language; write en, zh, …").format(column=column, value=shown(value)),
                    column,
                )
        return "|".join(found)

    def language(self, column: str) -> str:
        """One language code, or none."""
        value = self._cell(column, "")
        if value and not is_language(value):
            self.wrong(
                _("{column} {value} is no language; write en, zh, …").format(column=column, value=shown(value)), column
            )
        return value

    def moment(self, column: str, shift: timedelta = _NOT_AT_ALL) -> datetime | None:
        """A moment with its zone, in UTC, moved by `shift`; none for an empty cell."""
        value = self._cell(column, "")
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
            if found.tzinfo is not None:
                return found.astimezone(UTC) + shift
        except (ValueError, OverflowError):
            pass
        self.wrong(
            _("{column} {value} is no moment with its zone; write 2026-11-20T18:41:00Z").format(
                column=column, value=shown(value)
            ),
            column,
        )
        return None

    def needed_moment(self, column: str, shift: timedelta = _NOT_AT_ALL) -> datetime:
        """A moment with its zone, in UTC, moved by `shift`."""
        if not self._cell(column, ""):
            self.wrong(_("{column} may not be empty").format(column=column), column)
        return self.moment(column, shift) or _NEVER

    def day_begins(self, column: str) -> datetime | None:
        """The first moment of a day, in UTC; none for an empty cell."""
        return self._midnight(column, timedelta(0))

    def day_ends(self, column: str) -> datetime | None:
        """The moment after a day, which itself still counts, in UTC; none for an empty cell."""
        return self._midnight(column, timedelta(days=1))

    def addresses(self, column: str, kind: AddressKind, region: str) -> list[Address]:
        """The addresses of one kind in a cell, separated by `|`."""
        found = []
        for value in self.several(column):
            address = read_address(value, region, expect=kind)
            if address.kind is kind:
                found.append(address)
            else:
                self.wrong(
                    _("{column} {value} is no address of the kind {kind}; write e.g. {example}").format(
                        column=column, value=shown(value), kind=kind, example=_EXAMPLE[kind]
                    ),
                    column,
                )
        return found

    def present(self, values: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
        """The values without those whose column the file lacks: what a file does not tell, it does not change.

        `columns` says which of the file's columns fills which of the table's.
        """
        absent = {own for column, own in columns.items() if column not in self.line.values}
        return {own: value for own, value in values.items() if own not in absent}

    def _midnight(self, column: str, later: timedelta) -> datetime | None:
        value = self._cell(column, "")
        if not value:
            return None
        try:
            return datetime.combine(date.fromisoformat(value), time(), UTC) + later
        except (ValueError, OverflowError):
            self.wrong(
                _("{column} {value} is no date; write 2026-11-20").format(column=column, value=shown(value)), column
            )
            return None


_EXAMPLE = {
    AddressKind.PHONE: "+12025550142",
    AddressKind.WHATSAPP: "+12025550142",
    AddressKind.EMAIL: "chen.li@mail.example",
}


def is_code(value: str) -> bool:
    """Whether a value is a code of ours: lower case, digits, hyphens and dots."""
    return _CODE.fullmatch(value) is not None


def shown(value: str) -> str:
    """A cell as a message quotes it: short, and with everything unprintable escaped."""
    return repr(value if len(value) <= 40 else value[:39] + "…")

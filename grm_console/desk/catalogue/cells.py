"""One row's cells as values, field by field; the same reading for a line of a file, a form and a command."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from grm_console.desk.catalogue.fields import ANY, Field, FieldType, Kind, Row
from grm_console.desk.catalogue.hour_cells import NO_DAYS, HoursUnreadable, read_days, read_week
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.table import Line, Problems
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.opening_hours import CLOSED_WEEK, knows_holidays, knows_time_zone
from grm_console.domain.quiet_hours import readable
from grm_console.domain.words import NO_MUSIC
from grm_console.errors import InvalidInput
from grm_console.i18n import _
from grm_console.text import defuse_cell

_Hours = TypeVar("_Hours")


class FieldCells(Cells):
    """The cells of one row; what is wrong is noted with the field's rule and example."""

    def __init__(self, line: Line, problems: Problems, kind: Kind, region: str) -> None:
        usual = {field.name: field.usual for field in kind.fields}
        super().__init__(
            Line(line.number, {name: v or usual.get(name, "") for name, v in line.values.items()}), problems
        )
        self._kind = kind
        self._region = region

    def values(self) -> dict[str, Any]:
        """What stands in each field that the row has; the kind's key is always one of them."""
        return {
            field.name: self._value(field)
            for field in self._kind.fields
            if field.needed or field.name in self.line.values
        }

    def wrong(self, reason: str, column: str = "") -> None:
        """Note what is wrong; in a field of the kind, its rule and its example say why."""
        if self._kind.field(column) is None:
            super().wrong(reason)
            return
        value = self.line[column]
        told = _("{value} is refused").format(value=shown(value)) if value else _("may not be empty")
        self.refuse(column, told, with_rule=True)

    def refuse(self, column: str, reason: str, *, with_rule: bool = False) -> None:
        """Note another reason why a field's value cannot stand; if the rule helps, it follows with the example."""
        field = self._kind.field(column)
        if field is not None and with_rule:
            reason += _("; write {rule}, e.g. {example}").format(rule=field.told_rule(), example=field.example)
        self._problems.add(self.line.number, f"{column} {reason}", column)

    def _value(self, field: Field) -> Any:
        name = field.name
        match field.type:
            case FieldType.CODE:
                return self.code(name)
            case FieldType.CHOICE:
                return self.choice(name, field.choices)
            case FieldType.YES_NO:
                return self.yes(name)
            case FieldType.WHOLE:
                return self.whole(name, least=field.least)
            case FieldType.DAY:
                return self.day_ends(name)
            case FieldType.LANGUAGES:
                return self.languages(name)
            case FieldType.SOME:
                return self._some(field)
            case FieldType.LINES:
                return [address.address for address in self.addresses(name, AddressKind.PHONE, self._region)]
            case FieldType.NUMBERS:
                return "|".join(address.address for address in self.addresses(name, AddressKind.PHONE, self._region))
            case FieldType.DEPARTMENTS:
                return self.several(name)
            case FieldType.DEVICE:
                device = device_address(self.line[name], self._region)
                if device is None:
                    self.wrong("", name)
                return device
            case FieldType.MUSIC:
                return self._music(name)
            case FieldType.CALENDAR | FieldType.QUEUE:
                return self.code(name) if self.line[name] else ""
            case FieldType.TIME_ZONE:
                return self._known(name, knows_time_zone)
            case FieldType.QUIET_HOURS:
                return self._known(name, readable)
            case FieldType.HOLIDAYS:
                return self._known(name, knows_holidays) if self.line[name] else ""
            case FieldType.HOURS:
                return self._hours(name, read_week, CLOSED_WEEK)
            case FieldType.DAYS:
                return self._hours(name, read_days, NO_DAYS)
            case _:
                return self.needed(name) if field.needed else self.text(name)

    def _music(self, name: str) -> str:
        value = self.line[name]
        parts = urlsplit(value)
        if value not in ("", NO_MUSIC) and (parts.scheme != "https" or not parts.hostname or not value.isprintable()):
            self.wrong("", name)
        return value

    def _known(self, name: str, knows: Callable[[str], bool]) -> str:
        value = self.line[name]
        if not knows(value):
            self.wrong("", name)
        return value

    def _hours(self, name: str, read: Callable[[str], _Hours], otherwise: _Hours) -> _Hours:
        try:
            return read(self.line[name])
        except HoursUnreadable as error:
            self.refuse(name, _("is refused: {reason}").format(reason=error), with_rule=True)
            return otherwise

    def _some(self, field: Field) -> str:
        found = self.several(field.name)
        if found != [ANY] and any(value not in field.choices for value in found):
            self.wrong("", field.name)
        return "|".join(found)


class RowProblems(Problems):
    """What is wrong with one row that no file holds, by field."""

    def __init__(self, kind: Kind) -> None:
        self.by_field: dict[str, str] = {}
        self._kind = kind

    def add(self, line: int, reason: str, column: str = "") -> None:
        """Keep the first sentence about each field; it begins with the field's label."""
        field = self._kind.field(column)
        label = _(field.label) if field is not None else column
        self.by_field.setdefault(column, f"{label}: {reason.removeprefix(column).strip()}.")

    def __bool__(self) -> bool:
        """Whether anything is wrong so far."""
        return bool(self.by_field)

    def refuse(self) -> None:
        """Raise InvalidInput with everything found; do nothing if all is well."""
        if self.by_field:
            raise InvalidInput(self.by_field)


def device_address(phone: str, region: str) -> str | None:
    """What rings at an operator's desk, in normal form; empty for none, None if it cannot be rung."""
    if not phone.strip():
        return ""
    address = read_address(phone, region)
    return address.address if address.dialable else None


def cell_of(value: Any) -> str:
    """A plain value as its cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def guarded(cell: str) -> str:
    """A cell that starts no formula in a spreadsheet; `unguarded` gives back what it was, always."""
    bare = cell.lstrip("'")
    return f"'{cell}" if defuse_cell(bare) != bare else cell


def unguarded(cell: str) -> str:
    """What stood in a cell before it was guarded."""
    bare = cell.lstrip("'")
    return cell[1:] if cell != bare and defuse_cell(bare) != bare else cell


def plain_cells(values: Mapping[str, str]) -> Row:
    """The cells of a file's line as they were before they were guarded."""
    return {name: unguarded(value) for name, value in values.items()}

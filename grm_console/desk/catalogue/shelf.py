"""Where the rows of one kind lie: read as cells of its file, and put back from them."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Select

from grm_console.desk.catalogue.cells import FieldCells, cell_of, guarded, plain_cells
from grm_console.desk.catalogue.fields import Kind
from grm_console.desk.desk import Desk
from grm_console.desk.imports.table import Line, Problems, read_table
from grm_console.store import bulk, listing
from grm_console.store.bulk import Upserted

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Putting:
    """One transaction's work on a kind: where it writes, when, and where it notes what is wrong."""

    desk: Desk
    connection: Connection
    now: datetime
    problems: Problems
    whole_file: bool = False
    """Whether the rows are a file's, which says of many rows at once how they are to be."""


class Shelf(ABC):
    """One kind's rows in the store."""

    kind: Kind
    table: Any
    natural: str
    """The table's column that holds the kind's key; empty where several columns do together."""

    @abstractmethod
    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values, in the order of the file."""

    @abstractmethod
    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells, all of them with the same columns, and write them.

        Raises what the problems raise; then nothing is to be committed.
        """

    @abstractmethod
    def put_file(self, work: Putting, path: Path) -> Upserted:
        """Check and write the rows of a file; raises ImportRefused."""

    @abstractmethod
    def write_file(self, file: TextIO, records: Iterable[Mapping[str, Any]]) -> None:
        """Write rows so that `put_file` takes them back unchanged."""

    def locked_key(self, connection: Connection, code: str) -> int | None:
        """The key of a row, which nobody else changes before the transaction ends; None if there is none."""
        return listing.locked_key(connection, self.table, self.natural, code)

    def row(self, record: Mapping[str, Any]) -> dict[str, str]:
        """The cells of one record."""
        return {field.name: cell_of(record[field.name]) for field in self.kind.fields}

    def row_of(self, connection: Connection, code: str) -> dict[str, str] | None:
        """The cells of one row, or None."""
        key = self.kind.key
        return next((self.row(record) for record in self.records(connection) if record[key] == code), None)


class CsvShelf(Shelf):
    """A kind whose file is a table."""

    def read(self, work: Putting, lines: Sequence[Line]) -> dict[str, tuple[FieldCells, dict[str, Any]]]:
        """Each line's cells and values, by the kind's key; what is wrong is noted."""
        found = {}
        for line in lines:
            cells = FieldCells(line, work.problems, self.kind, work.desk.region)
            values = cells.values()
            found[values[self.kind.key]] = (cells, values)
        return found

    def put_file(self, work: Putting, path: Path) -> Upserted:
        """Check and write the rows of a CSV file."""
        fields = self.kind.fields
        lines = read_table(
            path,
            [field.name for field in fields if field.needed],
            [field.name for field in fields if not field.needed],
            key=(self.kind.key,),
            problems=work.problems,
        )
        return self.put(work, [Line(line.number, dict(plain_cells(line.values))) for line in lines])

    def write_file(self, file: TextIO, records: Iterable[Mapping[str, Any]]) -> None:
        """Write a CSV file whose cells start no formula."""
        writer = csv.writer(file)
        writer.writerow(field.name for field in self.kind.fields)
        for record in records:
            writer.writerow(map(guarded, self.row(record).values()))


class TableShelf(CsvShelf):
    """A kind whose file is a table and whose rows are those of one table of the store."""

    def __init__(
        self,
        kind: Kind,
        table: Any,
        statement: Select[Any],
        columns: Mapping[str, str],
        fresh: Mapping[str, Any],
    ) -> None:
        """`columns` says where the store calls a field otherwise; `fresh` are a new row's values of other columns."""
        self.kind = kind
        self.table = table
        self._statement = statement
        self._own = {field.name: columns.get(field.name, field.name) for field in kind.fields}
        self.natural = self._own[kind.key]
        self._fresh = fresh

    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values, in the order of the file."""
        for row in connection.execute(self._statement):
            yield {name: _plain(value) for name, value in row._mapping.items()}

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them."""
        rows = self.read(work, lines)
        work.problems.refuse()
        return self.write(work, {code: values for code, (_, values) in rows.items()})

    def write(self, work: Putting, rows: Mapping[str, Mapping[str, Any]]) -> Upserted:
        """Write checked values, by field, and by other names the table's own columns."""
        wanted = {
            code: {self._own.get(name, name): value for name, value in values.items() if name != self.kind.key}
            for code, values in rows.items()
        }
        return bulk.upsert(work.connection, self.table, self.natural, wanted, self.fresh(work))

    def fresh(self, work: Putting) -> dict[str, Any]:
        """What a new row has in the columns that no field fills."""
        return dict(self._fresh)


def _plain(value: Any) -> Any:
    """A value as a listing shows it; a moment here is the end of a day, which itself still counts."""
    return (value - _INSTANT).date().isoformat() if isinstance(value, datetime) else value

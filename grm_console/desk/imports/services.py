"""The catalogue of services: each matter type with its departments, limits and questions; its file is YAML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import yaml
from pydantic import ValidationError
from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.cells import FieldCells, cell_of
from grm_console.desk.catalogue.fields import SERVICE, FieldType
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import Putting, Shelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.service_entry import AskedQuestion, ServiceEntry
from grm_console.desk.imports.service_file import read_entries
from grm_console.desk.imports.table import Line
from grm_console.domain.words import Harm
from grm_console.i18n import _
from grm_console.store import bulk, listing
from grm_console.store.bulk import Upserted
from grm_console.store.tables import Organisation, Service, ServiceDepartment
from grm_console.store.tables.columns import table_of

_service = table_of(Service)
_department = table_of(ServiceDepartment)
_organisation = table_of(Organisation)


class _ServiceShelf(Shelf):
    """Rows with their cooperating departments, which lie in a table of their own."""

    kind = SERVICE
    table = _service
    natural = "code"

    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values; search words and questions as the file holds them."""
        others = listing.cooperating(connection)
        for row in connection.execute(listing.SERVICES):
            record = dict(row._mapping)
            key = record.pop("id")
            yield record | {
                "with": "|".join(others.get(key, ())),
                "default_harm": Harm(record["default_harm"]).name.lower(),
                "keywords": record["keywords"] or {},
                "questions": [_told(AskedQuestion.model_validate(question)) for question in record["questions"] or ()],
            }

    def row(self, record: Mapping[str, Any]) -> dict[str, str]:
        """The cells of one record; search words and questions as YAML, or nothing."""
        cells = {}
        for field in SERVICE.fields:
            value = record[field.name]
            is_yaml = field.type is FieldType.YAML
            cells[field.name] = (_yaml(value).strip() if value else "") if is_yaml else cell_of(value)
        return cells

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them."""
        entries = []
        for line in lines:
            cells = FieldCells(line, work.problems, SERVICE, work.desk.region)
            try:
                entries.append((line.number, ServiceEntry.model_validate(_entry_of(cells))))
            except ValidationError as error:
                for fault in error.errors():
                    _note(cells, fault["loc"], fault["msg"].removeprefix("Value error, "))
        return self._put_entries(work, entries)

    def put_file(self, work: Putting, path: Path) -> Upserted:
        """Check and write the entries of a YAML file."""
        return self._put_entries(work, list(read_entries(path, work.problems)))

    def write_file(self, file: TextIO, records: Iterable[Mapping[str, Any]]) -> None:
        """Write a YAML file, one entry after the other."""
        for record in records:
            file.write(_yaml([_entry_from(record)]))
            file.write("\n")

    def _put_entries(self, work: Putting, entries: Sequence[tuple[int, ServiceEntry]]) -> Upserted:
        codes = {code for _line, entry in entries for code in (entry.department, *entry.others)}
        organisations = bulk.keys_by(work.connection, _organisation, "code", codes)
        for line, entry in entries:
            for column, named in (("department", [entry.department]), ("with", entry.others)):
                for code in named:
                    if code not in organisations:
                        told = _("{column} {code} is not in the store; see grm department list")
                        work.problems.add(line, told.format(column=column, code=code), column)
        work.problems.refuse()
        known = bulk.rows_by(work.connection, _service, "code", [entry.code for _line, entry in entries])
        wanted = {}
        for _line, entry in entries:
            standing = known[entry.code].active if entry.code in known else True
            active = standing if entry.active is None else entry.active
            wanted[entry.code] = _columns(entry, organisations) | {"active": active}
        done = bulk.upsert(work.connection, _service, "code", wanted, {})
        others = {done.keys[e.code]: {organisations[code] for code in e.others} for _line, e in entries}
        touched = _cooperate(work.connection, others)
        done.changed.update(code for code in wanted if done.keys[code] in touched and code not in done.added)
        return done


SHELF = _ServiceShelf()


def import_services(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a catalogue of services into the store, by `code`.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)


_LIMITS = ("first_reply_hours", "done_hours", "done_working_days")
_TEXTS = ("name", "description")


def _entry_of(cells: FieldCells) -> dict[str, Any]:
    """A row's cells as an entry of the file; what no entry could hold is noted."""
    values = cells.values()
    entry: dict[str, Any] = {
        "code": cells.line["code"],
        "limits": {name: values[name] for name in _LIMITS},
        "with": values["with"],
        "department": values["department"],
        "kind": values["kind"],
        "default_harm": values["default_harm"],
        "confidential": values["confidential"],
        "active": values["active"],
    }
    for name in _TEXTS:
        if values[f"{name}_en"] or values[f"{name}_zh"] or name == "name":
            entry[name] = {"en": values[f"{name}_en"], "zh": values[f"{name}_zh"]}
    for name in ("keywords", "questions"):
        try:
            entry |= {name: yaml.safe_load(values[name])} if values[name] else {}
        except yaml.YAMLError as error:
            told = _("cannot be read as YAML ({reason})").format(reason=" ".join(str(error).split()))
            cells.refuse(name, told, with_rule=True)
    return entry


def _note(cells: FieldCells, place: tuple[int | str, ...], reason: str) -> None:
    """Note a fault at the field of the row that the place in the entry comes from."""
    first, *inner = place
    column = str(first)
    match column:
        case "name" | "description":
            cells.wrong(reason, f"{column}_{inner[0]}")
        case "limits" if inner:
            cells.wrong(reason, str(inner[0]))
        case "limits":
            cells.refuse("done_hours", _("or working days: write one of the two, e.g. 24"))
        case "with" if not inner:
            cells.refuse(column, _("is refused: {reason}").format(reason=reason))
        case "keywords" | "questions":
            where = ".".join(map(str, inner))
            cells.refuse(column, f"{where}: {reason}" if where else reason, with_rule=True)
        case _:
            cells.wrong(reason, column)


def _entry_from(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as an entry of the file; what is as usual is left out, for that is what its absence means."""
    entry: dict[str, Any] = {"code": record["code"]}
    for name in _TEXTS:
        if record[f"{name}_en"]:
            entry[name] = {"en": record[f"{name}_en"]} | ({"zh": record[f"{name}_zh"]} if record[f"{name}_zh"] else {})
    return entry | {
        "department": record["department"],
        "with": record["with"].split("|") if record["with"] else [],
        "kind": record["kind"],
        "limits": {name: record[name] for name in _LIMITS if record[name] is not None},
        "default_harm": record["default_harm"],
        "confidential": record["confidential"],
        "active": record["active"],
        "keywords": record["keywords"],
        "questions": record["questions"],
    }


def _told(question: AskedQuestion) -> dict[str, Any]:
    """A question as the file holds it."""
    return question.model_dump(exclude_none=True, exclude_defaults=True)


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def _columns(entry: ServiceEntry, organisations: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": entry.name.en,
        "other_name": entry.name.zh,
        "description": entry.description.en if entry.description else "",
        "other_description": entry.description.zh if entry.description else "",
        "organisation_id": organisations[entry.department],
        "kind": entry.kind,
        "first_reply_hours": entry.limits.first_reply_hours,
        "done_hours": entry.limits.done_hours,
        "done_working_days": entry.limits.done_working_days,
        "default_harm": Harm[entry.default_harm.upper()].value,
        "confidential": entry.confidential,
        "keywords": entry.keywords,
        "questions": [_told(question) for question in entry.questions],
    }


def _cooperate(connection: Connection, wanted: Mapping[int, set[int]]) -> set[int]:
    """Let exactly these departments cooperate in each service; gives the services that changed."""
    known: dict[int, set[int]] = {}
    for row in bulk.rows_of(connection, _department, "service_id", wanted):
        known.setdefault(row.service_id, set()).add(row.organisation_id)
    changed = {service for service, departments in wanted.items() if departments != known.get(service, set())}
    bulk.delete_rows(connection, _department, "service_id", changed)
    rows = [(service, department) for service in sorted(changed) for department in sorted(wanted[service])]
    bulk.insert_rows(connection, _department, ["service_id", "organisation_id"], rows)
    return changed

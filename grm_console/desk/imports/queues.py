"""Queues, with our own numbers that lead to them and the calendar each follows."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.cells import FieldCells
from grm_console.desk.catalogue.fields import QUEUE
from grm_console.desk.catalogue.files import import_file
from grm_console.desk.catalogue.shelf import Putting, TableShelf
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import shown
from grm_console.desk.imports.imported import Imported, Progress
from grm_console.desk.imports.table import Line
from grm_console.i18n import _
from grm_console.store import bulk, listing, overflow
from grm_console.store import lines as queue_lines
from grm_console.store.bulk import Upserted
from grm_console.store.tables import Calendar, Queue
from grm_console.store.tables.columns import table_of


class _QueueShelf(TableShelf):
    """Rows with the numbers that lead to each, which lie in a table of their own."""

    def records(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """Every row with its fields as plain values, in the order of the file."""
        leading = queue_lines.lines_of(connection)
        for record in super().records(connection):
            key = record.pop("id")
            yield record | {"lines": "|".join(leading.get(key, ()))}

    def put(self, work: Putting, lines: Sequence[Line]) -> Upserted:
        """Check rows given as cells and write them; a file without the column `lines` moves none."""
        rows = self.read(work, lines)
        numbers = {code: values.pop("lines") for code, (_, values) in rows.items() if "lines" in values}
        helpers = {
            code: values.pop("overflow_queue") for code, (_, values) in rows.items() if "overflow_queue" in values
        }
        leads = _leads(work, {code: cells for code, (cells, _) in rows.items()}, numbers)
        known = bulk.rows_by(work.connection, self.table, self.natural, list(rows))
        for code, (cells, values) in rows.items():
            if values.get("active") is False and (code not in known or known[code].active):
                _check_unused(work, code, cells, leads)
        _settle_calendars(work, rows)
        _check_helpers(work, rows, helpers)
        work.problems.refuse()
        done = self.write(work, {code: values for code, (_, values) in rows.items()})
        if rows and listing.count_active(work.connection, self.table) == 0:
            cells, _values = next(iter(rows.values()))
            cells.refuse("active", _("would leave no queue in use; keep one, as every call waits somewhere"))
            work.problems.refuse()
        leading = {number: done.keys[code] for number, code in leads.items()}
        moved = queue_lines.lead_lines(work.connection, leading, {done.keys[code] for code in numbers})
        others = bulk.rows_by(work.connection, self.table, self.natural, set(helpers.values()))
        moved |= overflow.settle(
            work.connection, {done.keys[code]: others[other].id if other else None for code, other in helpers.items()}
        )
        done.changed.update(code for code in rows if done.keys[code] in moved and code not in done.added)
        return done


SHELF = _QueueShelf(
    QUEUE,
    table_of(Queue),
    listing.QUEUES,
    {"name_en": "name", "name_zh": "other_name", "calendar": "calendar_id"},
    {
        "other_name": "",
        "languages": "",
        "target_seconds": 15,
        "text_delay_seconds": 120,
        "wrap_up_seconds": 60,
        "calendar_id": None,
        "capacity": 0,
        "longest_wait_seconds": 1800,
        "overflow_after_seconds": 0,
        "music": "",
        "callback_dropped": False,
        "records": False,
        "text_target_seconds": 180,
        "quiet_hours": "",
        "asks_rating": False,
        "detects_machines": True,
        "active": True,
    },
)


def import_queues(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of queues into the store, by `code`; calls to unknown lines go to the queue that came first.

    Raises ImportRefused naming each bad line; then nothing was changed.
    """
    return import_file(desk, actor, SHELF, path, dry_run=dry_run, progress=progress)


def _leads(work: Putting, cells: Mapping[str, FieldCells], numbers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The queue that each number will lead to; a file moves numbers, but a single row takes none from another queue."""
    standing = {} if work.whole_file else listing.queues_of_lines(work.connection)
    taken = {number: code for number, code in standing.items() if code not in numbers}
    leads: dict[str, str] = {}
    for code, wanted in numbers.items():
        for number in wanted:
            other = taken.get(number) or leads.setdefault(number, code)
            if other != code:
                reason = _("{number} leads to {other} already; take it away there first").format(
                    number=number, other=other
                )
                cells[code].refuse("lines", reason)
    return leads


def _settle_calendars(work: Putting, rows: Mapping[str, tuple[FieldCells, dict[str, Any]]]) -> None:
    """Put the key of each named calendar in the place of its code; one that is out of use is not followed."""
    named = {values["calendar"] for _cells, values in rows.values() if values.get("calendar")}
    calendars = bulk.rows_by(work.connection, table_of(Calendar), "code", named)
    for cells, values in rows.values():
        code = values.get("calendar")
        if code and (code not in calendars or not calendars[code].active):
            told = _("{code} is no calendar in use; see grm calendar list")
            cells.refuse("calendar", told.format(code=shown(code)), with_rule=True)
        elif code is not None:
            values["calendar"] = calendars[code].id if code else None


def _check_helpers(
    work: Putting, rows: Mapping[str, tuple[FieldCells, dict[str, Any]]], helpers: Mapping[str, str]
) -> None:
    """Another queue that helps is in use, and no chain of helpers comes back to where it began."""
    known = overflow.by_code(work.connection)
    used = {code: active for code, (active, _) in known.items()}
    used |= {code: bool(values.get("active", used.get(code, True))) for code, (_, values) in rows.items()}
    help_by = {code: other for code, (_, other) in known.items()} | dict(helpers)
    for code, (cells, _values) in rows.items():
        other = help_by.get(code, "")
        if other and not used.get(other, False):
            told = _("{code} is no queue in use; see grm queue list")
            cells.refuse("overflow_queue", told.format(code=shown(other)), with_rule=True)
        elif other and (chain := _chain(help_by, code))[-1] == code:
            told = _("would lead in a circle: {chain}; let one of them be helped by nobody")
            cells.refuse("overflow_queue", told.format(chain=" → ".join(chain)))
    for code, (_active, other) in known.items():
        if code not in rows and other in rows and used[code] and not used[other]:
            told = _("cannot be no: {n} is helped by it; let it be helped by another queue first")
            rows[other][0].refuse("active", told.format(n=code))


def _chain(help_by: Mapping[str, str], begin: str) -> list[str]:
    """The queues that help one another, from one on, to the end or to the first that comes again."""
    chain = [begin]
    while (other := help_by.get(chain[-1], "")) and other not in chain:
        chain.append(other)
    return [*chain, other] if other else chain


def _check_unused(work: Putting, code: str, cells: FieldCells, leads: dict[str, str]) -> None:
    """A queue goes out of use only when nothing waits there and no number leads there."""
    standing = listing.queues_of_lines(work.connection) if "lines" not in cells.line.values else {}
    number = next((number for number, queue in (standing | leads).items() if queue == code), None)
    if number is not None:
        cells.refuse("active", _("cannot be no: {n} leads there; let it lead to another queue first").format(n=number))
    waiting = listing.items_in_queues(work.connection).get(code, 0)
    if waiting:
        cells.refuse("active", _("cannot be no: {n} items wait there; let them be answered first").format(n=waiting))

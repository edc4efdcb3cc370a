"""Past exchanges from a file, in bulk: interactions with their lines of the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.entries import READ_AS
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Line, Problems, read_table
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel, Direction, EndReason, Identification, InteractionState
from grm_console.i18n import _
from grm_console.store import bulk
from grm_console.store.tables import Account, Contact, Disposition, Interaction
from grm_console.store.tables.columns import table_of

_interaction = table_of(Interaction)
_contact = table_of(Contact)
_disposition = table_of(Disposition)
_account = table_of(Account)

REQUIRED = ("key", "contact", "channel", "direction", "happened_at")
OPTIONAL = ("address", "language", "text", "disposition", "agent", "duration", "concerns", "reference")
"""Columns a file may lack; they are empty then."""

_OWN = (
    "channel",
    "direction",
    "sender",
    "contact_point_id",
    "contact_id",
    "concerned_id",
    "entered_by_id",
    "identified",
    "agent_id",
    "language",
    "happened_at",
    "ended_at",
    "duration",
    "end_reason",
    "disposition_id",
    "text",
    "reference",
)
"""The columns a row fills, in the order of a row's values."""

_POINT = _OWN.index("contact_point_id")


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys of everything the file's rows name."""

    contacts: Mapping[str, int]
    dispositions: Mapping[str, int]
    accounts: Mapping[str, int]


def import_history(
    desk: Desk,
    actor: Actor,
    path: Path,
    *,
    shift_days: int = 0,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring a file of past exchanges into the store, by `key`, all of them done.

    `shift_days` moves every moment by whole days. An exchange without a contact stays unidentified; one that
    was worked on here since its import is left as it is. Raises ImportRefused naming each bad line; then
    nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    lines = read_table(path, REQUIRED, OPTIONAL, key=("key",), problems=problems)
    # All that can be done before is done before: while the transaction runs, no call can be taken in.
    with desk.store.reading() as connection:
        known = _known(connection, lines)
    rows = _read(lines, known, desk, actor, timedelta(days=shift_days), problems)
    problems.refuse()
    with importing(desk, actor, "history", path, "contact", dry_run=dry_run) as run:
        points = bulk.point_keys(
            run.connection, list(dict.fromkeys(row[_POINT] for row in rows.values() if row[_POINT]))
        )
        _write(run, rows, points, progress)
    return run.result


def _known(connection: Connection, lines: list[Line]) -> _Known:
    contacts = {line[column] for line in lines for column in ("contact", "concerns")}
    return _Known(
        bulk.keys_by(connection, _contact, "import_key", contacts),
        bulk.keys_by(connection, _disposition, "code", {line["disposition"] for line in lines}),
        bulk.keys_by(connection, _account, "name", {line["agent"] for line in lines}),
    )


def _read(
    lines: list[Line], known: _Known, desk: Desk, actor: Actor, shift: timedelta, problems: Problems
) -> dict[str, tuple[Any, ...]]:
    """Each line's values in the order of `_OWN`, by key, with the contact point still as kind and address."""
    now = desk.store.now()
    points: dict[tuple[str, AddressKind | None], tuple[str, str] | None] = {}
    rows = {}
    for line in lines:
        cells, cell = Cells(line, problems), line.values.get
        channel, direction = cells.word("channel", Channel), cells.word("direction", Direction)
        happened_at, duration = cells.needed_moment("happened_at", shift), cells.whole("duration")
        if happened_at > now:
            cells.wrong(_("happened_at {value} has not happened yet").format(value=shown(line["happened_at"])))
        contact = _named(cells, "contact", known.contacts, "contacts")
        agent = _named(cells, "agent", known.accounts, "staff")
        address = cell("address", ""), READ_AS.get(channel)
        if address not in points:
            points[address] = _point(*address, desk.region)
        point = points[address]
        rows[cell("key", "")] = (
            channel.value,
            direction.value,
            address[0],
            point,
            contact,
            _named(cells, "concerns", known.contacts, "contacts"),
            actor.account_id if agent is None else agent,
            None if contact is None else _identified(agent, point).value,
            agent,
            cells.language("language"),
            happened_at,
            happened_at if duration is None else happened_at + timedelta(seconds=duration),
            duration,
            _end_reason(channel, direction, agent, duration).value,
            _named(cells, "disposition", known.dispositions, "dispositions"),
            cell("text", ""),
            cell("reference", ""),
        )
    return rows


def _named(cells: Cells, column: str, keys: Mapping[str, int], file: str) -> int | None:
    """The key of what a cell names; None for an empty cell."""
    value = cells.text(column)
    found = keys.get(value) if value else None
    if value and found is None:
        cells.wrong(
            _("{column} {value} is not in the store; import {file} first").format(
                column=column, value=shown(value), file=file
            )
        )
    return found


def _point(raw: str, kind: AddressKind | None, region: str) -> tuple[str, str] | None:
    """Kind and address of a contact point; a withheld number is none."""
    address = read_address(raw, region, expect=kind)
    return None if address.kind is AddressKind.WITHHELD else (address.kind.value, address.address)


def _identified(agent: int | None, point: tuple[str, str] | None) -> Identification:
    """A person asked who speaks; a machine knew only the number."""
    return Identification.BY_NUMBER if agent is None and point is not None else Identification.CONFIRMED


def _end_reason(channel: Channel, direction: Direction, agent: int | None, duration: int | None) -> EndReason:
    if channel is not Channel.VOICE:
        return EndReason.HANDLED
    if direction is Direction.INBOUND:
        return EndReason.ABANDONED if agent is None else EndReason.ANSWERED
    return EndReason.FAILED if duration is None else EndReason.ANSWERED


def _write(
    run: Import,
    rows: Mapping[str, tuple[Any, ...]],
    points: Mapping[tuple[str, str], int],
    progress: Progress | None,
) -> None:
    connection = run.connection

    def values(key: str) -> tuple[Any, ...]:
        row = rows[key]
        return *row[:_POINT], points.get(row[_POINT]), *row[_POINT + 1 :]

    known = bulk.rows_by(connection, _interaction, "import_key", rows)
    changed = {}
    for key, row in known.items():
        wanted = dict(zip(_OWN, values(key), strict=True))
        if row.version == 1 and any(getattr(row, column) != value for column, value in wanted.items()):
            changed[row.id] = wanted
    new = [key for key in rows if key not in known]
    keys = bulk.reserve_keys(connection, _interaction, len(new))
    bulk.insert_rows(
        connection,
        _interaction,
        ("id", "import_key", *_OWN),
        ((id_, key, *values(key)) for id_, key in zip(keys, new, strict=True)),
        _FRESH | {"entered_at": run.now},
        None if progress is None else lambda done: progress(done, len(rows)),
    )
    bulk.update_rows(connection, _interaction, changed, count_version=False)
    bulk.add_exchange_lines(connection, keys)
    bulk.settle_exchange_lines(connection, changed)
    run.count(len(new), len(changed), len(rows))
    if progress is not None:
        progress(len(rows), len(rows))


_FRESH: dict[str, Any] = {
    "provider": "",
    "sid": "",
    "state": InteractionState.DONE.value,
    "provider_state": "",
    "line": "",
    "concerned_name": "",
    "queue_id": None,
    "answered_at": None,
    "connected_at": None,
    "parked_at": None,
    "wrapped_up_at": None,
    "attachments": 0,
    "note": "",
    "problem": "",
    "recovered": False,
    "version": 1,
}
"""What a file does not tell: unknown, not made up."""

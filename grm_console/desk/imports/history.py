"""Past exchanges from a file, in bulk: interactions with their lines of the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Import, Imported, Progress, importing
from grm_console.desk.imports.table import Line, Problems, read_table
from grm_console.desk.intake import SUMMARY_LENGTH
from grm_console.domain.addresses import AddressKind, read_address
from grm_console.domain.permissions import Act
from grm_console.domain.words import Channel, Direction, EndReason, EntryKind, Identification, InteractionState
from grm_console.store import bulk
from grm_console.store.tables import Account, Contact, Disposition, Interaction, TimelineEntry

_interaction = Interaction.__table__  # type: ignore[attr-defined]
_timeline = TimelineEntry.__table__  # type: ignore[attr-defined]
_contact = Contact.__table__  # type: ignore[attr-defined]
_disposition = Disposition.__table__  # type: ignore[attr-defined]
_account = Account.__table__  # type: ignore[attr-defined]

REQUIRED = ("key", "contact", "channel", "direction", "happened_at")
OPTIONAL = ("address", "language", "text", "disposition", "agent", "duration", "concerns")
"""Columns a file may lack; they are empty then."""

_READ_AS = {Channel.WHATSAPP: AddressKind.WHATSAPP, Channel.LETTER: AddressKind.POSTAL}
"""What an address of a channel is where its spelling alone does not say it."""

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
)
"""The columns a row fills, in the order of a row's values."""

_ENTRY = ("contact_id", "at", "source_id", "interaction_id", "channel", "direction", "state", "summary")
_AT = {column: place for place, column in enumerate(_OWN)}


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys of everything the file's rows may name."""

    contacts: Mapping[str, int]
    dispositions: Mapping[str, int]
    accounts: Mapping[str, int]


@dataclass(slots=True)
class _Row:
    """One line as far as the file alone tells it."""

    line: Line
    channel: Channel
    direction: Direction
    point: tuple[str, str] | None
    language: str
    happened_at: datetime
    duration: int | None


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
    rows = _read(lines, desk, timedelta(days=shift_days), problems)
    with importing(desk, actor, "history", path, "contact", dry_run=dry_run) as run:
        known = _known(run.connection, lines)
        _check(rows, known, run.now, problems)
        problems.refuse()
        points = bulk.point_keys(run.connection, list(dict.fromkeys(row.point for row in rows if row.point)))
        wanted = {row.line["key"]: _values(row, known, points, actor) for row in rows}
        _write(run, wanted, progress)
    return run.result


def _read(lines: list[Line], desk: Desk, shift: timedelta, problems: Problems) -> list[_Row]:
    rows = []
    points: dict[tuple[str, AddressKind | None], tuple[str, str] | None] = {}
    for line in lines:
        cells = Cells(line, problems)
        channel = cells.word("channel", Channel)
        raw = line["address"], _READ_AS.get(channel)
        if raw not in points:
            points[raw] = _point(raw[0], raw[1], desk.region)
        rows.append(
            _Row(
                line,
                channel,
                cells.word("direction", Direction),
                points[raw],
                cells.language("language"),
                cells.needed_moment("happened_at", shift),
                cells.whole("duration"),
            )
        )
    return rows


def _point(raw: str, kind: AddressKind | None, region: str) -> tuple[str, str] | None:
    """Kind and address of a contact point; a withheld number is none."""
    address = read_address(raw, region, expect=kind)
    return None if address.kind is AddressKind.WITHHELD else (address.kind.value, address.address)


def _known(connection: Connection, lines: list[Line]) -> _Known:
    contacts = {line[column] for line in lines for column in ("contact", "concerns")} - {""}
    return _Known(
        bulk.keys_by(connection, _contact, "import_key", contacts),
        bulk.keys_by(connection, _disposition, "code", {line["disposition"] for line in lines}),
        bulk.keys_by(connection, _account, "name", {line["agent"] for line in lines}),
    )


def _check(rows: list[_Row], known: _Known, now: datetime, problems: Problems) -> None:
    """Name what a row refers to and the store lacks, and what has not happened yet."""
    named = (
        ("contact", known.contacts, "contacts"),
        ("concerns", known.contacts, "contacts"),
        ("disposition", known.dispositions, "dispositions"),
        ("agent", known.accounts, "staff"),
    )
    for row in rows:
        line = row.line
        for column, keys, file in named:
            value = line[column]
            if value and value not in keys:
                problems.add(line.number, f"{column} {shown(value)} is not in the store; import {file} first")
        if row.happened_at > now:
            problems.add(line.number, f"happened_at {shown(line['happened_at'])} has not happened yet")


def _values(row: _Row, known: _Known, points: Mapping[tuple[str, str], int], actor: Actor) -> tuple[Any, ...]:
    """The row's columns in the order of `_OWN`."""
    cell = row.line.values.get
    contact, agent = known.contacts.get(cell("contact", "")), known.accounts.get(cell("agent", ""))
    ended_at = row.happened_at if row.duration is None else row.happened_at + timedelta(seconds=row.duration)
    return (
        cell("channel"),
        cell("direction"),
        cell("address", ""),
        None if row.point is None else points[row.point],
        contact,
        known.contacts.get(cell("concerns", "")),
        actor.account_id if agent is None else agent,
        None if contact is None else _identified(row, agent).value,
        agent,
        row.language,
        row.happened_at,
        ended_at,
        row.duration,
        _end_reason(row, agent).value,
        known.dispositions.get(cell("disposition", "")),
        cell("text", ""),
    )


def _identified(row: _Row, agent: int | None) -> Identification:
    """A person asked who speaks; a machine knew only the number."""
    return Identification.BY_NUMBER if agent is None and row.point is not None else Identification.CONFIRMED


def _end_reason(row: _Row, agent: int | None) -> EndReason:
    if row.channel is not Channel.VOICE:
        return EndReason.HANDLED
    if row.direction is Direction.INBOUND:
        return EndReason.ABANDONED if agent is None else EndReason.ANSWERED
    return EndReason.FAILED if row.duration is None else EndReason.ANSWERED


def _write(run: Import, wanted: Mapping[str, tuple[Any, ...]], progress: Progress | None) -> None:
    connection = run.connection
    known = bulk.rows_by(connection, _interaction, "import_key", wanted)
    new = [key for key in wanted if key not in known]
    changed = {
        row.id: dict(zip(_OWN, wanted[key], strict=True))
        for key, row in known.items()
        if row.version == 1 and any(getattr(row, c) != v for c, v in zip(_OWN, wanted[key], strict=True))
    }
    ids = bulk.reserve_keys(connection, _interaction, len(new))
    told = None if progress is None else lambda done: progress(done // 2, len(wanted))
    bulk.insert_rows(
        connection,
        _interaction,
        ("id", "import_key", *_OWN),
        ((id_, key, *wanted[key]) for id_, key in zip(ids, new, strict=True)),
        _FRESH | {"entered_at": run.now},
        told,
    )
    bulk.insert_rows(
        connection,
        _timeline,
        _ENTRY,
        (_entry(id_, wanted[key]) for id_, key in zip(ids, new, strict=True)),
        {"kind": EntryKind.INTERACTION.value, "case_number": ""},
        None if progress is None else lambda done: progress((len(new) + done) // 2, len(wanted)),
    )
    bulk.update_rows(connection, _interaction, changed)
    bulk.settle_entries(
        connection,
        EntryKind.INTERACTION,
        {id_: dict(zip(_ENTRY, _entry(id_, tuple(row.values())), strict=True)) for id_, row in changed.items()},
    )
    run.count(len(new), len(changed), len(wanted))


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
    "wrapped_up_at": None,
    "attachments": 0,
    "note": "",
    "problem": "",
    "version": 1,
}
"""What a file does not tell: unknown, not made up."""


def _entry(interaction: int, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The line of the timeline, in the order of `_ENTRY`."""
    return (
        values[_AT["contact_id"]],
        values[_AT["happened_at"]],
        interaction,
        interaction,
        values[_AT["channel"]],
        values[_AT["direction"]],
        values[_AT["end_reason"]],
        values[_AT["text"]][:SUMMARY_LENGTH],
    )

"""Contacts from a file, with their addresses, preferences and segments; one address may stand at several contacts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.cells import Cells, shown
from grm_console.desk.imports.imported import Imported, Progress, importing
from grm_console.desk.imports.table import Line, Problems, read_table
from grm_console.domain.addresses import AddressKind
from grm_console.domain.permissions import Act
from grm_console.domain.words import Certainty, Channel, ContactKind
from grm_console.i18n import _
from grm_console.store import bulk
from grm_console.store.tables import Contact, PointHolder, Preference, Segment, SegmentMembership
from grm_console.store.tables.columns import table_of

_contact = table_of(Contact)
_holder = table_of(PointHolder)
_preference = table_of(Preference)
_segment = table_of(Segment)
_membership = table_of(SegmentMembership)

REQUIRED = ("key", "kind", "name")
OPTIONAL = {
    "other_name": "other_name",
    "language": "language",
    "address": "address",
    "district": "district",
    "notes": "note",
}
"""Columns of the contact itself that a file may lack, and what they fill."""

PREFERENCES = {
    "prefers_door": "door",
    "prefers_hours": "hours",
    "text_only": "text_only",
    "never_call": "never_call",
}
"""Columns of preferences that a file may lack, and what they fill."""

POINTS = {"phones": AddressKind.PHONE, "emails": AddressKind.EMAIL, "whatsapp": AddressKind.WHATSAPP}
"""Columns of addresses that a file may lack, and their kinds."""

_REASON = "imported"
_NO_PREFERENCE = {"door": "", "hours": "", "language": "", "text_only": False, "never_call": False}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One line that is right; what the file lacks is None or left out."""

    contact: dict[str, Any]
    points: frozenset[tuple[str, str]]
    preference: dict[str, Any]
    segments: frozenset[str] | None


def import_contacts(
    desk: Desk, actor: Actor, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported:
    """Bring a file of contacts into the store, by `key`.

    Its addresses, preferences and segments replace those that came from files before; what an operator stated
    or confirmed stays. Raises ImportRefused naming each bad line; then nothing was changed.
    """
    actor.require(Act.IMPORT)
    problems = Problems(path)
    lines = read_table(path, REQUIRED, [*OPTIONAL, *PREFERENCES, *POINTS, "segments"], key=("key",), problems=problems)
    read = [(line, _read(Cells(line, problems), desk.region)) for line in lines]
    wanted = {line["key"]: one for line, one in read}
    with importing(desk, actor, "contacts", path, "contact", dry_run=dry_run) as run:
        segments = _check_segments(run.connection, read, problems)
        problems.refuse()
        fresh = dict.fromkeys(OPTIONAL.values(), "") | {
            "merged_into_id": None,
            "version": 1,
            "created_at": run.now,
            "created_by_id": actor.account_id,
        }
        own = {key: one.contact for key, one in wanted.items()}
        done = bulk.upsert(run.connection, _contact, "import_key", own, fresh)
        by_id = {done.keys[key]: one for key, one in wanted.items()}
        kinds = {kind.value for column, kind in POINTS.items() if lines and column in lines[0].values}
        touched = _hold_points(run.connection, by_id, kinds, run.now)
        touched |= _prefer(run.connection, by_id)
        touched |= _join_segments(run.connection, by_id, segments, run.now)
        done.changed.update(key for key in wanted if done.keys[key] in touched and key not in done.added)
        run.settle(done, wanted, progress)
    return run.result


def _read(cells: Cells, region: str) -> _Wanted:
    own = {
        "kind": cells.word("kind", ContactKind).value,
        "name": cells.needed("name"),
        "language": cells.language("language"),
    } | {own: cells.text(column) for column, own in OPTIONAL.items() if own != "language"}
    if door := cells.text("prefers_door"):
        door = cells.word("prefers_door", Channel).value
    preference = {
        "door": door,
        "hours": cells.text("prefers_hours"),
        "text_only": cells.yes("text_only"),
        "never_call": cells.yes("never_call"),
    }
    points = {
        (address.kind.value, address.address)
        for column, kind in POINTS.items()
        for address in cells.addresses(column, kind, region)
    }
    return _Wanted(
        cells.present(own, OPTIONAL),
        frozenset(points),
        cells.present(preference, PREFERENCES),
        frozenset(cells.several("segments")) if "segments" in cells.line.values else None,
    )


def _check_segments(
    connection: Connection, read: Collection[tuple[Line, _Wanted]], problems: Problems
) -> dict[str, int]:
    """The segments' keys; one that is not in the store is a problem of its line."""
    known = bulk.keys_by(connection, _segment, "code", {code for _, one in read for code in one.segments or ()})
    for line, one in read:
        for code in sorted(one.segments or ()):
            if code not in known:
                problems.add(
                    line.number, _("segment {code} is not in the store; import segments first").format(code=shown(code))
                )
    return known


def _hold_points(connection: Connection, by_id: Mapping[int, _Wanted], kinds: set[str], now: datetime) -> set[int]:
    """Make, end and begin anew the holdings that come from files; gives the contacts it touched."""
    points = bulk.point_keys(connection, sorted({point for one in by_id.values() for point in one.points}))
    missing = {(contact, points[point]) for contact, one in by_id.items() for point in one.points}
    changed: dict[int, dict[str, datetime | None]] = {}
    touched = set()
    for row in bulk.holders_with_kind(connection, by_id):
        holding = (row.contact_id, row.contact_point_id)
        stands = holding in missing
        missing.discard(holding)
        if row.certainty != Certainty.IMPORTED or row.kind not in kinds or stands == (row.until is None):
            continue
        touched.add(row.contact_id)
        changed[row.id] = {"until": None if stands else now}
    bulk.update_rows(connection, _holder, changed)
    bulk.insert_rows(
        connection,
        _holder,
        ["contact_id", "contact_point_id"],
        sorted(missing),
        {"certainty": Certainty.IMPORTED.value, "since": now, "until": None},
    )
    return touched | {contact for contact, _ in missing}


def _prefer(connection: Connection, by_id: Mapping[int, _Wanted]) -> set[int]:
    """Write the preferences that differ; gives the contacts it touched."""
    known = {row.contact_id: row for row in bulk.rows_of(connection, _preference, "contact_id", by_id)}
    new, changed = {}, {}
    for contact, one in by_id.items():
        row = known.get(contact)
        if row is None and any(one.preference.values()):
            new[contact] = _NO_PREFERENCE | one.preference
        elif row is not None and any(getattr(row, column) != value for column, value in one.preference.items()):
            changed[contact] = one.preference
    bulk.insert_rows(
        connection, _preference, ["contact_id", *_NO_PREFERENCE], ((key, *row.values()) for key, row in new.items())
    )
    bulk.update_rows(connection, _preference, changed, key="contact_id")
    return {*new, *changed}


def _join_segments(
    connection: Connection, by_id: Mapping[int, _Wanted], segments: Mapping[str, int], now: datetime
) -> set[int]:
    """Make, end and begin anew the memberships that come from files; gives the contacts it touched."""
    missing = {(contact, segments[code]) for contact, one in by_id.items() for code in one.segments or ()}
    told = {contact for contact, one in by_id.items() if one.segments is not None}
    touched = set()
    for row in bulk.rows_of(connection, _membership, "contact_id", told):
        membership = (row.contact_id, row.segment_id)
        stands = membership in missing
        missing.discard(membership)
        if row.reason == _REASON and stands == (row.expires_at is not None):
            bulk.end_membership(connection, *membership, None if stands else now)
            touched.add(row.contact_id)
    bulk.insert_rows(
        connection,
        _membership,
        ["contact_id", "segment_id"],
        sorted(missing),
        {"reason": _REASON, "since": now, "expires_at": None, "opted_out_at": None},
    )
    return touched | {contact for contact, _ in missing}

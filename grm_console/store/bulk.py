"""Many rows at once: inserts at the driver's speed, and upserts by a natural key."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from grm_console.domain.words import EntryKind
from grm_console.store.tables import ContactPoint, Counter, Interaction, PointHolder, SegmentMembership, TimelineEntry
from grm_console.store.tables.columns import Words, storable, table_of

_point = table_of(ContactPoint)
_holder = table_of(PointHolder)
_membership = table_of(SegmentMembership)
_interaction = table_of(Interaction)
_timeline = table_of(TimelineEntry)
_counter = table_of(Counter)

_EXCHANGE_LINE: dict[str, Any] = {
    "contact_id": _interaction.c.contact_id,
    "at": _interaction.c.happened_at,
    "channel": _interaction.c.channel,
    "direction": _interaction.c.direction,
    "state": func.coalesce(_interaction.c.end_reason, _interaction.c.state),
    "summary": func.substr(_interaction.c.text, 1, 200),
}
"""What the timeline says of an interaction."""

_ROWS_AT_ONCE = 5000
_KEYS_AT_ONCE = 500
_NUMBERS_AT_ONCE = 100_000


def insert_rows(
    connection: Connection,
    table: Any,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    fixed: Mapping[str, Any] | None = None,
    told: Callable[[int], None] | None = None,
    once: bool = False,
) -> None:
    """Insert rows given as values in the order of `columns`; `fixed` are values that all rows share.

    With `once` a row whose unique key is there already is passed over. `told` hears how many rows are in.
    Every column without a default in the schema must be named.
    """
    dialect = connection.dialect
    shared = fixed or {}
    # What is empty in every row is said once in the statement: half of an interaction's columns need no binding.
    empty = {name: "NULL" if value is None else "''" for name, value in shared.items() if value is None or value == ""}
    tail = {name: value for name, value in shared.items() if name not in empty}
    names = [*columns, *tail]
    quote = dialect.identifier_preparer.quote
    marks = ["?" if dialect.name == "sqlite" else "%s"] * len(names)
    into = f"{quote(table.name)} ({', '.join(map(quote, [*names, *empty]))})"
    sql = f"INSERT INTO {into} VALUES ({', '.join([*marks, *empty.values()])})"  # noqa: S608 (only our own names)
    if once:
        sql += " ON CONFLICT DO NOTHING"
    types = [table.c[name].type for name in columns]
    ends = [_bound(table.c[name].type, [value], dialect)[0] for name, value in tail.items()]
    cursor = connection.connection.cursor()
    try:
        done = 0
        for part in _parts(rows, _ROWS_AT_ONCE):
            bound = [
                _bound(type_, values, dialect) for type_, values in zip(types, zip(*part, strict=True), strict=True)
            ]
            cursor.executemany(sql, list(zip(*bound, *([end] * len(part) for end in ends), strict=True)))
            done += len(part)
            if told is not None:
                told(done)
    finally:
        cursor.close()


def _bound(type_: Any, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """A column's values as the driver takes them."""
    if isinstance(type_, Words):
        # Nearly all text is clean: one look at all of it together costs less than one at each.
        together = "".join(filter(None, values))
        return values if storable(together) == together else [v and storable(v) for v in values]
    bind = type_.dialect_impl(dialect).bind_processor(dialect)
    return values if bind is None else list(map(bind, values))


def reserve_keys(connection: Connection, table: Any, count: int) -> list[int]:
    """So many free keys of a table, ascending; the running transaction alone has them."""
    if connection.dialect.name == "sqlite":
        # The write lock is ours, so nobody else takes a key before the commit.
        last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    keys: list[int] = []
    while len(keys) < count:
        wanted = min(_NUMBERS_AT_ONCE, count - len(keys))
        keys += connection.execute(statement, {"name": table.name, "count": wanted}).scalars()
    return keys


def take_numbers(connection: Connection, series: str, count: int) -> range:
    """The next `count` numbers of a series; two transactions never get the same."""
    maker = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = maker(_counter).values(name=series, value=count)
    counted = statement.on_conflict_do_update(index_elements=["name"], set_={"value": _counter.c.value + count})
    last = int(connection.execute(counted.returning(_counter.c.value)).scalar_one())
    return range(last - count + 1, last + 1)


def rows_by(connection: Connection, table: Any, natural: str, values: Collection[str]) -> dict[str, Any]:
    """Whole rows by a natural key, those that are there."""
    statement = select(table)
    found = {}
    for part in _parts(values, _KEYS_AT_ONCE):
        for row in connection.execute(statement.where(table.c[natural].in_(part))):
            found[getattr(row, natural)] = row
    return found


def rows_of(connection: Connection, table: Any, column: str, keys: Collection[int]) -> list[Any]:
    """Whole rows that belong to one of some keys."""
    return [
        row
        for part in _parts(keys, _KEYS_AT_ONCE)
        for row in connection.execute(select(table).where(table.c[column].in_(part)))
    ]


def keys_by(connection: Connection, table: Any, natural: str, values: Collection[str]) -> dict[str, int]:
    """Keys by a natural key, those that are there."""
    statement = select(table.c[natural], table.c.id)
    found: dict[str, int] = {}
    for part in _parts(values, _KEYS_AT_ONCE):
        for name, key in connection.execute(statement.where(table.c[natural].in_(part))):
            found[name] = key
    return found


@dataclass(slots=True)
class Upserted:
    """What an upsert did, by natural key."""

    keys: dict[str, int] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def upsert(
    connection: Connection,
    table: Any,
    natural: str,
    wanted: Mapping[str, Mapping[str, Any]],
    fresh: Mapping[str, Any],
) -> Upserted:
    """Insert what is not there and update what differs, by a natural key; all of `wanted` name the same columns.

    `fresh` are the further columns of a new row. A table with a version counts it up on a change.
    """
    known = rows_by(connection, table, natural, wanted.keys())
    done = Upserted({name: row.id for name, row in known.items()})
    new = [name for name in wanted if name not in known]
    if new:
        columns = list(wanted[new[0]])
        done.keys.update(zip(new, reserve_keys(connection, table, len(new)), strict=True))
        done.added.update(new)
        rest = {name: value for name, value in fresh.items() if name not in columns}
        insert_rows(
            connection,
            table,
            ["id", natural, *columns],
            ((done.keys[name], name, *wanted[name].values()) for name in new),
            rest,
        )
    for name, row in known.items():
        if any(getattr(row, column) != value for column, value in wanted[name].items()):
            done.changed.add(name)
    update_rows(connection, table, {done.keys[name]: wanted[name] for name in wanted if name in done.changed})
    return done


def update_rows(
    connection: Connection,
    table: Any,
    rows: Mapping[int, Mapping[str, Any]],
    *,
    key: str = "id",
    count_version: bool = True,
) -> None:
    """Change rows by key; all of them name the same columns. A version is counted up, unless told otherwise."""
    if not rows:
        return
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in next(iter(rows.values()))}
    if count_version and "version" in table.c:
        values["version"] = table.c.version + 1
    connection.execute(
        update(table).where(table.c[key] == bindparam("old_key")).values(values),
        [{"old_key": old} | {f"new_{column}": value for column, value in row.items()} for old, row in rows.items()],
    )


def add_exchange_lines(connection: Connection, interactions: Sequence[int]) -> None:
    """Write the lines of the timeline of new interactions, given by ascending keys."""
    # Others may have taken keys in between; their lines are there, for they commit both at once.
    there = select(_timeline.c.id).where(
        _timeline.c.kind == EntryKind.INTERACTION.value, _timeline.c.source_id == _interaction.c.id
    )
    fixed = {
        "kind": literal(EntryKind.INTERACTION.value),
        "source_id": _interaction.c.id,
        "interaction_id": _interaction.c.id,
        "case_number": literal(""),
    }
    columns = fixed | _EXCHANGE_LINE
    for part in _parts(interactions, _ROWS_AT_ONCE):
        lines = select(*columns.values()).where(_interaction.c.id.between(part[0], part[-1]), ~there.exists())
        connection.execute(insert(_timeline).from_select(list(columns), lines.order_by(_interaction.c.id)))


def settle_exchange_lines(connection: Connection, interactions: Collection[int]) -> None:
    """Write the lines of the timeline of changed interactions anew."""
    for part in _parts(interactions, _KEYS_AT_ONCE):
        connection.execute(
            update(_timeline)
            .where(
                _timeline.c.kind == EntryKind.INTERACTION.value,
                _timeline.c.source_id == _interaction.c.id,
                _interaction.c.id.in_(part),
            )
            .values(_EXCHANGE_LINE)
        )


def settle_case_lines(connection: Connection, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write whole lines of the timeline of changed cases anew."""
    if lines:
        connection.execute(
            update(_timeline)
            .where(_timeline.c.kind == EntryKind.CASE.value, _timeline.c.source_id == bindparam("source"))
            .values({column: bindparam(f"new_{column}") for column in lines[0]}),
            [{"source": line["source_id"]} | {f"new_{name}": value for name, value in line.items()} for line in lines],
        )


def delete_rows(connection: Connection, table: Any, column: str, keys: Collection[int]) -> None:
    """Delete the rows that belong to one of some keys."""
    for part in _parts(keys, _KEYS_AT_ONCE):
        connection.execute(delete(table).where(table.c[column].in_(part)))


def point_keys(connection: Connection, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The keys of contact points by (kind, address), made where they are new; never give a withheld number."""
    found = _known_points(connection, addresses)
    new = [address for address in addresses if address not in found]
    if new:
        # Another writer may be first with one of them: its row is there after our insert waited for its commit.
        insert_rows(connection, _point, ["kind", "address"], new, once=True)
        found |= _known_points(connection, new)
    return found


def holders_with_kind(connection: Connection, contacts: Collection[int]) -> list[Any]:
    """(id, contact_id, contact_point_id, certainty, until, kind) of every holding of some contacts."""
    statement = select(
        _holder.c.id,
        _holder.c.contact_id,
        _holder.c.contact_point_id,
        _holder.c.certainty,
        _holder.c.until,
        _point.c.kind,
    ).join_from(_holder, _point, _point.c.id == _holder.c.contact_point_id)
    return [
        row
        for part in _parts(contacts, _KEYS_AT_ONCE)
        for row in connection.execute(statement.where(_holder.c.contact_id.in_(part)))
    ]


def end_membership(connection: Connection, contact: int, segment: int, at: datetime | None) -> None:
    """Let a contact's membership of a segment end, or with None go on."""
    connection.execute(
        update(_membership)
        .where(_membership.c.contact_id == contact, _membership.c.segment_id == segment)
        .values(expires_at=at)
    )


def _known_points(connection: Connection, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    found = {}
    for kind in dict.fromkeys(kind for kind, _ in addresses):
        statement = select(_point.c.address, _point.c.id).where(_point.c.kind == kind)
        for part in _parts((address for known, address in addresses if known == kind), _KEYS_AT_ONCE):
            for address, key in connection.execute(statement.where(_point.c.address.in_(part))):
                found[kind, address] = key
    return found


def _parts(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while part := list(islice(source, size)):
        yield part

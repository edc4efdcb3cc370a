"""One row of the catalogue at a time: read, added, changed; what two seats do at once never overwrites."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from grm_console.desk.actor import Actor
from grm_console.desk.catalogue.cells import RowProblems
from grm_console.desk.catalogue.fields import Kind, Row
from grm_console.desk.catalogue.shelf import Putting, Shelf
from grm_console.desk.catalogue.shelves import shelf_of
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import writing
from grm_console.desk.imports.table import Line
from grm_console.errors import Conflict, InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import listing
from grm_console.store.store import Write
from grm_console.text import printable


def records(desk: Desk, actor: Actor, kind: Kind) -> Iterator[dict[str, Any]]:
    """Every row of a kind with plain values, in the order of its file."""
    actor.require(kind.act)
    with desk.store.reading() as connection:
        yield from shelf_of(kind).records(connection)


def row(desk: Desk, actor: Actor, kind: Kind, code: str) -> dict[str, str]:
    """The cells of one row, as its file would hold them; raises NotFound."""
    actor.require(kind.act)
    with desk.store.reading() as connection:
        found = shelf_of(kind).row_of(connection, code)
    if found is None:
        raise _unknown(kind, code)
    return found


def add(desk: Desk, actor: Actor, kind: Kind, cells: Row, *, dry_run: bool = False) -> dict[str, str]:
    """Add a row given as cells, an empty one meaning what is usual; gives its cells as they are stored.

    Raises InvalidInput naming every field that is missing or wrong, with its rule and an example.
    """
    actor.require(kind.act)
    with writing(desk, dry_run=dry_run) as write:
        return add_in(desk, write, actor, kind, cells)


def add_in(desk: Desk, write: Write, actor: Actor, kind: Kind, cells: Row) -> dict[str, str]:
    """Add a row within a transaction; raises as `add` does."""
    wanted = kind.whole(cells)
    given = [name for name, value in wanted.items() if value]
    try:
        stored = _put(desk, write, actor, shelf_of(kind), wanted, "added", given)
    except IntegrityError:  # somebody else added the same in the same moment
        stored = None
    if stored is None:
        taken = _("{label}: {code} is there already; change it, or choose another one.")
        raise InvalidInput({kind.key: taken.format(label=_(kind.fields[0].label), code=wanted[kind.key])})
    return stored


def change(
    desk: Desk, actor: Actor, kind: Kind, code: str, before: Row, after: Row, *, dry_run: bool = False
) -> dict[str, str]:
    """Change a row from what it was when it was opened to what is wanted; gives its cells as they are stored.

    Both are cells of all fields. What somebody else changed meanwhile in other fields stays as they wrote it. Raises
    NotFound; StaleChange if both changed the same field, with who wrote what; InvalidInput naming every field that is
    wrong, with its rule and an example. Then nothing was written.
    """
    actor.require(kind.act)
    shelf, wanted = shelf_of(kind), kind.whole(after)
    with writing(desk, dry_run=dry_run) as write:
        key = shelf.locked_key(write.connection, code)
        now = shelf.row_of(write.connection, code) if key is not None else None
        if key is None or now is None:
            raise _unknown(kind, code)
        if wanted[kind.key] != code:
            field = kind.fields[0]
            kept = _("{label}: {code} stays; other rows and past exchanges name it. Put it out of use and add another.")
            raise InvalidInput({kind.key: kept.format(label=_(field.label), code=code)})
        both = [
            name for name, value in now.items() if before[name] not in (value, wanted[name]) and wanted[name] != value
        ]
        if both:
            raise _stale(write, shelf, key, [(name, before[name], now[name], wanted[name]) for name in both])
        changed = {name: value for name, value in wanted.items() if value != before[name] and value != now[name]}
        stored = _put(desk, write, actor, shelf, now | changed, "changed", list(changed)) if changed else now
        assert stored is not None
        return stored


def _put(
    desk: Desk, write: Write, actor: Actor, shelf: Shelf, wanted: Mapping[str, str], what: str, fields: list[str]
) -> dict[str, str] | None:
    """Check and write one row, with its audit row; gives its cells as they are stored.

    None if it was to be added and is there already; then the transaction must not be committed.
    """
    kind = shelf.kind
    problems = RowProblems(kind)
    done = shelf.put(Putting(desk, write.connection, write.now, problems), [Line(0, dict(wanted))])
    code = wanted[kind.key]
    if what == "added" and code not in done.added:
        return None
    record(write, actor, kind.act, f"{kind.topic}:{done.keys[code]}", what, ", ".join(fields))
    write.changed(kind.topic, done.keys[code])
    return shelf.row_of(write.connection, code)


def _stale(write: Write, shelf: Shelf, key: int, fields: list[tuple[str, str, str, str]]) -> StaleChange:
    """Who wrote what into fields given as (name, before, theirs, mine)."""
    kind = shelf.kind
    last = listing.last_change(write.connection, (f"{kind.topic}:{key}", f"import:{kind.many}"))
    by, at = (last.full_name, last.at) if last is not None else ("", write.now)
    labels = {field.name: _(field.label) for field in kind.fields}
    told = "; ".join(
        _("{label} was {before}, is now {theirs}, yours is {mine}").format(
            label=labels[name], before=_short(before), theirs=_short(theirs), mine=_short(mine)
        )
        for name, before, theirs, mine in fields
    )
    sentence = _("{by} changed this meanwhile and nothing was saved: {told}. Choose, then save again.")
    return StaleChange(
        sentence.format(by=printable(by) or _("Somebody else"), told=told),
        tuple(Conflict(name, mine, theirs, before, by, at) for name, before, theirs, mine in fields),
    )


def _short(value: str) -> str:
    return printable(value, limit=60) or "—"


def _unknown(kind: Kind, code: str) -> NotFound:
    told = _("There is no {code} among: {kind}. See grm {name} list.")
    return NotFound(told.format(code=code, kind=_(kind.label), name=kind.name))

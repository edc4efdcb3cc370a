"""Keeping what contacts and texts are found by up with what was committed; names no person, so it needs no actor.

A contact's names are written with the contact. Ends of numbers and words of texts follow here, a moment later, so that
no webhook waits for them: from the feed of changes, which no late commit slips past, or, after an import or in a store
that was never indexed, from end to end. Every piece is a small transaction that may be done twice.
"""

import json
from time import monotonic

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import Progress
from grm_console.domain.permissions import Act
from grm_console.store import find_index as index
from grm_console.store.changes import Cursor, changes_after, end_of_feed

SMALL_PIECE = 200
"""Rows of a transaction while others work: some 20 ms in which nobody else writes."""
LARGE_PIECE = 2000
"""Rows of a transaction when the command line was asked to hurry."""
CHANGES_LEFT = 500
"""Changes of other things that may pile up before it is noted that they were looked at."""

_IMPORTED = {("contact", 0), ("interaction", 0), ("case", 0)}
_EXCHANGES = ("queue", "interaction")


class _State:
    """How far the index has come: the last change looked at, and where the pass from end to end stands."""

    def __init__(self, kept: str) -> None:
        known = json.loads(kept) if kept else {}
        self.cursor: Cursor | None = tuple(known["cursor"]) if known else None
        self.scan: dict[str, int] = known.get("scan", {})

    def __str__(self) -> str:
        return json.dumps({"cursor": self.cursor, "scan": self.scan})

    def begin_scan(self) -> None:
        """Go through everything once more."""
        self.scan = dict.fromkeys(index.SCANNED, 0)


def catch_up(desk: Desk, seconds: float = 0.3) -> bool:
    """Index what was committed since the last time, piece by piece for at most so long; gives whether more is left."""
    until = monotonic() + seconds
    while _waits(desk):
        if monotonic() >= until or not _step(desk, SMALL_PIECE):
            return True
    return False


def index_all(desk: Desk, actor: Actor, *, rebuild: bool = False, progress: Progress | None = None) -> int:
    """Index everything that is not yet; with `rebuild` forget first what is there. Gives the number of pieces.

    While another process does the same there is nothing to do here.
    """
    actor.require(Act.IMPORT)
    if rebuild:
        with desk.store.writing() as write:
            state = _State(index.locked_state(write.connection) or "")
            state.cursor = state.cursor or end_of_feed(write.connection)
            state.begin_scan()
            index.forget_all(write.connection)
            index.keep_state(write.connection, str(state))
            record(write, actor, Act.IMPORT, "find:all", "command line", "rebuild")
    pieces = 0
    while _waits(desk) and _step(desk, LARGE_PIECE):
        pieces += 1
        if progress is not None:
            progress(pieces, 0)
    return pieces


def followed(connection: Connection) -> Cursor | None:
    """Up to where the feed of changes was followed; None if nothing was ever indexed."""
    return _State(index.kept_state(connection)).cursor


def _waits(desk: Desk) -> bool:
    """Whether there is anything to index; only reads, so that an idle desk takes no lock."""
    with desk.store.reading() as connection:
        state = _State(index.kept_state(connection))
        if state.cursor is None or state.scan:
            return True
        changes, _ = changes_after(connection, state.cursor, CHANGES_LEFT)
    return len(changes) == CHANGES_LEFT or any(topic in (*_EXCHANGES, "case", "contact") for topic, _ in changes)


def _step(desk: Desk, size: int) -> bool:
    """Index one piece; False if another process is at it."""
    with desk.store.writing() as write:
        kept = index.locked_state(write.connection)
        if kept is None:
            return False
        state = _State(kept)
        if state.cursor is None:
            # What is committed from now on is in the feed behind this; what was before, the pass sees.
            state.cursor = end_of_feed(write.connection)
            state.begin_scan()
        if state.scan:
            _scan(write.connection, state, size)
        else:
            changes, state.cursor = changes_after(write.connection, state.cursor, size)
            _follow(write.connection, changes)
            if not _IMPORTED.isdisjoint(changes):
                state.begin_scan()
        index.keep_state(write.connection, str(state))
    return True


def _scan(connection: Connection, state: _State, size: int) -> None:
    """The next so many rows of what is not gone through yet."""
    while state.scan and size > 0:
        what, done = next(iter(state.scan.items()))
        keys = index.keys_above(connection, what, done, size)
        _index_rows(connection, what, keys)
        if len(keys) == size:
            state.scan[what] = keys[-1]
        else:
            del state.scan[what]
        size -= len(keys)


def _index_rows(connection: Connection, what: str, keys: list[int]) -> None:
    match what:
        case "contact":
            index.index_contacts(connection, index.names_of_contacts(connection, keys))
        case "point":
            index.index_points(connection, keys)
        case "interaction":
            index.index_texts(connection, index.texts_of_interactions(connection, keys))
        case "case":
            index.index_texts(connection, index.texts_of_cases(connection, keys))
        case "note":
            index.index_texts(connection, index.texts_of_notes(connection, keys))


def _follow(connection: Connection, changes: list[tuple[str, int]]) -> None:
    """Index what some changes are about."""
    exchanges = sorted({subject for topic, subject in changes if topic in _EXCHANGES and subject})
    cases = sorted({subject for topic, subject in changes if topic == "case" and subject})
    contacts = sorted({subject for topic, subject in changes if topic == "contact" and subject})
    index.index_contacts(connection, index.names_of_contacts(connection, contacts))
    points = index.points_of_interactions(connection, exchanges) + index.points_of_contacts(connection, contacts)
    index.index_points(connection, sorted(set(points)))
    # A case may be told of by its exchange as well: each line once.
    texts = index.texts_of_interactions(connection, exchanges) + index.texts_of_cases(connection, cases)
    index.index_texts(connection, list(dict.fromkeys([*texts, *index.texts_of_contacts(connection, contacts)])))

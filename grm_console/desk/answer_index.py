"""The published answers of one store as an index in this process; read when first asked, then kept fresh."""

import threading
from hashlib import blake2b
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from grm_console.desk.answer_calibration import confidence_in_force
from grm_console.desk.answer_snapshots import Snapshots
from grm_console.domain.words import Audience
from grm_console.store import answer_index as rows
from grm_console.store import changes
from grm_console.store.store import Store

if TYPE_CHECKING:
    from grm_console.knowledge.confidence import Confidence
    from grm_console.knowledge.index import AnswerIndex

TOPICS = ("article", "answer_index")
"""Changes after which the index is looked at again: articles themselves, and what is derived from them."""

LOOKED_WITHIN = changes.LASTS.total_seconds() / 2
"""Seconds between two looks at the feed for which it surely told all."""

_FORM = 2
"""Raised whenever the arrays of an index mean something else: files of before are then not opened."""


class FreshIndex:
    """Safe to use from several threads; a search never waits for a refresh that another thread makes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._snapshots = Snapshots(store)
        self._lock = threading.Lock()
        self._cursor: changes.Cursor = (0, 0)
        self._looked_at = 0.0
        self._mark = ""
        self._index: AnswerIndex | None = None
        self.confidence: Confidence
        """The fits in force: those shipped, or the desk's own."""
        self.guarded: dict[int, str] = {}
        """The audience of every version that is not for the public."""

    @property
    def opened(self) -> bool:
        """Whether anybody searched yet."""
        return self._index is not None

    def current(self) -> "AnswerIndex":
        """The index as of now, or as of a moment ago while another thread refreshes it; raises a StoreError."""
        if self._lock.acquire(blocking=self._index is None):
            try:
                self._refresh()
            finally:
                self._lock.release()
        assert self._index is not None
        return self._index

    def _refresh(self) -> None:
        from grm_console.knowledge.analyse import ANALYSER_VERSION  # numpy and the stemmer cost 0.2 s to import
        from grm_console.knowledge.index import AnswerIndex
        from grm_console.knowledge.models.known import KNOWN

        with self._store.reading() as connection:
            if self._index is None:
                self._cursor, self._looked_at = changes.end_of_feed(connection), monotonic()
            elif not self._stale(connection):
                return
            self.confidence = confidence_in_force(connection)
            heads = rows.heads(connection)
            meant = rows.meant(connection, [model.name for model in KNOWN])
            digest = blake2b(repr((_FORM, ANALYSER_VERSION)).encode(), digest_size=16)
            for head in (*heads, *meant):
                digest.update(repr(tuple(head)).encode("utf-8", "surrogatepass"))
            mark = digest.hexdigest()
            if mark != self._mark:
                before = self._index if self._index is not None else AnswerIndex()
                self._index = self._snapshots.open(mark, lambda: _made(connection, before, heads, meant))
                self._mark = mark
        self.guarded = {head.id: head.audience for head in heads if head.audience != Audience.PUBLIC}

    def _stale(self, connection: Connection) -> bool:
        # Whoever did not search for so long may have missed what the feed no longer tells.
        stale = monotonic() - self._looked_at > LOOKED_WITHIN
        self._looked_at = monotonic()
        while True:
            found, self._cursor = changes.changes_after(connection, self._cursor)
            if not found:
                return stale
            stale = stale or any(topic in TOPICS for topic, _ in found)


def _made(
    connection: Connection, before: "AnswerIndex", heads: list[Any], meant: list[tuple[str, int]]
) -> "AnswerIndex":
    """The index of these articles, with what the one before knows of them already."""
    import numpy as np

    from grm_console.knowledge.analyse import ANALYSER_VERSION
    from grm_console.knowledge.entry import Entry

    known = before.heads()
    wanted = {head.id: (head.import_id, head.code, head.language) for head in heads}
    added = [key for key, head in wanted.items() if known.get(key) != head]
    cut = rows.terms(connection, added, ANALYSER_VERSION)
    units = {
        key: [(_words(title), _words(others), _words(passage)) for title, others, passage in cut[key]] for key in cut
    }
    new = set(added)
    knowing = {model: before.knowing(model) for model, _ in meant}
    late: dict[str, list[int]] = {}
    for model, key in meant:
        if key in wanted and (key in new or key not in knowing[model]):
            late.setdefault(model, []).append(key)
    meanings = {
        model: {
            row.article_version_id: np.frombuffer(row.rows, "<i2").reshape(row.units, -1)
            for row in rows.meanings(connection, model, keys)
        }
        for model, keys in late.items()
    }
    entries = [
        Entry(row.id, row.import_id, row.code, row.language, row.question, tuple(row.phrasings or ()), row.answer)
        for row in rows.wordings(connection, added)
    ]
    gone = [key for key in known if key not in wanted]
    return before.replace(entries, gone, units, meanings)


def _words(field: str) -> list[str]:
    return field.split(" ") if field else []

"""Working out what standard answers are found by, ahead of the searches: their words at once, their meanings in turn.

Every piece is a small transaction that may be done twice, so that it goes on where it stopped; names no person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grm_console.desk.actor import Actor
from grm_console.desk.answer_snapshots import Snapshots
from grm_console.desk.desk import Desk
from grm_console.desk.imports.imported import Progress
from grm_console.domain.permissions import Act
from grm_console.knowledge.analyse import ANALYSER_VERSION
from grm_console.knowledge.models.known import KNOWN
from grm_console.store import answer_index as rows

if TYPE_CHECKING:
    from grm_console.knowledge.models.model import Model

WORDS_PIECE = 500
MEANING_PIECE = 25
"""Articles of a transaction; the models are asked before it begins."""
TOLD_AFTER = 500
"""Articles after which searching processes are told to look again: each then makes its index anew."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Published versions whose meaning a model has not worked out."""

    model: str
    """Its short name."""
    lacking: int
    count: int


def waits(desk: Desk) -> bool:
    """Whether anything is to be done; only reads, loads neither model nor numpy."""
    with desk.store.reading() as connection:
        return (
            bool(rows.without_terms(connection, ANALYSER_VERSION, 1))
            or any(rows.without_meaning(connection, model.name, 1) for model in KNOWN if model.installed())
            or rows.any_unpublished(connection)
        )


def waiting(desk: Desk) -> list[Waiting]:
    """What each installed model has still to read."""
    with desk.store.reading() as connection:
        return [
            Waiting(model.short_name, *rows.count_without_meaning(connection, model.name))
            for model in KNOWN
            if model.installed()
        ]


def index_answers(desk: Desk, actor: Actor, progress: Progress | None = None) -> int:
    """Work out words and meanings of all published answers that lack them; gives how many pieces that were.

    `progress` is told (articles done, articles in all) for each model in turn. A model that is broken is passed over.
    Waits while another process of this host does the same.
    """
    actor.require(Act.IMPORT)
    from grm_console.knowledge.models.shelf import usable

    with Snapshots(desk.store).indexing():
        pieces = sum(1 for _ in _index_words(desk))
        for model in usable():
            pieces += sum(1 for _ in _index_meaning(desk, model, progress))
        with desk.store.writing() as write:
            if rows.forget_unpublished(write.connection, [model.name for model in KNOWN]):
                write.changed("answer_index", 0)
    return pieces


def _index_words(desk: Desk) -> Iterator[None]:
    from grm_console.knowledge.postings import units_of

    while True:
        with desk.store.reading() as connection:
            keys = rows.without_terms(connection, ANALYSER_VERSION, WORDS_PIECE)
            found = rows.wordings(connection, keys)
        if not found:
            return
        cut = [(row.id, units_of(row.question, row.phrasings or (), row.answer)) for row in found]
        with desk.store.writing() as write:
            rows.keep_terms(
                write.connection,
                [
                    {
                        "article_version_id": key,
                        "analyser": ANALYSER_VERSION,
                        "units": [[" ".join(field) for field in unit] for unit in units],
                    }
                    for key, units in cut
                ],
            )
        yield


def _index_meaning(desk: Desk, model: "Model", progress: Progress | None) -> Iterator[None]:
    with desk.store.reading() as connection:
        lacking, _ = rows.count_without_meaning(connection, model.known.name)
    done = told = 0
    while True:
        with desk.store.reading() as connection:
            keys = rows.without_meaning(connection, model.known.name, MEANING_PIECE)
            found = rows.wordings(connection, keys)
        if not found or not model.ready():
            break
        kept = [_row(model, row) for row in found]
        if model.problem:
            break
        done += len(kept)
        with desk.store.writing() as write:
            rows.keep_meanings(write.connection, model.known.name, kept)
            if done - told >= TOLD_AFTER:
                told = done
                write.changed("answer_index", 0)
        if progress is not None:
            progress(min(done, lacking), lacking)
        yield
    if done > told:
        with desk.store.writing() as write:
            write.changed("answer_index", 0)


def _row(model: "Model", row: Any) -> dict[str, Any]:
    from grm_console.knowledge.models.shelf import may_read

    phrasings = tuple(row.phrasings or ())
    found = (
        model.entry(row.question, phrasings, row.answer)
        if may_read(model, row.question, phrasings, row.answer)
        else None
    )
    if found is None:
        return {"article_version_id": row.id, "units": 0, "rows": b""}
    return {"article_version_id": row.id, "units": len(found), "rows": found.astype("<i2").tobytes()}

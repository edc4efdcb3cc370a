"""Making proposals of unanswered questions: found, looked at by the engine, grouped, ranked, put to a department."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from grm_console.desk.actor import Actor
from grm_console.desk.answer_engine import AnswerEngine
from grm_console.desk.desk import Desk, record
from grm_console.desk.imports.imported import Progress
from grm_console.desk.unanswered import collect
from grm_console.domain.permissions import Act
from grm_console.domain.question_rank import SPAN, Asked, grew_markedly, rank
from grm_console.domain.words import ProposalState, ProposedAs
from grm_console.store import accounts, proposals, unanswered
from grm_console.store.store import Write

if TYPE_CHECKING:
    from grm_console.knowledge.index import AnswerIndex

NEAR = 0.65
"""Mean confidence in one article from which a group is another way to ask it."""
MAJORITY = 0.6
"""Share of a group's questions whose nearest article that must be."""
SERVICE_WORDS = 0.5
"""How sure a service must be by its words for its lead department to be asked."""
_BEGUN = "questions-grouped-at"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to."""

    found: int
    """Questions that are new."""
    questions: int
    groups: int
    by_meaning: bool
    """Whether meaning took part, or words alone."""


def is_due(desk: Desk, every: timedelta) -> bool:
    """Whether the last grouping of any process is longer ago than `every`; raises a StoreError."""
    with desk.store.reading() as connection:
        noted = accounts.mark(connection, _BEGUN)
    return not noted or desk.store.now() - datetime.fromisoformat(noted) >= every


def refresh(
    desk: Desk, actor: Actor, *, every: timedelta | None = None, progress: Progress | None = None
) -> Refreshed | None:
    """Bring the proposals up to date.

    With `every`, nothing is done (None) if any process began it less than so long ago: of several workers only one
    works. May be broken off at any time; what was looked at is not looked at again.
    """
    actor.require(Act.GROUP_QUESTIONS)
    with desk.store.writing() as write:
        noted = accounts.mark(write.connection, _BEGUN)
        if every is not None and noted and write.now - datetime.fromisoformat(noted) < every:
            return None
        accounts.set_mark(write.connection, _BEGUN, write.now.isoformat())
    found = collect(desk, actor)
    model = _look(desk, actor, progress)
    return _group(desk, actor, found, model)


def asker(contact_point_id: int | None, contact_id: int | None) -> str:
    """Who asks, as far as it is known: equal for the same person's contact point."""
    if contact_point_id is not None:
        return f"p{contact_point_id}"
    return f"c{contact_id}" if contact_id is not None else ""


def as_asked(rows: Iterable[Any]) -> list[Asked]:
    """Questions' rows as the rank counts them."""
    return [
        Asked(row.at, asker(row.contact_point_id, row.contact_id), row.confidence, row.interaction_id or 0)
        for row in rows
    ]


def _look(desk: Desk, actor: Actor, progress: Progress | None) -> str:
    """Have the engine look at each question once; gives the name of the model by which meanings are known, or ""."""
    from grm_console.knowledge.models.shelf import FAST

    engine = AnswerEngine(desk)
    model = FAST.known.name if FAST.ready() else ""
    done = 0
    while True:
        with desk.store.reading() as connection:
            rows = unanswered.unlooked(connection, model)
        if not rows:
            return model
        looked = []
        for row in rows:
            hits = engine.seen_by(actor, engine.find(row.words, row.language, 5, fast=True).hits)
            vector = FAST.question(row.words) if model else None
            looked.append((row.id, hits[0] if hits else None, vector))
        with desk.store.writing() as write:
            articles = proposals.article_ids(write.connection, [hit.key for _, hit, _ in looked if hit is not None])
            unanswered.keep_look(
                write.connection,
                [
                    {
                        "key": key,
                        "nearest": articles.get(hit.key) if hit is not None else None,
                        "confidence_found": round(100 * hit.score) if hit is not None else 0,
                        "by_model": model,
                        "vector": vector.astype("<i2").tobytes() if vector is not None else None,
                    }
                    for key, hit, vector in looked
                ],
            )
        done += len(rows)
        if progress is not None:
            progress(done, done)


def _group(desk: Desk, actor: Actor, found: int, model: str) -> Refreshed:
    import numpy as np

    from grm_console.knowledge.grouping import Question, continued, grouped

    with desk.store.reading() as connection:
        rows = {row.id: row for row in unanswered.every(connection)}
    groups = grouped(
        Question(
            row.id,
            row.words or "",
            np.frombuffer(row.meaning, "<i2") if model and row.model == model and row.meaning is not None else None,
        )
        for row in rows.values()
    )
    earlier = continued(groups, {key: row.group_id for key, row in rows.items() if row.group_id is not None})
    with desk.store.writing() as write:
        leads = _Leads(write)
        before = proposals.known(write.connection)
        placed = []
        for group, own in zip(groups, earlier, strict=True):
            members = [rows[key] for key in group.keys]
            key = _keep(write, leads, before, own, members)
            placed += [
                {"key": question, "in_group": key, "near": round(100 * near)}
                for question, near in zip(group.keys, group.nearness, strict=True)
            ]
        unanswered.place(write.connection, placed)
        proposals.drop_empty(write.connection)
        record(write, actor, Act.GROUP_QUESTIONS, "questions", "proposals", f"{len(rows)} in {len(groups)} groups")
        write.changed("proposal", 0)
    return Refreshed(found, len(rows), len(groups), bool(model))


def _keep(write: Write, leads: "_Leads", before: Mapping[int, Any], own: int | None, members: list[Any]) -> int:
    """Store a group's figures, as a new group or as the one it continues; gives its key."""
    recent = [row for row in members if row.at > write.now - SPAN]
    figures = rank(as_asked(recent))
    article, near = _nearest(members)
    values: dict[str, Any] = {
        "questions": figures.questions,
        "askers": figures.askers,
        "repeats": figures.repeats,
        "gap": figures.gap,
        "language": Counter(row.language for row in members).most_common(1)[0][0],
        "first_at": min(row.at for row in members),
        "last_at": max(row.at for row in members),
    }
    was = before.get(own) if own is not None else None
    if was is None or was.state == ProposalState.OPEN:
        # What was decided stays put to whom it was decided by.
        values |= {
            "proposed_as": (ProposedAs.PHRASING if near else ProposedAs.ARTICLE).value,
            "article_id": article,
            "organisation_id": leads.of(article, members),
        }
    if was is None:
        return proposals.add(write.connection, values | {"state": ProposalState.OPEN.value} | _UNDECIDED)
    if was.state == ProposalState.SET_ASIDE and grew_markedly(figures.askers, was.askers_decided):
        values["state"] = ProposalState.OPEN.value
    proposals.change(write.connection, was.id, values)
    return int(was.id)


_UNDECIDED: dict[str, Any] = {
    "decided_by_id": None,
    "decided_at": None,
    "reason": "",
    "askers_decided": 0,
    "taken_as": None,
    "article_version_id": None,
}


def _nearest(members: list[Any]) -> tuple[int | None, bool]:
    """The article that the engine found for most of them, by its confidence, and whether it is near enough."""
    weights: dict[int, int] = defaultdict(int)
    counts: Counter[int] = Counter()
    for row in members:
        if row.nearest_id is not None:
            weights[row.nearest_id] += row.confidence
            counts[row.nearest_id] += 1
    if not weights:
        return None, False
    article = min(weights, key=lambda key: (-weights[key], key))
    mean = weights[article] / counts[article] / 100
    return article, mean >= NEAR and counts[article] >= MAJORITY * len(members)


class _Leads:
    """Which department a group is put to: the nearest article's owner, else the lead of the nearest service."""

    def __init__(self, write: Write) -> None:
        self._owners = proposals.owners(write.connection)
        self._services = proposals.services(write.connection)
        self._index: AnswerIndex | None = None

    def of(self, article: int | None, members: list[Any]) -> int | None:
        """The department's key; None if there is neither, then the desk's own editors have it."""
        _article, near = _nearest(members)
        owner = self._owners.get(article) if article is not None else None
        if near and owner is not None:
            return owner
        return self._of_service(members[0].words or "")

    def _of_service(self, words: str) -> int | None:
        from grm_console.knowledge.entry import Entry
        from grm_console.knowledge.index import AnswerIndex

        if self._index is None:
            self._index = AnswerIndex(
                Entry(
                    row.id,
                    row.code,
                    "",
                    "",
                    row.name,
                    (row.other_name, *(row.keywords or ())),
                    f"{row.description} {row.other_description}",
                )
                for row in self._services
            )
        hits = self._index.search(words, "", 1)
        if not hits or hits[0].score < SERVICE_WORDS:
            return None
        return next((int(row.organisation_id) for row in self._services if row.id == hits[0].key), None)

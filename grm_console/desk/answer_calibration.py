"""How sure the engine may be at this desk: learnt from the suggestions its own people took or refused."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.store import accounts, articles

if TYPE_CHECKING:
    from grm_console.desk.answers import AnswerShelf
    from grm_console.knowledge.confidence import Confidence, Fit
    from grm_console.knowledge.fitting import Judged

FEWEST = 200
"""Judged suggestions from which a desk's own fit is made."""
_MARK = "answer-confidence"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a fit of the desk's own came to, for searches by one set of models."""

    kind: str
    """The models' short names joined by +, "" for words alone."""
    judged: int
    right: int
    threshold_before: float
    threshold: float
    """Above 1: no step showed the precision asked for, and no machine may answer."""
    answered: float
    """Share of the judged that the new step would answer."""
    precision: float
    """Share of those that is right."""
    lower: float
    """The lower end of its 95 % Wilson interval."""


def confidence_in_force(connection: Connection) -> "Confidence":
    """The desk's own fits, where it has any, over those shipped; a note that cannot be read counts as none."""
    from grm_console.knowledge.confidence import SHIPPED, Confidence

    return Confidence({**SHIPPED.fits, **own}) if (own := _own_fits(connection)) else SHIPPED


def _own_fits(connection: Connection) -> "dict[str, Fit]":
    from grm_console.knowledge.confidence import read_fits

    kept = accounts.mark(connection, _MARK)
    try:
        return read_fits(json.loads(kept)) if kept else {}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _log.warning("the desk's own confidence cannot be read, the shipped one is in force: %s", error)
        return {}


def calibrate(desk: Desk, actor: Actor, shelf: "AnswerShelf", *, dry_run: bool = False) -> list[Calibration]:
    """Fit the confidence to this desk's judged suggestions, each searched for once more by all models and by the fast.

    Words that led to an answer given are right where that article is first now, wrong where another is; words whose
    suggestion was not helpful are wrong where that article is first now, and say nothing otherwise. Raises GrmError
    with fewer than `FEWEST` of them.
    """
    actor.require(Act.IMPORT)
    from grm_console.knowledge.confidence import FEATURES, FEATURES_OF_WORDS, SHIPPED, kind_of, written_fits
    from grm_console.knowledge.fitting import fitted, wilson

    with desk.store.reading() as connection:
        told = articles.judged(connection)
        own = _own_fits(connection)
    before = {**SHIPPED.fits, **own}
    groups: dict[str, list[Judged]] = defaultdict(list)
    for query, language, given, refused in _by_words(told):
        for models, one in _searched(shelf, actor, query, language, given, refused):
            groups[kind_of(models)].append(one)
    found = []
    for kind, judged in sorted(groups.items()):
        if len(judged) < FEWEST:
            continue
        try:
            fit = fitted([judged], FEATURES if kind else FEATURES_OF_WORDS)
        except ValueError:
            continue
        answered = [one.right for one in judged if fit.probability(one.evidence) >= fit.threshold]
        found.append(
            Calibration(
                kind=kind,
                judged=len(judged),
                right=sum(one.right for one in judged),
                threshold_before=before.get(kind, before[""]).threshold,
                threshold=fit.threshold,
                answered=len(answered) / len(judged),
                precision=sum(answered) / len(answered) if answered else 1.0,
                lower=wilson(sum(answered), len(answered)),
            )
        )
        own[kind] = fit
    if not found:
        raise GrmError(
            _(
                "There are {count} judged suggestions; {fewest} are needed, right ones and wrong ones. "
                "The shipped confidence stays in force."
            ).format(count=max(map(len, groups.values()), default=0), fewest=FEWEST)
        )
    if not dry_run:
        with desk.store.writing() as write:
            accounts.set_mark(write.connection, _MARK, json.dumps(written_fits(own), sort_keys=True))
            kinds = ", ".join(one.kind or "words" for one in found)
            record(write, actor, Act.IMPORT, "answers:confidence", "command line", f"calibrated: {kinds}")
            write.changed("answer_index", 0)
    return found


def _by_words(told: Iterable[Any]) -> Iterator[tuple[str, str, set[str], set[str]]]:
    """(words, language, codes given, codes refused), each words once."""
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    refused: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in told:
        (given if row.helpful else refused)[row.query, row.language].add(row.code)
    for words in dict.fromkeys([*given, *refused]):
        yield *words, given[words], refused[words]


def _searched(
    shelf: "AnswerShelf", actor: Actor, query: str, language: str, given: set[str], refused: set[str]
) -> "Iterator[tuple[tuple[str, ...], Judged]]":
    """The models that took part, and what their search is worth, for each way of searching."""
    from grm_console.knowledge.fitting import Judged

    for found in shelf.every_way(actor, query, language):
        if not found.hits or found.evidence is None:
            continue
        first = found.hits[0].code
        if first in given:
            yield found.models, Judged(found.evidence, right=True)
        elif given or first in refused:
            yield found.models, Judged(found.evidence, right=False)

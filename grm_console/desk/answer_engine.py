"""The answer engine as this process has it: the fresh index, the models, and how sure it may be."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from grm_console.desk.actor import Actor
from grm_console.desk.answer_index import FreshIndex
from grm_console.desk.article_steps import DateKeeper
from grm_console.desk.desk import Desk
from grm_console.domain.permissions import Act
from grm_console.domain.words import Audience
from grm_console.i18n import _
from grm_console.knowledge.models.known import KNOWN

if TYPE_CHECKING:
    from grm_console.knowledge.entry import Hit
    from grm_console.knowledge.index import AnswerIndex, Found

# numpy and the stemmer cost 0.2 s and 25 MB: whatever needs them is imported when somebody first searches.


class AnswerEngine:
    """Finds the published answers of one store; safe to use from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._dates = DateKeeper(desk)
        self._fresh = FreshIndex(desk.store)

    def index(self) -> "AnswerIndex":
        """The index as of now; raises a StoreError."""
        return self._fresh.current()

    def find(
        self,
        text: str,
        language: str,
        limit: int,
        *,
        typing: bool = False,
        fast: bool = False,
        by_words: bool = False,
        explained: int = 0,
    ) -> "Found":
        """What fits the text, best first: by all models, by the fast one alone or by words alone.

        `typing` takes the last word as begun and asks the fast model only if it is loaded. So many hits as `explained`
        tell the words that matched.
        """
        from grm_console.knowledge.models.shelf import asked

        self._dates.keep()
        index = self._fresh.current()
        names = () if by_words else index.models
        vectors = asked(text, names, fast=fast or typing, wait=not typing) if names else {}
        whole = all(
            not index.lacking(model.name, latin_only=model.latin_only) for model in KNOWN if model.name in vectors
        )
        confidence = self._fresh.confidence if whole else replace(self._fresh.confidence, trusted=False)
        return index.find(text, language, limit, typing, vectors, confidence, explained)

    def seen_by(self, actor: Actor, hits: "Iterable[Hit]") -> "list[Hit]":
        """Those of the hits whose articles the actor may see."""
        guarded = self._fresh.guarded
        return [hit for hit in hits if may_see(actor, guarded.get(hit.key, Audience.PUBLIC))]

    def models(self) -> tuple[str, ...]:
        """The models that take part in a search now, by their short names; none when words alone find."""
        from grm_console.knowledge.models.shelf import usable

        there = self._fresh.current().models
        return tuple(model.known.short_name for model in usable() if model.known.name in there)

    def notice(self) -> str:
        """What a person should know of the search as it is now; "" if all is as it should be, and before any search."""
        if not self._fresh.opened:
            return ""
        from grm_console.knowledge.models.shelf import ALL, FAST

        if not FAST.known.installed():
            return _("Answers are found by their words only: the model of meaning is not installed.")
        if FAST.problem:
            return _("Answers are found by their words only: the model of meaning is broken. The log says why.")
        if broken := [model.known.short_name for model in ALL if model.problem]:
            return _("Answers are found without {models}: broken. The log says why.").format(models=", ".join(broken))
        index = self._fresh.current()
        if lacking := index.lacking(FAST.known.name):
            return _(
                "The meaning of {lacking} of {count} answers is not worked out yet; the web service does it, or "
                "grm kb index."
            ).format(lacking=lacking, count=len(index))
        return ""


def may_see(actor: Actor, audience: str) -> bool:
    """Whether an actor may see articles for this audience."""
    if audience == Audience.INTERNAL:
        return actor.may(Act.SEE_INTERNAL_ARTICLES)
    return audience == Audience.PUBLIC or actor.may(Act.SEE_RESTRICTED_ARTICLES)

"""The standard answers at one seat: searched while the citizen talks, given, texted, or marked as no help."""

from datetime import datetime

from grm_console.desk import answer_by_text, answer_giving, answers
from grm_console.desk.actor import Actor
from grm_console.desk.answers import AnswerShelf
from grm_console.desk.desk import Desk
from grm_console.desk.views import AnswerByText, AnswerFound, AnswerHit, AnswerText
from grm_console.domain.settled_searches import SearchTrails


class SeatAnswers:
    """What one operator does with answers; `trails` keeps what she searched for herself, exchange by exchange."""

    def __init__(self, desk: Desk, actor: Actor, shelf: AnswerShelf, trails: SearchTrails) -> None:
        self._desk = desk
        self._actor = actor
        self._shelf = shelf
        self._trails = trails

    def search(
        self,
        text: str,
        language: str = "",
        limit: int = 20,
        *,
        paused: bool = False,
        service: str = "",
        interaction_id: int | None = None,
        own: bool = True,
    ) -> tuple[AnswerHit, ...]:
        """Answers that fit what is being typed; by all models, which takes longer, once the operator has paused.

        Those of the `service` in question, and those that fit who speaks in the exchange, go first among equals.
        `own` words she searched for herself; others were found in her notes, or in what the citizen wrote.
        """
        if own:
            self._trails.note(text)
        return self._shelf.search(
            self._actor, text, language, limit, typing=not paused, service=service, interaction_id=interaction_id
        )

    @property
    def notice(self) -> str:
        """What she should know of the search as it is now; "" if all is as it should be."""
        return self._shelf.notice()

    def article(self, version_id: int, language: str = "") -> AnswerText:
        """One article version, whole; the one in this language if the article is published there."""
        return answers.article(self._desk, self._actor, version_id, language)

    def give(self, interaction_id: int, version_id: int, rank: int, query: str) -> None:
        """The citizen was told this."""
        answer_giving.give(self._desk, self._actor, interaction_id, AnswerFound(version_id, rank, query))

    def given(self, interaction_id: int) -> dict[str, datetime]:
        """When which article was given in an exchange, by its code."""
        return answer_giving.given(self._desk, self._actor, interaction_id)

    def by_text(self, interaction_id: int, version_id: int) -> AnswerByText:
        """The text that this answer would be; raises InvalidInput if it may not be given, or not by text."""
        return answer_by_text.by_text(self._desk, self._actor, interaction_id, version_id)

    def not_helpful(
        self, version_id: int, rank: int, query: str, language: str = "", interaction_id: int | None = None
    ) -> None:
        """A suggested answer did not help with these words."""
        answers.not_helpful(self._desk, self._actor, version_id, rank, query, language, interaction_id)

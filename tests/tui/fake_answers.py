"""The standard answers of a seat in memory, with the real views."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from grm_console.desk.views import AnswerByText, AnswerHit, AnswerText
from grm_console.domain.words import Audience, Channel
from grm_console.errors import InvalidInput

if TYPE_CHECKING:
    from fake_seat import FakeSeat

ARTICLES = tuple(
    AnswerText(
        n, code, version, "en", question, answer, Audience.PUBLIC, owner, law, date(2026, 9, 1), date(2027, 1, 1),
        date(2027, 3, 1), True,
    )
    for n, (code, version, question, answer, owner, law) in enumerate(
        (
            ("K-031", 4, "Water outage: causes, repair times, compensation",
             "The water works come within 2 hours of a report; most faults are repaired within 24 hours.\n"
             "• Planned works are announced 24 h ahead by text.\n"
             "• Over 24 h without water: tanker and bill credit.\n• Emergency: burst main 24/7, line 3.",
             "Water Supply", "Water Supply Rules §14"),
            ("K-033", 2, "Low water pressure in tall buildings", "Ask whether the pump runs.", "Water Supply", ""),
            ("K-007", 9, "Planned works calendar and text alerts", "The calendar is on the city's page.", "Press", ""),
            ("K-118", 1, "Water bill relief for pensioners", "Half the base fee on request.", "Social Office", ""),
            ("K-052", 3, "When is bulky waste collected", "Every second Tuesday.", "City Cleaning", ""),
        ),
        start=1,
    )
)  # fmt: skip


class FakeAnswers:
    """Found by the words of their questions."""

    def __init__(self, seat: "FakeSeat") -> None:
        self._seat = seat
        self.notice = ""
        self.searched: list[tuple[str, bool, str]] = []
        """Words, whether all models were asked, service."""

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
        self._seat._reach()
        self.searched.append((text, paused, service))
        words = text.casefold().split()
        found = []
        for article in ARTICLES:
            matched = tuple(word for word in words if word in article.question.casefold())
            if matched:
                found.append((len(matched), article, matched))
        found.sort(key=lambda hit: (-hit[0], hit[1].code))
        return tuple(
            AnswerHit(
                article.version_id, article.code, article.version, "en", ("zh", "en"), article.question,
                article.audience, article.expires_on, min(99, 93 - 15 * at), at == 0, matched, True,
            )
            for at, (_count, article, matched) in enumerate(found[:limit])
        )  # fmt: skip

    def article(self, version_id: int, language: str = "") -> AnswerText:
        self._seat._reach()
        return ARTICLES[version_id - 1]

    def given(self, interaction_id: int) -> dict[str, datetime]:
        self._seat._reach()
        told = [what for what in self._seat.done if what[0] == "give" and what[1] == interaction_id]
        told += [("give", interaction_id, one.version_id) for one in self._seat.conversations.told]
        return {ARTICLES[int(str(what[2])) - 1].code: self._seat.now for what in told}

    def by_text(self, interaction_id: int, version_id: int) -> AnswerByText:
        self._seat._reach()
        article = ARTICLES[version_id - 1]
        if self._seat.conversations.blocked:
            raise InvalidInput({"text": self._seat.conversations.blocked})
        return AnswerByText(
            version_id, article.code, article.version, "en", article.renderings[2].text, False, Channel.SMS,
            "+1 202 555 0177", "+1 202 555 0100", (),
        )  # fmt: skip

    def not_helpful(
        self, version_id: int, rank: int, query: str, language: str = "", interaction_id: int | None = None
    ) -> None:
        self._seat._act("not_helpful", version_id, rank, query, language, interaction_id)

    def give(self, interaction_id: int, version_id: int, rank: int, query: str) -> None:
        self._seat._act("give", interaction_id, version_id, rank, query)

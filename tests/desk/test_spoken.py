"""What an operator's choice of language changes at the seat: questions, words of closed lists, the order of names."""

from collections.abc import Iterator

import pytest
from builders import found_town, staff

from grm_console import i18n
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.spoken import channel_word, named, role_word, state_word
from grm_console.domain.permissions import Role
from grm_console.domain.words import AgentState, CaseState, Channel, EndReason, InteractionState, OutboxState


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """The language of the process is what it was."""
    yield
    i18n.use_language("en")


def test_a_seat_asks_in_the_language_that_was_chosen_last(desk: Desk) -> None:
    found_town(desk.store)
    seat = Seat(desk, staff(desk, "mei"))

    def first_question() -> str:
        return next(service for service in seat.services() if service.code == "water-outage").questions[0].label

    assert first_question() == "Since when"
    seat.use_language("zh")
    assert first_question() == "从什么时候开始"
    seat.use_language("en")
    assert first_question() == "Since when"
    assert seat.language == "en"


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ("Roads", "道路局")), ("zh", ("道路局", "Roads")), ("xx", ("Roads", "道路局"))]
)
def test_the_name_in_the_language_in_use_comes_first(language: str, expected: tuple[str, str]) -> None:
    i18n.use_language(language)
    assert named("Roads", "道路局") == expected
    assert named("Roads", "") == ("Roads", "")


def test_every_state_role_and_door_has_a_word() -> None:
    states = [*InteractionState, *EndReason, *CaseState, *OutboxState, *AgentState]
    assert all(state_word(state) for state in states)
    assert state_word("of-tomorrow") == "of-tomorrow"
    assert all(role_word(role) for role in Role)
    assert all(channel_word(channel) for channel in Channel)

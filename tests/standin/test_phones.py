"""Who picks up, when, and when they hang up."""

import asyncio
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from grm_console.standin.phones import Citizen, Colleague, Habit, Machine, Phones


class Line:
    """A call seen by the person on it."""

    pace = 1000.0
    recipient = "+12025550100"

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.said: list[str] = []

    def hang_up(self, why: str) -> None:
        self.ended.append(why)

    def say(self, what: str, **_: str) -> None:
        self.said.append(what)

    async def passes(self, seconds: float) -> None:
        """Let simulated seconds pass, and a little more."""
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds / self.pace + 0.005, over.set)
        await over.wait()


def phones(**changes: Any) -> Phones:
    values: dict[str, Any] = {"no_answer": 0.0, "patience": 60.0, "talk": 60.0} | changes
    return Phones(
        ["+1202"], ["+1303"], {"+1404": Habit.VOICEMAIL, "+1505": Habit.BUSY, "+1606": Habit.MACHINE}, **values
    )


OTHERS: Any = [SimpleNamespace(recipient="+12025550191")]


async def test_a_held_citizen_who_is_done_hangs_up_once_they_are_back() -> None:
    citizen, line = Citizen(1e6, 5.0, "Hello."), Line()
    citizen.waits(line)
    citizen.hears(line, OTHERS, held=False)
    citizen.hears(line, OTHERS, held=True)
    await line.passes(6)
    assert (line.ended, line.said) == ([], ["talks"])
    citizen.hears(line, OTHERS, held=False)
    await line.passes(3)
    assert line.ended == ["the caller hung up"]


async def test_a_citizen_left_alone_waits_as_long_as_their_patience_lasts() -> None:
    citizen, line = Citizen(5.0, 1e6, "Hello."), Line()
    citizen.hears(line, OTHERS, held=False)
    await line.passes(6)
    assert line.ended == []
    citizen.hears(line, [], held=False)
    await line.passes(6)
    assert line.ended == ["the caller gave up"]


async def test_a_colleague_left_alone_and_a_machine_in_any_company_hang_up() -> None:
    for somebody, others in ((Colleague(), []), (Machine(), OTHERS)):
        line = Line()
        somebody.hears(line, others, held=False)
        await line.passes(30)
        assert len(line.ended) == 1


@pytest.mark.parametrize(
    ("number", "habit", "outcome", "least", "most"),
    [
        ("+12025550191", Habit.OPERATOR, "in-progress", 1, 3),
        ("sip:li@desk.example", Habit.OPERATOR, "in-progress", 1, 3),
        ("+1303", Habit.DEPARTMENT, "in-progress", 2, 5),
        ("911", Habit.DEPARTMENT, "in-progress", 2, 5),
        ("+1202", Habit.CITIZEN, "in-progress", 2, 8),
        ("+1404", Habit.VOICEMAIL, "in-progress", 12, 18),
        ("+1606", Habit.MACHINE, "in-progress", 2, 4),
        ("+1505", Habit.BUSY, "busy", 0.5, 1.5),
    ],
)
def test_who_is_reached_at_a_number(number: str, habit: Habit, outcome: str, least: float, most: float) -> None:
    for seed in range(20):
        pickup = phones().pick_up(number, "", Random(seed))
        assert (pickup.habit, pickup.outcome) == (habit, outcome)
        assert least <= pickup.seconds <= most


def test_operators_miss_their_share_of_rings_and_who_has_called_is_a_citizen() -> None:
    some = phones(no_answer=0.5)
    missed = [some.pick_up("+12025550191", "", Random(seed)).outcome == "no-answer" for seed in range(200)]
    assert 60 < sum(missed) < 140
    some.meet("+13125550123")
    some.meet("+1505")
    assert some.pick_up("+13125550123", "", Random(1)).habit is Habit.CITIZEN
    assert some.pick_up("+1505", "", Random(1)).habit is Habit.BUSY

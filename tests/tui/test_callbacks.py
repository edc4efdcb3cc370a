"""Missed calls and callbacks over the desk, with the real lists of a real store."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import SIZES, Shift, keys, painted, until
from builders import CALLER, all_rows, call, call_status, interaction_of, point_key, put
from conftest import FixedClock, settings_for
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.callback_list import Callbacks
from grm_console.desk.desk import Desk
from grm_console.errors import InvalidInput
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.callbacks import CallbacksScreen
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.pick import PickScreen


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


class Lists:
    """The screen over the desk, and whom it let ring."""

    def __init__(self, shift: Shift) -> None:
        self.shift = shift
        self.parts = Callbacks(shift.desk, shift.actor("li wei"))
        self.rung: list[tuple[str, int]] = []
        self.refuse = False

    def call_back(self, point: int) -> None:
        if self.refuse:
            raise InvalidInput({"device": "You have no telephone."})
        self.rung.append(("point", point))

    def take(self, interaction_id: int) -> None:
        self.rung.append(("take", interaction_id))

    @asynccontextmanager
    async def over_the_desk(self, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
        async with self.shift.sits(size=size) as (pilot, desk):
            screen = CallbacksScreen(self.parts, self.shift.clock, call_back=self.call_back, take=self.take)
            await pilot.app.push_screen(screen)
            await until(pilot, lambda: "Missed calls (" in painted(pilot))
            yield pilot
            assert isinstance(desk, DeskScreen)


@pytest.fixture
def lists(shift: Shift) -> Lists:
    return Lists(shift)


def point_of(shift: Shift, number: str) -> int:
    with shift.desk.store.writing() as write:
        return point_key(write.connection, number)


def abandoned(shift: Shift, sid: str, number: str, seconds: float = 40) -> int:
    shift.happens(call(sid, number))
    shift.clock.forward(seconds=seconds)
    shift.happens(call_status(sid, "completed", 2, number))
    return interaction_of(shift.desk.store, sid)


async def test_empty_lists_teach(lists: Lists) -> None:
    async with lists.over_the_desk((80, 24)) as pilot:
        text = painted(pilot)
        assert "Missed calls (0)" in text
        assert "No missed call. Who hung up before anybody answered" in text
        assert "Nobody is to be called back. Who presses 1 while waiting stands here" in text
        assert "F2" not in text.splitlines()[-1]
        await keys(pilot, "escape", then=lambda: isinstance(pilot.app.screen, DeskScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_both_lists_and_their_keys(shift: Shift, lists: Lists, size: tuple[int, int]) -> None:
    first = abandoned(shift, "CA1", "+12025550111")
    abandoned(shift, "CA2", "+12025550112", 2)
    voice = tables.Recording(
        interaction_id=first, provider="twilio", sid="RE1", kind="voicemail", started_at=shift.clock()
    )
    put(shift.desk.store, voice)
    soon, later = shift.clock() + timedelta(hours=2), shift.clock() + timedelta(hours=3)
    lists.parts.promise(point_of(shift, "+12025550113"), "town", (soon, later))
    async with lists.over_the_desk(size) as pilot:
        text = painted(pilot)
        assert "Missed calls (2)" in text
        assert "Callbacks (1)" in text
        assert "+1******0111  abandoned  ✉ message" in text
        assert "+1******0112  gave up at once" in text
        assert "waited 0:40 · General" in text
        assert f"from today {soon.astimezone():%H:%M}" in text
        assert "promised at the desk · today" in text
        assert all(word in text.splitlines()[-1] for word in ("F2 Call now", "F8 Done", "F9 All done"))
        await keys(pilot, "f6", then=lambda: "F4 Cancel" in painted(pilot).splitlines()[-1])
        assert "F8" not in painted(pilot).splitlines()[-1]
        await keys(pilot, "f1", then=lambda: isinstance(pilot.app.screen, HelpScreen))
        assert "Callbacks" in painted(pilot)


async def test_marking_one_and_then_all(shift: Shift, lists: Lists) -> None:
    for number in (1, 2, 3):
        abandoned(shift, f"CA{number}", f"+1202555011{number}")
    async with lists.over_the_desk() as pilot:
        await keys(pilot, "down", "f8", then=lambda: "Missed calls (2)" in painted(pilot))
        assert "0112" not in painted(pilot)
        abandoned(shift, "CA4", "+12025550114")  # comes while the question is asked
        await keys(pilot, "f9", then=lambda: isinstance(pilot.app.screen, PickScreen))
        assert "Take all 2 missed calls off the list?" in painted(pilot)
        await keys(pilot, "1", then=lambda: isinstance(pilot.app.screen, CallbacksScreen))
        await keys(pilot, "f9", then=lambda: isinstance(pilot.app.screen, PickScreen))
        await keys(pilot, "2", then=lambda: "Missed calls (1)" in painted(pilot))
        assert "+1******0114" in painted(pilot), "what nobody saw is not done"
    assert len(all_rows(shift.desk.store, tables.FollowUp)) == 3


async def test_calling_back_and_cancelling(shift: Shift, lists: Lists) -> None:
    abandoned(shift, "CA1", CALLER)
    key = lists.parts.promise(point_of(shift, "+12025550113"), "town")
    async with lists.over_the_desk() as pilot:
        lists.refuse = True
        await keys(pilot, "f2", then=lambda: "You have no telephone." in painted(pilot))
        assert isinstance(pilot.app.screen, CallbacksScreen)
        lists.refuse = False
        await keys(pilot, "f2", then=lambda: isinstance(pilot.app.screen, DeskScreen))
    assert lists.rung == [("point", point_of(shift, CALLER))]
    async with lists.over_the_desk() as pilot:
        await keys(pilot, "f6", "f2", then=lambda: isinstance(pilot.app.screen, DeskScreen))
    assert lists.rung[1:] == [("take", key)]
    async with lists.over_the_desk() as pilot:
        assert "due now" in painted(pilot)
        await keys(pilot, "f6", "f4", then=lambda: isinstance(pilot.app.screen, PickScreen))
        await keys(pilot, "2", then=lambda: "Callbacks (0)" in painted(pilot))
        assert "Nobody calls this number back now" in painted(pilot)
    assert [row.state for row in all_rows(shift.desk.store, tables.Callback)] == ["cancelled"]

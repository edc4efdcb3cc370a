"""The tour at a real seat: it comes by itself once, goes on by doing, and never comes again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_desk import SIZES, Shift, keys, painted, until
from builders import text
from conftest import FixedClock, settings_for

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.views import ConsoleChoices
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.wrap_up import WrapUpScreen
from grm_console.tui.widgets.tour_strip import tour


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        shift = Shift(Desk(store, "US", "en"), clock, tmp_path)
        shift.actor("li wei", choices=ConsoleChoices())
        yield shift


@pytest.mark.parametrize("size", SIZES)
async def test_doing_goes_on_and_the_whole_sentence_is_seen(shift: Shift, size: tuple[int, int]) -> None:
    async with shift.sits(size=size) as (pilot, desk):
        await until(pilot, lambda: "Tour 1 of 6" in painted(pilot))
        for number in range(1, 7):
            assert f"Tour {number} of 6" in painted(pilot)
            assert "Alt+X ends the tour" in painted(pilot)
            assert "F1 Help" in painted(pilot)
            last = tour()[number - 1].sentence.split()[-1]
            assert last in painted(pilot), "nothing of the sentence is cut"
            if number == 1:
                await keys(pilot, "f10", then=lambda: "Tour 2 of 6" in painted(pilot))
            elif number == 2:
                shift.happens(text("SM1", "No water", sender="+12025550177"))
                await until(pilot, lambda: desk.rings)
                await keys(pilot, "f2", then=lambda: "Tour 3 of 6" in painted(pilot))
            elif number < 6:
                await keys(pilot, "alt+m")
        await keys(pilot, "f9", then=lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await keys(pilot, "1", then=lambda: pilot.app.screen is desk and "Tour" not in painted(pilot))
        await until(pilot, lambda: shift.seat("li wei").choices.toured)
    async with shift.sits(size=size) as (pilot, _desk):
        assert "Tour" not in painted(pilot)
        await keys(pilot, "alt+m", then=lambda: "Tour 1 of 6" in painted(pilot))


async def test_waved_away_it_stays_away(shift: Shift) -> None:
    async with shift.sits() as (pilot, _desk):
        await keys(pilot, "alt+x", then=lambda: "Tour" not in painted(pilot))
        await until(pilot, lambda: shift.seat("li wei").choices.toured)


def test_it_is_read_within_a_minute() -> None:
    words = sum(len(step.sentence.split()) for step in tour())
    assert words / 200 <= 1, "at 200 words a minute"

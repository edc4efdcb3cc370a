"""Plain mode at a real seat: nothing is drawn on any screen, every meaning is a word, what happens is said in lines."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import Shift, keys, painted, until
from builders import call
from conftest import FixedClock, settings_for
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.views import ConsoleChoices
from grm_console.domain.words import Channel
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.options import OptionsScreen

DRAWN = re.compile("[\u2500-\u25ff]")
PLAIN = ConsoleChoices(plain=True, toured=True)


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


def drawn(pilot: Pilot[None]) -> str:
    """The lines that hold something drawn, with the screen's name."""
    found = [line for line in painted(pilot).splitlines() if DRAWN.search(line)]
    return "\n".join([type(pilot.app.screen).__name__, *found]) if found else ""


async def test_nothing_is_drawn_on_any_screen_of_the_desk(shift: Shift) -> None:
    shift.actor("boss", "supervisor", PLAIN)
    me = shift.seat("boss", "supervisor")
    me.finder.open(shift.chen)
    me.entries.log_and_close(NewEntry(Channel.LETTER, text="No water", contact_id=shift.chen), "informed")
    me.shift.post_notice("Water is back", shift.clock() + timedelta(hours=1))
    async with shift.sits("boss", role="supervisor", lock_after=timedelta(0)) as (pilot, desk):
        assert drawn(pilot) == ""
        assert sum(panel.display for panel in desk.panels.values()) == 1, "one panel at a time"
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "ctrl+f", "=water", then=lambda: "K-031" in painted(pilot))
        assert drawn(pilot) == ""
        await keys(pilot, "alt+3", "=Water", "enter", "ctrl+s", then=lambda: "missing" in painted(pilot))
        assert drawn(pilot) == ""
        for key in ("f3", "f9", "ctrl+t", "ctrl+l", "ctrl+o", "ctrl+p", "ctrl+r", "alt+r", "alt+o", "alt+n", "alt+g",
                    "alt+v", "f1", "alt+l"):  # fmt: skip
            await keys(pilot, key, then=lambda: pilot.app.screen is not desk)
            await pilot.pause(0.1)
            assert drawn(pilot) == "", key
            if key != "alt+l":
                await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
                assert drawn(pilot) == ""


async def test_nothing_is_drawn_at_the_contact_and_at_a_correction(shift: Shift) -> None:
    shift.actor("li wei", choices=PLAIN)
    me = shift.seat("li wei")
    me.finder.open(shift.chen)
    me.entries.log_and_close(NewEntry(Channel.LETTER, text="No water", contact_id=shift.chen), "informed")
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "ctrl+l", "=0177", then=lambda: "Chen Li" in painted(pilot))
        assert drawn(pilot) == ""
        await keys(pilot, "enter", then=lambda: desk.timeline.view.count)
        assert drawn(pilot) == ""
        for key in ("ctrl+d", "alt+c"):
            await keys(pilot, key, then=lambda: pilot.app.screen is not desk)
            await pilot.pause(0.1)
            assert drawn(pilot) == ""
            await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)


async def test_nothing_is_drawn_at_the_administrators_lists(shift: Shift) -> None:
    shift.actor("root", "administrator", PLAIN)
    async with shift.console("root", "administrator") as pilot:
        await until(pilot, lambda: "root" in painted(pilot))
        assert drawn(pilot) == ""


async def test_rings_notices_and_where_the_focus_is_are_said(shift: Shift) -> None:
    shift.actor("li wei", choices=PLAIN)
    boss = shift.seat("boss", "supervisor")
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        shift.happens(call("CA1", sender="+12025550177"))
        await until(pilot, lambda: "RINGING: Chen Li" in painted(pilot))
        assert "sure" in painted(pilot), "how sure it is stands there as a word"
        await keys(pilot, "alt+1")
        assert desk.said.said[-1] == "Timeline"
        boss.shift.post_notice("Water is back", shift.clock() + timedelta(hours=1))
        await until(pilot, lambda: any("notice" in line for line in desk.said.said))
        await keys(pilot, "alt+n", then=lambda: pilot.app.screen is not desk)
        await keys(pilot, "escape", "f2", then=lambda: desk.held)
        assert any(line.startswith("YOUR TELEPHONE RINGS: PICK IT UP: Chen Li") for line in desk.said.said)


async def test_what_opens_over_the_desk_is_alone_on_the_screen(shift: Shift) -> None:
    shift.actor("li wei", choices=PLAIN)
    async with shift.sits() as (pilot, _desk):
        await keys(pilot, "alt+o", then=lambda: isinstance(pilot.app.screen, OptionsScreen))
        assert "waiting" not in painted(pilot)
        await keys(pilot, "down", "down", "left", then=lambda: DRAWN.search(painted(pilot)))
        assert "waiting" in painted(pilot)
        await keys(pilot, "left", then=lambda: drawn(pilot) == "")

"""The morning's post at a real seat: letters with a case and without, refusals at their fields, words that stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_desk import SIZES, Shift, keys, painted, until
from builders import all_rows
from conftest import FixedClock, settings_for
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.post import PostScreen


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


async def opened(pilot: Pilot[None]) -> PostScreen:
    await keys(pilot, "alt+r", then=lambda: isinstance(pilot.app.screen, PostScreen))
    screen = pilot.app.screen
    assert isinstance(screen, PostScreen)
    await until(pilot, lambda: len(screen._codes.options) > 1)
    return screen


ENDED = ("tab", "tab", "tab", "right")
"""From the address to the wrap-up code; the first one is chosen."""


async def test_three_letters_without_leaving(shift: Shift) -> None:
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        screen = await opened(pilot)
        await keys(pilot, "=1 Quay, Old Town", "tab", "=AZ 1", "tab", "=The lamp is dark", "tab", "right", "ctrl+s")
        await until(pilot, lambda: "1 stored" in painted(pilot))
        assert "1 Quay, Old Town · no case" in painted(pilot)
        await keys(pilot, "=2 Quay", "f6", "=Complaint", "enter", "=Rude clerk", "tab", "=At the counter")
        await until(pilot, lambda: "Choose a service" not in painted(pilot))
        await keys(pilot, "ctrl+s", then=lambda: "2 stored" in painted(pilot))
        assert "2 Quay · case 26-000001-9" in painted(pilot)
        assert not screen.edited
        await keys(pilot, "=3 Quay", "ctrl+s", then=lambda: "3 stored" in painted(pilot))
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
    rows = all_rows(shift.desk.store, tables.Interaction)
    assert [(row.sender, row.state, row.channel) for row in rows] == [
        (f"{number} Quay{', Old Town' if number == 1 else ''}", "done", "letter") for number in (1, 2, 3)
    ]
    (case,) = all_rows(shift.desk.store, tables.CaseFile)
    assert (case.interaction_id, case.summary) == (rows[1].id, "Rude clerk")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_refused_is_marked_in_both_parts(shift: Shift, size: tuple[int, int]) -> None:
    async with shift.sits(size=size) as (pilot, _desk):
        screen = await opened(pilot)
        await keys(pilot, "shift+tab", "=soon", "ctrl+s", then=lambda: "✗ Write the time as" in painted(pilot))
        await keys(pilot, "ctrl+u", "f6", "=Water", "enter", "ctrl+s")
        await until(pilot, lambda: "Choose one of the wrap-up codes" in painted(pilot))
        missing = {field.name for field in screen.query("FormField.-missing")}
        assert missing == {"disposition", "summary", "place", "answer:since", "answer:ill"} or missing == {
            "disposition"
        }
        await keys(pilot, "right", "ctrl+s", then=lambda: screen.query("CaseFormPanel .-missing"))
        assert screen.has_class("-case")
        assert "▲" in painted(pilot)
        assert not all_rows(shift.desk.store, tables.Interaction), "nothing is stored by halves"


async def test_the_codes_follow_the_door_however_fast_it_changes(shift: Shift) -> None:
    async with shift.sits() as (pilot, _desk):
        screen = await opened(pilot)
        assert ("dropped", "Call dropped") not in screen._codes.options
        await keys(pilot, *["shift+tab"] * 3, *["right"] * 5, then=lambda: screen._envelope[0].value == "voice")
        await until(pilot, lambda: ("dropped", "Call dropped") in screen._codes.options)


async def test_esc_keeps_the_letter_and_leaving_the_desk_says_so(shift: Shift) -> None:
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        await opened(pilot)
        await keys(pilot, "=1 Quay", "f6", "=Complaint", "enter", "=Rude clerk")
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        await keys(pilot, "ctrl+q", then=lambda: "words that are not saved" in painted(pilot))
        screen = await opened(pilot)
        assert "1 Quay" in painted(pilot)
        form = screen._case.form()
        assert (form.service, form.summary) == ("misconduct", "Rude clerk")
        await keys(pilot, *ENDED, "ctrl+s", then=lambda: "1 stored" in painted(pilot))
        await keys(pilot, "escape", then=lambda: isinstance(pilot.app.screen, DeskScreen))
        assert not desk.edited
        await keys(pilot, "ctrl+q", then=lambda: pilot.app._exit)

"""The guide over a desk: opened for one's role and language, changed by a number, read to its end, closed by Esc."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_seat import FakeSeat, call
from seated import seated, until
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Markdown

from grm_console.tui.screens.guide import GuideScreen, guide_text
from grm_console.tui.screens.lock import LockScreen


async def opened(pilot: Pilot[None]) -> Markdown:
    """The guide's page after Alt+G."""
    await pilot.press("alt+g")
    await until(pilot, lambda: isinstance(pilot.app.screen, GuideScreen) and pilot.app.screen.query(Markdown))
    return pilot.app.screen.query_one(Markdown)


async def test_the_guide_opens_over_the_desk_changes_by_number_and_goes_back(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        page = await opened(pilot)
        assert page.source == guide_text("operator", "en")
        for key, name in (("2", "supervisor"), ("3", "administrator"), ("1", "operator")):
            await pilot.press("end", key)
            await until(pilot, lambda name=name: page.source == guide_text(name, "en"))
            assert pilot.app.screen.query_one(VerticalScroll).scroll_y == 0
        await pilot.press("escape")
        assert pilot.app.screen is desk
        assert seat.done == []


async def test_what_rings_meanwhile_is_on_the_desk_after_the_guide(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await opened(pilot)
        seat.arrive(call())
        await until(pilot, lambda: desk.rings)
        assert isinstance(pilot.app.screen, GuideScreen)
        await pilot.press("escape", "f2")
        await until(pilot, lambda: desk.held)


@pytest.mark.parametrize(("role", "language"), [("operator", "en"), ("supervisor", "zh"), ("administrator", "zh")])
async def test_it_is_the_one_for_the_role_and_language_and_fits_a_small_terminal(
    tmp_path: Path, role: str, language: str
) -> None:
    seat = FakeSeat()
    seat.me = replace(seat.me, role=role)
    seat.language = language
    async with seated(seat, tmp_path, (80, 24)) as (pilot, _desk):
        page = await opened(pilot)
        assert page.source == guide_text(role, language)
        scroll = pilot.app.screen.query_one(VerticalScroll)
        assert scroll.max_scroll_x == 0
        await pilot.press("end")
        await until(pilot, lambda: scroll.scroll_y == scroll.max_scroll_y > 0)


async def test_a_locked_desk_opens_no_guide(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, _desk):
        pilot.app.push_screen(LockScreen("Li Wei", seat.unlock))
        await pilot.press("alt+g")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LockScreen)

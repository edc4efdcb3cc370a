"""Another language while an exchange is held: half-typed words stay, the focus is where it was, all is said anew."""

from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from at_desk import Shift, keys, painted, until
from builders import text
from conftest import FixedClock, settings_for
from textual.pilot import Pilot
from textual.widgets import Input

from grm_console import i18n
from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui import app as app_module
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.options import OptionsScreen
from grm_console.tui.screens.post import PostScreen

CHINESE = {"Summary": "概要", "1 Timeline": "1 时间线", "What does the caller ask?": "来电人问什么?", "Options": "选项"}


class Catalogue(NullTranslations):
    """A small translation that needs no file."""

    def gettext(self, message: str) -> str:
        return CHINESE.get(message, message)


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    def use_language(language: str) -> None:
        i18n._translation = Catalogue() if language == "zh" else NullTranslations()

    monkeypatch.setattr(i18n, "_translation", NullTranslations())
    monkeypatch.setattr(app_module, "use_language", use_language)


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


def desk_of(pilot: Pilot[None]) -> DeskScreen:
    desk = pilot.app.screen_stack[1]
    assert isinstance(desk, DeskScreen)
    return desk


async def switch(pilot: Pilot[None], key: str, sign: str) -> DeskScreen:
    """Choose the next or previous language; `sign` tells that it is spoken."""
    await keys(pilot, "alt+o", then=lambda: isinstance(pilot.app.screen, OptionsScreen))
    before = desk_of(pilot)
    await keys(pilot, "down", key, then=lambda: isinstance(pilot.app.screen, OptionsScreen))
    await until(pilot, lambda: desk_of(pilot) is not before and desk_of(pilot).looked)
    focused = pilot.app.screen.focused
    assert focused is not None
    assert focused.parent is not None
    assert focused.parent.name == "language", "the next key chooses the language again"
    await keys(pilot, "escape", then=lambda: sign in painted(pilot))
    return desk_of(pilot)


async def test_a_held_exchange_goes_on_in_the_other_language_and_back(shift: Shift) -> None:
    async with shift.sits(size=(160, 45)) as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available 0:00" in painted(pilot))
        shift.happens(text("SM1", "No water", sender="+12025550177"))
        await until(pilot, lambda: desk.rings)
        await keys(pilot, "f2", then=lambda: desk.held)
        await keys(pilot, "ctrl+f", "=outage", then=lambda: "K-031" in painted(pilot))
        await keys(pilot, "alt+3", "=Water", "enter", "=Half a wo", then=lambda: desk.form.summary)
        for key, sign in (("left", "概要"), ("left", "Summary"), ("left", "Summary")):
            form = desk_of(pilot).form
            desk = await switch(pilot, key, sign)
            await until(pilot, lambda desk=desk, form=form: desk.form == form)  # type: ignore[misc]
            assert desk.held
            assert desk.current_panel == "case"
            await until(pilot, lambda desk=desk: desk.focused and desk.panels["case"] in desk.focused.ancestors)  # type: ignore[misc]
            assert desk.query_one("#knowledge-search", Input).value == "outage"
        shift.happens(text("SM2", "Another", sender="+12025550199"))
        await until(pilot, lambda: "waiting 1" in painted(pilot))  # the new desk is woken


async def test_a_case_that_was_opened_stays_opened(shift: Shift) -> None:
    async with shift.sits(size=(160, 45)) as (pilot, desk):
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "alt+3", "=Complaint", "enter", "=Rude clerk", "ctrl+s", then=lambda: desk.case_opened)
        desk = await switch(pilot, "left", "26-000001-9")
        await until(pilot, lambda: desk.case_opened)
        assert not desk.check_action("open_case", ())


async def test_words_on_other_screens_are_left_alone_until_the_desk_is_back(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "ctrl+l", "=nobody", "escape", "alt+r", then=lambda: isinstance(pilot.app.screen, PostScreen))
        await keys(pilot, "=1 Quay", "alt+o", then=lambda: isinstance(pilot.app.screen, OptionsScreen))
        await keys(pilot, "down", "left", "escape", then=lambda: isinstance(pilot.app.screen, PostScreen))
        assert "1 Quay" in painted(pilot)
        assert desk_of(pilot) is desk
        await keys(pilot, "escape", then=lambda: desk_of(pilot) is not desk and "时间线" in painted(pilot))
        await until(pilot, lambda: desk_of(pilot).services)
        await keys(pilot, "alt+r", then=lambda: isinstance(pilot.app.screen, PostScreen))
        assert "1 Quay" in painted(pilot), "and a half-typed letter goes along"

"""Options at a real seat: colours, language, plain and still mode hold at once and stay with the account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from at_desk import Shift, keys, painted, until
from conftest import FixedClock, settings_for
from textual.widgets import Input

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.views import ConsoleChoices
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.administration import AdministrationScreen
from grm_console.tui.screens.no_desk import NoDeskScreen
from grm_console.tui.screens.options import OptionsScreen
from grm_console.tui.screens.password import PasswordScreen
from grm_console.tui.theme import THEMES


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


async def test_every_choice_shows_at_once_and_is_there_again_at_the_next_seat(shift: Shift) -> None:
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        await keys(pilot, "alt+o", then=lambda: isinstance(pilot.app.screen, OptionsScreen))
        assert "Esc back" in painted(pilot)
        for theme in (*THEMES[1:], THEMES[0], THEMES[1]):
            await keys(pilot, "right", then=lambda theme=theme: pilot.app.theme == theme.name)  # type: ignore[misc]
        await keys(pilot, "down", "down", "right", then=lambda: pilot.app.has_class("-plain"))
        await keys(pilot, "right", "down", "right", then=lambda: pilot.app.has_class("-still"))
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        await until(pilot, lambda: shift.seat("li wei").choices.still)
    assert shift.seat("li wei").choices == ConsoleChoices(theme=THEMES[1].name, still=True, toured=True)
    async with shift.sits(size=(80, 24)) as (pilot, _desk):
        assert pilot.app.theme == THEMES[1].name
        assert not pilot.app.screen.query_one("#knowledge-search", Input).cursor_blink
        await keys(pilot, "alt+o", "f2", then=lambda: isinstance(pilot.app.screen, PasswordScreen))


async def test_in_still_mode_nothing_is_painted_within_a_minute(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    shift.actor("li wei", choices=ConsoleChoices(still=True, toured=True))
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "ctrl+r", then=lambda: pilot.app.screen is not desk)
        await keys(pilot, "tab", "tab", "=now")
        focused = pilot.app.screen.focused
        assert isinstance(focused, Input)
        assert not focused.cursor_blink
        await keys(pilot, "ctrl+s", then=lambda: desk.held and not desk.acting)
        await keys(pilot, "alt+3", then=lambda: desk.current_panel == "case")
        desk._tick()
        await pilot.pause()
        updates: list[object] = []
        monkeypatch.setattr(pilot.app, "_display", lambda screen, renderable: updates.append(renderable))
        for _second in range(50):
            shift.clock.forward(seconds=1)
            desk._tick()
        await pilot.pause(1.2)
        assert updates == []
        shift.clock.forward(seconds=10)
        desk._tick()
        await until(pilot, lambda: updates)


async def test_a_role_without_a_desk_gets_what_is_its_own(shift: Shift) -> None:
    async with shift.console("root", "administrator") as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, AdministrationScreen))
        await until(pilot, lambda: "li wei" in painted(pilot) or "root" in painted(pilot))
        await keys(pilot, "alt+o", then=lambda: isinstance(pilot.app.screen, OptionsScreen))
        await keys(pilot, "down", "right", then=lambda: shift.seat("root").choices.language == "en")
        await keys(pilot, "escape", then=lambda: isinstance(pilot.app.screen, AdministrationScreen))
        await keys(pilot, "ctrl+q", then=lambda: pilot.app._exit)
    async with shift.console("ada", "auditor", size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, NoDeskScreen))
        assert "Your role, auditor, has no screen" in painted(pilot)
        await keys(pilot, "ctrl+q", then=lambda: pilot.app._exit)

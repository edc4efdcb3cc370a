"""Choosing a password: after a one-time one before the desk opens, or at any time; every refusal says the rule."""

from dataclasses import replace
from pathlib import Path

from fake_seat import NOW, FakeSeat, FakeSignIn
from seated import seated, until
from textual.app import App
from textual.widgets import Input, Static

from grm_console.errors import InvalidInput, SignInRefused
from grm_console.tui.app import GrmConsole
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.password import PasswordScreen
from grm_console.tui.screens.sign_in import SignInScreen

LONG = "copper-window"


class OneTimeSeat(FakeSeat):
    """A seat of an account that must change its password."""

    def __init__(self) -> None:
        super().__init__()
        self.me = replace(self.me, must_change_password=True)
        self.changed: list[tuple[str, str]] = []

    def change_password(self, old: str, new: str) -> None:
        if len(new) < 12:
            raise InvalidInput({"new": "A password has 12 to 200 characters."})
        if old != "tea":
            raise SignInRefused("The old password is wrong. Try again.")
        self.changed.append((old, new))
        self.me = replace(self.me, must_change_password=False)


class OneTimeDoor(FakeSignIn):
    """Lets the one-time password in, and after it only the new one."""

    def __init__(self, seat: OneTimeSeat) -> None:
        super().__init__(seat)
        self.first = seat
        self.opened: list[FakeSeat] = []

    def __call__(self, name: str, password: str) -> FakeSeat:
        if self.first.changed:
            assert password == self.first.changed[-1][1]
            self.opened.append(FakeSeat())
            return self.opened[-1]
        return super().__call__(name, password)


def said(app: App[None]) -> str:
    return str(app.screen.query_one("#said", Static).visual)


async def test_a_one_time_password_is_changed_before_the_desk_opens(tmp_path: Path) -> None:
    seat = OneTimeSeat()
    door = OneTimeDoor(seat)
    app = GrmConsole(lambda: door, clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: said(app) == "")
        await pilot.press(*"liwei", "enter", *"tea", "enter")
        await until(pilot, lambda: isinstance(app.screen, PasswordScreen))
        await pilot.press(*"short", "enter", *"short", "enter")
        await until(pilot, lambda: "12 to 200" in said(app))
        await pilot.press(*LONG, "enter", *"copper-widow", "enter")
        await until(pilot, lambda: "not the same" in said(app))
        assert seat.changed == []
        await pilot.press(*LONG, "enter", *LONG, "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
        assert isinstance(app.screen, DeskScreen)
        opened = [app.screen.seat]
    assert seat.changed == [("tea", LONG)]
    assert ("close",) in seat.done
    assert opened == door.opened, "the desk is that of the new password"


async def test_giving_up_goes_back_to_the_sign_in(tmp_path: Path) -> None:
    app = GrmConsole(lambda: FakeSignIn(OneTimeSeat()), clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: said(app) == "")
        await pilot.press(*"liwei", "enter", *"tea", "enter")
        await until(pilot, lambda: isinstance(app.screen, PasswordScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))
        assert app.screen.query_one("#password", Input).value == ""


async def test_ones_own_password_is_changed_over_the_desk(tmp_path: Path) -> None:
    seat = OneTimeSeat()
    results: list[bool | None] = []
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        pilot.app.push_screen(PasswordScreen(seat.change_password), results.append)
        await pilot.pause()
        await pilot.press(*"coffee", "enter", *LONG, "enter", *LONG, "enter")
        await until(pilot, lambda: "old password is wrong" in said(pilot.app))
        assert pilot.app.focused is pilot.app.screen.query_one("#old", Input)
        await pilot.press(*"tea", "enter", *LONG, "enter", *LONG, "enter")
        await until(pilot, lambda: pilot.app.screen is desk)
    assert results == [True]
    assert seat.changed == [("tea", LONG)]

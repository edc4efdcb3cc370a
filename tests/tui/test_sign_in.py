"""Signing in: the store opens after the first paint; a refusal says what to do and keeps the name."""

import threading
from pathlib import Path

from fake_seat import NOW, FakeSeat, FakeSignIn
from seated import until
from textual.pilot import Pilot
from textual.widgets import Input, Static

from grm_console.errors import StoreGone
from grm_console.tui.app import GrmConsole
from grm_console.tui.screens.desk import DeskScreen


def said(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#said", Static).visual)


async def test_name_and_password_open_the_desk(tmp_path: Path) -> None:
    seat = FakeSeat()
    app = GrmConsole(lambda: FakeSignIn(seat), clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: said(pilot) == "")
        await pilot.press(*"liwei", "enter", *"tea", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))


async def test_a_refusal_is_said_and_only_the_password_is_emptied(tmp_path: Path) -> None:
    app = GrmConsole(lambda: FakeSignIn(FakeSeat()), clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: said(pilot) == "")
        await pilot.press(*"liwei", "enter", *"no", "enter")
        await until(pilot, lambda: "you have to wait 1 minute" in said(pilot))
        assert app.screen.query_one("#name", Input).value == "liwei"
        assert app.screen.query_one("#password", Input).value == ""
        assert app.focused is app.screen.query_one("#password", Input)


async def test_typing_before_the_store_is_open_waits_for_it(tmp_path: Path) -> None:
    opened = threading.Event()

    def open_store() -> FakeSignIn:
        opened.wait(10)
        return FakeSignIn(FakeSeat())

    app = GrmConsole(open_store, clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        assert "Opening the store" in said(pilot)
        await pilot.press(*"liwei", "enter", *"tea", "enter")
        opened.set()
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))


async def test_a_store_that_does_not_open_says_so_and_is_tried_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def open_store() -> FakeSignIn:
        tries.append(1)
        if len(tries) == 1:
            raise StoreGone("The store cannot be reached. Check GRM_DATABASE_URL.")
        return FakeSignIn(FakeSeat())

    app = GrmConsole(open_store, clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Check GRM_DATABASE_URL" in said(pilot))
        await pilot.press(*"liwei", "enter", *"tea", "enter")
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
        assert len(tries) == 2


async def test_only_a_demo_store_signs_in_by_itself_and_only_when_asked(tmp_path: Path) -> None:
    asked = GrmConsole(lambda: FakeSignIn(FakeSeat(), "demo"), demo=False, clock=lambda: NOW, drafts=tmp_path)
    async with asked.run_test() as pilot:
        await until(pilot, lambda: said(pilot) == "")
    real = GrmConsole(lambda: FakeSignIn(FakeSeat()), demo=True, clock=lambda: NOW, drafts=tmp_path)
    async with real.run_test() as pilot:
        await until(pilot, lambda: said(pilot) == "")
    demo = GrmConsole(lambda: FakeSignIn(FakeSeat(), "demo"), demo=True, clock=lambda: NOW, drafts=tmp_path)
    async with demo.run_test() as pilot:
        await until(pilot, lambda: isinstance(demo.screen, DeskScreen))


async def test_quitting_at_the_sign_in_needs_no_desk(tmp_path: Path) -> None:
    app = GrmConsole(lambda: FakeSignIn(FakeSeat()), clock=lambda: NOW, drafts=tmp_path)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
    assert app._exit

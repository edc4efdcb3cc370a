"""The locked seat shows nothing of the desk, whatever the desk says meanwhile, and opens by the password alone."""

from pathlib import Path

from fake_seat import FakeSeat, call
from painted import assert_harmless, lines
from seated import seated, until
from textual.pilot import Pilot

from grm_console.errors import SignInRefused
from grm_console.tui.screens.lock import LockScreen

SECRETS = ("Chen", "陈", "0142", "Lotus", "Water", "bulky")


def unlock(password: str) -> None:
    if password != "tea":
        raise SignInRefused("The password is wrong. Try again.")


def seen(pilot: Pilot[None]) -> str:
    return "\n".join(lines(pilot.app))


async def test_nothing_of_the_desk_is_painted(tmp_path: Path) -> None:
    for size in ((80, 24), (200, 60)):
        async with seated(seat := FakeSeat(), tmp_path, size) as (pilot, desk):
            seat.arrive(call())
            await until(pilot, lambda: "Chen" in seen(pilot))
            pilot.app.notify("Chen Li, +1 202 555 0142", markup=False)
            await until(pilot, lambda: "0142" in seen(pilot))
            lock = LockScreen("Li Wei [/]", unlock)
            pilot.app.push_screen(lock)
            await until(pilot, lambda: "Locked" in seen(pilot))
            desk.notify("Chen Li calls again", markup=False)
            await pilot.pause()
            for secret in SECRETS:
                assert secret not in seen(pilot)
            assert "Li Wei [/] is signed in" in seen(pilot)
            assert_harmless(pilot.app)


async def test_a_call_is_announced_without_a_name(tmp_path: Path) -> None:
    async with seated(FakeSeat(), tmp_path) as (pilot, _desk):
        lock = LockScreen("Li Wei", unlock)
        lock.show_ringing(True)
        pilot.app.push_screen(lock)
        await until(pilot, lambda: "A call is ringing" in seen(pilot))
        lock.show_ringing(False)
        await until(pilot, lambda: "ringing" not in seen(pilot))


async def test_only_the_password_opens_it(tmp_path: Path) -> None:
    async with seated(FakeSeat(), tmp_path) as (pilot, desk):
        pilot.app.push_screen(LockScreen("Li Wei", unlock))
        await until(pilot, lambda: "Locked" in seen(pilot))
        await pilot.press("escape", "f2", "f9", "f1", "tab", "enter", *"no", "enter")
        await until(pilot, lambda: "password is wrong" in seen(pilot))
        assert isinstance(pilot.app.screen, LockScreen)
        assert desk.held is None, "no key reached the desk"
        await pilot.press(*"tea", "enter")
        await until(pilot, lambda: pilot.app.screen is desk)


async def test_leaving_works_while_locked(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, _desk):
        pilot.app.push_screen(LockScreen("Li Wei", unlock))
        await until(pilot, lambda: "Locked" in seen(pilot))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app._exit)

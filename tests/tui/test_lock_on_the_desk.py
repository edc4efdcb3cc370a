"""Locking at a real seat: by key and when idle; nothing is seen, nothing is lost, the password opens it again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from at_desk import Shift, keys, painted, until
from builders import call
from conftest import FixedClock, settings_for

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui import app as app_module
from grm_console.tui.screens.lock import LockScreen
from grm_console.tui.screens.post import PostScreen

PASSWORD = "lotus bakery 12"
NEVER = timedelta(0)


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        shift = Shift(Desk(store, "US", "en"), clock, tmp_path)
        shift.actor("li wei", password_hash=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
        yield shift


async def test_the_key_hides_everything_and_words_survive(shift: Shift) -> None:
    async with shift.sits(lock_after=NEVER) as (pilot, desk):
        await keys(pilot, "f10", "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "alt+3", "tab", "=Lamp dark", "ctrl+t", then=lambda: pilot.app.screen is not desk)
        over = pilot.app.screen
        await keys(pilot, "alt+l", then=lambda: isinstance(pilot.app.screen, LockScreen))
        for secret in ("Lamp", "Case", "Ready", "COUNTER", "waiting"):
            assert secret not in painted(pilot)
        for key in ("ctrl+p", "alt+o", "alt+g", "escape", "ctrl+r", "f2", "alt+l"):
            await keys(pilot, key)
            assert "Lamp" not in painted(pilot)
            while not isinstance(pilot.app.screen, LockScreen):
                await keys(pilot, "escape")
        await keys(pilot, "=wrong", "enter", then=lambda: "password is wrong" in painted(pilot))
        await keys(pilot, f"={PASSWORD}", "enter", then=lambda: pilot.app.screen is over)
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        assert desk.form.summary == "Lamp dark"


async def test_nobody_at_the_desk_locks_it_and_a_ring_is_told_without_a_name(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(app_module, "monotonic", lambda: now)
    async with shift.sits(lock_after=timedelta(minutes=10)) as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        now += 599
        pilot.app._lock_if_idle()  # type: ignore[attr-defined]
        assert pilot.app.screen is desk
        await keys(pilot, "f6")
        now += 599
        pilot.app._lock_if_idle()  # type: ignore[attr-defined]
        assert pilot.app.screen is desk, "a key says that somebody is here"
        now += 2
        pilot.app._lock_if_idle()  # type: ignore[attr-defined]
        await until(pilot, lambda: isinstance(pilot.app.screen, LockScreen))
        shift.happens(call("CA1", sender="+12025550177"))
        await until(pilot, lambda: "A call is ringing" in painted(pilot))
        assert "Chen" not in painted(pilot)
        await keys(pilot, f"={PASSWORD}", "enter", then=lambda: pilot.app.screen is desk)
        assert "Chen Li" in painted(pilot)


async def test_without_a_password_there_is_no_lock(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "alt+l")
        assert pilot.app.screen is desk


async def test_leaving_a_locked_seat_asks_nothing_and_puts_the_words_into_the_store(shift: Shift) -> None:
    async with shift.sits(lock_after=NEVER) as (pilot, desk):
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        assert desk.held
        held = desk.held.interaction_id
        await keys(pilot, "alt+3", "tab", "=Half", "alt+l", then=lambda: isinstance(pilot.app.screen, LockScreen))
        await keys(pilot, "ctrl+q", then=lambda: pilot.app._exit)
    draft = shift.seat("li wei").draft(held)
    assert draft
    assert draft.summary == "Half"


async def test_leaving_with_words_elsewhere_is_told_once(shift: Shift) -> None:
    async with shift.sits() as (pilot, _desk):
        await keys(pilot, "alt+r", then=lambda: isinstance(pilot.app.screen, PostScreen))
        await keys(pilot, "=1 Quay", "ctrl+q", then=lambda: "words that are not saved" in painted(pilot))
        await keys(pilot, "tab", "ctrl+q")
        assert not pilot.app._exit, "another key came between"
        await keys(pilot, "ctrl+q", then=lambda: pilot.app._exit)

"""The recordings of an exchange at a real store: fetched, played by a player that is there, saved, sealed, refused."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import SIZES, keys, painted, until
from builders import CALL, LONG_AGO, call, found_town, interaction_of, put, staff, take_in
from conftest import FixedClock, settings_for
from textual.app import App
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk import recordings
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.recordings import Recordings
from grm_console.desk.sign_in import actor_named
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.player import Player, player_for
from grm_console.tui.screens.recordings import LOOK_AGAIN, RecordingsScreen
from grm_console.tui.screens.small_form import SmallFormScreen

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        found_town(store)
        yield Desk(store, "US", "en")


@pytest.fixture
def mei(desk: Desk) -> Actor:
    take_in(desk, actor_named(desk, "system:web"), call())
    return staff(desk, "mei")


def keep(desk: Desk, sid: str = "RE1", **values: object) -> int:
    columns = {"kind": "voicemail", "state": "completed", "url": "https://api.twilio.com/RE1", "seconds": 32}
    given = columns | {"started_at": LONG_AGO, "interaction_id": interaction_of(desk.store, CALL.sid)} | values
    return put(desk.store, tables.Recording(provider="twilio", sid=sid, **given))


def arrive(desk: Desk, key: int) -> None:
    with desk.store.writing() as write:
        recordings.fetched(desk, write, key, "audio/wav", WAV)


@asynccontextmanager
async def opened(
    desk: Desk, actor: Actor, clock: FixedClock, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[None], RecordingsScreen]]:
    app: App[None] = App()
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = RecordingsScreen(Recordings(desk, actor), interaction_of(desk.store, CALL.sid), clock)
        await app.push_screen(screen)
        await until(pilot, lambda: "Looking" not in painted(pilot))
        yield pilot, screen


@pytest.fixture
def aplay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A player that notes what it is given; the only program there is."""
    folder, told = tmp_path / "bin", tmp_path / "played"
    folder.mkdir()
    program = folder / "aplay"
    program.write_text(
        f'#!/bin/sh\n/bin/cat "$1" > "{told}.part"\n/bin/mv "{told}.part" "{told}"\nexec /bin/sleep 60\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return told


@pytest.mark.parametrize("size", SIZES)
async def test_from_fetching_to_saving(
    desk: Desk, mei: Actor, clock: FixedClock, tmp_path: Path, aplay: Path, size: tuple[int, int]
) -> None:
    key = keep(desk)
    async with opened(desk, mei, clock, size) as (pilot, screen):
        assert "Voicemail  0:32" in painted(pilot)
        foot = painted(pilot).splitlines()[-1]
        assert "Enter Fetch" in foot
        assert "P Play" not in foot
        await keys(pilot, "p", "ctrl+s", "enter", then=lambda: "on its way" in painted(pilot))
        arrive(desk, key)
        screen._look_if_coming()
        await until(pilot, lambda: "✓ here" in painted(pilot))
        assert "P Play" in painted(pilot).splitlines()[-1]
        await keys(pilot, "p", then=aplay.exists)
        assert aplay.read_bytes() == WAV
        folder = screen._player._folder
        assert folder is not None
        await keys(pilot, "ctrl+s", then=lambda: isinstance(pilot.app.screen, SmallFormScreen))
        assert "voicemail-20250102" in painted(pilot)
        file = tmp_path / "a message.wav"
        await keys(pilot, "ctrl+u", f"={file}", "ctrl+s", then=file.exists)
        assert file.read_bytes() == WAV
        await until(pilot, lambda: pilot.app.screen is screen)
        await keys(pilot, "ctrl+s", "ctrl+u", f"={file}", "ctrl+s", then=lambda: "there already" in painted(pilot))
        await keys(pilot, "escape", "escape", then=lambda: pilot.app.screen is not screen)
        await until(pilot, lambda: not Path(folder).exists())


async def test_each_line_says_what_can_be_done(desk: Desk, mei: Actor, clock: FixedClock) -> None:
    for number, values in enumerate(
        (
            {"state": "in-progress", "seconds": None, "kind": "call"},
            {"state": "absent"},
            {"state": "failed", "problem": "The carrier could not record it (error 16104)."},
            {"problem": "No answer\x1b[2J[/]."},
        )
    ):
        keep(desk, f"RE{number}", started_at=LONG_AGO + timedelta(minutes=number), **values)
    async with opened(desk, mei, clock, (80, 24)) as (pilot, screen):
        told = painted(pilot)
        for words in (
            "still being recorded",
            "nothing was said",
            "error 16104",
            "No answer�[2J[/]. Enter tries again.",
        ):
            assert words in told
        assert not screen.check_action("fetch", ())
        await keys(pilot, "end", then=lambda: screen.check_action("fetch", ()))
        assert LOOK_AGAIN >= 1


async def test_nothing_sealed_and_no_player(
    desk: Desk, mei: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(desk, mei, clock) as (pilot, _screen):
        assert "Nothing of this exchange was recorded" in painted(pilot)
    key = keep(desk)
    arrive(desk, key)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with opened(desk, mei, clock) as (pilot, screen):
        await keys(pilot, "p", then=lambda: "There is no player" in painted(pilot))
        table = tables.Interaction.__table__  # type: ignore[attr-defined]
        with desk.store.writing() as write:
            write.connection.execute(table.update().values(identified="anonymous"))
        await keys(pilot, "p", then=lambda: "This recording is sealed" in painted(pilot))
    async with opened(desk, mei, clock) as (pilot, screen):
        assert "sealed: the matter is confidential" in painted(pilot)
        assert not any(screen.check_action(name, ()) for name in ("fetch", "play", "save"))


def test_the_player_fits_the_sound(aplay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = aplay.parent / "bin"
    assert player_for("audio/x-wav") == str(folder / "aplay")
    assert player_for("audio/mpeg") is None
    (folder / "aplay").rename(folder / "xdg-open")
    assert player_for("audio/mpeg") is None, "nothing opens without a screen"
    monkeypatch.setenv("DISPLAY", ":0")
    assert player_for("audio/mpeg") == str(folder / "xdg-open")


def test_nothing_plays_after_the_end(aplay: Path) -> None:
    player = Player()
    player.play("a.wav", "audio/wav", WAV)
    folder = player._folder
    player.play("b.wav", "audio/wav", WAV)
    assert folder is not None
    player.close()
    assert not Path(folder).exists()
    player.play("c.wav", "audio/wav", WAV)
    assert player._running is None

"""Finding whom to bring in or hand over to: as it is typed, with what Enter does, and no transfer by accident."""

from datetime import timedelta
from pathlib import Path

import pytest
from fake_seat import NOW, FakeSeat, call
from painted import assert_harmless
from seated import SIZES, seated, shown, until
from textual.pilot import Pilot

from grm_console.domain.words import AgentState, InteractionState
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.third_party import ThirdPartyScreen


def on_the_phone() -> FakeSeat:
    seat = FakeSeat(state=AgentState.TALKING)
    connected = NOW - timedelta(seconds=63)
    seat.arrive(call(mine=True, state=InteractionState.TALKING, answered_at=NOW, connected_at=connected))
    seat.calls.connect()
    return seat


async def find(pilot: Pilot[None], desk: DeskScreen, letter: str) -> ThirdPartyScreen:
    await until(pilot, lambda: desk.call)
    await pilot.press("f11", letter)
    await until(pilot, lambda: isinstance(pilot.app.screen, ThirdPartyScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ThirdPartyScreen)
    await until(pilot, lambda: screen._rows.count)
    return screen


def rows(screen: ThirdPartyScreen) -> list[str]:
    return [party.key for party in screen._rows.parties]


@pytest.mark.parametrize("size", SIZES)
async def test_everybody_is_shown_with_number_hours_and_whether_free(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path, size) as (pilot, desk):
        screen = await find(pilot, desk, "c")
        assert rows(screen) == ["water", "int-zh", "parks", "ana", "kim", "housing"]
        for words in ("● free Water Supply", "+1 202 555 0160", "24/7", "○ busy Kim Soo", "→ queue Housing"):
            assert words in shown(screen)  # type: ignore[arg-type]
        assert "Enter consults Water Supply   ^A adds   ^B hands over" in shown(screen)  # type: ignore[arg-type]
        assert_harmless(pilot.app)


async def test_enter_consults_and_control_a_adds_at_once(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        screen = await find(pilot, desk, "c")
        await pilot.press(*"wat")
        await until(pilot, lambda: rows(screen) == ["water"])
        await pilot.press("enter")
        await until(pilot, lambda: ("add", 41, "water", True) in seat.done)
        await until(pilot, lambda: "‖ citizen ON HOLD   ◌ Water Supply ringing 0:00" in shown(desk))
        screen = await find(pilot, desk, "c")
        await pilot.press("down", "ctrl+a")
        await until(pilot, lambda: ("add", 41, "int-zh", False) in seat.done)


async def test_each_way_in_lists_its_own(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        for letter, listed in (("a", ["water", "parks"]), ("i", ["int-zh"]), ("t", ["ana", "kim", "housing"])):
            assert rows(await find(pilot, desk, letter)) == listed
            await pilot.press("escape")
            assert pilot.app.screen is desk
        await find(pilot, desk, "i")
        await pilot.press("enter")
        await until(pilot, lambda: ("add", 41, "int-zh", False) in seat.done)


async def test_a_colleague_is_offered_the_call_with_a_note(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        screen = await find(pilot, desk, "t")
        await pilot.press("enter")
        assert pilot.app.screen is screen, "the note comes first"
        await pilot.press(*"water", "enter")
        await until(pilot, lambda: ("offer", 41, "ana", "water") in seat.done)
        await until(pilot, lambda: "offered to Ana Ortiz" in shown(desk))


async def test_who_is_busy_or_has_no_number_is_not_rung(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        screen = await find(pilot, desk, "t")
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: "Kim Soo is busy" in shown(screen))  # type: ignore[arg-type]
        await pilot.press("escape")
        screen = await find(pilot, desk, "a")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Parks has no telephone number" in shown(screen))  # type: ignore[arg-type]
        assert not [act for act in seat.done if act[0] in ("add", "offer")]


async def test_a_queue_gets_the_caller_with_a_note_or_at_once(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        screen = await find(pilot, desk, "t")
        await pilot.press("ctrl+b")
        await until(pilot, lambda: "Only a queue or a department" in shown(screen))  # type: ignore[arg-type]
        await pilot.press(*"hous")
        await until(pilot, lambda: rows(screen) == ["housing"])
        await pilot.press("ctrl+b")
        await until(pilot, lambda: ("to_queue", 41, "housing", "") in seat.done)
        await until(pilot, lambda: desk.held is None)


async def test_a_department_gets_the_caller_as_soon_as_a_person_is_there(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        await find(pilot, desk, "a")
        await pilot.press("ctrl+b")
        await until(pilot, lambda: ("leave", 41) in seat.done)
        assert ("add", 41, "water", False) in seat.done
        await until(pilot, lambda: "you leave as soon as a person answers at Water Supply" in shown(desk))


async def test_help_tells_what_the_field_is_for(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        await find(pilot, desk, "c")
        await pilot.press("f1")
        await until(pilot, lambda: "Who is to come in" in shown(pilot.app.screen))  # type: ignore[arg-type]

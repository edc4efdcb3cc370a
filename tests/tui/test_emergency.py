"""The emergency key: the number at once, one Enter, no field needed, and the words to say where nobody may be rung."""

from datetime import timedelta
from pathlib import Path

import pytest
from fake_seat import NOW, FakeSeat, call, text
from painted import assert_harmless
from seated import SIZES, seated, shown, until

from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState, InteractionState
from grm_console.tui.screens.emergency import EmergencyScreen
from grm_console.tui.screens.whole_text import WholeTextScreen


def on_the_phone(place: str = "") -> FakeSeat:
    seat = FakeSeat(state=AgentState.TALKING)
    connected = NOW - timedelta(seconds=63)
    seat.arrive(call(mine=True, state=InteractionState.TALKING, answered_at=NOW, connected_at=connected))
    seat.calls.connect()
    seat.drafts[41] = CaseForm(place=place)
    return seat


@pytest.mark.parametrize("size", SIZES)
async def test_two_keys_ring_the_service_into_the_call(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = on_the_phone("12 Garden Road")
    async with seated(seat, tmp_path, size) as (pilot, desk):
        await until(pilot, lambda: desk.call and desk.form.place)
        await pilot.press("alt+e")
        await until(pilot, lambda: isinstance(pilot.app.screen, EmergencyScreen))
        screen = pilot.app.screen
        await until(pilot, lambda: "Tell them to dial 119" in shown(screen))  # type: ignore[arg-type]
        for words in ("12 Garden Road", "fits the place", "Stay on the line.", "Enter rings 119 into the call"):
            assert words in shown(screen)  # type: ignore[arg-type]
        assert_harmless(pilot.app)
        await pilot.press("enter")
        await until(pilot, lambda: ("emergency", 41, "Old Town", "12 Garden Road") in seat.done)
        await until(pilot, lambda: "119 is being rung into the call" in shown(desk))
        assert pilot.app.screen is desk


async def test_another_place_brings_another_number_and_its_words(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("alt+e")
        await until(pilot, lambda: isinstance(pilot.app.screen, EmergencyScreen))
        screen = pilot.app.screen
        await pilot.press(*"station")
        await until(pilot, lambda: "Tell them to dial 110" in shown(screen))  # type: ignore[arg-type]
        assert "say the words above" in shown(screen)  # type: ignore[arg-type]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeTextScreen))
        assert ("emergency", 41, "everywhere", "station") in seat.done
        told = shown(pilot.app.screen)  # type: ignore[arg-type]
        assert "Hang up and dial 110 now." in told
        assert "The supervisor is called" in told


async def test_another_service_is_chosen_and_escape_notes_nothing(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("alt+e")
        await until(pilot, lambda: "Tell them to dial 119" in shown(pilot.app.screen))  # type: ignore[arg-type]
        await pilot.press("down")
        await until(pilot, lambda: "Tell them to dial 110" in shown(pilot.app.screen))  # type: ignore[arg-type]
        await pilot.press("escape")
        assert pilot.app.screen is desk
        assert not [act for act in seat.done if act[0] == "emergency"]


async def test_a_text_gets_the_words_and_the_alarm_too(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(text(mine=True, state=InteractionState.TALKING, answered_at=NOW))
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+e")
        await until(pilot, lambda: "say the words above" in shown(pilot.app.screen))  # type: ignore[arg-type]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeTextScreen))
        assert ("emergency", 51, "Old Town", "") in seat.done


async def test_in_plain_mode_the_number_is_a_line_of_text(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        pilot.app.set_class(True, "-plain")
        await until(pilot, lambda: desk.call)
        await pilot.press("alt+e")
        await until(pilot, lambda: "Tell them to dial 119" in shown(pilot.app.screen))  # type: ignore[arg-type]
        assert not pilot.app.screen.query_one("#emergency-number").display

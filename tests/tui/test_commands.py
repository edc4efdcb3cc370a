"""The command table: every command exists, no two that are possible at once share a key, palette and footer follow."""

from pathlib import Path

import pytest
from fake_seat import FakeSeat, call, text
from seated import seated, shown, until
from textual._xterm_parser import XTermParser
from textual.binding import Binding
from textual.events import Key

from grm_console.domain.words import AgentState, InteractionState
from grm_console.tui.app import GrmConsole
from grm_console.tui.commands import DESK, Command, bindings
from grm_console.tui.screens.desk import DeskScreen


def test_every_command_has_a_method_and_words() -> None:
    for command in DESK:
        assert command.label
        assert command.help.endswith(".")
        if not command.name.startswith("app."):
            assert hasattr(DeskScreen, f"action_{command.name}"), command


def test_keys_work_while_words_are_typed() -> None:
    for binding in bindings(DESK):
        assert isinstance(binding, Binding)
        if binding.key == "escape":
            assert not binding.priority
            continue
        assert binding.priority
        for key in binding.key.split(","):
            assert key.startswith(("ctrl+", "alt+", "f")), key
            assert len(key) > 1


@pytest.mark.parametrize(
    ("keys", "shown_key"), [("ctrl+g", "^G"), ("f10,f2", "F10"), ("alt+1", "Alt+1"), ("escape", "Esc")]
)
def test_keys_are_written_as_operators_write_them(keys: str, shown_key: str) -> None:
    assert Command("go('case')", keys, "", "", "").key == shown_key
    assert Command("go('case')", keys, "", "", "").name == "go"


def test_alt_and_a_letter_or_digit_arrive_as_the_key_they_are() -> None:
    """As terminals send them: some, as Alt+B, are read as editing keys and would never reach a command."""
    assert GrmConsole is not None  # importing the console settles it
    wanted = {key for command in DESK for key in command.keys.split(",") if key.startswith("alt+")}
    assert wanted >= {"alt+1", "alt+2", "alt+3"}
    for key in wanted:
        parser, sent = XTermParser(), f"\x1b{key.removeprefix('alt+')}"
        assert [event.key for part in (sent, "") for event in parser.feed(part) if isinstance(event, Key)] == [key]
        parser = XTermParser()
        twice = [event.key for part in (sent * 2, "") for event in parser.feed(part) if isinstance(event, Key)]
        assert twice == [key, key], "a key that repeats types nothing"


@pytest.mark.parametrize("state", [AgentState.AVAILABLE, AgentState.AWAY, AgentState.TALKING, AgentState.WRAP_UP])
async def test_no_two_possible_commands_share_a_key(tmp_path: Path, state: AgentState) -> None:
    seat = FakeSeat(state=state)
    async with seated(seat, tmp_path) as (pilot, desk):
        for cards in ((), (call(),), (text(),), (call(mine=True),), (text(mine=True),)):
            seat.cards = {card.interaction_id: card for card in cards}
            seat.change("queue")
            offered = seat.current() or seat.ringing()
            await until(pilot, lambda offered=offered: desk.card == offered)
            keys = [
                key
                for command in DESK
                if command.name.startswith("app.") or desk.check_action(command.name, ())
                for key in command.keys.split(",")
            ]
            doubled = {key for key in keys if keys.count(key) > 1}
            assert not doubled, (state, cards, doubled)


async def test_the_footer_names_what_is_possible_now(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.AWAY)
    async with seated(seat, tmp_path, (160, 45)) as (pilot, desk):
        foot = shown(desk).splitlines()[-1]
        assert "F10 Available" in foot
        assert "F2 Answer" not in foot
        assert foot.rstrip().endswith("F1 Help")
        seat.arrive(call(mine=True, connected_at=seat.now, answered_at=seat.now, state=InteractionState.TALKING))
        await until(pilot, lambda: "F8 End" in shown(desk))
        assert "F10" not in shown(desk).splitlines()[-1]


async def test_the_palette_offers_the_same_commands(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.AWAY)
    async with seated(seat, tmp_path) as (pilot, desk):
        titles = {command.title for command in pilot.app.get_system_commands(desk)}
        assert {"Available", "Find", "Quit"} <= titles
        assert "Answer" not in titles
        await pilot.press("ctrl+p", *"avail", "enter")
        await until(pilot, lambda: ("available",) in seat.done)


async def test_a_click_on_the_footer_works_like_its_key(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.AWAY)
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.click("CommandFooter", offset=(3, 0))
        await until(pilot, lambda: ("available",) in seat.done)
        assert desk.is_current

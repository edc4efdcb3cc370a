"""The numbered list: numbers pick, typing narrows, nothing is picked by accident."""

import pytest
from textual.app import App
from textual.widgets import Static

from grm_console.tui.screens.pick import Choice, PickScreen

CHOICES = (
    Choice("info", "Information given", "已答复"),
    Choice("case", "Case opened", "已立案"),
    Choice("wrong", "Wrong number", "[/打错"),
    *(Choice(f"more{n}", f"Further {n}") for n in range(10)),
)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("1",), "info"),
        (("2",), "case"),
        (("enter",), "info"),
        (("down", "down", "enter"), "wrong"),
        (("up", "enter"), "more9"),
        ((*"wro", "1"), "wrong"),
        (("立", "enter"), "case"),
        ((*"zzz", "enter", "escape"), None),
        ((*"zzz", "backspace", "backspace", "backspace", "2"), "case"),
        ((*"further", "9"), "more8"),
        (("escape",), None),
    ],
)
async def test_keys_pick(keys: tuple[str, ...], expected: str | None) -> None:
    app: App[None] = App()
    picked: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(PickScreen("How did it end?", CHOICES), picked.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    assert picked == [expected]


async def test_more_lines_than_numbers_say_so() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.push_screen(PickScreen("How did it end?", CHOICES))
        await pilot.pause()
        assert "4 more" in str(app.screen.query_one("#choices", Static).visual)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((*"0149", "enter"), "office"),
        ((*"555-0103", "enter"), "home"),
        ((*"303555", "enter"), "home"),
        (("2", "escape"), None),
        (("down", "enter"), "office"),
    ],
)
async def test_figures_narrow_a_list_of_telephone_numbers(keys: tuple[str, ...], expected: str | None) -> None:
    numbers = (Choice("home", "+1 303-555-0103"), Choice("office", "+1 503-555-0149"))
    app: App[None] = App()
    picked: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(PickScreen("Ring which number?", numbers, of_numbers=True), picked.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    assert picked == [expected]

"""Settling who speaks: number, then how; or one letter; Esc goes back one step."""

import pytest
from fake_seat import NOW, call
from textual.app import App

from grm_console.tui.screens.who_speaks import Spoken, WhoSpeaksScreen


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("1", "enter"), Spoken("confirmed", 7, "name")),
        (("2", "a"), Spoken("confirmed", 8, "name + address")),
        (("3", "o"), Spoken("confirmed", 9, "other")),
        (("1", "escape", "2", "n"), Spoken("confirmed", 8, "name")),
        (("9", "x", "s"), Spoken("someone-else")),
        (("y",), Spoken("anonymous")),
        (("n", "enter"), Spoken("new")),
        (("n", *"Wu", "enter"), Spoken("new", name="Wu")),
        (("c", "enter", *"Wu", "enter"), Spoken("concerned", name="Wu")),
        (("n", *"Wu", "escape", "escape"), None),
        (("escape",), None),
    ],
)
async def test_keys_settle_who_speaks(keys: tuple[str, ...], expected: Spoken | None) -> None:
    app: App[None] = App()
    answers: list[Spoken | None] = []
    async with app.run_test() as pilot:
        app.push_screen(WhoSpeaksScreen(call(), NOW), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    assert answers == [expected]

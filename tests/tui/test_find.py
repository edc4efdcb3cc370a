"""The find screen: hits as it is typed, late ones dropped, Enter gives one back, nothing foreign does harm."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from grm_console.desk.find_views import Found, FoundList
from grm_console.domain.words import Channel, ContactKind, Direction, EntryKind
from grm_console.errors import StoreGone
from grm_console.tui.screens import find
from grm_console.tui.screens.find import FindScreen

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
CHEN = Found("contact", 1, "陈丽", "Chen Li", ContactKind.CITIZEN, "name", "North", NOW - timedelta(days=1), 1)
BAKERY = Found("contact", 2, "Lotus Bakery", "莲花面包", ContactKind.BUSINESS, "number +1******0142")
CASE = Found("case", 1, "陈丽", "Chen Li", ContactKind.CITIZEN, "case 26-000418-8", at=NOW, case_id=3, entry_id=9)
TEXT = Found(
    *(
        "text",
        1,
        "陈丽",
        "Chen Li",
        ContactKind.CITIZEN,
        "words of the history",
        "",
        NOW,
        1,
        NOW - timedelta(days=3),
        5,
    ),
    *(EntryKind.INTERACTION, Channel.SMS, Direction.INBOUND, None, "no water since this morning"),
)
ODD = Found("text", 2, HOSTILE, HOSTILE, ContactKind.CITIZEN, HOSTILE, HOSTILE, at=NOW, words=HOSTILE)
HITS = (CHEN, BAKERY, CASE, TEXT, ODD)


class FakeFinder:
    """Finds the same for everything, unless told otherwise."""

    def __init__(self, found: Callable[[str], FoundList] | None = None) -> None:
        self.asked: list[str] = []
        self.looked_at: list[FoundList] = []
        self._found = found or (lambda text: FoundList(text, HITS if text else (BAKERY,)))

    def find(self, text: str, limit: int = 20) -> FoundList:
        self.asked.append(text)
        return self._found(text)

    def rested(self, found: FoundList) -> None:
        self.looked_at.append(found)


def begin(app: App[None], finder: FakeFinder) -> list[Found | None]:
    """Put the screen on; gives the list that its result will be in."""
    results: list[Found | None] = []
    app.push_screen(FindScreen(finder, lambda: NOW), results.append)  # type: ignore[arg-type]
    return results


def screen_of(app: App[None]) -> FindScreen:
    assert isinstance(app.screen, FindScreen)
    return app.screen


async def typed(pilot: Pilot[None], app: App[None], words: str, finder: FakeFinder) -> None:
    """Type and wait for the hits."""
    await pilot.press(*words)
    await until(pilot, lambda: finder.asked[-1:] == [words] and not screen_of(app)._waiting)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_it_is_painted_whole_at_every_size(size: tuple[int, int]) -> None:
    app: App[None] = App()
    finder = FakeFinder()
    async with app.run_test(size=size) as pilot:
        begin(app, finder)
        await until(pilot, lambda: finder.asked == [""] and not screen_of(app)._waiting)
        page = "\n".join(lines(app))
        assert "last 4 digits" in page
        assert "Lotus Bakery 莲花面包" in page
        await typed(pilot, app, "chen", finder)
        await pilot.pause()
        page = "\n".join(lines(app))
        for words in (
            "陈丽 Chen Li · North",
            "last contact yesterday",
            "case 26-000418-8",
            "no water since",
            "Esc back",
        ):
            assert words in page
        assert_harmless(app)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), CHEN),
        (("down", "enter"), BAKERY),
        (("down", "down", "up", "enter"), BAKERY),
        (("pagedown", "up", "enter"), TEXT),
        (("escape",), None),
    ],
)
async def test_keys_choose_a_hit(keys: tuple[str, ...], expected: Found | None) -> None:
    app: App[None] = App()
    finder = FakeFinder()
    async with app.run_test() as pilot:
        results = begin(app, finder)
        await pilot.pause()
        await typed(pilot, app, "c", finder)
        await pilot.press(*keys)
        await pilot.pause()
    assert results == [expected]


async def test_hits_for_older_words_are_dropped() -> None:
    app: App[None] = App()
    gate, late = threading.Event(), threading.Event()

    def slow(text: str) -> FoundList:
        if text == "a":
            gate.wait(5)
            late.set()
        return FoundList(text, (CASE,) if text == "a" else (BAKERY,))

    finder = FakeFinder(slow)
    async with app.run_test() as pilot:
        begin(app, finder)
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: "a" in finder.asked)
        await typed_more(pilot, app, "b")
        assert screen_of(app)._rows.hits == (BAKERY,)
        gate.set()
        await until(pilot, late.is_set)
        await pilot.pause()
        assert screen_of(app)._rows.hits == (BAKERY,)


async def typed_more(pilot: Pilot[None], app: App[None], words: str) -> None:
    await pilot.press(*words)
    await until(pilot, lambda: not screen_of(app)._waiting)


@pytest.mark.parametrize(("hits", "expected"), [((CASE,), [CASE]), (HITS, [])])
async def test_enter_ahead_of_the_hits_takes_only_a_single_one(
    hits: tuple[Found, ...], expected: list[Found | None]
) -> None:
    app: App[None] = App()
    gate = threading.Event()

    def slow(text: str) -> FoundList:
        if text:
            gate.wait(5)
        return FoundList(text, hits if text else ())

    async with app.run_test() as pilot:
        results = begin(app, FakeFinder(slow))
        await typed_more(pilot, app, "")
        await pilot.press(*"26", "enter")
        assert results == []
        gate.set()
        await until(pilot, lambda: results or (not expected and not screen_of(app)._waiting))
    assert results == expected


async def test_words_that_come_at_once_are_one_search() -> None:
    """As an input method commits them, or a paste."""
    app: App[None] = App()
    finder = FakeFinder()
    async with app.run_test() as pilot:
        begin(app, finder)
        await typed_more(pilot, app, "")
        app.screen.query_one(Input).value = "陈丽华\x1b[2J"
        await until(pilot, lambda: len(finder.asked) == 2 and not screen_of(app)._waiting)
    assert finder.asked[0] == ""
    assert finder.asked[1].startswith("陈丽华")
    assert "\x1b" not in finder.asked[1]


async def test_hits_that_stay_are_noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "REST", 0.01)
    app: App[None] = App()
    finder = FakeFinder()
    async with app.run_test() as pilot:
        begin(app, finder)
        await typed_more(pilot, app, "")
        assert finder.looked_at == []
        await typed(pilot, app, "c", finder)
        await until(pilot, lambda: bool(finder.looked_at))
        await pilot.pause()
    assert [found.typed for found in finder.looked_at] == ["c"]


async def test_what_goes_wrong_is_said_and_the_next_key_tries_again() -> None:
    app: App[None] = App()
    broken = True

    def find_or_fail(text: str) -> FoundList:
        if broken:
            raise StoreGone("The store cannot be reached [/x].")
        return FoundList(text, (), "The index is still being made: not everything is found yet.")

    async with app.run_test() as pilot:
        begin(app, FakeFinder(find_or_fail))
        await typed_more(pilot, app, "")
        await until(pilot, lambda: any("cannot be reached [/x]" in line for line in lines(app)))
        broken = False
        await typed_more(pilot, app, "a")
        await until(pilot, lambda: any("still being made" in line for line in lines(app)))
        assert any("Nobody is found so" in line for line in lines(app))


async def test_the_mouse_points_at_a_hit() -> None:
    app: App[None] = App()
    finder = FakeFinder()
    async with app.run_test() as pilot:
        results = begin(app, finder)
        await pilot.pause()
        await typed(pilot, app, "c", finder)
        await pilot.click("FoundRows", offset=(5, 2))
        await pilot.pause()
    assert results == [BAKERY]

"""Duplicates and the merge: proposals with reasons, two sides, direction, field choice, reason, and the way back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from contact_opened import OTHER, SIZES, contact_opened, do, said, shown
from fake_book import DUPLICATES, FakeBook
from painted import HOSTILE, assert_harmless, until
from textual.pilot import Pilot

from grm_console.errors import InvalidInput, NotAllowed, StaleChange
from grm_console.tui.screens.contact import ContactScreen
from grm_console.tui.screens.duplicates import DuplicatesScreen
from grm_console.tui.screens.merge import MergeScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.side_by_side import SideBySide


async def side_by_side(pilot: Pilot[None]) -> MergeScreen:
    """Open the first proposal beside the contact."""
    await pilot.press("f7")
    await until(pilot, lambda: isinstance(pilot.app.screen, DuplicatesScreen) and not pilot.app.screen.acting)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, MergeScreen) and not pilot.app.screen.acting)
    screen = pilot.app.screen
    assert isinstance(screen, MergeScreen)
    return screen


def back(pilot: Pilot[None], screen: ContactScreen) -> Callable[[], bool]:
    """Whether the contact's screen is there again with what is stored."""
    return lambda: pilot.app.screen is screen and not screen.acting


@pytest.mark.parametrize("size", SIZES)
async def test_both_sides_are_readable_at_every_size(size: tuple[int, int]) -> None:
    book = FakeBook()
    async with contact_opened(book, size) as (pilot, _screen):
        merge = await side_by_side(pilot)
        lines = shown(merge).splitlines()
        assert lines[0].index("stays") < lines[0].index("goes into it")
        rows = {line.split("  ")[0].strip(" ▌"): line for line in lines}
        assert "✓ Chen Li" in rows["Name"]
        assert rows["Name"].index("CHEN, Li") == lines[1].index("CHEN, Li")
        assert "✓ yes" in rows["Text only"]
        assert "= Citizen" in rows["Kind"]
        assert "14 exchanges · 2 cases" in lines[2]
        assert "nothing yet" in lines[2]
        assert "▲ Both have confirmed, different e-mail addresses." in shown(merge)
        assert "^S Merge" in lines[-1]
        assert book.opened == [21]


async def test_values_direction_and_reason_reach_the_book() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, screen):
        merge = await side_by_side(pilot)
        await pilot.press("right", "down", "right", "left", "f3")
        assert shown(merge).splitlines()[0].index("goes into it") < shown(merge).splitlines()[0].index("stays")
        await pilot.press("ctrl+s")
        assert "e.g. same e-mail and birthday." in shown(merge)
        assert book.done == []
        await do(pilot, "=same e-mail", "ctrl+s")
        await until(pilot, back(pilot, screen))
        chosen = {
            "name": "left",  # chosen by hand: the value of CHEN, Li, who stays
            "other_name": "right",  # chosen by hand: the value of Chen Li
            "language": "right",  # who stays has none
            "address": "left",
            "note": "right",
            "preferences.text_only": "left",
        }
        assert book.done == [("merge", 21, 7, chosen, (1, 3), "same e-mail")]
        assert "F8 there undoes it" in said(pilot)


async def test_without_a_choice_who_stays_keeps_what_it_has() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await side_by_side(pilot)
        await do(pilot, "tab", "=same", "ctrl+s")
        await until(pilot, back(pilot, screen))
        assert book.done[0][:3] == ("merge", 7, 21)
        chosen = book.done[0][3]
        assert isinstance(chosen, dict)
        assert {field for field, side in chosen.items() if side == "right"} == {"preferences.text_only"}


async def test_a_contact_changed_meanwhile_is_read_again_and_no_choice_is_lost() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        merge = await side_by_side(pilot)
        await do(pilot, "right", "tab", "=same e-mail")
        book.others_change(district="New Town")
        book.refuses = StaleChange("One of the two was changed since you looked.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "New Town" in shown(merge) and not merge.acting)
        assert "changed since you looked" in said(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, back(pilot, screen))
        assert book.done[0][-2:] == ((4, 1), "same e-mail")
        chosen = book.done[0][3]
        assert isinstance(chosen, dict)
        assert chosen["name"] == "right"
        assert chosen["district"] == "left"


async def test_refusals_are_said_and_the_reason_stays() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, _screen):
        merge = await side_by_side(pilot)
        await do(pilot, "tab", "=typo")
        book.refuses = InvalidInput({"reason": "One is a department. Begin the reason with different kinds."})
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "different kinds" in shown(merge))
        book.gone = True
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "cannot be reached" in said(pilot))
        assert "typo" in shown(merge)
        await pilot.press("escape", "escape")
        assert book.done == []


async def test_what_may_not_be_compared_says_why() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):

        def refuse(contact_id: int) -> None:
            raise NotAllowed("Your role may not open this contact.")

        screen._opened = refuse
        merge = await side_by_side(pilot)
        assert "Your role may not open this contact." in shown(merge)
        await pilot.press("ctrl+s", "f3", "escape")
        assert isinstance(pilot.app.screen, DuplicatesScreen)


async def test_not_the_same_is_remembered_and_another_one_may_be_found() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, screen):
        await pilot.press("f7")
        duplicates = pilot.app.screen
        await until(pilot, lambda: "86 of 100" in shown(duplicates))
        assert "✓ same telephone   ✗ different kind" in shown(duplicates)
        await pilot.press("f8")
        await until(pilot, lambda: "CHEN, Li" not in shown(duplicates).splitlines()[3])
        assert "not proposed again" in said(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "No other contact looks like this one." in shown(duplicates))
        assert book.done == [("not_the_same", 7, 21), ("not_the_same", 7, 22)]
        await pilot.press("f3")
        await until(pilot, lambda: book.opened == [OTHER[0]])
        await pilot.press("escape", "escape")
        await until(pilot, back(pilot, screen))
        await until(pilot, lambda: "may be the same" not in shown(screen))


async def test_a_merge_works_on_stored_words_only() -> None:
    async with contact_opened(FakeBook()) as (pilot, screen):
        await pilot.press(*"x", "f7")
        assert pilot.app.screen is screen
        assert "Save your words first" in said(pilot)


@pytest.mark.parametrize("size", SIZES[:2])
async def test_hostile_words_side_by_side(size: tuple[int, int]) -> None:
    book = FakeBook()
    book.other = replace(book.other, name=HOSTILE, note=HOSTILE)
    book.warnings = (HOSTILE,)
    book.found = tuple(replace(one, name=HOSTILE, reasons=(HOSTILE,), against=(HOSTILE,)) for one in DUPLICATES)
    async with contact_opened(book, size) as (pilot, _screen):
        await side_by_side(pilot)
        assert_harmless(pilot.app)
        assert pilot.app.screen.query_one(SideBySide).size.height >= 3
        await pilot.press("f4")
        assert isinstance(pilot.app.screen, WholeTextScreen)
        assert_harmless(pilot.app)
        await pilot.press("escape", "escape")
        assert_harmless(pilot.app)

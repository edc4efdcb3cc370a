"""The contact's screens on a real store: two seats save, a line is added, two contacts are merged and parted again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import contact, staff
from conftest import FixedClock, settings_for
from contact_opened import contact_opened, do, said, shown
from painted import until
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.desk import Desk
from grm_console.desk.find import Finder
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.conflicts import ConflictScreen
from grm_console.tui.screens.duplicates import DuplicatesScreen
from grm_console.tui.screens.merge import MergeScreen


class OpeningBook(ContactBook):
    """A ContactBook that is handed to the test's screen together with the finder's `open`."""

    def __init__(self, desk: Desk, name: str) -> None:
        actor = staff(desk, name)
        super().__init__(desk, actor)
        self.open = Finder(desk, actor).open


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """A desk on a fresh SQLite store; the screens do not know which store it is."""
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Desk(store, "US", "en")


async def reached(pilot: Pilot[None], kind: type) -> None:
    """Wait until a screen of this kind is there and has read what it shows."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and not getattr(pilot.app.screen, "acting", False))


async def test_two_seats_at_one_contact(desk: Desk, clock: FixedClock) -> None:
    chen = contact(desk.store, "Chen Li", "+12025550142", other_name="陈莉")
    mine, theirs = OpeningBook(desk, "li"), OpeningBook(desk, "wang")
    mine.open(chen)
    theirs.open(chen)
    async with contact_opened(mine, (80, 24), chen, clock) as (pilot, screen):
        await do(pilot, "end", "space", "=Wu", *["tab"] * 9, "space")
        seen = theirs.sheet(chen)
        theirs.change(chen, seen.version, seen.fields, replace(seen.fields, name="Chen Li-Wu", district="Old Town"))
        await pilot.press("ctrl+s")
        await reached(pilot, ConflictScreen)
        assert "Wang changed it today" in shown(pilot.app.screen)
        await pilot.press("left", "ctrl+s")
        await until(pilot, lambda: pilot.app.screen is screen and not screen.acting and not screen.form.edited)
        stored = mine.sheet(chen)
        assert (stored.fields.name, stored.fields.district) == ("Chen Li Wu", "Old Town")
        assert stored.preferences.text_only
        await do(pilot, "alt+1", "home", "ctrl+k", "ctrl+s")
        await until(pilot, lambda: "e.g. Chen Li." in " ".join(shown(screen).split()))


async def test_lines_added_and_ended(desk: Desk, clock: FixedClock) -> None:
    chen, bakery = contact(desk.store, "Chen Li"), contact(desk.store, "Lotus Bakery", kind="business")
    book = OpeningBook(desk, "li")
    book.open(chen)
    async with contact_opened(book, (80, 24), chen, clock) as (pilot, screen):
        screen._find = lambda then: then(bakery, "Lotus Bakery")
        for steps in (
            ("f2", "=nobody", "ctrl+s"),
            ("ctrl+u", "=(202) 555-0142", "ctrl+s"),
            ("f3", "tab", "=owner", "ctrl+s"),
            ("f4", "=Needs an interpreter", "ctrl+s"),
            ("f5", "=Interpreter booked", "ctrl+s"),
            ("ctrl+o", "2", "f9"),
            ("f8",),
        ):
            await do(pilot, *steps)
            await until(pilot, lambda: not getattr(pilot.app.screen, "acting", False))
            if "=nobody" in steps:
                assert "+1 202 555 0142" in shown(pilot.app.screen)
        await until(pilot, lambda: pilot.app.screen is screen)
        sheet = book.sheet(chen)
        assert [(point.address, point.until) for point in sheet.points] == [("+1 202-555-0142", clock())]
        assert [(one.other_name, one.role) for one in sheet.relations] == [("Lotus Bakery", "owner")]
        assert [flag.text for flag in sheet.flags] == ["Needs an interpreter"]


async def test_merged_and_parted_again(desk: Desk, clock: FixedClock) -> None:
    one = contact(desk.store, "Chen Li", "+12025550142", address="12 Garden Road")
    two = contact(desk.store, "Li Chen", "+12025550142", address="12 Garden Road", other_name="陈莉")
    book = OpeningBook(desk, "li")
    book.open(one)
    before = book.sheet(one)
    async with contact_opened(book, (80, 24), one, clock) as (pilot, screen):
        assert "1 other may be the same: F7" in shown(screen)
        await pilot.press("f7")
        await reached(pilot, DuplicatesScreen)
        await pilot.press("enter")
        await reached(pilot, MergeScreen)
        await do(pilot, "f3", "tab", "=confirmed by phone", "ctrl+s")
        await until(pilot, lambda: pilot.app.screen is screen and not screen.acting)
        assert screen._contact_id == two
        assert "Li Chen 陈莉" in shown(screen)
        await do(pilot, "ctrl+o", "5", "f8", "1")
        await until(pilot, lambda: "two contacts again" in said(pilot))
    after = book.sheet(one)
    assert (after.contact_id, after.fields, after.points) == (one, before.fields, before.points)

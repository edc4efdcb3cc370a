"""The blocklist on the screen: what holds, what it stopped, adding and lifting, each by whoever may."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import SIZES, Shift, keys, painted, until
from builders import all_rows, call, put
from conftest import FixedClock, settings_for
from textual import events
from textual.app import App
from textual.pilot import Pilot

from grm_console.cli.opening import trail_of
from grm_console.desk.blocked import Blocked
from grm_console.desk.desk import Desk
from grm_console.domain.words import BlockKind
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.block_form import BlockFormScreen
from grm_console.tui.screens.blocklist import BlocklistScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.theme import DARK

BELL, CALLER = "+12025550199", "+12025550142"


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


class Alone(App[None]):
    """A console with nothing but this screen."""

    def __init__(self, screen: BlocklistScreen) -> None:
        super().__init__()
        self._first = screen
        self.register_theme(DARK)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.push_screen(self._first)


@asynccontextmanager
async def opened(shift: Shift, role: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    blocked = Blocked(shift.desk, shift.actor(role, role=role))
    async with Alone(BlocklistScreen(blocked, shift.clock)).run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: "in force" in painted(pilot))
        yield pilot


def blocks(shift: Shift) -> None:
    boss = Blocked(shift.desk, shift.actor("boss", role="supervisor"))
    today = shift.clock.moment.astimezone().date()
    boss.add(BELL, BlockKind.MACHINE, "dials all night \x1b[2J", today + timedelta(days=9))
    rules = {"notice": "by letter on 2026-11-20", "review_on": today + timedelta(days=5)}
    boss.add(CALLER, BlockKind.PERSON, "one call a day", today + timedelta(days=20), **rules)
    lifted = boss.add("+12025550177", BlockKind.FRAUD, "sells false tickets", today + timedelta(days=9))
    boss.lift(lifted)


@pytest.mark.parametrize("size", SIZES)
async def test_what_holds_what_it_stopped_and_what_is_due(shift: Shift, size: tuple[int, int]) -> None:
    blocks(shift)
    point = next(row.id for row in all_rows(shift.desk.store, tables.ContactPoint) if row.address == BELL)
    values = {"channel": "voice", "direction": "inbound", "state": "done", "end_reason": "blocked"}
    now = shift.clock.moment
    for at in (now - timedelta(days=1), now, now + timedelta(seconds=1)):
        put(
            shift.desk.store,
            tables.Interaction(contact_point_id=point, happened_at=at, entered_at=at, line="+12025550100", **values),
        )
    shift.clock.forward(days=6)
    async with opened(shift, "supervisor", size) as pilot:
        text = painted(pilot)
        assert "2 in force, 1 to be looked at again" in text
        assert text.index("review is due") < text.index("2 calls stopped")
        assert "one call a day" in text
        assert "\x1b" not in text
        assert "sells false tickets" not in text
        await pilot.press("f7")
        await until(pilot, lambda: "lifted by Boss" in painted(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeTextScreen))
        assert painted(pilot).count("+12025550100") == 2, "the call before it is none of its"
        await pilot.press("escape")
        shift.clock.forward(days=30)
        await pilot.press("f5")
        await until(pilot, lambda: "0 in force" in painted(pilot) and "has run out" in painted(pilot))


async def test_a_machine_is_kept_out_by_an_administrator_and_a_person_by_no_administrator(shift: Shift) -> None:
    blocks(shift)
    async with opened(shift, "administrator", (80, 24)) as pilot:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, BlockFormScreen))
        form = pilot.app.screen
        assert isinstance(form, BlockFormScreen)
        assert "Notice" not in painted(pilot), "an administrator sets no rules for persons"
        await keys(
            pilot,
            "~2025550155",
            "enter",
            "right",
            "enter",
            "~fax tones",
            "ctrl+s",
            then=lambda: "3 in force" in painted(pilot),
        )
        row = all_rows(shift.desk.store, tables.BlockedNumber)[-1]
        assert (row.kind, row.reason) == ("fraud", "fax tones")
        await pilot.press("f8")
        await until(pilot, lambda: "Lift the block of" in painted(pilot))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "2 in force" in painted(pilot))
        await until(pilot, lambda: "one call a day" in painted(pilot))
        while "▌+12025550142" not in painted(pilot).replace("│", ""):
            await pilot.press("down")
        assert not pilot.app.screen.check_action("lift", ())


async def test_what_is_wrong_is_said_beside_its_field_and_words_are_kept(shift: Shift) -> None:
    async with opened(shift, "supervisor", (80, 24)) as pilot:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, BlockFormScreen))
        await keys(pilot, "~2025550155", "tab", "right", "right", "tab", "~one call a day", "tab")
        await pilot.press("end", *["backspace"] * 10, *"soon", "ctrl+s")
        await until(pilot, lambda: "Write a day, e.g. 2027-01-31." in painted(pilot))
        assert all_rows(shift.desk.store, tables.BlockedNumber) == []
        await pilot.press("escape", "f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, BlockFormScreen) and "soon" in painted(pilot))
        await pilot.press("escape")


async def test_a_key_that_stores_does_not_overtake_the_letters_typed_before_it(shift: Shift) -> None:
    async with opened(shift, "supervisor", (80, 24)) as pilot:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, BlockFormScreen))
        await keys(pilot, "~+12025550155", "tab", "tab")
        for letter in "fax tones":
            pilot.app.post_message(events.Key("space" if letter == " " else letter, letter))
        pilot.app.post_message(events.Key("ctrl+s", None))
        await until(pilot, lambda: "1 in force" in painted(pilot))
        assert [row.reason for row in all_rows(shift.desk.store, tables.BlockedNumber)] == ["fax tones"]


async def test_from_the_call_menu_the_number_is_proposed(shift: Shift) -> None:
    shift.happens(call("CA1", BELL))
    async with shift.sits(role="supervisor") as (pilot, desk):
        await pilot.press("f10")
        await until(pilot, lambda: desk.card is not None)
        await pilot.press("f2")
        await until(pilot, lambda: desk.held is not None)
        await pilot.press("f11", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, BlockFormScreen))
        assert "202-555-0199" in painted(pilot)
        await keys(pilot, "tab", "tab", "~a doorbell", "ctrl+s")
        await until(
            pilot, lambda: [row.kind for row in all_rows(shift.desk.store, tables.BlockedNumber)] == ["machine"]
        )

"""The administrator's screen on a real store: found as typed, changed in a form, by file, and with passwords."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import FixedClock, settings_for
from painted import HOSTILE, assert_harmless, lines, until
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from grm_console.cli.opening import trail_of
from grm_console.desk.administration import Administration
from grm_console.desk.catalogue import changes
from grm_console.desk.catalogue.fields import CALENDAR, DEPARTMENT, KINDS, QUEUE, STAFF
from grm_console.desk.desk import Desk
from grm_console.desk.sign_in import actor_named, sign_in
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.administration import AdministrationScreen
from grm_console.tui.screens.administration_form import AdministrationFormScreen
from grm_console.tui.screens.file import FileScreen
from grm_console.tui.screens.one_time_password import OneTimePasswordScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.theme import DARK
from grm_console.tui.widgets.kind_strip import KindStrip

SIZES = ((80, 24), (120, 40), (200, 60))


class Administered(App[None]):
    """A console with nothing but this screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.actor = actor_named(desk, "system:cli")
        self.register_theme(DARK)
        self.theme = DARK.name

    def on_mount(self) -> None:
        clock = self.desk.store.now
        self.push_screen(AdministrationScreen(Administration(self.desk, self.actor), clock))


@pytest.fixture
def own_desk(sqlite_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Desk]:
    with Store(read_url(sqlite_url), trail_of(settings_for(sqlite_url, tmp_path), create=False), clock) as store:
        desk = Desk(store, "US", "en")
        actor = actor_named(desk, "system:cli")
        changes.add(desk, actor, DEPARTMENT, {"code": "water", "kind": "department", "name_en": "Water"})
        changes.add(desk, actor, STAFF, {"account": "ada", "name": "Ada", "role": "administrator"})
        changes.add(desk, actor, STAFF, {"account": "zoe", "name": "Zoe", "role": "operator", "active": "no"})
        yield desk


@asynccontextmanager
async def administered(
    desk: Desk, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[None], Administered]]:
    app = Administered(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: "ada" in text(app))
        yield pilot, app


def text(app: App[None]) -> str:
    return "\n".join(lines(app))


async def seen(pilot: Pilot[None], app: App[None], *words: str) -> None:
    await until(pilot, lambda: all(word in text(app) for word in words))


async def at(pilot: Pilot[None], app: App[None], screen: type) -> None:
    await until(pilot, lambda: type(app.screen) is screen)
    await pilot.pause()


def typed(words: str) -> list[str]:
    return ["space" if char == " " else char for char in words]


@pytest.mark.parametrize("size", SIZES)
async def test_every_list_and_form_fits_every_size(own_desk: Desk, size: tuple[int, int]) -> None:
    changes.add(own_desk, actor_named(own_desk, "system:cli"), QUEUE, {"code": "bad", "name_en": HOSTILE})
    async with administered(own_desk, size) as (pilot, app):
        for kind in KINDS.values():
            await until(pilot, lambda: "Reading" not in text(app))
            assert kind.label in text(app)
            assert_harmless(app)
            await pilot.press("f4")
            await at(pilot, app, AdministrationFormScreen)
            assert_harmless(app)
            assert kind.fields[0].example in text(app)
            await pilot.press("escape", "f6")
            await at(pilot, app, AdministrationScreen)
        await pilot.press("f1")
        await seen(pilot, app, "Add a row.")


async def test_names_of_lists_that_do_not_fit_make_room_and_a_click_meets_what_is_painted(own_desk: Desk) -> None:
    async with administered(own_desk, (80, 24)) as (pilot, app):
        await pilot.press("shift+tab")
        await seen(pilot, app, "Segments", "Wrap-up codes")
        first = lines(app)[0]
        assert "Staff" not in first
        await pilot.click(KindStrip, offset=(first.index("Wrap-up codes") + 3, 0))
        await seen(pilot, app, "Nothing is here yet.")
        await pilot.press("f4")
        await seen(pilot, app, "Wrap-up codes · new")


async def test_a_calendar_says_beside_its_hours_what_cannot_be_meant(own_desk: Desk) -> None:
    async with administered(own_desk) as (pilot, app):
        await pilot.press("f6", "f6", "f4")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press(*"office", "tab", *"Office", "tab", *"UTC", "tab", "tab")
        await pilot.press(*typed("mon 22:00-06:00"), "ctrl+s")
        await seen(pilot, app, "22:00-06:00: a span lies within one day")
        await pilot.press("ctrl+u", *typed("mon 22:00-24:00; tue 00:00-06:00"), "ctrl+s")
        await at(pilot, app, AdministrationScreen)
    assert changes.row(own_desk, app.actor, CALENDAR, "office")["hours"] == "mon 22:00-24:00; tue 00:00-06:00"


async def test_typing_filters_and_escape_clears(own_desk: Desk) -> None:
    async with administered(own_desk) as (pilot, app):
        assert "⊘" in text(app)
        assert "▲ no password yet" in text(app)
        await pilot.press(*"zo")
        await until(pilot, lambda: "ada" not in text(app))
        assert "zoe" in text(app)
        await pilot.press(*"x")
        await seen(pilot, app, "Nothing fits")
        await pilot.press("enter", "escape")
        await seen(pilot, app, "ada", "zoe")
        await pilot.press("escape")
        assert isinstance(app.screen, AdministrationScreen)


async def test_a_row_is_changed_with_what_is_wrong_beside_its_field(own_desk: Desk) -> None:
    async with administered(own_desk) as (pilot, app):
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        await seen(pilot, app, "centre")
        await pilot.press(*"water", "enter")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press("tab", "end", "ctrl+u", "ctrl+s")
        await seen(pilot, app, "✗ may not be empty; write the name in English, e.g. Water Supply.")
        await pilot.press(*typed("Water works"), "ctrl+s")
        await at(pilot, app, AdministrationScreen)
        await seen(pilot, app, "Water works")
    assert changes.row(own_desk, app.actor, DEPARTMENT, "water")["name_en"] == "Water works"


async def test_typed_words_are_asked_about_before_they_go(own_desk: Desk) -> None:
    async with administered(own_desk) as (pilot, app):
        await pilot.press("f6", "enter")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press(*"X", "escape")
        await at(pilot, app, PickScreen)
        await pilot.press("2")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press("escape")
        await at(pilot, app, PickScreen)
        await pilot.press("1")
        await at(pilot, app, AdministrationScreen)
        await pilot.press("enter")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press(*"Y", "escape")
        await at(pilot, app, PickScreen)
        await pilot.press("3")
        await at(pilot, app, AdministrationScreen)
    assert changes.row(own_desk, app.actor, QUEUE, "general")["name_en"] in ("General lineX", "XGeneral line")


@pytest.mark.parametrize(("keys", "kept"), [(("ctrl+s",), "Mine"), (("f5", "ctrl+s"), "Theirs")])
async def test_a_stale_save_shows_who_wrote_what_and_lets_choose(
    own_desk: Desk, keys: tuple[str, ...], kept: str
) -> None:
    ada = actor_named(own_desk, "ada")
    async with administered(own_desk) as (pilot, app):
        await pilot.press("f6", "enter")
        await at(pilot, app, AdministrationFormScreen)
        before = changes.row(own_desk, ada, QUEUE, "general")
        changes.change(own_desk, ada, QUEUE, "general", before, before | {"name_en": "Theirs", "wrap_up_seconds": "77"})
        await pilot.press("end", "ctrl+u", *"Mine", "ctrl+s")
        await seen(pilot, app, "Ada wrote “Theirs” today ", "; ^S keeps yours, F5 takes theirs", "Nothing was saved")
        assert changes.row(own_desk, ada, QUEUE, "general")["name_en"] == "Theirs"
        await pilot.press(*keys)
        await at(pilot, app, AdministrationScreen)
    stored = changes.row(own_desk, ada, QUEUE, "general")
    assert (stored["name_en"], stored["wrap_up_seconds"]) == (kept, "77")


async def test_a_new_account_and_a_reset_show_their_password_once(own_desk: Desk) -> None:
    async with administered(own_desk) as (pilot, app):
        await pilot.press("f4")
        await at(pilot, app, AdministrationFormScreen)
        await pilot.press(*"li.wei", "enter", *typed("Li Wei"), "enter", "right", "ctrl+s")
        await at(pilot, app, OneTimePasswordScreen)
        first = _shown_password(app)
        assert sign_in(own_desk, "li.wei", first).role == "operator"
        await pilot.press("enter")
        await at(pilot, app, AdministrationScreen)
        await seen(pilot, app, "li.wei")
        assert first not in text(app)
        await pilot.press("f7")
        await at(pilot, app, PickScreen)
        await pilot.press("1")
        await at(pilot, app, OneTimePasswordScreen)
        assert sign_in(own_desk, "li.wei", _shown_password(app)).name == "li.wei"


def _shown_password(app: App[None]) -> str:
    return next(word for line in lines(app) for word in line.split() if word.count("-") == 3 and len(word) == 23)


async def test_a_file_is_tried_before_it_is_brought_in(own_desk: Desk) -> None:
    path = Path("q.csv")  # a long name would break the sentences that are looked for
    path.write_text("code,name_en\nnew,New\ngeneral,\n")
    async with administered(own_desk) as (pilot, app):
        await pilot.press("f6", "f8")
        await at(pilot, app, FileScreen)
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await seen(pilot, app, "line 3: name_en may not be empty")
        path.write_text("code,name_en\nnew,New\n")
        await pilot.press("enter")
        await seen(pilot, app, "1 would be added", "Enter again imports it")
        assert [row.code for row in Administration(own_desk, app.actor).rows(QUEUE).rows] == ["general"]
        await pilot.press("enter")
        await seen(pilot, app, "✓ 1 added")
        await pilot.press("ctrl+e")
        await seen(pilot, app, "is there already", "^E again overwrites it.")
        await pilot.press("ctrl+e")
        await seen(pilot, app, "✓ 2 written to")
        await pilot.press("escape")
        await at(pilot, app, AdministrationScreen)
        await seen(pilot, app, "new", "general")
    assert path.read_text().startswith("code,name_en,name_zh,lines,")

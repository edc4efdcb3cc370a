"""What opens over the desk, at a real seat: looking up, entering, parking, correcting, ready texts, help, notices."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import Shift, keys, painted, until
from builders import all_rows, call, connected, contact, text
from conftest import FixedClock, settings_for
from textual.widgets import Input

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.exchange_views import NewCanned, NewEntry
from grm_console.desk.views import CaseForm
from grm_console.domain.words import Channel, InteractionState
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.board import BoardScreen
from grm_console.tui.screens.canned import CannedScreen
from grm_console.tui.screens.contact import ContactScreen
from grm_console.tui.screens.correction import CorrectionScreen
from grm_console.tui.screens.find import FindScreen
from grm_console.tui.screens.log import DOORS, LogScreen
from grm_console.tui.screens.notices import NoticesScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.screens.wrap_up import WrapUpScreen


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


async def test_looking_somebody_up(shift: Shift) -> None:
    letter = NewEntry(Channel.LETTER, text="The lamp is dark", contact_id=shift.chen)
    other = shift.seat("wang")
    other.finder.open(shift.chen)
    other.entries.log_and_close(letter, "informed")
    async with shift.sits() as (pilot, desk):

        async def look_up() -> None:
            await keys(pilot, "ctrl+l", then=lambda: isinstance(pilot.app.screen, FindScreen))
            await keys(pilot, "=0177", then=lambda: "Chen Li" in painted(pilot))
            await keys(pilot, "enter", then=lambda: desk.looked_up)

        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        await look_up()
        assert "Chen Li" in str(desk.timeline.border_title)
        assert "The lamp is dark" in painted(pilot)
        shift.happens(call("CA1"))
        await until(pilot, lambda: desk.rings)
        assert "The lamp is dark" in painted(pilot), "a ring does not take away what is read"
        await keys(pilot, "ctrl+d", then=lambda: isinstance(pilot.app.screen, ContactScreen))
        await until(pilot, lambda: "陈莉" in painted(pilot))
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        await keys(pilot, "f2", then=lambda: desk.held)
        assert "The lamp is dark" not in painted(pilot), "another exchange has begun"
        await look_up()
        shift.happens(*connected("CA1"))
        await until(pilot, lambda: desk.held and desk.held.connected_at)
        assert "The lamp is dark" in painted(pilot)
        await keys(pilot, "f3", "1", then=lambda: "How was it confirmed" in painted(pilot))
        assert "Chen Li" in painted(pilot), "who was looked up is offered first"
        await keys(pilot, "n", then=lambda: desk.held and desk.held.speaker)
        assert desk.held
        assert desk.held.speaker
        assert desk.held.speaker.contact_id == shift.chen


async def test_a_history_looked_up_in_a_call_stays_until_it_is_left(shift: Shift) -> None:
    guo = contact(shift.desk.store, "Chen Guo", "+12025550188")
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        shift.happens(text("SM1", "No water", sender="+12025550177"))
        await until(pilot, lambda: desk.rings)
        await keys(pilot, "f2", then=lambda: desk.held and desk.held.speaker)
        await keys(pilot, "ctrl+l", "=0188", then=lambda: "Chen Guo" in painted(pilot))
        await keys(pilot, "enter", then=lambda: desk.contact_id == guo)
        shift.happens(text("SM2", "Another one", sender="+12025550199"))
        await until(pilot, lambda: "waiting 1" in painted(pilot))
        assert desk.contact_id == guo
        await keys(pilot, "escape", then=lambda: desk.contact_id == shift.chen)
        await until(pilot, lambda: "Chen Guo" not in painted(pilot) and desk.timeline.view.count)


async def test_one_matter_by_nine_doors_differs_in_the_door_alone(shift: Shift) -> None:
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        for steps, door in enumerate(DOORS):
            await keys(pilot, "ctrl+r", then=lambda: isinstance(pilot.app.screen, LogScreen))
            turns = ["right"] * steps if steps < 5 else ["left"] * (len(DOORS) - steps)
            await keys(pilot, *turns, "enter", "enter", "=yesterday 17:00", "tab", "tab", "tab")
            await keys(pilot, "=No water since Friday", "enter", then=lambda: desk.held)
            assert desk.held
            assert (desk.held.channel, desk.held.text) == (door, "No water since Friday")
            assert desk.case.form().details == "No water since Friday"
            await keys(pilot, "f9", then=lambda: isinstance(pilot.app.screen, WrapUpScreen))
            await keys(pilot, "1", then=lambda: desk.card is None and not desk.acting)
    rows = all_rows(shift.desk.store, tables.Interaction)
    assert [row.channel for row in rows] == [door.value for door in DOORS]
    own = ("id", "channel", "import_key", "end_reason")
    same = {tuple((key, value) for key, value in row._mapping.items() if key not in own) for row in rows}
    assert len(same) == 1
    assert rows[0].happened_at.astimezone().hour == 17


async def test_what_cannot_be_read_is_said_at_its_field_and_esc_keeps_the_words(shift: Shift) -> None:
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        await keys(pilot, "ctrl+r", then=lambda: isinstance(pilot.app.screen, LogScreen))
        await keys(
            pilot, "tab", "tab", "=soon", "tab", "=x@", "ctrl+s", then=lambda: "yesterday 17:00" in painted(pilot)
        )
        assert "✗ Write the time as" in painted(pilot)
        assert "Esc back" in painted(pilot) or pilot.app.screen.query_one(".box").max_scroll_y > 0
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        assert desk.edited
        await keys(pilot, "ctrl+r", then=lambda: isinstance(pilot.app.screen, LogScreen))
        assert "soon" in painted(pilot)
        await keys(pilot, "tab", "tab", "ctrl+u", "ctrl+s", then=lambda: desk.held)
        assert not desk.edited
        assert desk.held
        assert desk.held.channel is Channel.COUNTER


async def test_parking_keeps_every_word_and_takes_up_one_of_several(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        for number, summary in (("1", "Lamp dark"), ("2", "Water brown")):
            await keys(pilot, "ctrl+r", then=lambda: isinstance(pilot.app.screen, LogScreen))
            await keys(pilot, "tab", "tab", "tab", f"=+1202555018{number}", "ctrl+s", then=lambda: desk.held)
            await keys(pilot, "alt+3", "tab", f"={summary}", "ctrl+k", then=lambda: desk.card is None)
            await until(pilot, lambda number=number: f"{number} parked" in painted(pilot))  # type: ignore[misc]
        await keys(pilot, "ctrl+k", then=lambda: isinstance(pilot.app.screen, PickScreen))
        assert "Lamp dark" in painted(pilot)
        assert "Water br" in painted(pilot)
        await keys(pilot, "1", then=lambda: desk.form.summary == "Lamp dark")
        await keys(
            pilot, "alt+3", "tab", "end", "~ again", "alt+k", then=lambda: isinstance(pilot.app.screen, PickScreen)
        )
        await keys(pilot, "1", then=lambda: desk.form.summary == "Water brown")
        await keys(pilot, "ctrl+k", then=lambda: desk.card is None)
        await until(pilot, lambda: "2 parked" in painted(pilot))
        await keys(pilot, "ctrl+k", then=lambda: isinstance(pilot.app.screen, PickScreen))
        await keys(pilot, "1", then=lambda: desk.form.summary == "Lamp dark again")


async def test_logging_while_something_is_held_parks_it_with_its_last_words(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "alt+3", "tab", "=Half a wo", "ctrl+r", then=lambda: isinstance(pilot.app.screen, LogScreen))
        await keys(pilot, "right", "ctrl+s", then=lambda: desk.held and desk.held.channel is Channel.LETTER)
        await until(pilot, lambda: "1 parked" in painted(pilot))
        assert desk.form == CaseForm(language=desk.form.language)
        await keys(pilot, "f9", then=lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await keys(pilot, "1", then=lambda: desk.card is None and not desk.acting)
        await keys(pilot, "ctrl+k", then=lambda: desk.form.summary == "Half a wo")


async def test_a_live_call_is_neither_parked_nor_pushed_aside(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        shift.happens(call("CA1"))
        await until(pilot, lambda: desk.rings)
        await keys(pilot, "f2", then=lambda: desk.held)
        for key in ("ctrl+r", "ctrl+k"):
            await keys(pilot, key)
            assert pilot.app.screen is desk
            assert desk.held
        await keys(pilot, "f8", then=lambda: desk.held and desk.held.state is InteractionState.WRAP_UP)
        await keys(pilot, "ctrl+k", then=lambda: desk.card is None)


async def test_putting_right_an_exchange_and_a_case(shift: Shift) -> None:
    me, boss = shift.seat("li wei"), shift.seat("boss", "supervisor")
    me.finder.open(shift.chen)
    answers = (("since", "2026-11-22 18:00"), ("ill", "no"))
    form = CaseForm("water-outage", "No watr", "Whole house", "1 Quay", answers=answers, note="Called back")
    letter = NewEntry(Channel.LETTER, text="There is no water", contact_id=shift.chen)
    made = me.entries.log_and_close(letter, "informed", form)
    assert made.case
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        await keys(pilot, "ctrl+l", "=0177", then=lambda: "Chen Li" in painted(pilot))
        await keys(pilot, "enter", then=lambda: desk.timeline.view.count == 2)

        titles = {"exchange": "Put right: exchange", "case": "Put right: case"}

        async def open_for(kind: str) -> None:
            for move in ("home", "end"):
                await keys(pilot, move, "alt+c", then=lambda: isinstance(pilot.app.screen, CorrectionScreen))
                if titles[kind] in painted(pilot):
                    return
                await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
                assert not desk.edited, "nothing was typed"
            raise AssertionError(f"no {kind} in this history")

        await open_for("exchange")
        await keys(pilot, "tab", "~ twice", "ctrl+s", then=lambda: "✗ " in painted(pilot))
        await keys(pilot, "=second call forgotten", "ctrl+s", then=lambda: pilot.app.screen is desk)
        assert me.corrections.exchange(made.interaction_id).note == "Called back twice"
        await open_for("case")
        seen = boss.corrections.case(made.case.case_id)
        boss.corrections.correct_case(seen.case_id, seen.version, {"summary": "No water"}, "spelling")
        await keys(
            pilot, "end", "~ at all", *["tab"] * 6, "=told later", "ctrl+s", then=lambda: "Boss" in painted(pilot)
        )
        assert isinstance(pilot.app.screen, CorrectionScreen)
        await keys(pilot, "escape", then=lambda: pilot.app.screen is desk)
        await open_for("case")
        await until(pilot, lambda: "No water" in painted(pilot))
        assert "because: spelling" in painted(pilot)


async def test_ready_texts_are_found_filled_written_changed_and_removed(shift: Shift) -> None:
    texts = shift.seat("li wei").canned_texts
    texts.save(NewCanned("Greeting", "Good morning, {agent} speaking.", "start"))
    texts.save(NewCanned("Case opened", "Your case is {case}.", "cases"))
    async with shift.sits(size=(80, 24)) as (pilot, desk):
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "ctrl+t", then=lambda: isinstance(pilot.app.screen, CannedScreen))
        await keys(pilot, "=opened", then=lambda: "Greeting" not in painted(pilot) and "{case}" in painted(pilot))
        await keys(pilot, "enter", then=lambda: "Nothing to put for {case}" in painted(pilot))
        assert isinstance(pilot.app.screen, CannedScreen), "nothing is put anywhere"
        await keys(pilot, "ctrl+u", "=greet", then=lambda: "{agent}" in painted(pilot))
        await keys(pilot, "enter", then=lambda: desk.form.note == "Good morning, Li Wei speaking.")
        assert desk.current_panel == "case"
        place = next(field for field in desk.case.query("FormField") if field.name == "place")
        place.query_one(Input).focus()
        await until(pilot, lambda: place.has_focus_within)
        await keys(pilot, "~At ", "ctrl+t", "=greet", then=lambda: "{agent}" in painted(pilot))
        await keys(pilot, "enter", then=lambda: desk.form.place.startswith("At Good morning"))
        await keys(pilot, "ctrl+t", "f4", then=lambda: isinstance(pilot.app.screen, SmallFormScreen))
        await keys(
            pilot, "=Goodbye", *["tab"] * 4, "=Bye {nobody}", "ctrl+s", then=lambda: "{nobody}" in painted(pilot)
        )
        await until(pilot, lambda: "Not known" in painted(pilot))
        await keys(
            pilot, *["backspace"] * 8, "={name}", "ctrl+s", then=lambda: isinstance(pilot.app.screen, CannedScreen)
        )
        await keys(pilot, "=goodb", then=lambda: "Bye {name}" in painted(pilot))
        await keys(pilot, "f2", then=lambda: isinstance(pilot.app.screen, SmallFormScreen))
        await keys(pilot, "end", "~ then", "ctrl+s", then=lambda: "Goodbye then" in painted(pilot))
        await keys(pilot, "f8", then=lambda: "No ready text fits" in painted(pilot))
    assert {one.title for one in texts.search("")} == {"Greeting", "Case opened"}


async def test_help_rings_at_the_supervisors_board_and_notices_reach_the_desk(shift: Shift) -> None:
    boss = shift.seat("boss", "supervisor")
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "ctrl+r", "ctrl+s", then=lambda: desk.held)
        await keys(pilot, "f12", then=lambda: "supervisor is called" in painted(pilot))
        (line,) = boss.board.snapshot().help
        assert desk.held
        assert (line.agent, line.interaction_id) == ("Li Wei", desk.held.interaction_id)
        boss.shift.post_notice("Water is back in Lotus Lane", shift.clock() + timedelta(hours=2))
        await until(pilot, lambda: "1 notice: Alt+N" in painted(pilot))
        await keys(pilot, "alt+n", then=lambda: isinstance(pilot.app.screen, NoticesScreen))
        assert "Water is back" in painted(pilot)
        await keys(pilot, "escape", then=lambda: "1 notice" not in painted(pilot))
    async with shift.sits("boss", role="supervisor") as (pilot, _desk):
        await keys(pilot, "alt+v", then=lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "Li Wei" in painted(pilot) and "help" in painted(pilot).lower())


async def test_something_that_rings_is_told_over_whatever_is_open(shift: Shift) -> None:
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "f10", then=lambda: "Available" in painted(pilot))
        await keys(pilot, "alt+r", then=lambda: "1 Envelope" in painted(pilot))
        shift.happens(call("CA1"))
        await until(pilot, lambda: "Something rings" in painted(pilot))
        await keys(pilot, "escape", "f2", then=lambda: desk.held)

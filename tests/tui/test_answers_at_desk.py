"""Standard answers at the desk: suggested while she types, told by telephone and text, put into a reply."""

from dataclasses import replace
from pathlib import Path

from at_desk import Shift, keys, painted
from builders import CALLER, article, contact
from builders import call as call_event
from builders import text as text_event
from conftest import FixedClock, settings_for
from fake_seat import FakeSeat, call, text
from seated import seated, until
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from grm_console.cli.opening import trail_of
from grm_console.desk.desk import Desk
from grm_console.desk.views import AnswerFound, CaseForm
from grm_console.errors import InvalidInput
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.text_it import TextItScreen
from grm_console.tui.suggesting import newest_field, newest_words


def box(desk: DeskScreen) -> str:
    return desk.query_one("#knowledge-search", Input).value


async def takes(pilot: Pilot[None], desk: DeskScreen, seat: FakeSeat, written: bool = False) -> None:
    """A call, or a text, is at the desk."""
    seat.arrive(text() if written else call(candidates=()))
    await until(pilot, lambda: desk.rings)
    await pilot.press("f2")
    await until(pilot, lambda: desk.held is not None)


async def searches(pilot: Pilot[None], desk: DeskScreen, words: str) -> None:
    """She types in the box, and the first answer's text is there."""
    await pilot.press("ctrl+f", *("space" if letter == " " else letter for letter in words))
    await until(pilot, lambda: desk.knowledge.shown is not None)


async def test_notes_and_form_are_searched_as_she_types_until_she_searches_herself(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path, (160, 50)) as (pilot, desk):
        await takes(pilot, desk, seat)
        await pilot.press("alt+3")
        desk.case._fields["note"].focus_control()
        await pilot.press(*"no", "space", *"water")
        await until(pilot, lambda: box(desk) == "no water" and desk.knowledge.current() is not None)
        assert desk.knowledge.border_subtitle == "from the notes"
        await until(pilot, lambda: ("no water", True, "") in seat.answers.searched)
        desk.case._fields["summary"].focus_control()
        await pilot.press(*"pressure")
        await until(pilot, lambda: box(desk) == "pressure")
        desk.case._fields["service"].focus_control()
        await pilot.press(*"bulky", "enter")
        await until(pilot, lambda: seat.answers.searched[-1][2] == "bulky-waste")
        assert seat.answers.searched[-1][0] == "pressure"
        await pilot.press("ctrl+f", *"bill", "alt+3")
        desk.case._fields["note"].focus_control()
        await pilot.press(*"more")
        await until(pilot, lambda: desk.form.note == "no watermore")
        assert box(desk) == "bill", "her own search stays"


async def test_a_text_that_rings_is_searched_for_and_forgotten_when_another_takes_it(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.arrive(text())
        await until(pilot, lambda: box(desk) == "when is bulky waste collected?")
        seat.taken(51)
        await until(pilot, lambda: box(desk) == "")
        assert desk.knowledge.current() is None


async def test_hits_of_the_exchange_before_are_dropped(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes(pilot, desk, seat)
        await searches(pilot, desk, "water")
        request, hits = desk.knowledge._request, desk.knowledge._found
        desk.desk_is_free()
        desk.knowledge.show_hits(request, hits, paused=True)
        assert desk.knowledge.current() is None


async def test_an_answer_is_texted_after_it_was_seen(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        await takes(pilot, desk, seat)
        await searches(pilot, desk, "bulky")
        await pilot.press("alt+y")
        await until(pilot, lambda: isinstance(pilot.app.screen, TextItScreen))
        for told in (
            "Text K-052 v3 to +1 202 555 0177",
            "Every second Tuesday. [K-052 v3]",
            "GSM-7 34/160 · 1 message",
        ):
            assert told in painted(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: ("write", 41, "Every second Tuesday. [K-052 v3]") in seat.done)
        assert seat.conversations.told == [AnswerFound(5, 1, "bulky")]
        await until(pilot, lambda: desk.texts.view.waiting is not None and "✓ given" in painted(pilot))
        await pilot.press("alt+z")
        await until(pilot, lambda: desk.texts.view.waiting is None)


async def test_an_answer_is_put_into_the_reply_and_given_when_that_is_sent(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes(pilot, desk, seat, written=True)
        await until(pilot, lambda: desk.knowledge.shown is not None)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: desk.texts.composer.text == "Every second Tuesday. [K-052 v3]")
        assert desk.texts.composer.has_focus
        assert desk.check_action("put_in_reply", ()), "whoever writes a reply wants answers in it"
        desk.case.query_one(TextArea).focus()
        await until(pilot, lambda: not desk.check_action("put_in_reply", ()))
        desk.texts.composer.focus()
        await until(pilot, lambda: desk.texts.composer.has_focus)
        await pilot.press(*"Bye", "enter")
        await until(pilot, lambda: seat.conversations.told == [AnswerFound(5, 1, "when is bulky waste collected?")])
        assert ("write", 51, "Every second Tuesday. [K-052 v3]Bye") in seat.done


async def test_where_no_text_may_go_a_sentence_says_so(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.conversations.blocked = "This number said STOP, so no text may go to it."
    async with seated(seat, tmp_path, (160, 50)) as (pilot, desk):
        await takes(pilot, desk, seat)
        await searches(pilot, desk, "bulky")
        for key in ("alt+y", "ctrl+y"):
            pilot.app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: "said STOP" in painted(pilot))
        assert pilot.app.screen is desk
        pilot.app.clear_notifications()
        seat.refuses = InvalidInput({"article": "K-052 may not be given: it is internal."})
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "it is internal" in painted(pilot))
        assert "missing" not in painted(pilot)


async def test_an_answer_of_no_help_is_on_record(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes(pilot, desk, seat)
        await searches(pilot, desk, "water")
        first = desk.knowledge.current()
        await pilot.press("alt+q")
        await until(pilot, lambda: desk.knowledge.current() != first)
        assert ("not_helpful", 1, 1, "water", "en", 41) in seat.done
        assert "K-031 does not help" in painted(pilot)
        seat.answers.notice = "The model of meaning is broken."
        await pilot.press("x", "backspace", "enter")
        await until(pilot, lambda: "▲ The model of meaning is broken." in painted(pilot))
        assert desk.knowledge._hits.hits[-1] != first or len(desk.knowledge._hits.hits) > 1


def test_the_newest_words_are_searched_for() -> None:
    form = CaseForm(note="a", summary="b")
    assert newest_field(form, replace(form, details="c"), "note") == "details"
    assert newest_field(form, form, "note") == "note"
    assert (
        newest_words("She called before. The water is brown since Friday. An") == "The water is brown since Friday. An"
    )
    assert newest_words("昨天来过电话。家里停水三天了。") == "家里停水三天了。"
    assert newest_words("") == ""


async def test_a_call_from_the_suggestion_to_the_line_in_the_history(
    sqlite_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        shift = Shift(Desk(store), clock, tmp_path / "drafts")
        article(store, "K-052", "When is bulky waste collected?", "Every second Tuesday. Put it out by 7:00.")
        article(store, "K-118", "Who has the rota for bulky waste?", "The crew leader.", audience="internal")
        contact(store, "Wang Fang", CALLER)
        shift.seat("li wei").set_available()
        async with shift.sits(size=(120, 40)) as (pilot, desk):
            shift.happens(call_event("CA1", CALLER), text_event("SM1", "bulky waste?", CALLER))
            await until(pilot, lambda: desk.rings)  # the call, since the text comes after it
            await keys(pilot, "f2", then=lambda: desk.held is not None)
            await keys(pilot, "ctrl+f", "~rota bulky", then=lambda: desk.knowledge.shown is not None)
            hit = desk.knowledge.current()
            assert hit is not None
            if hit.code != "K-118":
                await keys(pilot, "down")
            await until(pilot, lambda: desk.knowledge.shown is not None and desk.knowledge.shown.code == "K-118")
            await keys(pilot, "ctrl+g", then=lambda: "K-118 may not be given" in painted(pilot))
            await keys(pilot, "alt+y", then=lambda: not desk.acting)
            assert pilot.app.screen is desk
            await keys(pilot, "ctrl+f", "~bulky collected", then=lambda: box(desk) == "bulky collected")
            await until(pilot, lambda: desk.knowledge.shown is not None and desk.knowledge.shown.code == "K-052")
            await keys(pilot, "alt+y", then=lambda: isinstance(pilot.app.screen, TextItScreen))
            await keys(pilot, "enter", then=lambda: "✓ given" in painted(pilot))
            await until(pilot, lambda: "Answer given" in painted(pilot))

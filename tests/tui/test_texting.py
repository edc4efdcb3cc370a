"""Conversing by text at the desk: reading, writing, taking back, attachments, consent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from at_desk import Shift, keys
from builders import all_rows
from builders import text as text_event
from conftest import FixedClock, settings_for
from fake_seat import FakeSeat, call, text
from painted import lines
from seated import SIZES, seated, until
from textual.pilot import Pilot
from textual.widgets import Input

from grm_console.cli.opening import trail_of
from grm_console.desk.conversation_views import AttachmentLine
from grm_console.desk.desk import Desk
from grm_console.desk.exchange_views import NewCanned
from grm_console.domain.words import AgentState, AttachmentStage, Channel, OutboxState
from grm_console.errors import StoreGone
from grm_console.store import tables
from grm_console.store.engine import read_url
from grm_console.store.store import Store
from grm_console.tui.arrivals import CardCame
from grm_console.tui.screens.board import BoardScreen
from grm_console.tui.screens.call_menu import CallMenuScreen
from grm_console.tui.screens.consent import ConsentScreen
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.composer import length_words


def painted(pilot: Pilot[None]) -> str:
    return "\n".join(lines(pilot.app))


async def takes_text(pilot: Pilot[None], desk: DeskScreen, seat: FakeSeat) -> None:
    """A text waits, is taken, and its conversation is at the desk."""
    seat.conversations.came("When is bulky waste collected?")
    seat.arrive(text(words="When is bulky waste collected?"))
    await until(pilot, lambda: desk.rings)
    await pilot.press("f2")
    await until(pilot, lambda: desk.texts.conversation is not None)


@pytest.mark.parametrize("size", SIZES)
async def test_a_conversation_from_the_first_word_to_its_delivery(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path, size) as (pilot, desk):
        await takes_text(pilot, desk, seat)
        await pilot.press("alt+4")
        await until(pilot, lambda: desk.texts.composer.has_focus)
        assert "When is bulky waste" in painted(pilot)
        await pilot.press(*"Every", "ctrl+j", *"Tuesday")
        assert "GSM-7 13/160 · 1 message" in painted(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: desk.texts.view.waiting is not None and not desk.texts.composer.text)
        assert ("write", 51, "Every\nTuesday") in seat.done
        assert "goes out in 5 s" in painted(pilot)
        outbox_id = desk.texts.view.waiting.outbox_id  # type: ignore[union-attr]
        seat.conversations.settle(outbox_id, OutboxState.DELIVERED)
        await until(pilot, lambda: "delivered" in painted(pilot))


async def test_it_is_taken_back_and_its_words_are_there_again(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes_text(pilot, desk, seat)
        await pilot.press("alt+4", *"Wrong", "enter")
        await until(pilot, lambda: desk.texts.view.waiting is not None)
        await pilot.press(*"and")
        await pilot.press("alt+z")
        await until(pilot, lambda: desk.texts.composer.text == "Wrong\nand")
        await until(pilot, lambda: desk.texts.view.waiting is None)
        assert not any(line.text == "Wrong" for line in desk.texts.view.lines)


async def test_a_half_typed_text_survives_and_is_sent_once_whatever_the_store_does(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes_text(pilot, desk, seat)
        await pilot.press("alt+4", *"Half")
        await until(pilot, lambda: 51 in seat.drafts and seat.drafts[51].reply == "Half")
        seat.refuses = StoreGone("The store cannot be reached; it is tried again by itself.")
        await pilot.press("enter")
        await until(pilot, lambda: seat.refuses is None and not desk.acting)
        assert desk.texts.composer.text == "Half"
        await pilot.press("enter")
        await until(pilot, lambda: not desk.texts.composer.text)
        assert [line.text for line in seat.conversations.lines] == ["When is bulky waste collected?", "Half"]
    # Another console after a crash: the words stand in the composer.
    seat.drafts[51] = type(seat.drafts[51])(reply="Still here")
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.texts.composer.text == "Still here")
        assert desk.history == "texts"


async def test_who_said_stop_is_written_to_only_after_a_reason(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.conversations.opted_out = True
    seat.conversations.blocked = "This number said STOP, so no text may go to it."
    async with seated(seat, tmp_path) as (pilot, desk):
        await takes_text(pilot, desk, seat)
        await pilot.press("alt+4")
        await until(pilot, lambda: desk.texts.view.has_focus)
        assert "said STOP" in painted(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConsentScreen) and "the citizen" in painted(pilot))
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, SmallFormScreen))
        await pilot.press(*"asked", "ctrl+s")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, ConsentScreen) and "texts may be sent" in painted(pilot)
        )
        assert ("set_consent", 9, False, "asked") in seat.done
        await pilot.press("escape")
        await until(pilot, lambda: not desk.texts.composer.read_only)


async def test_attachments_are_fetched_and_saved_and_what_failed_goes_again(tmp_path: Path) -> None:
    seat = FakeSeat()
    hole = AttachmentLine(3, "attachment-3.jpg", "image/jpeg", None, AttachmentStage.LISTED, "", "")
    async with seated(seat, tmp_path, (160, 45)) as (pilot, desk):
        seat.conversations.came("A hole in the road \x1b[31m[/b]", hole)
        await takes_text(pilot, desk, seat)
        view = desk.texts.view
        await pilot.press("alt+4", "shift+tab", "home")
        await until(pilot, lambda: view.has_focus)
        await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: ("ask_attachment", 3) in seat.done and "on its way" in painted(pilot))
        seat.conversations.kept(3)
        await until(pilot, lambda: "123 kB" in painted(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SmallFormScreen))
        pilot.app.screen.query_one(Input).value = str(tmp_path / "hole.jpg")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: seat.conversations.saved == [tmp_path / "hole.jpg"])
        await until(pilot, lambda: pilot.app.screen is desk)
        sent = seat.conversations.write(51, "Thank you", key="x")
        seat.conversations.settle(sent.outbox_id or 0, OutboxState.FAILED, "The phone was off. Try later.", again=True)
        await until(pilot, lambda: "The phone was off" in painted(pilot))
        await pilot.press("end", "r")
        await until(pilot, lambda: ("send_again", sent.outbox_id) in seat.done)


async def test_older_texts_come_when_the_first_is_reached_and_a_call_has_texts_too(tmp_path: Path) -> None:
    seat = FakeSeat()
    now = seat.now
    seat.now = now - timedelta(days=400)
    seat.conversations.came("long ago")
    seat.conversations.earlier, seat.conversations.lines = seat.conversations.lines, []
    seat.now = now
    seat.conversations.came("now")
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.arrive(call())
        await until(pilot, lambda: desk.rings)
        await pilot.press("f2")
        await until(pilot, lambda: desk.held is not None)
        assert desk.texts.conversation is None
        assert desk.timeline.display
        await pilot.press("alt+4")
        await until(pilot, lambda: desk.texts.conversation is not None and desk.texts.display)
        assert not desk.timeline.display
        await pilot.press("shift+tab", "home")
        await until(pilot, lambda: "long ago" in painted(pilot))
        assert "2025" in painted(pilot)


def test_the_foot_counts_as_the_network_does() -> None:
    assert length_words("a" * 161, Channel.SMS) == "GSM-7 161/306 · 2 messages"
    assert length_words("您好", Channel.SMS) == "UCS-2 2/70 · 1 message"
    assert length_words("您" * 71, Channel.SMS) == "UCS-2 71/134 · 2 messages"
    assert length_words("hello", Channel.WHATSAPP) == "5 of 1600 characters"


@pytest.fixture
def shift(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Shift]:
    settings = settings_for(sqlite_url, tmp_path)
    with Store(read_url(sqlite_url), trail_of(settings, create=False), clock) as store:
        yield Shift(Desk(store, "US", "en"), clock, tmp_path)


async def test_a_real_text_is_answered_with_a_ready_text_and_a_contact_is_written_to(shift: Shift) -> None:
    store = shift.desk.store
    shift.seat("li wei").canned_texts.save(NewCanned("Waste", "Every second Tuesday, {agent}.", "waste"))
    async with shift.sits() as (pilot, desk):
        await keys(pilot, "f10", then=lambda: desk.agent_state is AgentState.AVAILABLE)
        shift.happens(text_event(sender="+12025550177"))
        await until(pilot, lambda: desk.rings)
        await keys(pilot, "f2", then=lambda: desk.texts.conversation is not None)
        await keys(pilot, "alt+4", "ctrl+t", then=lambda: "{agent}" in painted(pilot))
        await keys(pilot, "enter", then=lambda: desk.texts.composer.text == "Every second Tuesday, Li Wei.")
        await keys(pilot, "enter", then=lambda: desk.texts.view.waiting is not None)
        (row,) = [row for row in all_rows(store, tables.Outbox) if not row.by_document]
        assert (row.body, row.state) == ("Every second Tuesday, Li Wei.", "pending")
        assert row.not_before > shift.clock()
        await keys(pilot, "alt+z", then=lambda: desk.texts.composer.text == "Every second Tuesday, Li Wei.")
        await keys(pilot, "f11", then=lambda: isinstance(pilot.app.screen, CallMenuScreen))
        held = desk.held
        await keys(pilot, "w", then=lambda: desk.held is not None and desk.held != held)
        assert desk.history == "texts"
        await keys(pilot, "alt+4", "~Hello", "enter", then=lambda: desk.texts.view.waiting is not None)
    assert [row.body for row in all_rows(store, tables.Outbox) if row.state == "pending"] == ["Hello"]


async def test_machines_are_stopped_and_let_again_by_one_key_from_desk_and_board(shift: Shift) -> None:
    async with shift.sits("zhao min", role="supervisor") as (pilot, desk):
        await keys(pilot, "f10", then=lambda: desk.agent_state is AgentState.AVAILABLE)
        shift.happens(text_event(sender="+12025550177"))
        await until(pilot, lambda: desk.rings)
        await keys(pilot, "f2", then=lambda: desk.texts.conversation is not None)
        await keys(pilot, "alt+4", "alt+0", then=lambda: isinstance(pilot.app.screen, PickScreen))
        await keys(pilot, "1", then=lambda: "▲ Machines do not" in painted(pilot))
        await keys(pilot, "alt+0", then=lambda: "Let machines answer again" in painted(pilot))
        await keys(pilot, "1", then=lambda: "▲ Machines" not in painted(pilot))
        await keys(pilot, "alt+v", then=lambda: isinstance(pilot.app.screen, BoardScreen))
        await until(pilot, lambda: "live" in painted(pilot))
        await keys(pilot, "a", then=lambda: "■ Machines answer no texts: stopped by Zhao Min" in painted(pilot))
        await keys(pilot, "a", then=lambda: "■" not in painted(pilot))


async def test_whoever_begins_a_conversation_may_write_at_once(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        begun = seat.conversations.start(3, 7)
        desk.post_message(CardCame(seat.card(begun), begins=True))
        await until(pilot, lambda: desk.texts.composer.has_focus)
        await pilot.press(*"Hello")
        assert desk.texts.composer.text == "Hello"

"""The telephone's keys and menu: only what is possible is offered, and each asks the Seat for the right thing."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_seat import CHEN, NOW, FakeSeat, call, text
from painted import assert_harmless
from seated import SIZES, seated, shown, until

from grm_console.desk.call_views import KeyAnswer, Refusal, TransferOffer
from grm_console.desk.views import CaseForm
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import AgentState, Identification, InteractionState, LegRole, LegState, NotTaken
from grm_console.errors import CarrierError
from grm_console.tui.screens.call_menu import CallMenuScreen, call_acts
from grm_console.tui.screens.pick import PickScreen

TALKING = call(
    mine=True, state=InteractionState.TALKING, answered_at=NOW, connected_at=NOW - timedelta(seconds=63)
)  # fmt: skip


def on_the_phone() -> FakeSeat:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(TALKING)
    seat.calls.connect()
    return seat


def letters(seat: FakeSeat) -> str:
    acts = call_acts(seat.calls.lines.get(41), seat.me.full_name, held=True, may_dial=False)
    return "".join(act.letter for act in acts)


def test_only_what_is_possible_is_offered() -> None:
    seat = on_the_phone()
    calls = seat.calls
    assert letters(seat) == "hmcaitsx"
    calls.connect(water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply", LegState.RINGING))
    assert letters(seat) == "hmcaitldsx", "one leaves when a person answers"
    calls.change(leaving=2)
    assert letters(seat) == "hmcaitkdsx"
    calls.connect(water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply", machine=True))
    assert letters(seat) == "hmcaitpdsx", "nobody is left with a machine"
    calls.connect(water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply"))
    assert letters(seat) == "hmcaitldsx"
    calls.change_leg(41, 0, held=True)
    assert letters(seat) == "hmcaiteldsx"
    offer = TransferOffer(3, 41, "Li Wei", "Ana Ortiz", "", False)
    calls.connect()
    calls.change(transfer=offer)
    assert letters(seat) == "hmbsx"
    calls.connect(ana=calls.leg(2, LegRole.OPERATOR, "Ana Ortiz"))
    calls.change(transfer=TransferOffer(3, 41, "Li Wei", "Ana Ortiz", "", True))
    assert letters(seat) == "hmybsx", "a colleague is let go by taking the offer back"
    calls.change_leg(41, 1, state=LegState.RINGING)
    assert letters(seat) == "x"
    calls.lines.clear()
    assert letters(seat) == "x"
    assert len(set("hmcaitybelkpdsox")) == 16


@pytest.mark.parametrize("size", SIZES)
async def test_the_menu_names_each_with_a_letter_and_does_it(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path, size) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("f11")
        await until(pilot, lambda: isinstance(pilot.app.screen, CallMenuScreen))
        menu = shown(pilot.app.screen)  # type: ignore[arg-type]
        for words in ("H Hold", "M Mute", "C Consult", "I Interpreter", "T Transfer", "S Silent", "X Emergency"):
            assert words in menu
        assert_harmless(pilot.app)
        await pilot.press("z", "h")
        await until(pilot, lambda: ("hold", 41, True) in seat.done and "ON HOLD" in shown(desk))
        await pilot.press("f11", "down", "enter")
        await until(pilot, lambda: ("mute", 41, True) in seat.done and "you are MUTED" in shown(desk))


async def test_keys_hold_mute_and_ask_silently_while_words_are_typed(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press(*"wat", "alt+h")
        await until(pilot, lambda: desk.call and desk.call.held)
        await pilot.press("alt+h")
        await until(pilot, lambda: desk.call and not desk.call.held)
        await pilot.press("alt+j")
        await until(pilot, lambda: "MUTED" in shown(desk))
        await pilot.press("alt+s", *"er")
        await until(pilot, lambda: ("ask_silently", 41) in seat.done)
        seat.calls.change(keys=(KeyAnswer(0, "1"), KeyAnswer(1, "2")))
        await until(pilot, lambda: "by keys: cannot speak · in danger: no" in shown(desk))
        assert desk.focused is not None
        assert desk.focused.value == "water"  # type: ignore[attr-defined]


async def test_what_fails_says_a_sentence_and_the_call_goes_on(tmp_path: Path) -> None:
    seat = on_the_phone()
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        seat.refuses = CarrierError("The telephone company does not answer. Try again.")
        await pilot.press("alt+h")
        await until(pilot, lambda: "does not answer" in shown(desk))
        assert desk.call is not None
        assert not desk.call.held


async def test_dropping_asks_whom_only_if_there_are_several(tmp_path: Path) -> None:
    seat = on_the_phone()
    calls = seat.calls
    calls.connect(
        water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply"), zh=calls.leg(3, LegRole.INTERPRETER, "中文")
    )  # fmt: skip
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("f11", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        await pilot.press("2")
        await until(pilot, lambda: ("drop", 41, 3) in seat.done and "interpreter 中文 has left" in shown(desk))
        await pilot.press("f11", "d")
        await until(pilot, lambda: ("drop", 41, 2) in seat.done)


async def test_handing_over_and_leaving_ask_for_what_they_say(tmp_path: Path) -> None:
    seat = on_the_phone()
    calls = seat.calls
    calls.connect(water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply"))
    calls.change_leg(41, 0, held=True)
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("f11", "e")
        await until(pilot, lambda: ("together", 41) in seat.done and desk.call and not desk.call.held)
        calls.change(transfer=TransferOffer(3, 41, "Li Wei", "Ana Ortiz", "", False))
        await until(pilot, lambda: "offered to Ana Ortiz" in shown(desk))
        await pilot.press("f11", "b")
        await until(pilot, lambda: ("cancel", 41) in seat.done and "offered to" not in shown(desk))
        await pilot.press("f11", "l")
        await until(pilot, lambda: ("leave", 41) in seat.done and "WRAP-UP" in shown(desk))


async def test_leaving_waits_for_a_person_and_a_machine_is_told_and_dropped_by_one_key(tmp_path: Path) -> None:
    seat = on_the_phone()
    calls = seat.calls
    calls.connect(
        water=calls.leg(2, LegRole.DEPARTMENT, "Water Supply", LegState.RINGING),
        zh=calls.leg(3, LegRole.INTERPRETER, "中文"),
    )
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.call)
        await pilot.press("f11", "l")
        await until(pilot, lambda: "F11, then K, stays" in shown(desk))
        await pilot.press("f11", "k")
        await until(pilot, lambda: ("stay", 41) in seat.done and "then K" not in shown(desk))
        await pilot.press("f11", "l")
        await until(pilot, lambda: "F11, then K, stays" in shown(desk))
        calls.change(leaving=None)
        calls.change_leg(41, 2, state=LegState.JOINED, machine=True)
        await until(pilot, lambda: "A machine answered at Water Supply" in shown(desk))
        await until(pilot, lambda: any("speak after the tone" in str(n.message) for n in pilot.app._notifications))
        await pilot.press("f11", "p")
        await until(pilot, lambda: ("person", 41, 2) in seat.done and "A machine" not in desk.said.said)
        calls.change_leg(41, 2, machine=True)
        await until(pilot, lambda: desk.call and desk.call.legs[2].machine)
        await pilot.press("alt+d")
        await until(pilot, lambda: ("drop", 41, 2) in seat.done)


async def test_an_offer_nobody_takes_is_told_at_once(tmp_path: Path) -> None:
    seat = on_the_phone()
    seat.calls.change(transfer=TransferOffer(3, 41, "Li Wei", "Ana Ortiz", "", False))
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: "offered to Ana Ortiz" in shown(desk))
        seat.calls.change(transfer=None, refusal=Refusal(3, "Ana Ortiz", NotTaken.SAID_NO, True, seat.now))
        await until(pilot, lambda: "▲ Ana Ortiz said no; the citizen is on the line with you again" in shown(desk))
        assert any("said no" in str(notice.message) for notice in pilot.app._notifications)


async def test_a_text_has_no_telephone_but_an_emergency(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(text(mine=True, state=InteractionState.TALKING, answered_at=NOW))
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.held)
        assert not desk.check_action("hold", ())
        assert desk.check_action("emergency", ())


async def test_the_open_contact_is_rung_and_the_call_is_at_the_desk(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    known = {"identified": Identification.CONFIRMED, "speaker": CHEN}
    seat.arrive(text(mine=True, state=InteractionState.TALKING, answered_at=NOW, **known))
    points = tuple(
        SimpleNamespace(kind=kind, address=address, until=until_, point_id=n)
        for n, (kind, address, until_) in enumerate(
            (
                (AddressKind.EMAIL, "li@example.org", None),
                (AddressKind.PHONE, "+1 202 555 0142", None),
                (AddressKind.PHONE, "+1 202 555 0143", NOW),
                (AddressKind.PHONE, "+1 202 555 0144", None),
            ),
            start=60,
        )
    )
    seat.book = SimpleNamespace(sheet=lambda _contact_id: SimpleNamespace(points=points))  # type: ignore[attr-defined]
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.contact_id == 7)
        await pilot.press("f11", "o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickScreen))
        seat.cards = {41: call(mine=True, entry_id=None, state=InteractionState.TALKING, answered_at=NOW)}
        await pilot.press("4", "4", "enter")
        await until(pilot, lambda: ("dial", 63, 7) in seat.done)
        await until(pilot, lambda: "YOUR TELEPHONE RINGS" in shown(desk))
        seat.calls.connect()
        await until(pilot, lambda: desk.check_action("end", ()))
        assert not desk.check_action("park", ())


async def test_a_wrap_up_can_take_more_time(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.WRAP_UP)
    seat.arrive(call(mine=True, state=InteractionState.WRAP_UP, ended_at=NOW))
    seat.drafts[41] = CaseForm()
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+w")
        await until(pilot, lambda: ("extend",) in seat.done)

"""The live call under the card: each leg with a sign and a word, trouble and offers beside it, at every size."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_seat import NOW, FakeSeat, call
from painted import HOSTILE, assert_harmless
from seated import SIZES, card_text, seated, shown, until

from grm_console.desk.call_views import CallLine, KeyAnswer, LegLine, Refusal, TransferOffer
from grm_console.desk.views import CaseForm
from grm_console.domain.words import AgentState, Direction, InteractionState, LegRole, LegState, NotTaken
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.call_line import call_words, leg_pieces, news_pieces
from grm_console.tui.widgets.caller_card import state_piece

TALKING = call(
    mine=True, state=InteractionState.TALKING, answered_at=NOW, connected_at=NOW - timedelta(seconds=63)
)  # fmt: skip
OFFER = TransferOffer(3, 41, "Ana Ortiz", "Li Wei", "knows the address already", False)
ME = "Li Wei"


def leg(number: int, role: LegRole, name: str = "", state: LegState = LegState.JOINED, **changes: object) -> LegLine:
    one = LegLine(number, role, name, state, False, False, False, NOW - timedelta(seconds=63), "")
    return replace(one, **changes)  # type: ignore[arg-type]


def line(*more: LegLine, **changes: object) -> CallLine:
    legs = (leg(0, LegRole.CALLER), leg(1, LegRole.OPERATOR, ME), *more)
    return replace(CallLine(41, legs, "", (), None), **changes)  # type: ignore[arg-type]


def said(one: CallLine) -> str:
    return "".join(words for words, _style in leg_pieces(one, ME, NOW))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (leg(2, LegRole.DEPARTMENT, "Water Supply", LegState.ASKED), "◌ Water Supply is called 1:03"),
        (leg(2, LegRole.DEPARTMENT, "Water Supply", LegState.RINGING), "◌ Water Supply ringing 1:03"),
        (leg(2, LegRole.DEPARTMENT, "Water Supply"), "● Water Supply 1:03"),
        (leg(2, LegRole.DEPARTMENT, "Water Supply", held=True), "‖ Water Supply ON HOLD"),
        (leg(2, LegRole.INTERPRETER, "zh"), "● interpreter zh 1:03"),
        (leg(2, LegRole.EMERGENCY, "119"), "● emergency service 119 1:03"),
        (leg(2, LegRole.SUPERVISOR, "Zhao Min", coaching=True), "◆ Zhao Min whispers to you"),
        (leg(2, LegRole.SUPERVISOR, "Zhao Min"), "● Zhao Min 1:03"),
        (
            leg(2, LegRole.DEPARTMENT, "Parks", LegState.FAILED, since=NOW - timedelta(seconds=9), outcome="no-answer"),
            "✗ Parks: no answer",
        ),
        (leg(2, LegRole.DEPARTMENT, "Parks", LegState.LEFT, since=NOW), "○ Parks has left"),
        (leg(2, LegRole.DEPARTMENT, "Parks", machine=True), "▣ Parks: a MACHINE 1:03"),
        (
            leg(
                2,
                LegRole.INTERPRETER,
                "Español · Lingua",
                LegState.LEFT,
                since=NOW,
                joined_at=NOW - timedelta(seconds=125),
                left_at=NOW,
            ),
            "○ interpreter Español · Lingua has left after 2:05",
        ),
    ],
)
def test_every_leg_has_a_sign_and_a_word(other: LegLine, words: str) -> None:
    assert said(line(other)) == f"● citizen 1:03   {words}   ● you 1:03"


def test_who_only_listens_and_who_has_long_gone_is_not_shown() -> None:
    listens = leg(2, LegRole.SUPERVISOR, "Zhao Min", muted=True)
    gone = leg(3, LegRole.DEPARTMENT, "Parks", LegState.FAILED, outcome="busy")
    assert said(line(listens, gone)) == "● citizen 1:03   ● you 1:03"
    assert "Zhao" not in call_words(line(listens, gone), ME, NOW)


def test_trouble_comes_first_then_the_offer_then_the_keys() -> None:
    troubled = line(
        trouble="The telephone company refused it. Try again.",
        keys=tuple(KeyAnswer(turn, key) for turn, key in enumerate("127")),
        transfer=OFFER,
    )
    words = "".join(piece for piece, _style in news_pieces(troubled, NOW))
    assert (
        words.index("▲ The telephone company")
        < words.index("offered to Li Wei")
        < words.index("cannot speak · in danger: no · ambulance: 7")
    )
    accepted = line(transfer=replace(OFFER, accepted=True))
    assert "F11, then Y" in news_pieces(accepted, NOW)[0][0]


def test_a_machine_a_refused_offer_and_a_leave_that_waits_are_told_in_words() -> None:
    def news(one: CallLine) -> str:
        return "".join(piece for piece, _style in news_pieces(one, NOW))

    machine = leg(2, LegRole.DEPARTMENT, "Parks", machine=True)
    assert news(line(machine)) == "▲ A machine answered at Parks: speak after the tone, or Alt+D drops it"
    called = replace(line(callback=True), legs=(leg(0, LegRole.CALLER, machine=True), leg(1, LegRole.OPERATOR, ME)))
    assert "F8 ends. It counts as an attempt" in news(called)
    refusal = Refusal(3, "Ana Ortiz", NotTaken.RAN_OUT, True, NOW)
    assert news(line(refusal=refusal)) == (
        "▲ Ana Ortiz did not answer the offer; the citizen is on the line with you again"
    )
    assert news(line(refusal=replace(refusal, at=NOW - timedelta(minutes=1)))) == ""
    rings = line(leg(2, LegRole.DEPARTMENT, "Parks", LegState.RINGING), leaving=2)
    assert "you leave as soon as a person answers at Parks" in news(rings)


def test_it_is_said_without_running_times_so_that_the_same_state_is_said_once() -> None:
    one = line(leg(2, LegRole.DEPARTMENT, "Water Supply", LegState.RINGING))
    later = replace(one, legs=tuple(replace(each, since=NOW) for each in one.legs))
    assert call_words(one, ME, NOW) == call_words(later, ME, NOW) == "citizen, you, Water Supply ringing"


@pytest.mark.parametrize(
    ("direction", "state", "word"),
    [
        (Direction.INBOUND, LegState.RINGING, "YOUR TELEPHONE RINGS: PICK IT UP"),
        (Direction.INBOUND, LegState.JOINED, "CONNECTING THE CALLER"),
        (Direction.OUTBOUND, LegState.JOINED, "CALLING THE CITIZEN"),
    ],
)
def test_before_it_is_connected_the_card_says_what_to_do(direction: Direction, state: LegState, word: str) -> None:
    card = replace(TALKING, connected_at=None, direction=direction)
    ringing = replace(line(), legs=(leg(0, LegRole.CALLER, state=LegState.ASKED), leg(1, LegRole.OPERATOR, ME, state)))
    assert state_piece(card, NOW, ringing)[0] == word


@pytest.mark.parametrize("size", SIZES)
async def test_the_line_stands_under_the_card_and_goes_with_the_call(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(TALKING)
    async with seated(seat, tmp_path, size) as (pilot, desk):
        assert "● citizen" not in shown(desk)
        seat.calls.connect(other=leg(2, LegRole.DEPARTMENT, HOSTILE))
        await until(pilot, lambda: "● citizen 1:03" in shown(desk))
        assert_harmless(pilot.app)
        seat.calls.connect()
        seat.calls.change(trouble="Water Supply cannot be rung. Try another number.")
        await until(pilot, lambda: "▲ Water Supply cannot be rung" in shown(desk))
        assert "● you 1:03" in shown(desk)
        assert "F11 Call" in shown(desk)
        seat.hang_up(41)
        await until(pilot, lambda: "WRAP-UP" in card_text(desk))
        assert "citizen" not in shown(desk)


@pytest.mark.parametrize("size", SIZES)
async def test_an_offered_call_shows_card_note_and_words_before_it_is_taken(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    seat = FakeSeat()
    seat.cards[41] = replace(TALKING, mine=False)
    seat.drafts[41] = CaseForm(summary="no water since Friday", note="given K-031")
    async with seated(seat, tmp_path, size) as (pilot, desk):
        seat.calls.propose(OFFER)
        await until(pilot, lambda: "OFFERED BY A COLLEAGUE 1:03" in shown(desk))
        for words in ("Ana Ortiz hands this call over", "knows the address", "no water since Friday", "Chen Li"):
            assert words in shown(desk)
        assert "F2 Answer" in shown(desk)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeTextScreen))
        assert "Notes: given K-031" in shown(pilot.app.screen)  # type: ignore[arg-type]
        await pilot.press("escape", "f2")
        await until(pilot, lambda: "YOUR TELEPHONE RINGS" in shown(desk))
        assert ("accept", 3) in seat.done
        assert not desk.check_action("answer", ())
        seat.calls.propose(replace(OFFER, accepted=True, on_the_line=True))
        await until(pilot, lambda: "YOU TALK WITH YOUR COLLEAGUE" in shown(desk))
        assert "the citizen waits; Ana Ortiz hands over" in shown(desk)
        seat.calls.offer_made = None
        seat.calls.connect()
        seat._set(41, mine=True)
        await until(pilot, lambda: desk.held is not None and "● you" in shown(desk))


async def test_escape_declines_an_offer_and_nothing_else(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.cards[41] = replace(TALKING, mine=True)
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("escape")
        assert not any(act[0] == "decline" for act in seat.done)
        del seat.cards[41]
        seat.change("queue")
        await until(pilot, lambda: desk.card is None)
        seat.cards[42] = replace(TALKING, interaction_id=42, mine=False)
        seat.calls.propose(replace(OFFER, interaction_id=42))
        await until(pilot, lambda: desk.card is not None)
        del seat.cards[42]
        await pilot.press("escape")
        await until(pilot, lambda: ("decline", 3) in seat.done)
        await until(pilot, lambda: desk.card is None and "hands this call over" not in shown(desk))


async def test_what_happens_in_a_call_is_said_in_plain_mode(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(TALKING)
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.calls.connect()
        await until(pilot, lambda: "citizen, you" in desk.said.said)
        seat.calls.change_leg(41, 0, held=True)
        await until(pilot, lambda: "citizen ON HOLD, you" in desk.said.said)

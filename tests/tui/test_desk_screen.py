"""The operator's desk at a fake seat: what appears, what the keys do, what is never lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from fake_seat import NOW, FakeSeat, call, text
from seated import SIZES, card_text, seated, shown, until
from textual import events

from grm_console.desk.views import CaseForm, TimelineDetail
from grm_console.domain.words import AgentState, Identification
from grm_console.errors import NotAllowed
from grm_console.tui.app import GrmConsole
from grm_console.tui.arrivals import DetailCame, DraftCame, WrappedUp
from grm_console.tui.screens.desk import DeskScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.jump import JumpScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.screens.wrap_up import WrapUpScreen
from grm_console.tui.watch import look


def acts(seat: FakeSeat) -> list[object]:
    """What the seat was asked to do; drafts and the end of the waiting are not counted."""
    return [act[0] for act in seat.done if act[0] not in ("save_draft", "close")]


@pytest.mark.parametrize("size", SIZES)
async def test_a_ring_shows_names_only_and_the_key_that_answers(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path, size) as (pilot, desk):
        assert "No call waiting." in shown(desk)
        seat.arrive(call())
        await until(pilot, lambda: desk.card)
        screen = shown(desk)
        assert "RINGING 0:12" in screen
        assert "Chen Li" in screen
        assert "26-000418-7" not in screen
        assert "F2 Answer" in screen
        assert acts(seat) == []


async def test_the_terminals_cursor_follows_a_field_the_card_pushes_down(tmp_path: Path) -> None:
    """An input method opens its window there; screen readers and magnifiers look there."""
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        assert desk.focused is not None
        before = desk.focused.region.y
        seat.arrive(text())
        await until(pilot, lambda: desk.card)
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        assert desk.focused is not None
        assert desk.focused.region.y > before
        assert pilot.app.cursor_position.y == desk.focused.region.y


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_hides_the_operators_state_and_the_queue(tmp_path: Path, size: tuple[int, int]) -> None:
    seat = FakeSeat()
    seat.arrive(call(), text())
    async with seated(seat, tmp_path, size) as (_pilot, desk):
        strip = shown(desk).splitlines()[0]
        assert "Available 1:12" in strip
        assert "waiting 2" in strip
        assert "longest 0:12" in strip


async def test_answering_opens_the_search_and_confirming_opens_the_history(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, (160, 45)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        assert desk.focused is not None
        assert desk.focused.id == "knowledge-search"
        assert "TALKING" in card_text(desk)
        assert "Names only" in shown(desk)
        await pilot.press("f3", "1", "enter")
        await until(pilot, lambda: desk.contact_id == 7)
        await until(pilot, lambda: "14 contacts" in card_text(desk) and desk.timeline.view.count)
        assert ("confirm_speaker", 41, 7, "name") in seat.done
        assert "due tomorrow" in card_text(desk)


async def test_a_caller_sure_by_number_brings_the_history_while_it_rings(tmp_path: Path) -> None:
    seat = FakeSeat()
    sure = call(identified=Identification.BY_NUMBER, speaker=seat.speakers[7])
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.arrive(sure)
        await until(pilot, lambda: desk.timeline.view.count)
        assert desk.held is None


async def test_an_enquiry_takes_four_keys_besides_its_words(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press(*"water")
        await until(pilot, lambda: desk.check_action("give", ()))
        await pilot.press("ctrl+g", "f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await pilot.press("1")
        await until(pilot, lambda: desk.card is None)
        assert acts(seat) == ["answer", "give", "end", "wrap_up"]
        assert ("give", 41, 1, 1, "water") in seat.done


async def test_a_case_takes_at_most_twelve_keys_besides_its_words(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        keys = ["f2"]
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        for key in ("f3", "1", "enter"):
            await pilot.press(key)
            keys.append(key)
        await until(pilot, lambda: desk.contact_id == 7)
        await pilot.press("alt+3", *"bulky", "enter")
        keys += ["alt+3", "enter"]
        await until(pilot, lambda: desk.form.service == "bulky-waste")
        await pilot.press(*"sofa", "ctrl+s")
        keys.append("ctrl+s")
        await until(pilot, lambda: desk.case_opened)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await pilot.press("2")
        keys += ["f9", "2"]
        await until(pilot, lambda: desk.card is None)
        assert len(keys) <= 12
        opened = next(act for act in seat.done if act[0] == "open_case")
        assert isinstance(opened[2], CaseForm)
        assert (opened[2].service, opened[2].summary, opened[2].language) == ("bulky-waste", "sofa", "zh")
        assert acts(seat)[-2:] == ["end", "wrap_up"]


async def test_what_is_missing_is_named_and_no_case_is_opened(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, (200, 60)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "2 fields missing" in shown(desk))
        assert desk.current_panel == "case"
        assert "open_case" not in acts(seat)
        await pilot.press(*"water", "enter")
        await until(pilot, lambda: "2 fields missing: Summary, Since when" in shown(desk))
        await pilot.press("shift+tab", "tab", *"dry")
        await until(pilot, lambda: "1 field missing: Since when" in shown(desk))


async def test_a_text_suggests_its_own_words_and_fills_the_details(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(text())
    async with seated(seat, tmp_path) as (pilot, desk):
        assert "NEW TEXT" in card_text(desk)
        await pilot.press("f2")
        await until(pilot, lambda: desk.knowledge.current())
        hit = desk.knowledge.current()
        assert hit is not None
        assert hit.code == "K-052"
        assert desk.case.form().details == "when is bulky waste collected?"
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeTextScreen))
        await pilot.press("escape")
        assert pilot.app.screen is desk


async def test_the_card_of_an_item_that_another_seat_took_closes_by_itself(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.taken(41)
        await until(pilot, lambda: desk.card is None)
        assert "No call waiting." in card_text(desk)


async def test_losing_the_race_for_a_call_says_so_and_shows_the_next(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        del seat.cards[41]
        seat.cards[51] = text()
        await pilot.press("f2")
        await until(pilot, lambda: desk.card and desk.card.interaction_id == 51)
        assert desk.held is None
        await until(pilot, lambda: "Another operator" in shown(desk))


async def test_more_rings_only_raise_the_waiting_count(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press(*"abc")
        focused = desk.focused
        seat.arrive(call(42), call(43))
        await until(pilot, lambda: "waiting 2" in shown(desk))
        assert desk.held is not None
        assert desk.held.interaction_id == 41
        assert desk.focused is focused


async def test_after_the_wrap_up_the_next_item_is_shown(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call(), text())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("f8")
        await until(pilot, lambda: "WRAP-UP" in card_text(desk))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await pilot.press("escape")
        assert pilot.app.screen is desk
        assert desk.held is not None
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, WrapUpScreen))
        await pilot.press(*"wro", "enter")
        await until(pilot, lambda: desk.card and desk.card.interaction_id == 51)
        assert ("wrap_up", 41, "wrong", "") in seat.done


async def test_the_caller_hanging_up_turns_the_card_into_wrap_up(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press(*"half a wor".replace(" ", "_"))
        seat.hang_up(41)
        await until(pilot, lambda: "WRAP-UP" in card_text(desk))
        assert not desk.check_action("end", ())
        assert "half_a_wor" in shown(desk)


async def test_an_unknown_caller_becomes_a_contact_with_one_key(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call(candidates=()))
    async with seated(seat, tmp_path) as (pilot, desk):
        assert "Unknown number" in card_text(desk)
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("f4")
        await until(pilot, lambda: desk.contact_id == 20)
        assert "First contact" in card_text(desk)
        assert not desk.check_action("new_contact", ())


async def test_typed_words_go_to_the_store_as_a_draft(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+3", "tab", *"sofa")
        await until(pilot, lambda: 41 in seat.drafts and not desk.unsaved)
        assert seat.drafts[41].summary == "sofa"
        assert "draft saved" in shown(desk)


async def test_a_claimed_call_and_its_draft_are_back_after_a_crash(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(call(mine=True, answered_at=NOW, connected_at=NOW - timedelta(seconds=5)))
    seat.drafts[41] = CaseForm(summary="no water", note="calls back")
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.form.summary == "no water")
        assert desk.held is not None
        assert desk.case.form().note == "calls back"


async def test_while_the_store_is_gone_words_are_kept_and_later_saved(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, (160, 45)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        seat.gone = True
        seat.change("queue")
        await until(pilot, lambda: "Store unreachable since" in shown(desk))
        await pilot.press("alt+3", "tab", *"sofa")
        await until(pilot, lambda: list(tmp_path.glob("draft-*.json")))
        assert seat.drafts == {}
        seat.gone = False
        await until(pilot, lambda: 41 in seat.drafts)
        assert seat.drafts[41].summary == "sofa"
        await until(pilot, lambda: not list(tmp_path.glob("draft-*")) and "unreachable" not in shown(desk))


async def test_quitting_asks_nothing_and_saves_the_words(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+3", "tab", *"sofa", "ctrl+q")
        await until(pilot, lambda: pilot.app._exit)
    assert seat.drafts[41].summary == "sofa"
    assert acts(seat)[-1] == "sign_out"
    assert not list(tmp_path.glob("draft-*"))


async def test_quitting_while_the_store_is_gone_keeps_the_words_on_this_machine(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+3", "tab", *"sofa")
        seat.gone = True
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app._exit)
    assert seat.drafts == {}
    seat.gone = False
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.form.summary == "sofa")


@pytest.mark.parametrize(("before", "after"), [((160, 45), (80, 24)), ((80, 24), (160, 45))])
async def test_resizing_keeps_focus_and_words(tmp_path: Path, before: tuple[int, int], after: tuple[int, int]) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, before) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+3", "tab", *"so")
        focused = desk.focused
        await pilot.resize_terminal(*after)
        await until(pilot, lambda: desk.size == after)
        assert desk.focused is focused
        await pilot.press(*"fa")
        assert desk.case.form().summary == "sofa"
        assert "sofa" in shown(desk)


async def test_on_a_small_screen_one_panel_is_shown_and_keys_change_it(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        for keys, panel in ((("f6",), "case"), (("f6",), "texts"), (("f6",), "timeline"), (("alt+2",), "knowledge")):
            await pilot.press(*keys)
            assert [name for name, each in desk.panels.items() if each.display] == [panel]
        await pilot.press("ctrl+o")
        assert isinstance(pilot.app.screen, JumpScreen)
        await pilot.press("3")
        assert desk.current_panel == "case"
        await pilot.press("ctrl+f", *"water")
        await until(pilot, lambda: desk.knowledge.current())
        assert desk.current_panel == "knowledge"


async def test_escape_goes_back_to_the_panel_the_focus_came_from(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path, (80, 24)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("alt+3", "tab", *"sofa", "escape")
        assert desk.current_panel == "knowledge"
        await pilot.press("escape")
        assert desk.current_panel == "case"
        assert desk.case.form().summary == "sofa"


async def test_going_away_asks_for_a_reason(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f10")
        assert isinstance(pilot.app.screen, PickScreen)
        await pilot.press("2")
        await until(pilot, lambda: "Away: lunch" in shown(desk))
        assert "F10 makes you available" in shown(desk)
        await pilot.press("f2")
        await until(pilot, lambda: "Available" in shown(desk).splitlines()[0])
        assert acts(seat) == ["away", "available"]


async def test_the_help_lists_the_keys(tmp_path: Path) -> None:
    seat = FakeSeat()
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape")
        assert pilot.app.screen is desk


async def test_a_refusal_is_shown_as_its_sentence_and_changes_nothing(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        seat.refuses = NotAllowed("Your role may not [/take] calls; ask a supervisor.")
        await pilot.press("f2")
        await until(pilot, lambda: "may not [/take]" in shown(desk))
        assert desk.held is None
        assert desk.card is not None


@pytest.mark.parametrize("words", ["[/] [@click=app.exit]x[/] [red", "\x1b[2J\x1b[1;1Hgone", "a\u202eb\x9b2J\x00"])
async def test_hostile_words_neither_crash_nor_steer_the_desk(tmp_path: Path, words: str) -> None:
    seat = FakeSeat()
    seat.arrive(text(words=words, address=words, queue=words, line=words))
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        await pilot.press("f7")
        screen = shown(desk)
        assert not set(screen) & set("\x1b\x9b\x00\u202e")
        assert isinstance(pilot.app.screen, WholeTextScreen)
        assert isinstance(desk, DeskScreen)


async def test_a_key_pressed_twice_does_not_act_twice(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call(candidates=()))
    async with seated(seat, tmp_path) as (pilot, desk):
        desk.action_answer()
        desk.action_answer()
        await until(pilot, lambda: desk.held and not desk.acting)
        desk.action_new_contact()
        desk.action_new_contact()
        await until(pilot, lambda: desk.contact_id == 20 and not desk.acting)
        assert acts(seat) == ["answer", "create_contact"]


async def test_a_look_begun_before_an_act_does_not_undo_what_the_act_showed(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        outdated = look(seat, desk.acts)
        await pilot.press("f2")
        await until(pilot, lambda: desk.held and not desk.acting)
        desk.post_message(outdated)
        await pilot.pause()
        assert desk.held is not None


async def test_late_answers_for_an_earlier_exchange_are_dropped(tmp_path: Path) -> None:
    seat = FakeSeat()
    seat.arrive(call())
    async with seated(seat, tmp_path) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        desk.post_message(DraftCame(40, CaseForm(summary="of somebody else")))
        desk.post_message(DetailCame(8, TimelineDetail(1000, "of somebody else", (), "")))
        desk.post_message(WrappedUp(40))
        await pilot.pause()
        assert desk.case.form().summary == ""
        assert desk.timeline.view.detail is None
        assert desk.held is not None


async def test_a_language_the_form_does_not_know_still_brings_the_draft_back(tmp_path: Path) -> None:
    seat = FakeSeat(state=AgentState.TALKING)
    seat.arrive(call(mine=True, language="fr", answered_at=NOW))
    seat.drafts[41] = CaseForm(summary="pas d'eau", language="fr")
    async with seated(seat, tmp_path) as (pilot, desk):
        await until(pilot, lambda: desk.form.summary == "pas d'eau")


async def test_the_bell_rings_once_for_a_ring_and_can_be_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(GrmConsole, "bell", lambda self: rung.append(1))
    for bell, expected in ((True, 1), (False, 0)):
        rung.clear()
        seat = FakeSeat()
        async with seated(seat, tmp_path, bell=bell) as (pilot, desk):
            seat.arrive(call())
            await until(pilot, lambda desk=desk: desk.card)
            seat.arrive(call(42))
            await until(pilot, lambda desk=desk: "waiting 2" in shown(desk))
        assert len(rung) == expected


async def test_keys_typed_ahead_of_a_list_do_not_close_the_desk(tmp_path: Path) -> None:
    """Ctrl+O, 3 and Tab in one go: the second key must not close what is below the list."""
    async with seated(FakeSeat(), tmp_path) as (pilot, desk):
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(pilot.app.screen, JumpScreen))
        jump = pilot.app.screen
        for key in ("3", "tab", "escape"):
            jump.post_message(events.Key(key, key if key.isdigit() else None))
        await pilot.pause()
        await pilot.pause()
        assert pilot.app.screen is desk

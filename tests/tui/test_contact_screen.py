"""The contact's screen: every act by keys, nothing overwritten, nothing typed lost, nothing hostile shown."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from contact_opened import SIZES, contact_opened, do, said, shown
from fake_book import CHEN, NOW, FakeBook
from painted import HOSTILE, assert_harmless, until
from textual.widgets import Input

from grm_console.desk.contact_views import ContactSheet
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty
from grm_console.errors import InvalidInput, NotAllowed, StaleChange
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.conflicts import ConflictScreen
from grm_console.tui.screens.contact import CONTACT, ContactScreen
from grm_console.tui.screens.duplicates import DUPLICATES, DuplicatesScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.merge import MERGE, MergeScreen
from grm_console.tui.screens.pick import PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen


def hostile() -> ContactSheet:
    """A contact whose every word was written by somebody who means harm."""
    words = {"name": HOSTILE, "other_name": HOSTILE, "address": HOSTILE, "note": HOSTILE, "language": HOSTILE}
    return replace(
        CHEN,
        fields=replace(CHEN.fields, **words),
        points=tuple(replace(point, address=HOSTILE) for point in CHEN.points),
        relations=tuple(replace(one, other_name=HOSTILE, role=HOSTILE, mandate=HOSTILE) for one in CHEN.relations),
        flags=tuple(replace(flag, text=HOSTILE, by=HOSTILE) for flag in CHEN.flags),
        segments=tuple(replace(segment, name=HOSTILE, reason=HOSTILE) for segment in CHEN.segments),
        merges=tuple(replace(merge, merged_name=HOSTILE, by=HOSTILE, reason=HOSTILE) for merge in CHEN.merges),
    )


@pytest.mark.parametrize(
    ("screen", "table"), [(ContactScreen, CONTACT), (DuplicatesScreen, DUPLICATES), (MergeScreen, MERGE)]
)
def test_every_command_has_a_method_and_words(screen: type[CommandedScreen], table: tuple) -> None:  # type: ignore[type-arg]
    for command in table:
        assert command.label
        assert command.help.endswith(".")
        assert command.name.startswith("app.") or hasattr(screen, f"action_{command.name}"), command
        assert command.first == (command.keys not in ("escape", "enter", "left", "right"))


async def test_no_two_possible_commands_share_a_key() -> None:
    async with contact_opened(FakeBook()) as (_pilot, screen):
        for part in screen.parts:
            screen.go(part)
            for line in range(screen.lists[part].count if part in screen.lists else 1):
                if part in screen.lists:
                    screen.lists[part].cursor = line
                possible = [
                    command.keys
                    for command in CONTACT
                    if command.name.startswith("app.") or screen.check_action(command.name, ())
                ]
                assert len(possible) == len(set(possible)), (part, line)


@pytest.mark.parametrize("size", SIZES)
async def test_everything_of_a_contact_is_reached_at_every_size(size: tuple[int, int]) -> None:
    async with contact_opened(FakeBook(), size) as (pilot, screen):
        seen = shown(screen)
        assert "▲ Hard of hearing: speak slowly (until 21 Dec)" in seen
        assert "2 others may be the same: F7" in seen
        assert "F1 Help" in seen.splitlines()[-1]
        for _part in screen.parts:
            seen += shown(screen)
            await pilot.press("f6")
        for words in (
            "12 Garden Road", "☎ +1 202 555 0142", "✓ confirmed · since 19 Oct 2025 · 2 others use it",
            "⊘ opted out of texts", "○ +1 202 555 0199", "ended 22 Nov", "→ acts for ▪ Lotus Bakery", "register entry",
            "○ 陈国 acts for this contact", "until 21 Dec 09:02 · Li Wei", "told us in a call", "⇐ Chen L. was merged",
        ):  # fmt: skip
            assert words in seen


@pytest.mark.parametrize("size", SIZES[:2])
async def test_hostile_words_are_shown_harmless_and_stay_as_they_are_in_the_store(size: tuple[int, int]) -> None:
    book = FakeBook(hostile())
    async with contact_opened(book, size) as (pilot, screen):
        for _part in screen.parts:
            assert_harmless(pilot.app)
            await pilot.press("f6")
        assert not screen.form.edited
        await pilot.press(*["tab"] * 5, *"!", "ctrl+s")
        await until(pilot, lambda: not screen.form.edited)
        assert book.stored.fields.name == HOSTILE
        assert book.stored.fields.district == "Old Town!"


async def test_saving_stores_what_was_typed_and_only_that() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await do(pilot, "end", "space", "=Wang")
        assert "✎ not saved yet" in shown(screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not screen.form.edited)
        assert "✓ saved" in shown(screen)
        assert book.done == [("change", 7, 3)]
        assert book.stored.fields == replace(CHEN.fields, name="Chen Li Wang")
        await pilot.press(*["tab"] * 9, "space", "ctrl+s")
        await until(pilot, lambda: book.stored.preferences.text_only)
        assert [act[0] for act in book.done] == ["change", "set_preferences"]


async def test_a_refused_field_says_rule_and_example_beside_it() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, screen):
        await pilot.press("ctrl+u", "ctrl+s")
        await until(pilot, lambda: "e.g. Chen Li." in " ".join(shown(screen).split()))
        assert book.stored is CHEN
        assert said(pilot) == ""
        await pilot.press(*"Wu")
        await until(pilot, lambda: "1 to 200" not in shown(screen))
        book.refuses = InvalidInput({"hours": "Keep this under 100 characters, e.g. mornings."})
        await pilot.press(*["tab"] * 8, *"x", "tab", "ctrl+s")
        await until(pilot, lambda: "1 to 200" not in shown(screen) and not screen.acting)
        assert screen.form.edited


async def test_mine_or_theirs_is_chosen_field_by_field() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await do(pilot, "end", "space", "=Wang", *["tab"] * 6, "!")
        book.others_change(name="Chen Li-Wu", note="call evenings", district="New Town")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
        seen = shown(pilot.app.screen)
        assert "Chen Li Wang" in seen
        assert "Chen Li-Wu" in seen
        assert "Wang Min changed it today" in seen
        await pilot.press("ctrl+s")
        assert "choose for each field" in said(pilot)
        await pilot.press("right", "left", "ctrl+s")
        await until(pilot, lambda: not screen.form.edited)
        fields = book.stored.fields
        assert (fields.name, fields.note, fields.district) == ("Chen Li-Wu", "call mornings!", "New Town")
        assert "New Town" in shown(screen)


async def test_a_change_by_others_never_touches_half_typed_words() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await do(pilot, "end", "space", "=Wang")
        book.others_change(name="Chen Li-Wu", district="New Town")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "New Town" in shown(screen))
        assert "Chen Li Wang" in shown(screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
        await pilot.press("escape")
        assert "Chen Li Wang" in shown(screen)
        assert book.stored.fields.name == "Chen Li-Wu"


async def test_words_typed_while_it_is_being_stored_are_kept_and_a_second_key_does_nothing() -> None:
    book = FakeBook()
    held_up = threading.Event()
    book.meanwhile = partial(held_up.wait, 10)
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("end", *" W", "ctrl+s", "ctrl+s", *"u")
        assert "working" in shown(screen)
        held_up.set()
        await until(pilot, lambda: not screen.acting)
        assert book.done == [("change", 7, 3)]
        assert book.stored.fields.name == "Chen Li W"
        assert screen.form.edited
        await pilot.press("ctrl+s")
        await until(pilot, lambda: book.stored.fields.name == "Chen Li Wu")


async def test_a_lost_store_is_said_and_nothing_typed_is_lost() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        book.gone = True
        await do(pilot, "end", "space", "=Wang", "ctrl+s")
        await until(pilot, lambda: "cannot be reached" in said(pilot))
        assert "Chen Li Wang" in shown(screen)
        await do(pilot, "f5", "=came twice", "ctrl+s")
        await until(pilot, lambda: "cannot be reached" in shown(pilot.app.screen))
        book.gone = False
        await pilot.press("ctrl+s")
        await until(pilot, lambda: ("note", 7, "came twice") in book.done and pilot.app.screen is screen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: book.stored.fields.name == "Chen Li Wang")


async def test_a_contact_that_may_not_be_read_says_why_and_is_tried_again() -> None:
    book = FakeBook()
    book.gone = True
    async with contact_opened(book) as (pilot, screen):
        assert "cannot be reached" in shown(screen)
        await pilot.press("f2", "f7")
        assert pilot.app.screen is screen
        book.gone = False
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Chen Li" in shown(screen))
        assert isinstance(screen.focused, Input)


async def test_what_is_added_by_small_forms() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        for keys in (
            ("f2", "=+1 202 555 0177", "tab", "right", "tab", "right", "ctrl+s"),
            ("f3", "right", "tab", "=owner", "enter", "=register", "enter", "enter", "=2027-12-31", "enter"),
            ("f4", "=speak up", "enter", "enter"),
            ("f5", "=line\ntwo", "ctrl+s"),
            ("f10", "=retired", "enter", "=asked", "enter", "enter"),
        ):
            await do(pilot, *keys)
            await until(pilot, lambda: pilot.app.screen is screen and not screen.acting)
        begin = datetime.combine(NOW.astimezone().date(), datetime.min.time()).astimezone(UTC)
        *others, relation_until = [book.done[1][-2], book.done[1][-1]]
        assert isinstance(relation_until, datetime)
        assert (relation_until + timedelta(seconds=1)).astimezone().strftime("%Y-%m-%d %H:%M") == "2028-01-01 00:00"
        assert others == [begin]
        assert book.done == [
            ("add_point", 7, "+1 202 555 0177", AddressKind.WHATSAPP, Certainty.CONFIRMED),
            ("add_relation", 8, 7, "owner", "register", begin, relation_until),
            ("set_flag", 7, "speak up", NOW + timedelta(days=30)),
            ("note", 7, "line\ntwo"),
            ("join_segment", 7, "retired", "asked", None),
        ]


async def test_a_small_form_says_what_is_wrong_and_keeps_words_after_esc() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, screen):
        await do(pilot, "f4", "=speak up", "enter", "ctrl+u", "=400", "enter")
        await until(pilot, lambda: "e.g. 30." in shown(pilot.app.screen))
        await pilot.press("escape")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, PickScreen)
        assert "half written" in shown(pilot.app.screen)
        await pilot.press("escape", "f4")
        assert "speak up" in shown(pilot.app.screen)
        await pilot.press("tab", "ctrl+u", *"5", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert book.done == [("set_flag", 7, "speak up", NOW + timedelta(days=5))]
        await do(pilot, "f3", "tab", "=owner", "enter", "enter", "ctrl+u", "=soon", "ctrl+s")
        await until(pilot, lambda: "e.g. 2026-11-23." in shown(pilot.app.screen))
        book.refuses = InvalidInput({"acts_for": "Choose a business or a department to act for."})
        await do(pilot, "ctrl+u", "=2026-11-01", "ctrl+s")
        await until(pilot, lambda: "Choose a business" in shown(pilot.app.screen))
        assert isinstance(pilot.app.screen, SmallFormScreen)


async def test_the_keys_act_on_the_line_under_the_cursor() -> None:
    book = FakeBook()
    async with contact_opened(book, (80, 24)) as (pilot, screen):

        async def press(*keys: str) -> None:
            await do(pilot, *keys)
            await until(pilot, lambda: pilot.app.screen is screen and not screen.acting)

        await press("ctrl+o", "2", "f8")
        assert "F8 Used again" in shown(screen)
        await press("f8")
        await press("down", "f9")
        assert "F9 Confirm" not in shown(screen)
        await press("ctrl+o", "3", "f8", "1")
        await press("ctrl+o", "4", "f8", "enter")
        assert "Hard of hearing" not in shown(screen)
        await press("ctrl+o", "5", "f8", "=asked", "ctrl+s")
        await press("down", "f8", "1")
        assert "Edited since, so left as it is: Note on the card." in said(pilot)
        assert book.done == [
            ("end_point", 1),
            ("restart_point", 1),
            ("confirm_point", 2),
            ("end_relation", 1),
            ("lift_flag", 1),
            ("leave_segment", 7, "retired", "asked"),
            ("undo_merge", 5),
        ]


async def test_what_cannot_be_taken_back_is_asked_about() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        for part in ("3", "4"):
            await pilot.press("ctrl+o", part, "f8", "escape")
        assert pilot.app.screen is screen
        assert book.done == []


async def test_esc_closes_and_asks_once_about_unsaved_words() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("end", *"x", "escape")
        assert isinstance(pilot.app.screen, PickScreen)
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("escape", "1")
        await until(pilot, lambda: pilot.app.screen is not screen and not isinstance(pilot.app.screen, PickScreen))
        assert book.stored.fields.name == "Chen Lix"
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("escape")
        assert pilot.app.screen is not screen
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("x", "escape", "2")
        await until(pilot, lambda: pilot.app.screen is not screen)
        assert len(book.done) == 1


async def test_an_answer_that_comes_after_the_screen_closed_finds_nobody() -> None:
    book = FakeBook()
    held_up = threading.Event()
    book.meanwhile = partial(held_up.wait, 10)
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("ctrl+o", "2", "f8", "escape")
        await until(pilot, lambda: pilot.app.screen is not screen)
        held_up.set()
        await until(pilot, lambda: book.done == [("end_point", 1)])
        assert said(pilot) == ""


async def test_help_explains_the_focused_field() -> None:
    async with contact_opened(FakeBook()) as (pilot, _screen):
        await pilot.press("f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "The name as it is written in letters to them" in shown(pilot.app.screen)
        await pilot.press("escape", "ctrl+o", "2", "f1")
        assert "Numbers and addresses. One that others use" in shown(pilot.app.screen)


async def test_any_refusal_is_said() -> None:
    book = FakeBook()
    async with contact_opened(book) as (pilot, screen):
        await pilot.press("x")
        for error in (NotAllowed("Open this contact first."), StaleChange("It was merged meanwhile.")):
            book.refuses = error
            await pilot.press("ctrl+s")
            await until(pilot, lambda error=error: str(error) in said(pilot))
            assert screen.form.edited

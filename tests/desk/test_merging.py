"""Merging by direction and taking it back: nothing is lost, nothing is left, in whatever order merges are undone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LONG_AGO,
    OTHER_CALLER,
    all_rows,
    answered,
    call,
    contact,
    entry_of,
    found_town,
    interaction_of,
    put,
    staff,
    take_in,
)
from conftest import FixedClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.contact_merge import MERGED_FIELDS
from grm_console.desk.contact_views import Preferences
from grm_console.desk.desk import Desk
from grm_console.desk.exports import export_lines
from grm_console.errors import GrmError, InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import contacts, export, listing, tables, timeline

BOTH_THE_SAME = "same e-mail, confirmed by phone"


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei", "supervisor")


@pytest.fixture
def book(desk: Desk, operator: Actor) -> ContactBook:
    return ContactBook(desk, operator)


@pytest.fixture
def pair(desk: Desk, operator: Actor) -> tuple[int, int]:
    """Chen Li twice: once by her landline, once by a mobile, with the other half of what we know."""
    old = contact(desk.store, "Chen Li", CALLER, language="zh", note="Hard of hearing")
    new = contact(desk.store, "Li Chen", OTHER_CALLER, other_name="陈莉", address="12 Lotus Lane", note="Speak slowly")
    for key in (old, new):
        note_opening(desk, operator, key, None)
    return old, new


def versions(book: ContactBook, survivor: int, merged: int) -> tuple[int, int]:
    return book.sheet(survivor).version, book.sheet(merged).version


def merge(book: ContactBook, survivor: int, merged: int, reason: str = BOTH_THE_SAME, **chosen: Any) -> int:
    return book.merge(survivor, merged, chosen, versions(book, survivor, merged), reason)


def pointers(desk: Desk) -> list[int | None]:
    return [row.merged_into_id for row in all_rows(desk.store, tables.Contact)]


def everything(desk: Desk, actor: Actor) -> list[str]:
    """All exports and listings, and how everybody wants to be reached."""
    lines = [
        line for kind in ("contacts", "interactions", "cases") for line in export_lines(desk, actor, kind, "jsonl")
    ]
    with desk.store.reading() as connection:
        for statement in (listing.CONTACTS, listing.RELATIONS):
            lines += [json.dumps(row, default=str) for row in export.stream(connection, statement)]
    return lines + [repr(row) for row in all_rows(desk.store, tables.Preference)]


# Side by side


def test_a_preview_shows_fields_counts_and_warnings(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    put(desk.store, tables.Preference(contact_id=new, never_call=True))
    book.note(new, "Prefers mornings")
    book.add_point(new, "li@mail.example")
    shown = book.merge_preview(old, new)
    pairs = {one.field: (one.left, one.right, one.differs) for one in shown.pairs}
    assert tuple(pairs) == MERGED_FIELDS
    assert pairs["name"] == ("Chen Li", "Li Chen", True)
    assert pairs["preferences.never_call"] == ("", "yes", True)
    assert pairs["district"] == ("", "", False)
    assert shown.left_counts == (("exchanges", 0), ("cases", 0), ("addresses", 1), ("relations", 0), ("notes", 0))
    assert dict(shown.right_counts)["addresses"] == 2
    assert shown.warnings == ("They share no number and no e-mail address.",)
    book.not_the_same(new, old)
    assert any("found that they are not the same" in warning for warning in book.merge_preview(old, new).warnings)


# Merging


def test_the_survivor_is_read_as_both(
    desk: Desk, web_actor: Actor, operator: Actor, book: ContactBook, pair: tuple[int, int], clock: FixedClock
) -> None:
    old, new = pair
    seat, key = answered(desk, web_actor, operator, call("CA1", OTHER_CALLER))
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    put(desk.store, tables.Preference(contact_id=new, never_call=True, door="sms"))
    put(desk.store, tables.Segment(code="retired", name="Retired", purpose="Pensions"))
    put(desk.store, tables.SegmentMembership(contact_id=new, segment_id=1, reason="imported", since=LONG_AGO))
    book.set_flag(new, "Dog bites", clock() + timedelta(days=7))
    bakery = contact(desk.store, "Lotus Bakery", kind="business")
    book.add_relation(new, bakery, "owner")
    clock.forward(hours=1)

    merge(book, old, new, name="right")

    sheet = book.sheet(new)
    assert sheet == book.sheet(old)
    assert (sheet.contact_id, sheet.fields.name, sheet.fields.other_name) == (old, "Li Chen", "陈莉")
    assert (sheet.fields.note, sheet.fields.language) == ("Hard of hearing", "zh")
    assert sheet.preferences == Preferences(never_call=True, door="sms")
    assert [one.address for one in sheet.points] == ["+1 202-555-0142", "+1 202-555-0143"]
    assert [one.other_id for one in sheet.relations] == [bakery]
    assert [one.merged_name for one in sheet.merges] == ["Li Chen"]
    assert histories.page(desk, operator, old).total == 1
    seat.set_available()
    take_in(desk, web_actor, call("CA2", OTHER_CALLER))
    card = seat.card(interaction_of(desk.store, "CA2"))
    speaker = card.speaker
    assert speaker is not None
    assert (speaker.contact_id, speaker.segments, speaker.flags) == (old, ("Retired",), ("Dog bites",))
    assert "never call" in speaker.prefers
    assert speaker.acts_for == ("owner of Lotus Bakery",)
    seat.answer(entry_of(desk.store, "CA2"))
    assert seat.confirm_speaker(card.interaction_id, new, "name").speaker == speaker, "an old screen names the old one"
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []


def test_what_is_chosen_counts_also_for_wishes(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    put(desk.store, tables.Preference(contact_id=new, never_call=True, text_only=True))
    key = merge(book, old, new, **{"preferences.never_call": "left", "note": "right"})
    assert book.sheet(old).preferences == Preferences(text_only=True)
    book.set_preferences(old, Preferences())
    assert book.sheet(old).preferences == Preferences(), "what was lifted is not taken from the merged one again"
    assert book.undo_merge(key) == ("preferences.text_only",)
    note_opening(desk, staff(desk, "zoe"), new, None)
    assert book.sheet(new).preferences == Preferences(never_call=True, text_only=True)


def test_an_opt_out_of_either_outweighs_a_file(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    put(desk.store, tables.Segment(code="retired", name="Retired", purpose="Pensions"))
    book.leave_segment(new, "retired", "no letters")
    later = book.sheet(new).segments and LONG_AGO + timedelta(days=9999)
    put(desk.store, tables.SegmentMembership(contact_id=old, segment_id=1, reason="imported", since=later))
    merge(book, old, new)
    assert [one.opted_out for one in book.sheet(old).segments] == [True]


def test_nobody_acts_for_themselves_after_a_merge(desk: Desk, book: ContactBook, operator: Actor) -> None:
    ana, firm = contact(desk.store, "Ana Silva"), contact(desk.store, "Ana Silva, baker", CALLER, kind="business")
    other = contact(desk.store, "Bo Silva")
    for key in (ana, firm, other):
        note_opening(desk, operator, key, None)
    book.add_relation(ana, firm, "owner")
    book.add_relation(other, firm, "clerk")
    merge(book, firm, ana)
    assert [one.other_id for one in book.sheet(firm).relations] == [other]
    with desk.store.reading() as connection:
        assert contacts.mandates_of(connection, firm, desk.store.now()) == []
        assert [one.id for one in contacts.people_acting_for(connection, firm, desk.store.now())] == [other]


def test_one_address_held_by_both_ends_for_both(
    desk: Desk, book: ContactBook, pair: tuple[int, int], clock: FixedClock
) -> None:
    old, new = pair
    book.add_point(new, CALLER)
    merge(book, old, new)
    shared = next(one for one in book.sheet(old).points if one.address.endswith("0142"))
    assert shared.others == 0
    clock.forward(hours=1)
    book.end_point(shared.holder_id)
    assert [one.until is None for one in book.sheet(old).points] == [True, False]


# Refused


def test_what_may_not_be_merged(desk: Desk, operator: Actor, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    unopened = contact(desk.store, "Chen Li")
    seen = versions(book, old, new)
    refusals: list[tuple[type[GrmError], Callable[[], object]]] = [
        (NotAllowed, lambda: book.merge_preview(old, unopened)),
        (NotAllowed, lambda: book.merge(old, unopened, {}, (1, 1), BOTH_THE_SAME)),
        (NotAllowed, lambda: book.merge(unopened, old, {}, (1, 1), BOTH_THE_SAME)),
        (NotAllowed, lambda: book.merge(old, 999_999, {}, (1, 1), BOTH_THE_SAME)),
        (NotAllowed, lambda: ContactBook(desk, staff(desk, "zoe")).merge(old, new, {}, seen, BOTH_THE_SAME)),
        (NotFound, lambda: book.undo_merge(999_999)),
        (InvalidInput, lambda: book.merge(old, old, {}, (1, 1), BOTH_THE_SAME)),
        (InvalidInput, lambda: book.not_the_same(old, old)),
        (InvalidInput, lambda: book.merge(old, new, {}, seen, " a ")),
        (InvalidInput, lambda: book.merge(old, new, {"points": "left"}, seen, BOTH_THE_SAME)),
        (InvalidInput, lambda: book.merge(old, new, {"name": "both"}, seen, BOTH_THE_SAME)),  # type: ignore[dict-item]
    ]
    for error, act in refusals:
        with pytest.raises(error):
            act()
    assert pointers(desk) == [None] * 3
    assert all_rows(desk.store, tables.ContactMerge) == []


def test_a_department_is_merged_with_a_citizen_only_on_purpose(
    desk: Desk, operator: Actor, book: ContactBook, pair: tuple[int, int]
) -> None:
    old, _ = pair
    office = contact(desk.store, "Roads", kind="department")
    note_opening(desk, operator, office, None)
    assert "They differ in kind." in book.merge_preview(old, office).warnings
    with pytest.raises(InvalidInput, match="begin the reason with different kinds"):
        merge(book, office, old)
    assert merge(book, office, old, "Different kinds: entered as a citizen by mistake")


def test_a_stale_merge_is_refused_whoever_was_first(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    zoe = ContactBook(desk, staff(desk, "zoe"))
    for key in pair:
        note_opening(desk, zoe._actor, key, None)
    seen = versions(book, old, new)
    opened = zoe.sheet(new)
    zoe.change(new, opened.version, opened.fields, replace(opened.fields, district="Old Town"))
    with pytest.raises(StaleChange):
        book.merge(old, new, {}, seen, BOTH_THE_SAME)
    changed = zoe.sheet(new)
    key = merge(zoe, old, new)
    with pytest.raises(InvalidInput, match="one contact already"):
        book.merge(old, new, {}, seen, BOTH_THE_SAME)
    with pytest.raises(InvalidInput, match="one contact already"):
        book.merge(new, old, {}, seen, BOTH_THE_SAME)
    with pytest.raises(InvalidInput, match="one contact already"):
        book.merge_preview(old, new)
    with pytest.raises(StaleChange, match="merged with Chen Li meanwhile"):
        book.change(new, changed.version, changed.fields, replace(changed.fields, note="x"))
    book.undo_merge(key)
    with pytest.raises(StaleChange, match="undone this merge already"):
        zoe.undo_merge(key)


def test_every_act_is_on_record_at_both(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    book.not_the_same(old, new)
    key = merge(book, old, new)
    book.undo_merge(key)
    rows = [row for row in all_rows(desk.store, tables.AuditRow) if row.act == "contact.merge"]
    assert [(row.subject, row.detail.partition(" fields")[0]) for row in rows] == [
        (f"contact:{old}", f"not the same as contact:{new}"),
        (f"contact:{old}", f"merge {key}"),
        (f"contact:{new}", f"merge {key} into contact:{old}"),
        (f"contact:{old}", f"undo merge {key}"),
        (f"contact:{new}", f"undo merge {key}"),
    ]
    assert "Chen" not in repr(rows)


# Taking it back


def test_an_edit_since_the_merge_is_kept_and_said(desk: Desk, book: ContactBook, pair: tuple[int, int]) -> None:
    old, new = pair
    key = merge(book, old, new, name="right", note="right")
    opened = book.sheet(old)
    book.change(old, opened.version, opened.fields, replace(opened.fields, note="Deaf"))
    assert book.undo_merge(key) == ("note",)
    fields = book.sheet(old).fields
    assert (fields.name, fields.note, fields.other_name, fields.address) == ("Chen Li", "Deaf", "", "")
    assert book.sheet(new).fields.name == "Li Chen"


class _Play:
    """Some contacts in a store, what is done to them, and what they must be in the end."""

    def __init__(self, desk: Desk, actor: Actor, rows: list[dict[str, Any]]) -> None:
        self.desk, self.book = desk, ContactBook(desk, actor)
        self.keys = []
        for at, row in enumerate(rows):
            wishes = row.pop("wishes")
            self.keys.append(contact(desk.store, row.pop("name"), f"+1202555{1000 + at % 2}", **row))
            note_opening(desk, actor, self.keys[-1], None)
            if wishes is not None:
                put(desk.store, tables.Preference(contact_id=self.keys[-1], **wishes))
        self.merged: list[tuple[int, int, int]] = []
        self.edits: dict[tuple[int, str], str] = {}

    def living(self, key: int) -> int:
        into = {merged: survivor for _, survivor, merged in self.merged}
        while key in into:
            key = into[key]
        return key

    def merge(self, one: int, other: int, chosen: dict[str, Any]) -> None:
        survivor, merged = self.living(one), self.living(other)
        if survivor != merged:
            seen = versions(self.book, survivor, merged)
            key = self.book.merge(survivor, merged, chosen, seen, BOTH_THE_SAME)
            self.merged.append((key, survivor, merged))

    def edit(self, one: int, field: str, value: str) -> None:
        sheet = self.book.sheet(self.living(one))
        self.book.change(sheet.contact_id, sheet.version, sheet.fields, replace(sheet.fields, **{field: value}))
        self.edits[sheet.contact_id, field] = value

    def undo(self, number: int) -> None:
        if self.merged:
            self.book.undo_merge(self.merged.pop(number % len(self.merged))[0])

    def check_pointers(self) -> None:
        rows = {row.id: row.merged_into_id for row in all_rows(self.desk.store, tables.Contact)}
        for key in self.keys:
            living = self.living(key)
            assert rows[key] == (None if living == key else living), "one step always suffices"


_words = st.sampled_from(["", "A", "B"])
_rows = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["A", "B", "C"]),
        "other_name": _words,
        "language": st.sampled_from(["", "en", "zh"]),
        "note": _words,
        "kind": st.sampled_from(["citizen", "business"]),
        "wishes": st.none()
        | st.fixed_dictionaries({"never_call": st.booleans(), "door": st.sampled_from(["", "sms"]), "hours": _words}),
    }
)
_which = st.integers(0, 3)
_chosen = st.dictionaries(st.sampled_from(MERGED_FIELDS), st.sampled_from(["left", "right"]))
_steps = st.one_of(
    st.tuples(st.just("merge"), _which, _which, _chosen),
    st.tuples(st.just("merge"), _which, _which, _chosen),
    st.tuples(st.just("undo"), _which),
    st.tuples(st.just("edit"), _which, st.sampled_from(["name", "note", "other_name"])),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(_rows, min_size=4, max_size=4), steps=st.lists(_steps, max_size=8), order=st.lists(_which))
def test_all_merges_undone_in_any_order_leave_nothing_behind(
    desk: Desk, operator: Actor, rows: list[dict[str, Any]], steps: list[tuple[Any, ...]], order: list[int]
) -> None:
    """Chains, edits between, undos in any order: in the end every field is as it was, or as it was edited last."""
    play = _Play(desk, operator, [dict(row) for row in rows])
    before = everything(desk, operator)
    original = {row.id: row for row in all_rows(desk.store, tables.Contact)}
    for number, (what, *rest) in enumerate(steps):
        if what == "merge":
            play.merge(play.keys[rest[0]], play.keys[rest[1]], rest[2])
        elif what == "undo":
            play.undo(rest[0])
        else:
            play.edit(play.keys[rest[0]], rest[1], f"edit {number}")
        play.check_pointers()
    for number in [*order, *range(len(play.merged))]:
        play.undo(number)
        play.check_pointers()

    if not play.edits:
        assert everything(desk, operator) == before
    for row in all_rows(desk.store, tables.Contact):
        if row.id in play.keys:
            for field in ("kind", "name", "other_name", "language", "note"):
                wanted = play.edits.get((row.id, field), getattr(original[row.id], field))
                assert getattr(row, field) == wanted, field
    assert len(everything(desk, operator)) == len(before)
    for key in play.keys:
        assert play.book.sheet(key).merges == ()

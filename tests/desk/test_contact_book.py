"""A contact at the desk: what is changed, said and shown of it, by whom, and what is refused with its rule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    LONG_AGO,
    OTHER_CALLER,
    all_rows,
    answered,
    call,
    contact,
    found_town,
    put,
    staff,
    take_in,
    text,
)
from conftest import FixedClock

from grm_console.desk import histories
from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.contact_views import ContactFields, Preferences
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty, ContactKind
from grm_console.errors import InvalidInput, NotAllowed, NotFound, StaleChange
from grm_console.store import tables, timeline

EMAIL = "chen@mail.example"


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def book_of(desk: Desk, actor: Actor, *contacts: int) -> ContactBook:
    """The actor's contact book, with these contacts opened."""
    for key in contacts:
        note_opening(desk, actor, key, None)
    return ContactBook(desk, actor)


@pytest.fixture
def chen(desk: Desk) -> int:
    return contact(desk.store, "Chen Li", CALLER, language="zh")


@pytest.fixture
def book(desk: Desk, operator: Actor, chen: int) -> ContactBook:
    return book_of(desk, operator, chen)


def problems(act: Callable[[], object]) -> set[str]:
    """The fields that an act is refused for; each sentence has an example or a choice."""
    with pytest.raises(InvalidInput) as refused:
        act()
    assert all(sentence.endswith(".") for sentence in refused.value.problems.values())
    return set(refused.value.problems)


# Fields


def test_only_who_opened_a_contact_sees_or_changes_it(desk: Desk, operator: Actor, chen: int) -> None:
    book = ContactBook(desk, operator)
    acts: list[Callable[[], object]] = [
        lambda: book.sheet(chen),
        lambda: book.change(chen, 1, ContactFields(), ContactFields(name="X")),
        lambda: book.set_preferences(chen, Preferences(never_call=True)),
        lambda: book.note(chen, "Text"),
        lambda: book.set_flag(chen, "Text", LONG_AGO),
        lambda: book.add_point(chen, EMAIL),
        lambda: book.end_point(all_rows(desk.store, tables.PointHolder)[0].id),
        lambda: book.join_segment(chen, "retired", "asked"),
        lambda: book.duplicates(chen),
        lambda: book.sheet(999_999),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not [row for row in all_rows(desk.store, tables.AuditRow) if row.subject.startswith("contact:")]


def test_an_edit_is_stored_audited_and_told(desk: Desk, web_actor: Actor, operator: Actor, chen: int) -> None:
    _, interaction = answered(desk, web_actor, operator, call())
    book = ContactBook(desk, operator)
    opened = book.sheet(chen) if Seat(desk, operator).card(interaction).speaker else None
    assert opened is not None
    after = replace(opened.fields, name=" Chen  Li-Wang ", address="12 Lotus Lane")
    changed = book.change(chen, opened.version, opened.fields, after)
    assert changed.fields == replace(after, name="Chen Li-Wang")
    assert changed.version == opened.version + 1
    row = all_rows(desk.store, tables.AuditRow)[-1]
    assert (row.act, row.subject, row.purpose) == ("contact.change", f"contact:{chen}", f"interaction:{interaction}")
    assert row.detail == "fields name,address"
    assert all_rows(desk.store, tables.ChangeRow)[-1].topic == "contact"
    assert book.change(chen, 1, changed.fields, changed.fields).version == changed.version, "nothing changed"


def test_two_seats_merge_by_field_and_choose_where_both_wrote(
    desk: Desk, book: ContactBook, chen: int, clock: FixedClock
) -> None:
    zoe = book_of(desk, staff(desk, "zoe", full_name="Zoe Ray"), chen)
    opened = book.sheet(chen)
    zoe.change(chen, opened.version, opened.fields, replace(opened.fields, district="Old Town", name="Chen Lì"))
    clock.forward(minutes=3)

    mine = replace(opened.fields, address="12 Lotus Lane")
    merged = book.change(chen, opened.version, opened.fields, mine)
    assert (merged.fields.district, merged.fields.address) == ("Old Town", "12 Lotus Lane")

    with pytest.raises(StaleChange, match="Zoe Ray changed the name to") as stale:
        book.change(chen, opened.version, opened.fields, replace(opened.fields, name="Chen Lee", note="Deaf"))
    (conflict,) = stale.value.conflicts
    assert (conflict.field, conflict.mine, conflict.theirs, conflict.before) == (
        "name",
        "Chen Lee",
        "Chen Lì",
        "Chen Li",
    )
    assert (conflict.by, conflict.at) == ("Zoe Ray", clock() - timedelta(minutes=3))
    assert book.sheet(chen).fields.note == "", "a stale save stores nothing"
    same = book.change(chen, opened.version, opened.fields, replace(opened.fields, name="Chen Lì"))
    assert same.version == merged.version, "the same words are no conflict"


def test_refused_fields_say_their_rule(desk: Desk, book: ContactBook, chen: int) -> None:
    fields = book.sheet(chen).fields

    def change(**values: Any) -> Callable[[], object]:
        return lambda: book.change(chen, 1, fields, replace(fields, **values))

    assert problems(change(name="  ")) == {"name"}
    assert problems(change(name="x" * 201, address="x" * 501, district="x" * 101)) == {"name", "address", "district"}
    assert problems(change(language="Chinese", note="x" * 501)) == {"language", "note"}
    put(desk.store, tables.Relation(person_id=chen, acts_for_id=firm_of(desk), role="owner", since=LONG_AGO))
    assert problems(change(kind=ContactKind.BUSINESS)) == {"kind"}
    assert all_rows(desk.store, tables.Contact)[0].version == 1


def firm_of(desk: Desk) -> int:
    return contact(desk.store, "Lotus Bakery", kind="business")


# Preferences and doors


def test_wishes_are_stored_shown_and_never_overwritten(desk: Desk, book: ContactBook, chen: int) -> None:
    zoe = book_of(desk, staff(desk, "zoe"), chen)
    before = book.sheet(chen).preferences
    assert before == Preferences()
    zoe.set_preferences(chen, Preferences(never_call=True), before)
    book.set_preferences(chen, Preferences(hours=" mornings "), before)
    assert book.sheet(chen).preferences == Preferences(never_call=True, hours="mornings")
    with pytest.raises(StaleChange) as stale:
        zoe.set_preferences(chen, Preferences(hours="evenings", never_call=True), Preferences(never_call=True))
    assert [(one.field, one.theirs, one.by) for one in stale.value.conflicts] == [
        ("preferences.hours", "mornings", "Mei")
    ]
    assert problems(lambda: book.set_preferences(chen, Preferences(door="voice", text_only=True))) == {"door"}
    assert problems(lambda: book.set_preferences(chen, Preferences(door="pigeon", hours="x" * 101))) == {
        "door",
        "hours",
    }
    assert problems(lambda: book.set_preferences(chen, Preferences(language="Klingon!"))) == {"language"}


def test_the_card_shows_wishes_and_flags(
    desk: Desk, web_actor: Actor, operator: Actor, chen: int, clock: FixedClock
) -> None:
    put(desk.store, tables.Preference(contact_id=chen, door="voice", language="zh", text_only=True, never_call=True))
    seat, key = answered(desk, web_actor, operator, call())
    book = book_of(desk, operator, chen)
    book.set_flag(chen, "Needs a sign-language interpreter", clock() + timedelta(days=1))
    speaker = seat.card(key).speaker
    assert speaker is not None
    assert speaker.prefers == ("prefers 中文", "text only", "never call"), "a door that is closed is not offered"
    assert speaker.flags == ("Needs a sign-language interpreter",)
    clock.forward(days=1)
    assert (again := seat.card(key).speaker) is not None
    assert again.flags == ()


def test_who_is_not_to_be_rung_is_not_rung(desk: Desk, web_actor: Actor, operator: Actor, chen: int) -> None:
    take_in(desk, web_actor, text(sender=CALLER))
    point = all_rows(desk.store, tables.ContactPoint)[0].id
    put(desk.store, tables.Preference(contact_id=chen, text_only=True))
    with pytest.raises(InvalidInput, match="in writing"):
        Seat(desk, operator).calls.dial(point, chen)
    assert [row.kind for row in all_rows(desk.store, tables.Outbox)] == ["text"], "its acknowledgement alone"


# Points


def test_points_come_end_and_come_back(desk: Desk, book: ContactBook, chen: int, clock: FixedClock) -> None:
    contact(desk.store, "Chen Bo", CALLER)
    book.add_point(chen, "  Chen@Mail.Example ")
    book.add_point(chen, "(202) 555-0143", AddressKind.WHATSAPP, Certainty.CONFIRMED)
    email, phone, whatsapp = book.sheet(chen).points
    assert (email.address, email.certainty, email.others) == (EMAIL, Certainty.STATED, 0)
    assert (phone.address, phone.certainty, phone.others) == ("+1 202-555-0142", Certainty.CONFIRMED, 1)
    assert (whatsapp.kind, whatsapp.address) == (AddressKind.WHATSAPP, "+1 202-555-0143")

    clock.forward(hours=1)
    book.end_point(phone.holder_id)
    book.confirm_point(phone.holder_id)
    book.confirm_point(email.holder_id)
    points = book.sheet(chen).points
    assert [(one.kind, one.until) for one in points] == [
        (AddressKind.EMAIL, None),
        (AddressKind.WHATSAPP, None),
        (AddressKind.PHONE, clock()),
    ]
    assert points[0].certainty is Certainty.CONFIRMED
    clock.forward(hours=1)
    book.restart_point(phone.holder_id)
    book.add_point(chen, EMAIL)
    assert [one.until for one in book.sheet(chen).points] == [None] * 3
    with pytest.raises(NotFound):
        book.end_point(999_999)


@pytest.mark.parametrize("address", ["", "anonymous", "Ana", "5 Elm Street", LINE, "a b@c", "@"])
def test_what_is_no_address_is_refused(book: ContactBook, chen: int, address: str) -> None:
    assert problems(lambda: book.add_point(chen, address)) == {"address"}
    assert problems(lambda: book.add_point(chen, CALLER, AddressKind.EMAIL)) == {"address"}
    assert len(book.sheet(chen).points) == 1


def test_a_number_that_said_stop_is_marked(desk: Desk, book: ContactBook, chen: int) -> None:
    point = all_rows(desk.store, tables.ContactPoint)[0].id
    for day, word in enumerate(("STOP", "HELP")):
        at = LONG_AGO + timedelta(days=day)
        put(desk.store, tables.PointConsent(contact_point_id=point, word=word, provider="t", sid=word, at=at))
    assert book.sheet(chen).points[0].opted_out
    put(desk.store, tables.PointConsent(contact_point_id=point, word="START", provider="t", sid="S", at=at))
    assert not book.sheet(chen).points[0].opted_out


def test_contractors_see_points_masked(desk: Desk, operator: Actor, chen: int) -> None:
    firm = put(desk.store, tables.Organisation(code="firm", kind="contractor", name="Call Firm"))
    hired = book_of(desk, staff(desk, "hired", organisation_id=firm), chen)
    hired.add_point(chen, EMAIL)
    for point in hired.sheet(chen).points:
        assert "*" in point.address
        assert "202" not in point.address
        assert "chen" not in point.address


# Relations


def test_a_role_that_ended_gives_no_access_and_is_not_offered(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    bakery, ana = contact(desk.store, "Lotus Bakery", CALLER, kind="business"), contact(desk.store, "Ana Silva")
    seat, interaction = answered(desk, web_actor, operator, call())
    book = book_of(desk, operator, bakery)
    key = book.add_relation(ana, bakery, " owner ", "register entry 12")
    (line,) = book.sheet(bakery).relations
    assert (line.forwards, line.other_id, line.role, line.until) == (False, ana, "owner", None)
    assert [one.contact_id for one in seat.card(interaction).candidates] == [bakery, ana]
    assert problems(lambda: book.add_relation(ana, bakery, "owner")) == {"role"}

    clock.forward(minutes=1)
    book.end_relation(key)
    assert [one.contact_id for one in seat.card(interaction).candidates] == [bakery]
    speaker = seat.confirm_speaker(interaction, ana, "name").speaker
    assert speaker is not None
    assert speaker.acts_for == ()
    (ended,) = book.sheet(bakery).relations
    assert ended.until == clock()

    clock.forward(minutes=1)
    assert book.add_relation(ana, bakery, "owner", until=clock() + timedelta(days=1)) == key, "the same one begins anew"
    again = seat.card(interaction).speaker
    assert again is not None
    assert again.acts_for == ("owner of Lotus Bakery",)
    clock.forward(days=1)
    late = seat.card(interaction).speaker
    assert late is not None
    assert late.acts_for == ()


def test_refused_relations_say_their_rule(desk: Desk, book: ContactBook, chen: int, clock: FixedClock) -> None:
    bakery = firm_of(desk)
    assert problems(lambda: book.add_relation(chen, bakery, "", "x" * 501)) == {"role", "mandate"}
    assert problems(lambda: book.add_relation(bakery, chen, "owner")) == {"person", "acts_for"}
    swapped = clock() - timedelta(days=1)
    assert problems(lambda: book.add_relation(chen, bakery, "owner", since=clock(), until=swapped)) == {"until"}
    with pytest.raises(NotFound):
        book.add_relation(chen, 999_999, "owner")
    other, firm = contact(desk.store, "Other"), firm_of(desk)
    with pytest.raises(NotAllowed):
        book.add_relation(other, firm, "owner")
    with pytest.raises(NotFound):
        book.end_relation(999_999)
    assert all_rows(desk.store, tables.Relation) == []


# Notes, flags, segments


def test_a_note_is_a_line_of_the_history(desk: Desk, operator: Actor, book: ContactBook, chen: int) -> None:
    words = "Interpreter booked for Friday. " * 20
    book.note(chen, f"  {words}")
    (row,) = histories.page(desk, operator, chen).rows
    assert (row.title, row.summary) == ("Note", words[:200])
    shown = histories.detail(desk, operator, row.entry_id)
    assert (shown.title, shown.text, dict(shown.facts)["By"]) == ("Note", words.strip(), "Mei")
    with desk.store.writing() as write:
        assert timeline.differences(write.connection) == []
        timeline.rebuild(write.connection)
    assert histories.page(desk, operator, chen).rows[0].summary == words[:200]
    assert problems(lambda: book.note(chen, " \n ")) == {"text"}
    assert problems(lambda: book.note(chen, "x" * 20_001)) == {"text"}
    with desk.store.reading() as connection:
        assert timeline.differences(connection) == []
    assert "Interpreter" not in repr(all_rows(desk.store, tables.AuditRow)), "no words of citizens in the audit"


def test_a_flag_ends_by_itself_or_is_lifted(desk: Desk, book: ContactBook, chen: int, clock: FixedClock) -> None:
    key = book.set_flag(chen, "Needs an interpreter", clock() + timedelta(days=30))
    book.set_flag(chen, "Dog bites", clock() + timedelta(days=7))
    assert [(flag.text, flag.by) for flag in book.sheet(chen).flags] == [
        ("Dog bites", "Mei"),
        ("Needs an interpreter", "Mei"),
    ]
    clock.forward(days=7)
    assert [flag.flag_id for flag in book.sheet(chen).flags] == [key]
    book.lift_flag(key)
    book.lift_flag(key)
    assert book.sheet(chen).flags == ()
    with pytest.raises(NotFound):
        book.lift_flag(999_999)


@pytest.mark.parametrize(
    ("text", "days", "refused"),
    [("", 1, {"text"}), ("x" * 201, 1, {"text"}), ("x", None, {"expires_at"}), ("x", 0, {"expires_at"}), ("", 400, 2)],
)
def test_a_flag_says_something_and_ends_within_a_year(
    desk: Desk, book: ContactBook, chen: int, clock: FixedClock, text: str, days: int | None, refused: Any
) -> None:
    end: datetime | None = None if days is None else clock() + timedelta(days=days)
    found = problems(lambda: book.set_flag(chen, text, end))
    assert found == ({"text", "expires_at"} if refused == 2 else refused)
    assert all_rows(desk.store, tables.ContactFlag) == []


def test_segments_are_joined_and_left_for_good(
    desk: Desk, operator: Actor, book: ContactBook, chen: int, clock: FixedClock
) -> None:
    put(desk.store, tables.Segment(code="retired", name="Retired", purpose="Letters on pensions"))
    assert problems(lambda: book.join_segment(chen, "vip", " ")) == {"code", "reason"}
    assert problems(lambda: book.join_segment(chen, "retired", "asked", clock())) == {"expires_at"}
    book.join_segment(chen, "retired", "asked for it")
    (joined,) = book.sheet(chen).segments
    assert (joined.code, joined.reason, joined.opted_out) == ("retired", "asked for it", False)
    clock.forward(days=1)
    book.leave_segment(chen, "retired", "wants no letters")
    (left,) = book.sheet(chen).segments
    assert (left.reason, left.opted_out) == ("wants no letters", True)
    clock.forward(days=1)
    book.join_segment(chen, "retired", "changed her mind", clock() + timedelta(days=1))
    assert [one.opted_out for one in book.sheet(chen).segments] == [False]
    clock.forward(days=1)
    assert book.sheet(chen).segments == ()


def test_looking_is_on_record_once_a_shift_and_exchange(
    desk: Desk, web_actor: Actor, operator: Actor, book: ContactBook, chen: int, clock: FixedClock
) -> None:
    def openings() -> list[str]:
        return [row.purpose for row in all_rows(desk.store, tables.AuditRow) if row.subject == f"contact:{chen}"]

    book.sheet(chen)
    book.sheet(chen)
    assert openings() == ["desk"]
    clock.forward(hours=9)
    book.sheet(chen)
    assert openings() == ["desk", "desk"]
    _, interaction = answered(desk, web_actor, operator, call("CA1", OTHER_CALLER))
    book.sheet(chen)
    book.sheet(chen)
    assert openings() == ["desk", "desk", f"interaction:{interaction}"]

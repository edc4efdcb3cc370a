"""Duplicates are proposed from what contacts share, a household is not, and `not the same` is remembered."""

import pytest
from builders import CALLER, OTHER_CALLER, contact, found_town, staff

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_opening
from grm_console.desk.contact_book import ContactBook
from grm_console.desk.desk import Desk
from grm_console.desk.find_index import catch_up
from grm_console.store.likely_same import sharing_a_point

LANE = "12 Lotus Lane"


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


@pytest.fixture
def book(desk: Desk, operator: Actor) -> ContactBook:
    return ContactBook(desk, operator)


def opened(desk: Desk, operator: Actor, name: str, number: str = "", **values: str) -> int:
    key = contact(desk.store, name, number, **values)
    note_opening(desk, operator, key, None)
    return key


def index_names(desk: Desk) -> None:
    """What the web process does beside its work: write the terms by which names are found."""
    with desk.store.writing() as write:
        write.changed("contact", 0)
    while catch_up(desk):
        pass


def test_the_same_person_is_proposed_and_the_household_is_not(desk: Desk, operator: Actor, book: ContactBook) -> None:
    chen = opened(desk, operator, "Chen Li", CALLER, other_name="陈莉", address=LANE)
    again = contact(desk.store, "LI Chén", CALLER, address=LANE)
    unnamed = contact(desk.store, "Caller +1 202-555-0142", CALLER)
    guo = contact(desk.store, "Chen Guo", CALLER, address=LANE)
    moved = contact(desk.store, "陈莉", OTHER_CALLER, address="12, lotus lane")
    office = contact(desk.store, "Chen Li", CALLER, address=LANE, kind="department")
    elsewhere = contact(desk.store, "Chen Li", address="1 Elm Street")
    index_names(desk)

    found = book.duplicates(chen)

    assert [(one.contact_id, one.score) for one in found] == [(again, 90), (moved, 60)]
    assert found[0].reasons == ("same name", "same number", "same address")
    assert found[1].reasons == ("same name", "same address")
    assert not {unnamed, guo, office, elsewhere} & {one.contact_id for one in found}


def test_an_e_mail_and_a_number_prove_an_unnamed_caller(desk: Desk, operator: Actor, book: ContactBook) -> None:
    ana = opened(desk, operator, "Ana Silva", CALLER)
    unnamed = opened(desk, operator, "Caller +1 202-555-0142", CALLER)
    for key in (ana, unnamed):
        book.add_point(key, "ana@mail.example")
    (found,) = book.duplicates(unnamed)
    assert (found.contact_id, found.reasons) == (ana, ("same e-mail", "same number"))


def test_not_the_same_is_remembered_through_merges(desk: Desk, operator: Actor, book: ContactBook) -> None:
    one, two, three = (opened(desk, operator, "Ana Silva", CALLER) for _ in range(3))
    book.not_the_same(two, one)
    book.not_the_same(one, two)
    assert [found.contact_id for found in book.duplicates(one)] == [three]
    assert [found.contact_id for found in book.duplicates(two)] == [three]
    merge = book.merge(three, two, {}, (1, 1), "same voice")
    assert book.duplicates(one) == (), "what was said of the merged one counts for both"
    assert book.duplicates(three) == ()
    book.undo_merge(merge)
    assert [found.contact_id for found in book.duplicates(one)] == [three]


def test_merged_contacts_are_compared_as_one(desk: Desk, operator: Actor, book: ContactBook) -> None:
    ana, old = opened(desk, operator, "Ana Silva", CALLER), opened(desk, operator, "Ana Costa", OTHER_CALLER)
    book.merge(ana, old, {}, (1, 1), "married, said so")
    third = contact(desk.store, "Ana Silva", OTHER_CALLER)
    assert [found.contact_id for found in book.duplicates(ana)] == [third], "by the number of the merged one"


def test_a_number_of_thousands_is_looked_at_in_part(
    desk: Desk, operator: Actor, book: ContactBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grm_console.store.likely_same.MOST_SHARING", 3)
    first = opened(desk, operator, "Shelter guest", CALLER)
    for number in range(5):
        contact(desk.store, f"Guest {number}", CALLER)
    with desk.store.reading() as connection:
        assert len(sharing_a_point(connection, first)) == 3
    assert book.duplicates(first) == ()

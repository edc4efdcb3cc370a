"""Who speaks in an exchange that was entered by hand: what the card says, and what a new contact is called."""

import pytest
from builders import all_rows, found_town, staff
from conftest import FixedClock

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.entries import Entries
from grm_console.desk.exchange_views import NewEntry
from grm_console.desk.seat import Seat
from grm_console.domain.words import Channel
from grm_console.store import tables


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def test_a_visitor_without_an_address_withheld_nothing(desk: Desk, operator: Actor, clock: FixedClock) -> None:
    seat = Seat(desk, operator)
    visit = Entries(desk, operator).log(NewEntry(Channel.COUNTER))
    card = seat.card(visit)
    assert (card.address, card.withheld) == ("No address", False)
    made = seat.create_contact(visit).speaker
    assert made is not None
    assert made.name == f"Visitor, counter {clock().astimezone():%d %b}"
    assert [row.contact_point_id for row in all_rows(desk.store, tables.PointHolder)] == []


def test_a_letters_sender_is_called_by_the_address_or_by_the_name_typed(desk: Desk, operator: Actor) -> None:
    seat, entries = Seat(desk, operator), Entries(desk, operator)
    letter = entries.log(NewEntry(Channel.LETTER, address="12 Lotus Lane"))
    card = seat.card(letter)
    assert (card.address, card.withheld) == ("12 Lotus Lane", False)
    made = seat.create_contact(letter).speaker
    assert made is not None
    assert made.name == "Sender 12 Lotus Lane"
    named = seat.create_contact(entries.log(NewEntry(Channel.LETTER)), " Chen Li ").speaker
    assert named is not None
    assert named.name == "Chen Li"

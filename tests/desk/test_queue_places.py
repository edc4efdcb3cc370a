"""Places in the queue: a text counts as queued later than a call, and nobody loses a place by being handed back."""

import random
from dataclasses import replace

import pytest
from builders import LINE, OTHER_CALLER, all_rows, call, call_status, entry_of, found_town, put, staff, take_in, text
from conftest import FixedClock

from grm_console.desk import queue_work
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.domain.queue_order import QueuePlace, serving_order
from grm_console.domain.words import Channel, Harm
from grm_console.store import tables
from grm_console.store.store import Store
from grm_console.store.tables.columns import table_of

SLOW_LINE = "+12025550177"


@pytest.fixture
def operator(desk: Desk) -> Actor:
    found_town(desk.store)
    return staff(desk, "mei")


def order(desk: Desk, operator: Actor) -> list[int]:
    return [item.entry_id for item in queue_work.queue_status(desk, operator).items]


def rule(store: Store) -> list[int]:
    waiting = [row for row in all_rows(store, tables.QueueEntry) if row.state == "waiting"]
    places = [QueuePlace(Harm(row.harm), row.queued_as_of, row.id) for row in waiting]
    return [place.key for place in sorted(places, key=serving_order)]


@pytest.mark.parametrize(("seconds", "first"), [(119, "CA1"), (120, "SM1"), (121, "SM1")])
def test_a_text_counts_as_queued_two_minutes_later(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock, seconds: int, first: str
) -> None:
    take_in(desk, web_actor, text("SM1"))
    clock.forward(seconds=seconds)
    take_in(desk, web_actor, call("CA1", OTHER_CALLER))
    assert order(desk, operator) == rule(desk.store)
    assert order(desk, operator)[0] == entry_of(desk.store, first)


@pytest.mark.parametrize("channel", [channel for channel in Channel if channel is not Channel.VOICE])
def test_everything_written_waits_like_a_text(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock, channel: Channel
) -> None:
    take_in(desk, web_actor, replace(text("SM1"), channel=channel))
    clock.forward(seconds=119)
    take_in(desk, web_actor, call("CA1", OTHER_CALLER))
    assert order(desk, operator)[0] == entry_of(desk.store, "CA1")


def test_each_queue_has_its_own_delay(desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock) -> None:
    slow = put(desk.store, tables.Queue(code="slow", name="Slow", text_delay_seconds=600))
    put(desk.store, tables.QueueLine(line=SLOW_LINE, queue_id=slow))
    take_in(desk, web_actor, text("SM1", recipient=SLOW_LINE))
    clock.forward(seconds=300)
    take_in(desk, web_actor, text("SM2", recipient=LINE))
    clock.forward(seconds=299)
    take_in(desk, web_actor, call("CA1", OTHER_CALLER))
    expected = [entry_of(desk.store, sid) for sid in ("SM2", "CA1", "SM1")]
    assert order(desk, operator) == rule(desk.store) == expected


def test_whoever_is_given_back_has_the_same_place(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    chance = random.Random(5)
    entry = table_of(tables.QueueEntry)
    for number in range(12):
        take_in(desk, web_actor, chance.choice((call, text))(f"X{number}"))
        clock.forward(seconds=chance.choice((0, 60, 120)))
        key = entry_of(desk.store, f"X{number}")
        with desk.store.writing() as write:
            harm = chance.choice(list(Harm)).value
            write.connection.execute(entry.update().where(entry.c.id == key).values(harm=harm))
    before = order(desk, operator)
    assert before == rule(desk.store)
    seat = Seat(desk, operator)
    for key in chance.sample(before, len(before)):
        card = seat.answer(key)
        assert key not in order(desk, operator)
        clock.forward(minutes=5)
        seat.release(card.interaction_id)
        assert order(desk, operator) == before


def test_a_word_that_comes_late_moves_no_other_place(
    desk: Desk, web_actor: Actor, operator: Actor, clock: FixedClock
) -> None:
    """A status overtakes its own call: the place is that of the first word."""
    take_in(desk, web_actor, call_status("CA1", "in-progress", 1))
    clock.forward(seconds=3)
    take_in(desk, web_actor, call("CA2", OTHER_CALLER))
    before = order(desk, operator)
    take_in(desk, web_actor, call("CA1"))
    assert order(desk, operator) == before == [entry_of(desk.store, sid) for sid in ("CA1", "CA2")]

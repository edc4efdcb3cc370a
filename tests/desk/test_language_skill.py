"""Languages are a skill: whoever speaks it is offered the caller, and everybody if nobody at work does."""

from builders import call, found_town, interaction_of, put, staff, take_in, text
from test_caller_steps import change_queue, keys

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.store import tables


def offered(seat: Seat) -> list[int]:
    status = seat.queue_status()
    assert status.waiting == len(status.items)
    return [item.interaction_id for item in status.items]


def test_whoever_speaks_it_is_offered_the_caller(desk: Desk, web_actor: Actor) -> None:
    town = found_town(desk.store).queue
    change_queue(desk, town, languages="en|zh")
    mei = staff(desk, "mei", languages="zh-hk|zh")
    english, chinese = Seat(desk, staff(desk, "zoe", languages="en")), Seat(desk, mei)
    either = Seat(desk, staff(desk, "kim"))
    take_in(desk, web_actor, call("CA1"), keys("CA1", "language", "2"), text("SM1", "Is it open?"))
    for seat in (english, chinese):
        seat.set_available()
    chose, wrote = interaction_of(desk.store, "CA1"), interaction_of(desk.store, "SM1")
    assert offered(chinese) == [chose, wrote]
    assert offered(english) == [wrote], "of a text in no known language nothing is said"
    assert offered(either) == [chose, wrote]
    ringing = chinese.ringing()
    assert ringing is not None
    assert ringing.interaction_id == chose

    chinese.set_away("lunch")
    assert offered(english) == [chose, wrote], "nobody at work speaks it"
    chinese.set_available()
    assert offered(english) == [wrote]
    # Whoever speaks it but serves another queue alone does not count.
    other = put(desk.store, tables.Queue(code="other", name="Other"))
    put(desk.store, tables.AgentQueue(account_id=mei.account_id, queue_id=other))
    assert offered(english) == [chose, wrote]

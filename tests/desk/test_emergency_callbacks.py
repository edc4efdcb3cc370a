"""An emergency service that calls back is put through, whatever the hour, and first to whoever called it."""

from datetime import timedelta

import pytest
from builders import LINE, all_rows, call, call_status, found_town, interaction_of, put, staff, take_in, text
from conftest import FixedClock
from switchboard import Switchboard
from test_caller_steps import change_queue, keep_hours

from grm_console.desk import caller_steps, emergency_callbacks, histories
from grm_console.desk.actor import Actor
from grm_console.desk.board_opening import exchange
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.way_points import WayPoint
from grm_console.i18n import use_language
from grm_console.store import tables
from grm_console.store.offered import SAME_OPERATOR_FIRST

DIALLED = "+12025550119"
DESK_OF_SERVICE = "+12025550118"
ELSEWHERE = "+12025550117"


@pytest.fixture
def queue(desk: Desk) -> int:
    """The key of the town's queue; two emergency lines are registered."""
    put(
        desk.store,
        tables.EmergencyLine(area="Harbour", number="911", dial=DIALLED, callback=f"{DESK_OF_SERVICE}|+12025550116"),
    )
    put(desk.store, tables.EmergencyLine(area="*", number="911", callback=ELSEWHERE))
    return found_town(desk.store).queue


def called(desk: Desk, web_actor: Actor, mei: Actor, area: str = "Harbour") -> tuple[Seat, int]:
    """An operator has called an emergency and wrapped it up."""
    board = Switchboard(desk, web_actor)
    seat, key = board.talks(mei, "CA1")
    seat.calls.emergency(key, area, "7 Harbour Street")
    board.send()
    seat.end(key)
    seat.wrap_up(key, "informed", "")
    take_in(desk, web_actor, call_status("CA1", "completed", 9))
    return seat, key


def entry(desk: Desk, sid: str) -> tables.QueueEntry:
    key = interaction_of(desk.store, sid)
    (row,) = [row for row in all_rows(desk.store, tables.QueueEntry) if row.interaction_id == key]
    return row  # type: ignore[no-any-return]


def test_it_goes_past_everything_that_could_keep_it(
    desk: Desk, web_actor: Actor, queue: int, clock: FixedClock
) -> None:
    called(desk, web_actor, staff(desk, "mei"))
    keep_hours(desk, queue, (6, 0, 1))  # closed but for a minute on Sundays
    change_queue(desk, queue, capacity=1, longest_wait_seconds=60, languages="en|zh", records=True)
    clock.forward(minutes=20)
    take_in(desk, web_actor, call("CA2", "+12025550160"), call("CA3", DIALLED))
    (point,) = [row.id for row in all_rows(desk.store, tables.ContactPoint) if row.address == DIALLED]
    block = tables.BlockedNumber(
        contact_point_id=point, kind="fraud", reason="x", since=clock(), until=clock() + timedelta(days=1),
        account_id=web_actor.account_id,
    )  # fmt: skip
    put(desk.store, block)

    step = caller_steps.first_step(desk, "twilio", "CA3")
    assert (step.at, step.ends) == (WayPoint.QUEUE, None)
    assert "put through at once" in step.sentences[0].words
    assert "recorded" in step.sentences[1].words
    assert caller_steps.wait_step(desk, "twilio", "CA3", 9, 3600).at is WayPoint.WAIT
    # Everybody else is still sent away.
    assert caller_steps.first_step(desk, "twilio", "CA2").ends is not None


def test_it_is_first_in_the_queue_and_says_what_it_is_about(
    desk: Desk, web_actor: Actor, queue: int, clock: FixedClock
) -> None:
    seat, key = called(desk, web_actor, staff(desk, "mei"))
    take_in(desk, web_actor, call("CA2", "+12025550160"), text("SM1"))
    clock.forward(minutes=3)
    take_in(desk, web_actor, call("CA3", DIALLED))

    (first, *_) = seat.queue_status().items
    assert (first.interaction_id, int(first.harm)) == (interaction_of(desk.store, "CA3"), 3)
    card = seat.card(first.interaction_id)
    assert card.emergency.startswith("Emergency service calls back: ")
    assert card.emergency.endswith(", 7 Harbour Street (911)")
    assert seat.card(interaction_of(desk.store, "CA2")).emergency == ""
    helps = [row.interaction_id for row in all_rows(desk.store, tables.HelpRequest)]
    assert helps == [key, first.interaction_id], "the supervisors are alarmed, once for each"
    # The same call told again changes nothing.
    take_in(desk, web_actor, call("CA3", DIALLED))
    assert len(all_rows(desk.store, tables.EmergencyCallback)) == 1

    boss = staff(desk, "boss", "supervisor")
    facts = dict(exchange(desk, boss, key).facts)
    assert facts["Emergency"].endswith(": 911, 7 Harbour Street")
    use_language("zh")
    told = seat.card(first.interaction_id).emergency
    use_language("en")
    assert told.startswith("紧急服务机构回拨：")


@pytest.mark.parametrize(
    ("number", "line", "minutes", "known"),
    [
        (DIALLED, LINE, 119, True),
        (DIALLED, LINE, 121, False),
        (DESK_OF_SERVICE, LINE, 5, True),
        (DESK_OF_SERVICE, "+12025550177", 5, True),
        (ELSEWHERE, LINE, 5, True),  # of another line, but it calls the number that the service saw
        (ELSEWHERE, "+12025550177", 5, False),
        ("+12025550160", LINE, 5, False),
        ("anonymous", LINE, 5, False),
    ],
)
def test_whose_call_is_one(
    desk: Desk, web_actor: Actor, queue: int, clock: FixedClock, number: str, line: str, minutes: int, known: bool
) -> None:
    called(desk, web_actor, staff(desk, "mei"))
    clock.forward(minutes=minutes)
    take_in(desk, web_actor, call("CA2", number, recipient=line))
    assert (entry(desk, "CA2").harm == 3) is known
    assert bool(all_rows(desk.store, tables.EmergencyCallback)) is known


def test_whoever_called_the_emergency_is_offered_it_first_then_everybody(
    desk: Desk, web_actor: Actor, queue: int, clock: FixedClock
) -> None:
    mei, zoe = staff(desk, "mei"), staff(desk, "zoe")
    mine, _key = called(desk, web_actor, mei)
    others = Seat(desk, zoe)
    for seat in (mine, others):
        seat.set_available()
    # Whoever serves another queue alone is offered it too, for the matter is danger.
    other = put(desk.store, tables.Queue(code="other", name="Other"))
    put(desk.store, tables.AgentQueue(account_id=zoe.account_id, queue_id=other))
    take_in(desk, web_actor, call("CA2", DIALLED))
    assert others.ringing() is None
    assert mine.ringing() is not None
    mine.set_away("break")
    assert others.ringing() is not None
    mine.set_available()
    assert emergency_callbacks.keep_time(desk, web_actor) == 0
    clock.forward(seconds=SAME_OPERATOR_FIRST.total_seconds())
    assert emergency_callbacks.keep_time(desk, web_actor) == 1
    ringing = others.ringing()
    assert ringing is not None
    assert ringing.emergency


def test_the_history_tells_the_emergency_in_the_readers_language(
    desk: Desk, web_actor: Actor, queue: int, clock: FixedClock
) -> None:
    _seat, key = called(desk, web_actor, staff(desk, "mei"), "*")
    with desk.store.reading() as connection:
        for language, label in (("en", "Emergency"), ("zh", "紧急")):
            use_language(language)
            facts = emergency_callbacks.emergency_facts(connection, key)
            assert [name for name, _ in facts] == [label]
    use_language("en")
    assert histories.check_all(desk, actor_named(desk, "system:cli")) == []

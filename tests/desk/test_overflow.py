"""The agents of another queue help out: in the old place, in a language they speak, and nobody is counted twice."""

import re
from pathlib import Path

import pytest
from builders import CALLER, all_rows, call, call_status, entry_of, found_town, interaction_of, put, staff, take_in
from conftest import FixedClock
from test_caller_steps import NUMBERS, change_queue, first, keep_hours, keys

from grm_console.channels.twilio.events import step_event
from grm_console.desk import caller_steps, overflow
from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.desk import Desk
from grm_console.desk.imports.queues import import_queues
from grm_console.desk.seat import Seat
from grm_console.desk.sign_in import actor_named
from grm_console.desk.way_points import WayPoint
from grm_console.domain.caller_keys import speaks, spoken_language
from grm_console.domain.words import EndReason
from grm_console.errors import ImportRefused
from grm_console.store import caller_steps as rows
from grm_console.store import tables


@pytest.fixture
def queues(desk: Desk) -> tuple[int, int]:
    """The keys of the town's queue and of the one that helps it after two minutes, or when two wait."""
    town = found_town(desk.store).queue
    other = put(desk.store, tables.Queue(code="other", name="Other", languages="en|zh"))
    change_queue(desk, town, overflow_queue_id=other, overflow_after_seconds=120, capacity=2, languages="en|es")
    return town, other


def elsewhere(desk: Desk, sid: str) -> int | None:
    key = interaction_of(desk.store, sid)
    (found,) = [row.overflow_queue_id for row in all_rows(desk.store, tables.QueueEntry) if row.interaction_id == key]
    return found  # type: ignore[no-any-return]


def of_queue(desk: Desk, name: str, queue: int) -> Seat:
    """The seat of somebody who serves one queue alone."""
    actor = staff(desk, name)
    put(desk.store, tables.AgentQueue(account_id=actor.account_id, queue_id=queue))
    seat = Seat(desk, actor)
    seat.set_available()
    return seat


def test_after_a_while_the_others_are_offered_it_too_in_its_old_place(
    desk: Desk, web_actor: Actor, queues: tuple[int, int], clock: FixedClock
) -> None:
    town, other = queues
    home, helper = of_queue(desk, "mei", town), of_queue(desk, "zoe", other)
    take_in(desk, web_actor, call("CA1"))
    since = clock()
    clock.forward(seconds=119)
    put(desk.store, tables.QueueLine(line="+12025550177", queue_id=other))
    take_in(desk, web_actor, call("CA2", NUMBERS[1], recipient="+12025550177"))
    assert overflow.keep_time(desk, web_actor) == 0
    assert [item.interaction_id for item in helper.queue_status().items] == [interaction_of(desk.store, "CA2")]
    clock.forward(seconds=1)
    assert overflow.keep_time(desk, web_actor) == 1
    assert overflow.keep_time(desk, web_actor) == 0
    for seat in (home, helper):
        item = seat.queue_status().items[0]
        assert (item.interaction_id, item.waiting_since) == (interaction_of(desk.store, "CA1"), since)
    # Whoever waits in the other queue is told the place that they really have.
    with desk.store.reading() as connection:
        row = rows.caller(connection, "twilio", "CA2")
        assert row is not None
        assert rows.place(connection, row, clock()) == (1, 1, 2)

    # Answered there it is an answered call, of the queue it came to.
    card = helper.answer(entry_of(desk.store, "CA1"))
    assert card.queue == "General"
    lines = {line.code: line for line in Board(desk, staff(desk, "boss", "supervisor")).snapshot().queues}
    answered = {code: line.calls.after_target.count for code, line in lines.items()}
    assert (answered["town"], answered["other"]) == (1, 0)
    take_in(desk, web_actor, call_status("CA1", "completed", 3))


def test_a_full_queue_offers_one_more_elsewhere_only_where_there_is_room(
    desk: Desk, web_actor: Actor, queues: tuple[int, int]
) -> None:
    town, other = queues
    change_queue(desk, town, languages="en")
    take_in(desk, web_actor, *(call(f"CA{n}", NUMBERS[n]) for n in range(4)))
    step = first(desk, "CA2")
    assert (step.at, step.ends, step.overflows) == (WayPoint.QUEUE, None, True)
    take_in(desk, web_actor, step_event(call("CA2", NUMBERS[2]), overflow.STEP))
    assert elsewhere(desk, "CA2") == other
    again = first(desk, "CA2")
    assert (again.at, again.overflows) == (WayPoint.QUEUE, False), "asked again it is the same way"
    change_queue(desk, other, capacity=1)
    assert (first(desk, "CA3").at, first(desk, "CA3").ends) == (WayPoint.CHOICE, EndReason.OVERFLOW)
    change_queue(desk, other, capacity=2)
    assert first(desk, "CA3").overflows
    keep_hours(desk, other, (6, 0, 1))
    assert first(desk, "CA3").ends is EndReason.OVERFLOW, "nobody is there"


def test_nobody_is_led_to_a_queue_that_does_not_speak_the_language(
    desk: Desk, web_actor: Actor, queues: tuple[int, int], clock: FixedClock
) -> None:
    take_in(desk, web_actor, *(call(f"CA{n}", NUMBERS[n]) for n in range(4)))
    # The menu of languages comes first: one of them the other queue speaks.
    step = first(desk, "CA2")
    assert (step.at, step.ends, step.overflows) == (WayPoint.LANGUAGE, None, False)
    take_in(desk, web_actor, keys("CA2", "language", "2"), keys("CA3", "language", "1"))
    spanish = caller_steps.language_step(desk, "twilio", "CA2")
    assert (spanish.ends, spanish.overflows) == (EndReason.OVERFLOW, False)
    assert caller_steps.language_step(desk, "twilio", "CA3").overflows
    clock.forward(minutes=5)
    assert overflow.keep_time(desk, web_actor) == 3
    assert elsewhere(desk, "CA2") is None
    # Whoever chooses only afterwards is called back from there.
    take_in(desk, web_actor, keys("CA0", "language", "2"))
    assert elsewhere(desk, "CA0") is None


def test_which_language_is_spoken_and_by_whom() -> None:
    assert spoken_language("en|zh", "zh", "en") == "zh"
    assert spoken_language("es|zh", "en", "en") == "es"
    assert spoken_language("", "zh", "en") == "zh"
    assert spoken_language("", "", "en") == "en"
    assert speaks("en|zh", "zh", "en")
    assert not speaks("en", "zh", "en")
    assert not speaks("", "zh", "en"), "a queue that says nothing surely speaks the desk's language alone"
    assert speaks("", "en", "en")


def test_a_file_whose_queues_help_in_a_circle_is_refused(desk: Desk, tmp_path: Path) -> None:
    cli, file = actor_named(desk, "system:cli"), tmp_path / "queues.csv"
    for lines, told in (
        ("a,A,b\nb,B,c\nc,C,a\n", "line 2: overflow_queue would lead in a circle: a → b → c → a"),
        ("a,A,a\n", "line 2: overflow_queue would lead in a circle: a → a"),
        ("a,A,\nb,B,nowhere\n", "line 3: overflow_queue 'nowhere' is no queue in use"),
    ):
        file.write_text("code,name_en,overflow_queue\n" + lines)
        with pytest.raises(ImportRefused, match=re.escape(told)):
            import_queues(desk, cli, file)
    file.write_text("code,name_en,overflow_queue,overflow_after_seconds\na,A,b,60\nb,B,,\n")
    assert import_queues(desk, cli, file).added == 2
    assert import_queues(desk, cli, file).unchanged == 2
    file.write_text("code,name_en,overflow_queue\nb,B,a\n")
    with pytest.raises(ImportRefused):
        import_queues(desk, cli, file)
    file.write_text("code,name_en,active\nb,B,no\n")
    with pytest.raises(ImportRefused):
        import_queues(desk, cli, file)
    file.write_text("code,name_en,overflow_queue\na,A,\n")
    assert import_queues(desk, cli, file).changed == 1


def test_whoever_hangs_up_while_a_telephone_rings_for_them_is_called_back_once(
    desk: Desk, web_actor: Actor, clock: FixedClock
) -> None:
    town = found_town(desk.store).queue
    change_queue(desk, town, callback_dropped=True)
    seat = Seat(desk, staff(desk, "mei"))
    take_in(desk, web_actor, call("CA1", CALLER))
    clock.forward(seconds=40)
    seat.answer(entry_of(desk.store, "CA1"))
    take_in(desk, web_actor, call_status("CA1", "completed", 1, happened_at=clock()))
    assert [row.reason for row in all_rows(desk.store, tables.Callback)] == ["dropped"]

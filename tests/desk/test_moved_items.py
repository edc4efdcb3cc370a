"""What a supervisor moved stays where it was put, whatever the carrier says later."""

from builders import all_rows, call, call_status, found_town, interaction_of, put, staff, take_in

from grm_console.desk.actor import Actor
from grm_console.desk.board import Board
from grm_console.desk.desk import Desk
from grm_console.store import tables


def test_a_later_event_of_a_moved_call_leaves_it_in_its_new_queue(desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    water = put(desk.store, tables.Queue(code="water", name="Water"))
    take_in(desk, web_actor, call("CA1"))
    key = interaction_of(desk.store, "CA1")
    Board(desk, staff(desk, "sun", "supervisor")).move(key, water, "it is about water")
    before = all_rows(desk.store, tables.QueueEntry)[0]
    take_in(desk, web_actor, call_status("CA1", "in-progress"))
    after = all_rows(desk.store, tables.QueueEntry)[0]
    assert after.queue_id == water
    assert (after.waiting_since, after.queued_as_of, after.state) == (
        before.waiting_since,
        before.queued_as_of,
        "waiting",
    )
    assert all_rows(desk.store, tables.Interaction)[0].queue_id == water
    take_in(desk, web_actor, call_status("CA1", "completed"))
    assert all_rows(desk.store, tables.QueueEntry)[0].state == "left"

"""A citizen whom we rang is sent to a queue: they wait there like a caller, on the call that we made."""

from typing import NamedTuple

import pytest
from builders import all_rows, call, conference, entry_of, found_town, leg, staff, take_in
from conftest import FixedClock
from switchboard import Switchboard

from grm_console.desk import caller_steps
from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.way_points import WayPoint
from grm_console.domain.words import AgentState, EndReason, InteractionState
from grm_console.store import tables


class SentBack(NamedTuple):
    """A citizen in the queue whom we had rung and talked with."""

    board: Switchboard
    seat: Seat
    key: int
    thread: str

    @property
    def sid(self) -> str:
        """The carrier's id of the citizen's own call."""
        return f"{self.thread}L0"

    def taken_again(self) -> None:
        """The next operator's telephone rings."""
        self.seat.answer(entry_of(self.board.desk.store, self.thread))
        self.board.send()
        self.board.happens(leg(self.thread, 2, "ringing"))

    def abandoned(self) -> bool:
        """Whether the exchange is over and nobody's."""
        (row,) = (row for row in all_rows(self.board.desk.store, tables.Interaction) if row.id == self.key)
        return (row.state, row.end_reason, row.agent_id) == ("done", EndReason.ABANDONED.value, None)


@pytest.fixture
def sent_back(desk: Desk, web_actor: Actor, clock: FixedClock) -> SentBack:
    found_town(desk.store)
    board, seat = Switchboard(desk, web_actor), Seat(desk, staff(desk, "mei"))
    take_in(desk, web_actor, call("CA1"))
    point = all_rows(desk.store, tables.ContactPoint)[0].id
    seat.set_available()
    key = seat.calls.dial(point, None)
    (ring,) = board.send()
    thread = ring[1]["label"].removeprefix("call-").removesuffix("-1")
    board.happens(leg(thread, 1, "in-progress"), conference(thread, "participant-join", 1, 1))
    board.happens(leg(thread, 0, "in-progress"), conference(thread, "participant-join", 0, 2))
    clock.forward(minutes=1)
    (queue, *_) = all_rows(desk.store, tables.Queue)
    seat.calls.to_queue(key, queue.code, "wants the water works")
    board.happens(conference(thread, "participant-leave", 0, 3), conference(thread, "participant-leave", 1, 4))
    board.happens(leg(thread, 1, "completed"))
    clock.forward(seconds=5)
    return SentBack(board, seat, key, thread)


def test_the_next_operator_gets_the_citizen(sent_back: SentBack) -> None:
    board, seat, key, thread = sent_back
    assert caller_steps.wait_step(board.desk, "twilio", sent_back.sid, 0, 0).at is WayPoint.WAIT
    assert caller_steps.after_step(board.desk, "twilio", sent_back.sid).at is WayPoint.QUEUE
    sent_back.taken_again()
    board.happens(leg(thread, 2, "in-progress"), conference(thread, "participant-join", 2, 5))
    method, asked = board.carrier.asked[-1]
    assert (method, asked["sid"], asked["label"]) == ("join", sent_back.sid, f"call-{thread}-0")
    board.happens(conference(thread, "participant-join", 0, 6))
    assert seat.agent_status().state is AgentState.TALKING
    board.happens(leg(thread, 0, "completed"))
    assert seat.card(key).state is InteractionState.WRAP_UP


def test_the_citizen_hangs_up_in_the_queue(sent_back: SentBack) -> None:
    board, seat = sent_back.board, sent_back.seat
    board.happens(leg(sent_back.thread, 0, "completed"))
    assert sent_back.abandoned()
    assert caller_steps.wait_step(board.desk, "twilio", sent_back.sid, 1, 30).at is WayPoint.UNKNOWN
    assert seat.agent_status().state is AgentState.AVAILABLE
    assert seat.ringing() is None or seat.ringing().interaction_id != sent_back.key  # type: ignore[union-attr]


def test_the_citizen_hangs_up_while_the_next_telephone_rings(sent_back: SentBack) -> None:
    sent_back.taken_again()
    sent_back.board.happens(leg(sent_back.thread, 0, "completed"))
    assert sent_back.seat.agent_status().state is AgentState.AVAILABLE, "there is nothing to wrap up"
    assert sent_back.board.methods()[-2:] == ["drop_leg", "end_conference"], "nobody picks up into an empty room"
    assert sent_back.abandoned()


def test_a_telephone_not_picked_up_gives_the_citizen_back(sent_back: SentBack) -> None:
    sent_back.taken_again()
    sent_back.board.happens(leg(sent_back.thread, 2, "no-answer"))
    assert sent_back.seat.agent_status().state is AgentState.AWAY
    assert caller_steps.wait_step(sent_back.board.desk, "twilio", sent_back.sid, 0, 0).at is WayPoint.WAIT
    assert entry_of(sent_back.board.desk.store, sent_back.thread)


def test_whoever_ends_the_call_leaves_nobody_behind_in_the_queue(sent_back: SentBack) -> None:
    sent_back.taken_again()
    sent_back.seat.end(sent_back.key)
    dropped = {asked["sid"] for method, asked in sent_back.board.send() if method == "drop_leg"}
    assert dropped == {sent_back.sid, f"{sent_back.thread}L2"}

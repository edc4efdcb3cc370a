"""The sender's threads: a slow answer holds up its own call alone, two processes never do the same thing twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from builders import all_rows, call, conference, entry_of, found_town, staff, take_in
from switchboard import RememberingCarrier, Switchboard

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.desk.sender import AT_ONCE, Sender
from grm_console.store import tables


class SlowCarrier(RememberingCarrier):
    """Answers a change of a leg of one call only when it is let."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow, self.answers, self.asking = slow, threading.Event(), threading.Event()

    def change_leg(self, **values: Any) -> None:
        if values["sid"] == self.slow:
            self.asking.set()
            assert self.answers.wait(20)
        super().change_leg(**values)


@contextmanager
def sender(desk: Desk, web: Actor, carrier: RememberingCarrier) -> Iterator[Sender]:
    made = Sender(desk, web, carrier)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def board(desk: Desk, web_actor: Actor) -> Switchboard:
    found_town(desk.store)
    return Switchboard(desk, web_actor)


def until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + 20
    while not holds():
        assert monotonic() < ends, "It did not happen in 20 s."
        threading.Event().wait(0.005)


def twenty_rounds(process: Sender) -> None:
    for _ in range(20):
        process.send()


def test_a_slow_answer_holds_up_its_own_call_alone(board: Switchboard) -> None:
    slow, mine = board.talks(staff(board.desk, "mei"), "CA1")
    other, theirs = board.talks(staff(board.desk, "ana"), "CA2")
    carrier = SlowCarrier("CA1")
    with sender(board.desk, board.web, carrier) as sending:
        slow.calls.hold(mine, True)
        sending.send()
        assert carrier.asking.wait(20)
        take_in(board.desk, board.web, conference("CA1", "participant-hold", 0, 3))
        slow.calls.hold(mine, False)
        other.calls.hold(theirs, True)
        sending.send()
        until(lambda: len(carrier.asked) == 1)
        sending.send()
        assert [values["sid"] for _, values in carrier.asked] == ["CA2"], "what follows in a call waits for its turn"
        slow.end(mine)
        sending.send()
        until(lambda: Counter(method for method, _ in carrier.asked)["end_call"] == 1)
        # Whoever hangs up waits for nothing.
        carrier.answers.set()
        until(lambda: not sending.send() and board.unsent() == [])  # type: ignore[func-returns-value]
    changes = [values for method, values in carrier.asked if method == "change_leg"]
    assert [values["held"] for values in changes if values["sid"] == "CA1"] == [True, False]


def test_two_processes_at_once_do_everything_once(board: Switchboard) -> None:
    calls = [f"CA{number}" for number in range(AT_ONCE + 4)]
    for sid in calls:
        seat = Seat(board.desk, staff(board.desk, f"agent{sid.lower()}"))
        take_in(board.desk, board.web, call(sid))
        seat.answer(entry_of(board.desk.store, sid))
    carrier = RememberingCarrier()
    with sender(board.desk, board.web, carrier) as one, sender(board.desk, board.web, carrier) as other:
        rounds = [threading.Thread(target=twenty_rounds, args=(process,)) for process in (one, other)]
        for thread in rounds:
            thread.start()
        for thread in rounds:
            thread.join()
        until(lambda: not one.send() and board.unsent() == [])  # type: ignore[func-returns-value]
    assert sorted(values["label"] for _, values in carrier.asked) == sorted(f"call-{sid}-1" for sid in calls)
    assert {row.attempts for row in all_rows(board.desk.store, tables.Outbox)} == {1}

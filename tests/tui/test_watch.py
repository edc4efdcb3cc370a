"""The wake-up loop: it looks at once, after every change, and tries a lost store again with growing pauses."""

from itertools import count

import pytest
from fake_seat import FakeSeat, call
from hypothesis import given
from hypothesis import strategies as st
from textual.message import Message

from grm_console.desk.views import Change
from grm_console.errors import StoreBusy
from grm_console.tui.arrivals import AsideCame, Seen, StoreLost
from grm_console.tui.watch import CALM, REST, RETRIES, WAIT, elsewhere, watch


def watched(
    seat: FakeSeat, rests: int, after_rest: dict[int, object] | None = None, look_takes: float = 0.0
) -> tuple[list[Message], list[float]]:
    """What was posted and how long it rested until the given number of rests."""
    posted: list[Message] = []
    rested: list[float] = []

    def rest(seconds: float) -> None:
        rested.append(seconds)
        step = (after_rest or {}).get(len(rested))
        if callable(step):
            step()

    ticks = count(step=look_takes)
    watch(seat, lambda: 7, posted.append, lambda: len(rested) >= rests, rest, lambda: float(next(ticks)))
    return posted, rested


def test_the_first_look_needs_no_change_and_knows_which_acts_it_saw() -> None:
    seat = FakeSeat()
    seat.arrive(call())
    posted, rested = watched(seat, 1)
    seen, aside = posted
    assert isinstance(seen, Seen)
    assert isinstance(aside, AsideCame)
    assert seen.look == 7
    assert seen.ringing == call()
    assert seen.current is None
    assert rested == [REST]


def test_every_change_brings_one_more_look() -> None:
    seat = FakeSeat()
    posted, _rested = watched(seat, 3, {1: lambda: seat.arrive(call()), 2: lambda: seat.taken(41)})
    assert [message.ringing is not None for message in posted if isinstance(message, Seen)] == [False, True, False]


@pytest.mark.parametrize(("takes", "rests"), [(0.01, REST), (0.1, 0.8), (3.0, CALM)])
def test_a_slow_store_is_asked_less_often(takes: float, rests: float) -> None:
    _posted, rested = watched(FakeSeat(), 1, look_takes=takes)
    assert rested == [pytest.approx(rests)]


def test_a_lost_store_is_tried_again_with_growing_pauses_and_found_again() -> None:
    seat = FakeSeat()
    seat.gone = True

    def back() -> None:
        seat.gone = False

    posted, rested = watched(seat, 4, {3: back})
    assert [type(message) for message in posted] == [StoreLost, StoreLost, StoreLost, Seen, AsideCame]
    assert rested == [RETRIES[0], RETRIES[1], min(RETRIES[2], WAIT), REST]


def test_a_busy_store_counts_as_lost() -> None:
    seat = FakeSeat()

    def busy(timeout: float) -> list[object]:
        raise StoreBusy("The store did not answer in time. It is tried again.")

    seat.wait_for_change = busy  # type: ignore[method-assign,assignment]
    posted, _rested = watched(seat, 2)
    assert [type(message) for message in posted] == [Seen, AsideCame, StoreLost]


def test_the_history_is_read_only_for_a_settled_speaker() -> None:
    seat = FakeSeat()
    seat.arrive(call())
    seen, _aside = watched(seat, 1)[0]
    assert isinstance(seen, Seen)
    assert seen.history is None
    seat.confirm_speaker(41, 7, "name")
    seen, _aside = watched(seat, 1)[0]
    assert isinstance(seen, Seen)
    assert seen.history is not None
    assert seen.history.total == 14


def changes_of(seat: FakeSeat, *rounds: list[Change]) -> None:
    """Let each wait bring the next of these changes."""
    waits = iter(rounds)
    seat.wait_for_change = lambda timeout: next(waits)  # type: ignore[method-assign]


def test_what_others_do_wakes_a_busy_desk_once_a_second_and_its_own_exchange_at_once() -> None:
    seat = FakeSeat()
    seat.arrive(call())
    seat.answer(seat.ringing().entry_id)  # type: ignore[union-attr,arg-type]
    changes_of(seat, *([[Change("queue", 42), Change("agent", 2)]] * 3), [Change("queue", 42), Change("queue", 41)])
    posted, rested = watched(seat, 5)
    assert [type(message) for message in posted] == [Seen, AsideCame] * 2
    assert rested == [REST] * 5


def test_a_busy_desk_is_never_more_than_a_second_behind() -> None:
    seat = FakeSeat()
    seat.arrive(call())
    seat.answer(seat.ringing().entry_id)  # type: ignore[union-attr,arg-type]
    changes_of(seat, *([[Change("interaction", 42)]] * 100))
    posted, _rested = watched(seat, 26)
    assert sum(isinstance(message, Seen) for message in posted) == 3


def test_a_desk_that_fell_behind_looks_when_nothing_more_comes() -> None:
    seat = FakeSeat()
    seat.arrive(call())
    seat.answer(seat.ringing().entry_id)  # type: ignore[union-attr,arg-type]
    changes_of(seat, [Change("queue", 42)], [])
    posted, _rested = watched(seat, 3)
    assert sum(isinstance(message, Seen) for message in posted) == 2


def test_a_free_desk_looks_at_whatever_others_do() -> None:
    seat = FakeSeat()
    changes_of(seat, [Change("queue", 42)], [Change("agent", 2)])
    posted, _rested = watched(seat, 3)
    assert sum(isinstance(message, Seen) for message in posted) == 3


@given(st.lists(st.builds(Change, st.sampled_from(["queue", "agent", "notice", "store"]), st.integers(0, 3))))
def test_what_is_of_nobody_in_particular_concerns_everybody(changes: list[Change]) -> None:
    mine = any(
        change.subject_id == 0
        or change.topic in ("notice", "store")
        or (change.topic, change.subject_id) in (("queue", 1), ("agent", 2))
        for change in changes
    )
    assert elsewhere(changes, 1, 2) is not mine

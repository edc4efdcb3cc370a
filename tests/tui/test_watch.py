"""The wake-up loop: it looks at once, after every change, and tries a lost store again with growing pauses."""

from fake_seat import FakeSeat, call
from textual.message import Message

from grm_console.errors import StoreBusy
from grm_console.tui.arrivals import AsideCame, Seen, StoreLost
from grm_console.tui.watch import REST, RETRIES, WAIT, watch


def watched(
    seat: FakeSeat, rests: int, after_rest: dict[int, object] | None = None
) -> tuple[list[Message], list[float]]:
    """What was posted and how long it rested until the given number of rests."""
    posted: list[Message] = []
    rested: list[float] = []

    def rest(seconds: float) -> None:
        rested.append(seconds)
        step = (after_rest or {}).get(len(rested))
        if callable(step):
            step()

    watch(seat, lambda: 7, posted.append, lambda: len(rested) >= rests, rest)
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

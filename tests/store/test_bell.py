"""The bell of PostgreSQL's listeners: the first commit rings at once, a storm now and then, the last is never lost."""

import threading
from collections.abc import Iterator

import pytest

from grm_console.errors import StoreGone
from grm_console.store import bell as bell_module
from grm_console.store.bell import PAUSE, Bell


class Ringing:
    """Counts the rings, and fails if it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.heard = threading.Event()
        self.fails = False

    def __call__(self) -> None:
        self.count += 1
        self.heard.set()
        if self.fails:
            raise StoreGone("The server is away.")


@pytest.fixture
def ringing() -> Ringing:
    return Ringing()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def bell(ringing: Ringing, now: list[float]) -> Iterator[Bell]:
    made = Bell(ringing, lambda: now[0])
    yield made
    made.close()


def test_in_quiet_times_each_commit_rings_by_itself(bell: Bell, ringing: Ringing, now: list[float]) -> None:
    for _ in range(3):
        assert bell.is_due()
        now[0] += PAUSE
    assert ringing.count == 0, "it goes along with the transaction"


def test_what_is_owed_is_rung_after_the_pause(bell: Bell, ringing: Ringing) -> None:
    assert bell.is_due()
    assert not bell.is_due()
    bell.owe()
    assert ringing.heard.wait(10)


def test_in_a_storm_one_ring_stands_for_all_and_none_is_lost_at_the_end(
    bell: Bell, ringing: Ringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "PAUSE", 3600.0)
    assert bell.is_due()
    for _ in range(20):
        assert not bell.is_due()
        bell.owe()
    assert ringing.count == 0
    bell.close()
    assert ringing.count == 1
    bell.owe()
    assert ringing.count == 2, "whoever commits after that tells of it all the same"


def test_a_ring_that_fails_does_not_stop_the_next_one(bell: Bell, ringing: Ringing) -> None:
    ringing.fails = True
    bell.owe()
    assert ringing.heard.wait(10)
    ringing.heard.clear()
    bell.owe()
    assert ringing.heard.wait(10)
    assert ringing.count == 2

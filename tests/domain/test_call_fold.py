"""The fold over a call's events does not know in which order they came."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.call_fold import fold
from grm_console.domain.call_state import further, is_final
from grm_console.domain.inbound import EventKind
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import Channel, Direction

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
STATES = ("", "queued", "initiated", "ringing", "in-progress", "canceled", "no-answer", "busy", "failed", "completed")

_moments = st.none() | st.integers(0, 300).map(lambda seconds: NOW + timedelta(seconds=seconds))


@st.composite
def _events(draw: st.DrawFn) -> SeenEvent:
    leg = draw(st.booleans())
    return SeenEvent(
        kind=draw(st.sampled_from(EventKind)),
        sid="CA2" if leg else "CA1",
        thread_sid="CA1",
        channel=draw(st.sampled_from(Channel)),
        direction=draw(st.sampled_from(Direction)),
        sender=draw(st.sampled_from(["", "+12025550142", "anonymous"])),
        recipient=draw(st.sampled_from(["+12025550100", "+12025550101"])),
        state=draw(st.sampled_from((*STATES, "unheard-of"))),
        sequence=draw(st.none() | st.integers(0, 3)),
        happened_at=draw(_moments),
        received_at=NOW + timedelta(seconds=draw(st.integers(0, 300))),
        text=draw(st.sampled_from(["", "hello", "再见"])),
        duration=draw(st.none() | st.integers(0, 90)),
        error=draw(st.sampled_from(["", "11200"])),
        attachments=draw(st.integers(0, 2)),
    )


@given(st.lists(_events(), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_every_order_gives_the_same_facts(events: list[SeenEvent], chance: random.Random) -> None:
    facts = fold(events)
    shuffled = events * chance.choice((1, 2))
    chance.shuffle(shuffled)
    assert fold(shuffled) == facts


@given(st.sampled_from(STATES), st.sampled_from(STATES), st.sampled_from(STATES))
def test_states_join_in_any_grouping(one: str, other: str, third: str) -> None:
    assert further(one, other) == further(other, one)
    assert further(further(one, other), third) == further(one, further(other, third))
    assert further(one, one) == one


def test_a_late_ringing_reopens_nothing() -> None:
    for final in ("canceled", "no-answer", "busy", "failed", "completed"):
        assert is_final(final)
        for state in ("", "queued", "initiated", "ringing", "in-progress", "news"):
            assert further(state, final) == final
            assert not is_final(state)


def _event(**values: object) -> SeenEvent:
    plain = SeenEvent(
        EventKind.CALL,
        "CA1",
        "CA1",
        Channel.VOICE,
        Direction.INBOUND,
        "+12025550142",
        "+12025550100",
        "ringing",
        None,
        None,
        NOW,
        "",
        None,
        "",
        0,
    )
    return replace(plain, **values)  # type: ignore[arg-type]


ANSWERED = (
    _event(),
    _event(kind=EventKind.CALL_STATUS, state="in-progress", sequence=1, happened_at=NOW + timedelta(seconds=1)),
    _event(
        kind=EventKind.CONFERENCE,
        sid="CF1",
        state="participant-join",
        direction=Direction.OUTBOUND,
        sender="call-CA1-1",
        happened_at=NOW + timedelta(seconds=9),
    ),
    _event(
        kind=EventKind.CONFERENCE,
        sid="CF1",
        state="participant-join",
        sender="call-CA1-0",
        happened_at=NOW + timedelta(seconds=11),
    ),
    _event(
        kind=EventKind.CALL_STATUS,
        state="completed",
        sequence=2,
        duration=60,
        happened_at=NOW + timedelta(seconds=60),
    ),
)


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_what_a_call_tells(order: tuple[int, ...]) -> None:
    facts = fold([ANSWERED[i] for i in order])
    assert (facts.sender, facts.direction, facts.provider_state) == ("+12025550142", Direction.INBOUND, "completed")
    assert facts.connected_at == NOW + timedelta(seconds=11)
    assert facts.reached
    assert facts.ended_at == NOW + timedelta(seconds=60)
    assert facts.duration == 60
    assert facts.happened_at == NOW


def test_a_leg_alone_names_no_caller() -> None:
    facts = fold(ANSWERED[2:3])
    assert (facts.sender, facts.recipient, facts.direction, facts.provider_state) == ("", "", Direction.INBOUND, "")
    assert facts.ended_at is None


def test_an_unreadable_request_says_why() -> None:
    assert fold([_event(kind=EventKind.UNREADABLE, error="No CallSid.")]).problem == "No CallSid."
    assert fold([_event(error="11200")]).problem == ""

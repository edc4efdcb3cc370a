"""The legs of a call do not know in which order their events came."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.call_legs import (
    conference_name,
    fold_legs,
    is_outbound,
    leg_label,
    outbound_thread,
    read_label,
    thread_of_name,
)
from grm_console.domain.inbound import EventKind
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import Channel, Direction, LegState

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
STEPS = (
    "participant-join",
    "participant-leave",
    "participant-hold",
    "participant-unhold",
    "participant-mute",
    "participant-unmute",
    "conference-start",
    "conference-end",
    "news",
)
STATES = ("queued", "initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "canceled", "failed")


def event(kind: EventKind, sid: str, state: str, label: str = "", **values: object) -> SeenEvent:
    plain = SeenEvent(
        kind, sid, "CA1", Channel.VOICE, Direction.OUTBOUND, label, "", state, None, None, NOW, "", None, "", 0
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def step(state: str, number: int, sequence: int, seconds: float = 0, sid: str = "CF1") -> SeenEvent:
    moment = NOW + timedelta(seconds=seconds or sequence)
    label = leg_label("CA1", number)
    return event(EventKind.CONFERENCE, sid, state, label, sequence=sequence, happened_at=moment, recipient=f"L{number}")


def call(state: str, number: int, sequence: int, seconds: float = 0) -> SeenEvent:
    moment = NOW + timedelta(seconds=seconds or sequence)
    return event(
        EventKind.CALL_LEG, f"L{number}", state, leg_label("CA1", number), sequence=sequence, happened_at=moment
    )


@st.composite
def _events(draw: st.DrawFn) -> SeenEvent:
    number = draw(st.integers(0, 2))
    moment = NOW + timedelta(seconds=draw(st.integers(0, 20)))
    sequence = draw(st.none() | st.integers(0, 6))
    if draw(st.booleans()):
        label = draw(st.sampled_from([leg_label("CA1", number), "", "stranger", "call-CA1-x"]))
        sid = draw(st.sampled_from(["CF1", "CF2"]))
        return event(
            EventKind.CONFERENCE, sid, draw(st.sampled_from(STEPS)), label, sequence=sequence, happened_at=moment
        )
    return event(
        EventKind.CALL_LEG,
        f"L{number}",
        draw(st.sampled_from(STATES)),
        leg_label("CA1", number),
        sequence=sequence,
        happened_at=moment,
    )


@given(st.lists(_events(), max_size=14), st.randoms(use_true_random=False))
def test_every_order_gives_the_same_legs(events: list[SeenEvent], chance: random.Random) -> None:
    facts = fold_legs(events)
    shuffled = events * chance.choice((1, 2))
    chance.shuffle(shuffled)
    assert fold_legs(shuffled) == facts
    for leg in facts.legs.values():
        assert not (leg.held or leg.muted) or leg.state is LegState.JOINED
        assert leg.state not in (LegState.LEFT, LegState.JOINED) or leg.answered


@given(st.text("0123456789abcdefCAOUT", min_size=1, max_size=34), st.integers(0, 9999))
def test_a_label_tells_its_call_and_its_number(thread: str, number: int) -> None:
    assert read_label(leg_label(thread, number)) == (thread, number)
    assert thread_of_name(conference_name(thread)) == thread
    assert is_outbound(outbound_thread(thread))


@given(st.text(max_size=40))
def test_any_label_whatever_is_read_or_refused(label: str) -> None:
    read = read_label(label)
    assert read is None or leg_label(*read).startswith("call-")


def test_the_life_of_a_call() -> None:
    ringing = [call("initiated", 1, 0), call("ringing", 1, 1)]
    assert fold_legs(ringing).legs[1].state is LegState.RINGING
    answered = [*ringing, call("in-progress", 1, 2), step("participant-join", 1, 1, 5)]
    assert not fold_legs(ringing).reached
    facts = fold_legs(answered)
    assert (facts.reached, facts.connected_at) == (False, None)
    assert fold_legs([*answered, step("conference-start", 0, 3, 7)]).reached, "the citizen's join was lost"
    both = [*answered, step("participant-join", 0, 2, 7), step("conference-start", 0, 3, 7)]
    facts = fold_legs(both)
    assert facts.connected_at == NOW + timedelta(seconds=7)
    assert (facts.conference_sid, facts.ended) == ("CF1", False)
    held = fold_legs([*both, step("participant-hold", 0, 4, 9)])
    assert held.legs[0].held
    assert not fold_legs([*both, step("participant-hold", 0, 4, 9), step("participant-unhold", 0, 5, 9)]).legs[0].held
    over = fold_legs([*both, call("completed", 1, 3, 60), step("conference-end", 0, 9, 60)])
    assert (over.legs[1].state, over.legs[1].outcome, over.ended) == (LegState.LEFT, "completed", True)


def test_a_leg_that_never_came_failed_and_says_why() -> None:
    for outcome in ("busy", "no-answer", "canceled", "failed"):
        leg = fold_legs([call("ringing", 2, 0), call(outcome, 2, 1)]).legs[2]
        assert (leg.state, leg.outcome, leg.answered) == (LegState.FAILED, outcome, False)
    assert fold_legs([step("participant-leave", 2, 1)]).legs[2].state is LegState.ASKED, "its join may be on the way"


def test_a_late_step_reopens_nothing() -> None:
    gone = [step("participant-join", 1, 1), step("participant-leave", 1, 5), call("completed", 1, 3)]
    late = [*gone, step("participant-hold", 1, 2), call("ringing", 1, 1)]
    assert fold_legs(late).legs[1].state is LegState.LEFT


def test_a_citizen_may_leave_for_a_question_and_come_back() -> None:
    back = [step("participant-join", 0, 1), step("participant-leave", 0, 2), step("participant-join", 0, 3)]
    assert fold_legs(back[:2]).legs[0].state is LegState.LEFT
    leg = fold_legs(back).legs[0]
    assert (leg.state, leg.joined_at) == (LegState.JOINED, NOW + timedelta(seconds=1))


def test_the_end_of_a_conference_is_the_leave_of_everybody_in_it() -> None:
    both = [step("participant-join", 1, 1), step("participant-join", 0, 2), step("participant-leave", 1, 4)]
    over = fold_legs([*both, event(EventKind.CONFERENCE, "CF1", "conference-end", sequence=9, happened_at=NOW)])
    assert [(leg.state, leg.left_at) for leg in over.legs.values()] == [
        (LegState.LEFT, NOW),
        (LegState.LEFT, NOW + timedelta(seconds=4)),
    ]
    back = fold_legs([*both, step("conference-end", 0, 9), step("participant-join", 0, 1, 20, sid="CF2")])
    assert back.legs[0].state is LegState.JOINED, "a later conference is another one"

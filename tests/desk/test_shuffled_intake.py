"""The same events, in any order and however often they are sent, leave the same rows."""

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import (
    CALLER,
    LINE,
    OTHER_CALLER,
    call,
    call_status,
    conference,
    contact,
    found_town,
    leg,
    meaning,
    side_by_side,
    text,
)

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.group_commit import GroupCommit
from grm_console.desk.intake import receive, receive_all
from grm_console.domain.inbound import EventKind, InboundEvent

SHUFFLES = 300
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def of_caller(sid: str, kind: EventKind, what: str, **changes: Any) -> InboundEvent:
    """A key the caller pressed, or a place of the way they came to."""
    return replace(call(sid, "+12025550148"), kind=kind, discriminator=what, state=what, **changes)


def recorded(sid: str, state: str, parent: str, **changes: Any) -> InboundEvent:
    told = replace(call(sid, ""), kind=EventKind.RECORDING, discriminator=state, state=state, parent=parent)
    return replace(told, recipient="", **changes)


STREAMS: tuple[tuple[InboundEvent, ...], ...] = (
    # A call with sequence numbers and times, joined with an operator, ended.
    (
        call("CA1"),
        call_status("CA1", "in-progress", 1, happened_at=_after(2)),
        leg("CA1", 1, "initiated", sequence=0, happened_at=_after(20)),
        leg("CA1", 1, "in-progress", sequence=2, happened_at=_after(23)),
        conference("CA1", "participant-join", 1, 1, happened_at=_after(23)),
        conference("CA1", "participant-join", 0, 2, happened_at=_after(25)),
        conference("CA1", "conference-start", sequence=3, happened_at=_after(25)),
        conference("CA1", "participant-hold", 0, 4, happened_at=_after(40)),
        conference("CA1", "participant-unhold", 0, 5, happened_at=_after(50)),
        conference("CA1", "participant-leave", 1, 6, happened_at=_after(90)),
        leg("CA1", 1, "completed", sequence=3, happened_at=_after(90), duration=65),
        call_status("CA1", "completed", 2, happened_at=_after(91), duration=89),
    ),
    # Statuses without sequence numbers, and two final states that cannot both be true.
    (
        call("CA2", "+12025550144"),
        call_status("CA2", "ringing", sender="+12025550144"),
        call_status("CA2", "no-answer", sender="+12025550144"),
        call_status("CA2", "completed", sender="+12025550144", duration=7),
    ),
    # A withheld caller whose operator was not reached, twice.
    (
        call("CA3", "anonymous"),
        leg("CA3", 1, "no-answer"),
        leg("CA3", 2, "busy"),
    ),
    # Texts of one sender within the budget of automatic replies, and a known sender's call.
    (
        text("SM1", "When is bulky waste collected?", OTHER_CALLER),
        text("SM2", "垃圾什么时候收？", OTHER_CALLER, media=(("image/png", "https://example.gov/1"),)),
        text("SM3", "x" * 500, OTHER_CALLER),
        call("CA4", OTHER_CALLER, happened_at=_after(5)),
    ),
    # Keys, a line that is closed, a message, and its recording; a recording of the first stream's conference.
    (
        call("CA5", "+12025550148"),
        of_caller("CA5", EventKind.CALL_KEY, "language", text="2"),
        of_caller("CA5", EventKind.CALL_STEP, "closed"),
        of_caller("CA5", EventKind.CALL_KEY, "choice", text="2"),
        of_caller("CA5", EventKind.CALL_STEP, "voicemail"),
        recorded("RE1", "in-progress", "CA5"),
        recorded("RE1", "completed", "CA5", text="https://api.twilio.com/RE1", duration=12),
        recorded("RE2", "completed", "", text="https://api.twilio.com/RE2", fields={"ConferenceSid": ["CFCA1"]}),
        call_status("CA5", "completed", 1, sender="+12025550148", happened_at=_after(60), duration=60),
    ),
    # Somebody who wants no texts, and a text from our own number.
    (
        text("SM4", "STOP", "+12025550145", opt_out="STOP"),
        text("SM5", "hello", LINE),
        text("SM6", "退订", "+12025550146"),
    ),
)


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    found_town(desk.store)
    contact(desk.store, "Chen Li", OTHER_CALLER, language="zh")
    contact(desk.store, "Ana", CALLER)
    contact(desk.store, "Ben", CALLER)
    return desk


class _Undone(Exception):
    """Ends a transaction whose rows are not wanted."""


def _left_by(desk: Desk, actor: Actor, events: list[InboundEvent], *, together: bool = False) -> dict[str, list[str]]:
    """What events leave that come one after the other, or all at once after they waited for their turn."""
    left: dict[str, list[str]] = {}
    with pytest.raises(_Undone), desk.store.writing() as write:
        if together:
            receive_all(desk, write, actor, side_by_side(events))
        else:
            for event in events:
                receive(desk, write, actor, event)
        left = meaning(write.connection)
        raise _Undone
    return left


def _mixed(chance: random.Random) -> tuple[list[InboundEvent], list[InboundEvent]]:
    """One stream or several, in order; and the same with repetitions, in no order."""
    streams = chance.sample(STREAMS, chance.choice((1, 1, 2, 2, 3)))
    ordered = [event for stream in streams for event in stream]
    shuffled = ordered + [event for event in ordered if chance.random() < 0.3]
    chance.shuffle(shuffled)
    return ordered, shuffled


def test_any_order_leaves_the_same_rows(furnished: Desk, web_actor: Actor) -> None:
    chance = random.Random(418)
    known: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for _ in range(SHUFFLES):
        ordered, shuffled = _mixed(chance)
        key = tuple(sorted(event.sid + event.kind + event.discriminator for event in ordered))
        if key not in known:
            known[key] = _left_by(furnished, web_actor, ordered)
        together = chance.random() < 0.5
        assert _left_by(furnished, web_actor, shuffled, together=together) == known[key], [
            (event.sid, event.kind, event.discriminator) for event in shuffled
        ]


def test_what_the_ordered_stream_leaves(furnished: Desk, web_actor: Actor) -> None:
    """The shuffles compare with this; it must itself be right."""
    left = _left_by(furnished, web_actor, [event for stream in STREAMS for event in stream])
    assert {name: len(rows) for name, rows in left.items()} == {
        "inbound_event": sum(map(len, STREAMS)),
        "contact_point": 7,  # the withheld caller has none, the operator's telephone is none
        "interaction": 11,
        "queue_entry": 9,  # opt-out words wait for nobody
        "timeline_entry": 15,
        "outbox": 4,  # an acknowledgement or confirmation a text; none where we are told that the carrier answered
        "point_consent": 2,
        "recording": 2,
    }
    first = next(row for row in left["interaction"] if "'CA1'" in row)
    assert "'abandoned'" in first
    assert "('duration', 89)" in first
    assert f"('connected_at', {_after(25)!r})" in first


def test_two_web_processes_at_once_leave_the_same_rows(furnished: Desk, web_actor: Actor) -> None:
    events = [event for stream in STREAMS for event in stream]
    expected = _left_by(furnished, web_actor, events)
    writers = [GroupCommit(furnished, web_actor) for _ in range(2)]
    answers = []
    for number, writer in enumerate(writers):
        shuffled = events * 2
        random.Random(number).shuffle(shuffled)
        answers += [writer.submit(event) for event in shuffled]
    threads = [threading.Thread(target=writer.start) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = sum(answer.result(20).fresh for answer in answers)
    for writer in writers:
        writer.close()
    assert fresh == len(events)
    with furnished.store.reading() as connection:
        assert meaning(connection) == expected


def test_hostile_words_are_kept_and_still_fold(furnished: Desk, web_actor: Actor) -> None:
    hostile = replace(text("SM9", "\x00[/red]\x1b[2J\ud800" * 60), sender="\x00+1202\ud8005550147")
    assert _left_by(furnished, web_actor, [hostile]) == _left_by(furnished, web_actor, [hostile, hostile])

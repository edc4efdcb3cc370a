"""An interaction's outside facts as a fold over its events: the same for every order of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.inbound import EventKind
from grm_console.domain.words import Channel, Direction

_PROGRESS = {"": 0, "queued": 1, "initiated": 2, "ringing": 3, "in-progress": 4}
_FINAL = {"canceled": 5, "no-answer": 6, "busy": 7, "failed": 8, "completed": 9}
"""Final states; two different ones cannot both be true, so a fixed precedence settles it: the fullest account wins."""
_RANK = _PROGRESS | _FINAL


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """The part of a stored event that the fold reads."""

    kind: EventKind
    sid: str
    thread_sid: str
    channel: Channel
    direction: Direction
    sender: str
    recipient: str
    state: str
    sequence: int | None
    happened_at: datetime | None
    received_at: datetime
    text: str
    duration: int | None
    error: str
    attachments: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the outside tells about one interaction."""

    channel: Channel
    direction: Direction
    sender: str
    recipient: str
    provider_state: str
    happened_at: datetime
    first_received_at: datetime
    connected_at: datetime | None
    """When the operator's leg was answered."""
    ended_at: datetime | None
    duration: int | None
    text: str
    attachments: int
    problem: str


def is_final(state: str) -> bool:
    """Whether a call in this provider state is over for good."""
    return state in _FINAL


def further(one: str, other: str) -> str:
    """The call state that stands when both were reported, in whatever order."""
    return max(one, other, key=lambda state: (_RANK.get(state, 0), state))


def fold(events: Iterable[SeenEvent]) -> Facts:
    """The facts of one interaction from all its events; at least one is needed.

    A dialled leg's events tell when the operator was joined, never who called: of a call known by its legs
    alone the caller is unknown. Of equal claims the first by content counts, so that arrival order is without
    effect.
    """
    ordered = sorted(events, key=_content_order)
    of_caller = [e for e in ordered if e.sid == e.thread_sid]
    legs = [e for e in ordered if e.sid != e.thread_sid]
    own = [e for e in of_caller if e.kind is not EventKind.CALL_DIALLED]
    told = own or of_caller or legs
    first = next((e for e in told if e.kind in (EventKind.CALL, EventKind.TEXT, EventKind.UNREADABLE)), told[0])
    state = ""
    for event in own:
        state = further(state, event.state)
    finals = [e for e in own if is_final(e.state)]
    answered = [e.happened_at or e.received_at for e in legs if e.state == "in-progress"]
    return Facts(
        channel=first.channel,
        direction=first.direction if of_caller else Direction.INBOUND,
        sender=first.sender if of_caller else "",
        recipient=first.recipient if of_caller else "",
        provider_state=state,
        happened_at=min(e.happened_at or e.received_at for e in told),
        first_received_at=min(e.received_at for e in told),
        connected_at=min(answered, default=None),
        ended_at=min((e.happened_at or e.received_at for e in finals), default=None),
        duration=max((e.duration for e in finals if e.duration is not None), default=None),
        text=first.text,
        attachments=first.attachments,
        problem=first.error if first.kind is EventKind.UNREADABLE else "",
    )


def _content_order(event: SeenEvent) -> tuple[object, ...]:
    """All that an event says, so that two which sort alike are alike."""
    return (
        event.kind,
        -1 if event.sequence is None else event.sequence,
        event.sid,
        event.state,
        event.sender,
        event.recipient,
        event.direction,
        event.channel,
        event.text,
        event.error,
        event.attachments,
    )

"""An interaction's outside facts as a fold over its events: the same for every order of arrival."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.call_legs import fold_legs
from grm_console.domain.call_state import further, is_final
from grm_console.domain.inbound import EventKind
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import Channel, Direction, EndReason

_STEPS = (EndReason.BLOCKED, EndReason.CALLBACK, EndReason.VOICEMAIL, EndReason.OVERFLOW, EndReason.CLOSED)
"""Places of a caller's way that end the wait; of several the first of these counts, in whatever order they came."""


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
    """When the citizen and somebody of ours were first both in the conference."""
    reached: bool
    """Whether citizen and somebody of ours were on the line together."""
    talkers: tuple[int, ...]
    """Numbers of our legs that were picked up."""
    step: EndReason | None
    """The place of the caller's way that ended the wait, if one did."""
    language_chosen: bool
    """Whether the caller chose a language by a key."""
    ended_at: datetime | None
    duration: int | None
    text: str
    attachments: int
    problem: str


def fold(events: Iterable[SeenEvent], ours: Collection[int] | None = None) -> Facts:
    """The facts of one interaction from all its events; at least one is needed. `ours` as in `fold_legs`.

    The events of legs and of the conference tell who was joined and when, never who called: of a call known by its
    legs alone the caller is unknown. Of equal claims the first by content counts, so that arrival order is without
    effect.
    """
    ordered = sorted(events, key=_content_order)
    of_caller = [e for e in ordered if e.sid == e.thread_sid]
    own = [e for e in of_caller if e.kind not in _BESIDE]
    told = own or of_caller or ordered
    call = fold_legs(ordered, ours)
    first = next((e for e in told if e.kind in (EventKind.CALL, EventKind.TEXT, EventKind.UNREADABLE)), told[0])
    state = ""
    for event in own:
        state = further(state, event.state)
    finals = [e for e in own if is_final(e.state)]
    steps = {e.state for e in of_caller if e.kind is EventKind.CALL_STEP}
    return Facts(
        channel=first.channel,
        direction=first.direction if of_caller else Direction.INBOUND,
        sender=first.sender if of_caller else "",
        recipient=first.recipient if of_caller else "",
        provider_state=state,
        happened_at=min(e.at for e in told),
        first_received_at=min(e.received_at for e in told),
        connected_at=call.connected_at,
        reached=call.reached,
        talkers=call.talkers,
        step=next((step for step in _STEPS if step.value in steps), None),
        language_chosen=any(e.kind is EventKind.CALL_KEY and e.state == "language" for e in of_caller),
        ended_at=min((e.at for e in finals), default=None),
        duration=max((e.duration for e in finals if e.duration is not None), default=None),
        text=first.text,
        attachments=first.attachments,
        problem=first.error if first.kind is EventKind.UNREADABLE else "",
    )


_BESIDE = frozenset({EventKind.CALL_DIALLED, EventKind.CALL_KEY, EventKind.CALL_STEP})
"""Kinds of a caller's own events that say nothing about the state of the line."""


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

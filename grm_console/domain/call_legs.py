"""The legs of a live call as a fold over its events: who rings, who has joined, who is held, muted or gone.

A call lives in one conference. Its name and its legs' labels are made of the call's own provider id and a number, so
that every callback tells by itself where it belongs, and no personal data is in it (Twilio documentation, conference).
Leg 0 is the citizen's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.call_state import further, is_final
from grm_console.domain.inbound import EventKind
from grm_console.domain.seen_event import SeenEvent
from grm_console.domain.words import LegState

MUTED = "muted"
"""The words of a conference's step about a participant whom nobody hears; whoever joins so is told by no other step."""

CALLER = 0
"""Number of the citizen's leg."""
_MACHINE, _FAX = "machine", "fax"
_PREFIX = "call-"
_OUTBOUND = "OUT"
_END = "conference-end"


@dataclass(frozen=True, slots=True)
class LegFacts:
    """What the outside tells about one leg."""

    state: LegState
    sid: str = ""
    """The provider's id of the leg; empty until an event names it."""
    held: bool = False
    muted: bool = False
    joined_at: datetime | None = None
    left_at: datetime | None = None
    answered: bool = False
    """Whether it was picked up, in the conference or not."""
    outcome: str = ""
    """The provider's last word on the leg, e.g. `completed`, `no-answer`; empty as long as there is none."""
    answered_by: str = ""
    """The provider's word for who picked up, e.g. `human`, `machine_start`; empty as long as it does not say."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the outside tells about the conference of one call."""

    conference_sid: str
    """The newest conference's id; empty until it runs."""
    ended: bool
    """Whether that conference is over."""
    legs: dict[int, LegFacts]
    """By number; a leg no event speaks of is not there."""
    connected_at: datetime | None
    """When the citizen and somebody of ours were first both in it."""
    talkers: tuple[int, ...]
    """Numbers of the legs that count and were picked up, but for the citizen's."""
    reached: bool
    """Whether citizen and somebody of ours were surely on the line together, even if a callback of it was lost."""


def is_machine(answered_by: str) -> bool:
    """Whether the provider holds whoever picked up for an answering machine or a fax (Twilio: `AnsweredBy`)."""
    return answered_by.startswith(_MACHINE) or answered_by == _FAX


def outbound_thread(draw: str) -> str:
    """The name of a call that we make, before the carrier knows of it; `draw` is a random hexadecimal number."""
    return _OUTBOUND + draw


def is_outbound(thread: str) -> bool:
    """Whether a call is one that we make."""
    return thread.startswith(_OUTBOUND)


def conference_name(thread: str) -> str:
    """The name of the conference a call lives in; `thread` is the provider id of its interaction."""
    return _PREFIX + thread


def leg_label(thread: str, number: int) -> str:
    """The participant label of a leg."""
    return f"{_PREFIX}{thread}-{number}"


def thread_of_name(name: str) -> str:
    """The call a conference belongs to; empty for a name that is not ours."""
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) else ""


def read_label(label: str) -> tuple[str, int] | None:
    """(thread, number) of a leg's label; None for a label that is not ours."""
    name, _, number = label.rpartition("-")
    thread = thread_of_name(name)
    return (thread, int(number)) if thread and number.isascii() and number.isdecimal() and len(number) < 5 else None


def fold_legs(events: Iterable[SeenEvent], ours: Collection[int] | None = None) -> CallFacts:
    """The legs of one call from all its events; the same for every order of arrival and for repeats.

    `ours` are the legs whose talk counts: of a call that waited again those that were rung since; None for all.

    Steps of one conference are ordered by their sequence number, of several by the provider's time; a final state
    of a leg's own call is final whatever the conference says.
    """
    events = list(events)
    steps = _in_order([e for e in events if e.kind is EventKind.CONFERENCE])
    sid = steps[-1].sid if steps else ""
    members: dict[str, set[int]] = defaultdict(set)
    for step in steps:
        if (read := read_label(step.sender)) is not None:
            members[step.sid].add(read[1])
    by_leg: dict[int, list[SeenEvent]] = defaultdict(list)
    for step in steps:
        read = read_label(step.sender)
        # The end of a conference is the leave of everybody in it: their own may be lost.
        for number in members[step.sid] if step.state == _END else [read[1]] if read is not None else []:
            by_leg[number].append(step)
    calls: dict[int, list[SeenEvent]] = defaultdict(list)
    for event in events:
        if event.kind is EventKind.CALL_LEG and (read := read_label(event.sender)) is not None:
            calls[read[1]].append(event)
        elif event.kind is EventKind.CALL_STATUS and event.sid == event.thread_sid:
            calls[CALLER].append(event)
    legs = {number: _leg(by_leg[number], calls[number]) for number in sorted({*by_leg, *calls})}
    others = {number: leg for number, leg in legs.items() if number != CALLER and (ours is None or number in ours)}
    with_us = min((leg.joined_at for leg in others.values() if leg.joined_at is not None), default=None)
    with_them = legs[CALLER].joined_at if CALLER in legs else None
    connected_at = max(with_us, with_them) if with_us is not None and with_them is not None else None
    talkers = tuple(number for number, leg in others.items() if leg.answered)
    began = any(e.state == "conference-start" for e in steps)
    return CallFacts(
        conference_sid=sid,
        ended=any(e.sid == sid and e.state == _END for e in steps),
        legs=legs,
        connected_at=connected_at,
        talkers=talkers,
        reached=connected_at is not None or (began and bool(talkers)),
    )


def _leg(steps: list[SeenEvent], calls: list[SeenEvent]) -> LegFacts:
    joined, held, muted, was_in = False, False, False, False
    joined_at = left_at = None
    for step in steps:
        match step.state:
            case "participant-join":
                joined, held, muted, was_in = True, False, step.text == MUTED, True
                joined_at = joined_at or step.at
            case "participant-leave":
                joined, left_at = False, step.at
            case _ if step.state == _END and joined:
                joined, left_at = False, step.at
            case "participant-hold" | "participant-unhold":
                held = step.state == "participant-hold"
            case "participant-mute" | "participant-unmute":
                muted = step.state == "participant-mute"
    state = ""
    for call in calls:
        state = further(state, call.state)
    final = is_final(state)
    if final:
        left_at = min(call.at for call in calls if is_final(call.state))
    answered = was_in or state in ("in-progress", "completed")
    sid = next((e.recipient for e in steps if e.recipient), "") or min((e.sid for e in calls), default="")
    return LegFacts(
        state=_state(joined and not final, answered, final or (was_in and not joined), state),
        sid=sid,
        held=held and joined and not final,
        muted=muted and joined and not final,
        joined_at=joined_at,
        left_at=left_at if final or (was_in and not joined) else None,
        answered=answered,
        outcome=state if final else "",
        answered_by=max((call.text for call in calls if call.kind is EventKind.CALL_LEG), key=_certainty, default=""),
    )


def _certainty(answered_by: str) -> tuple[int, str]:
    """Of two words for who picked up the surer one counts, and a machine before a person: it is looked into."""
    surely = 2 if is_machine(answered_by) else 1 if answered_by == "human" else 0
    return surely, answered_by


def _state(joined: bool, answered: bool, gone: bool, call: str) -> LegState:
    """A leave without a join may only be early: whether the leg failed is told by its own call alone."""
    if joined:
        return LegState.JOINED
    if gone:
        return LegState.LEFT if answered else LegState.FAILED
    return LegState.RINGING if call in ("ringing", "in-progress") else LegState.ASKED


def _in_order(steps: list[SeenEvent]) -> list[SeenEvent]:
    """Conferences by when they began; in each its own numbers count, which a second's rounding cannot reorder."""
    began: dict[str, datetime] = {}
    for step in steps:
        began[step.sid] = min(began.get(step.sid, step.at), step.at)
    return sorted(
        steps,
        key=lambda step: (
            began[step.sid],
            step.sid,
            -1 if step.sequence is None else step.sequence,
            step.at,
            step.state,
            step.sender,
            step.recipient,
        ),
    )

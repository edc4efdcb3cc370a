"""What the carrier tells of one recording, as a fold over its events, and which addresses may be the carrier's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from grm_console.domain.words import RecordingKind

COMPLETED = "completed"
"""The carrier's word for a recording whose audio exists."""

_RANK = {"in-progress": 1, "absent": 2, "failed": 3, COMPLETED: 4}
"""The last three are final and cannot be true together: the fullest account counts, whatever came last."""

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""A carrier for trying out runs on the same machine."""


@dataclass(frozen=True, slots=True)
class RecordingEvent:
    """The part of a stored event that the fold reads."""

    state: str
    thread_sid: str
    """The call's provider id, or the recording's own where the carrier names no call."""
    happened_at: datetime | None
    received_at: datetime
    url: str
    seconds: int | None
    error: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What all events of one recording say together."""

    kind: RecordingKind
    state: str
    url: str
    """Where the audio is; empty unless it exists."""
    seconds: int | None
    started_at: datetime
    error: str
    call_sid: str
    """Empty for a recording of a conference."""
    conference_sid: str


def fold_recording(events: Iterable[RecordingEvent], sid: str) -> RecordingFacts:
    """The facts of the recording `sid` from all its events, one at least; the same for every order of arrival.

    A voicemail is what the caller's own leg was asked to record (Twilio documentation, RecordingSource: RecordVerb).
    """
    events = list(events)
    best = max(events, key=lambda event: (_RANK.get(event.state, 0), event.state))
    started = [event.happened_at for event in events if event.happened_at is not None]
    call_sid = min((event.thread_sid for event in events if event.thread_sid != sid), default="")
    source = _field(events, "RecordingSource")
    voicemail = source == "RecordVerb" or (not source and bool(call_sid))
    return RecordingFacts(
        kind=RecordingKind.VOICEMAIL if voicemail else RecordingKind.CALL,
        state=best.state,
        url=best.url if best.state == COMPLETED else "",
        seconds=best.seconds,
        started_at=min(started) if started else min(event.received_at for event in events),
        error=best.error,
        call_sid=call_sid,
        conference_sid=_field(events, "ConferenceSid"),
    )


def is_of_carrier(url: str) -> bool:
    """Whether an address may be the carrier's, so that asking for it leads nowhere else.

    Twilio's own hosts by https, or this machine for a carrier to try out; the carrier's adapter, which knows the
    address of its interface, checks again before it fetches.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if host in _HERE:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and host.endswith(".twilio.com")


def _field(events: list[RecordingEvent], name: str) -> str:
    """A parameter that every event of a recording names alike, from those that name it at all."""
    return min((value for event in events for value in event.fields.get(name, ()) if value), default="")

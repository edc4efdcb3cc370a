"""Conferences: who is in, who hears whom, and the callbacks about it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any

from grm_console.standin.recordings import Recording, Recordings
from grm_console.standin.webhooks import Webhooks, stamp

if TYPE_CHECKING:
    from grm_console.standin.call import Call

KEPT = 2000
"""Conferences that are over and can still be asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a call is to enter a conference, and what the conference tells if this call is its first."""

    label: str = ""
    muted: bool = False
    starts: bool = True
    ends: bool = False
    """The conference ends when this participant leaves."""
    coached: str = ""
    """SID of the call this participant speaks to alone; empty when it coaches nobody."""
    status_callback: str = ""
    events: frozenset[str] = frozenset()
    """Of `start end join leave mute hold modify`."""
    recording: Mapping[str, str] = field(default_factory=dict)
    """The document's attributes `record…`; empty for a conference that is not recorded."""


@dataclass(eq=False, slots=True)
class Participant:
    """A call in a conference."""

    call: "Call"
    label: str
    muted: bool
    starts: bool
    ends: bool
    coached: str
    held: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the conference let go of the call."""
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def fields(self) -> dict[str, str]:
        """What a callback says of the participant."""
        return {
            "CallSid": self.call.sid,
            "ParticipantLabel": self.label,
            "Muted": _written(self.muted),
            "Hold": _written(self.held),
            "Coaching": _written(bool(self.coached)),
            "EndConferenceOnExit": _written(self.ends),
            "StartConferenceOnEnter": _written(self.starts),
        }


class Conference:
    """One conference from its first participant, or from the first call dialled for it, to its end."""

    def __init__(self, name: str, first: Entry, webhooks: Webhooks, recordings: Recordings, draw: Random) -> None:
        """`first` says what is told: only the first participant's callback counts (Twilio documentation)."""
        self.sid = f"CF{draw.getrandbits(128):032x}"
        self.name = name
        self.status = "init"
        self.began = datetime.now(UTC)
        self.reason = ""
        self.participants: list[Participant] = []
        self.dialled: dict[str, str] = {}
        """The labels of calls that ring and are to join, by SID."""
        self._first = first
        self._webhooks = webhooks
        self._recordings = recordings
        self._draw = draw
        self._sequence = 0
        self._entered = False
        self._recording: Recording | None = None
        self._recording_began = 0.0

    @property
    def over(self) -> bool:
        """Whether it has ended for good."""
        return self.status == "completed"

    def find(self, key: str) -> Participant | None:
        """The participant with this call SID or label."""
        return next((one for one in self.participants if key in (one.call.sid, one.label)), None)

    def admit(self, call: "Call", entry: Entry) -> Participant | None:
        """Let a call in; None if its label is taken (error 16025)."""
        if entry.label and self.find(entry.label) is not None:
            return None
        one = Participant(call, entry.label, entry.muted, entry.starts, entry.ends, entry.coached)
        self.participants.append(one)
        self._entered = True
        call.say("joins", conference=self.name, label=entry.label)
        self._tell("participant-join", one)
        if self.status == "init" and len(self.participants) > 1 and any(other.starts for other in self.participants):
            self.status = "in-progress"
            self._tell("conference-start")
            self._begin_recording()
        self._listen()
        return one

    def leave(self, one: Participant, reason: str, *, kicked: bool = False) -> None:
        """A call is no longer in it; `reason` as the callback names it. One that has left already is none of it."""
        if one not in self.participants:
            return
        self._let_go(one, reason)
        how = "kicked" if kicked else "left"
        if one.ends:
            for other in tuple(self.participants):
                self._let_go(other, "moderator_ended_conference")
            self._end(f"participant-with-end-conference-on-exit-{how}", one)
        elif not self.participants:
            self._end(f"last-participant-{how}", one)
        else:
            self._listen()

    def never_joined(self, call: "Call", label: str, outcome: str) -> None:
        """A call dialled for it was not reached; a conference that nobody entered is forgotten."""
        self.dialled.pop(call.sid, None)
        fields = {"CallSid": call.sid, "ParticipantLabel": label, "Muted": "false", "Hold": "false"}
        told = {"ReasonParticipantLeft": "participant_add_failed", "ParticipantCallStatus": outcome}
        self._report("participant-leave", fields | told)
        if not self._entered and not self.dialled:
            self.status = "completed"

    def end(self) -> None:
        """End it for everybody by a REST call."""
        for one in tuple(self.participants):
            self._let_go(one, "conference_ended_via_api")
        if not self.over:
            self._end("conference-ended-via-api", None)

    def change(
        self,
        one: Participant,
        *,
        held: bool | None = None,
        muted: bool | None = None,
        ends: bool | None = None,
        coached: str | None = None,
    ) -> None:
        """Change what is given; `ends` has no effect on a held participant, as with the carrier itself."""
        if ends is not None and not one.held:
            one.ends = ends
        if coached is not None and coached != one.coached:
            one.coached = coached
            self._tell("participant-modify", one)
        if muted is not None and muted != one.muted:
            one.muted = muted
            self._tell("participant-mute" if muted else "participant-unmute", one)
        if held is not None and held != one.held:
            one.held = held
            self._tell("participant-hold" if held else "participant-unhold", one)
            one.call.say("is held" if held else "is back from hold", label=one.label)
        self._listen()

    def as_json(self) -> dict[str, Any]:
        """The conference as the REST API shows it."""
        return {
            "sid": self.sid,
            "friendly_name": self.name,
            "status": self.status,
            "region": "us1",
            "api_version": "2010-04-01",
            "date_created": stamp(self.began),
            "date_updated": stamp(),
            "reason_conference_ended": self.reason or None,
        }

    def _let_go(self, one: Participant, reason: str) -> None:
        self.participants.remove(one)
        one.gone.set()
        told = {"ReasonParticipantLeft": reason, "ParticipantCallStatus": one.call.state_when_leaving()}
        self._tell("participant-leave", one, told)
        one.call.say("leaves", label=one.label, why=reason)

    def _end(self, reason: str, last: Participant | None) -> None:
        self.status = "completed"
        self.reason = reason
        by = {} if last is None else {"CallSidEndingConference": last.call.sid}
        labelled = {} if last is None else {"ParticipantLabelEndingConference": last.label}
        self._tell("conference-end", None, {"ReasonConferenceEnded": reason, "Reason": reason, **by, **labelled})
        if self._recording is not None:
            seconds = (monotonic() - self._recording_began) * self._webhooks.pace
            self._recordings.end(self._recording, seconds)
            self._recordings.report(self._recording, self._first.recording, self._draw)

    def _begin_recording(self) -> None:
        if self._first.recording.get("record") in ("record-from-start", "true"):
            self._recording = self._recordings.begin("Conference", self._draw, conference_sid=self.sid)
            self._recording_began = monotonic()
            self._recordings.report(self._recording, self._first.recording, self._draw)

    def _listen(self) -> None:
        """Let everybody hear who else is in."""
        for one in tuple(self.participants):
            one.call.hears([other.call for other in self.participants if other is not one], held=one.held)

    def _tell(self, event: str, one: Participant | None = None, more: Mapping[str, str] | None = None) -> None:
        self._report(event, {**({} if one is None else one.fields()), **(more or {})})

    def _report(self, event: str, fields: Mapping[str, str]) -> None:
        name = event.rpartition("-")[2].removeprefix("un")
        if not self._first.status_callback or name not in self._first.events:
            return
        self._sequence += 1
        own = {
            "ConferenceSid": self.sid,
            "FriendlyName": self.name,
            "AccountSid": self._webhooks.account_sid,
            "SequenceNumber": str(self._sequence),
            "Timestamp": stamp(),
            "StatusCallbackEvent": event,
        }
        self._webhooks.report(self._first.status_callback, {**own, **fields}, self._draw)


class Conferences:
    """The account's conferences: one that runs for each name, and those that are over."""

    def __init__(self, webhooks: Webhooks, recordings: Recordings, draw: Random) -> None:
        self._webhooks = webhooks
        self._recordings = recordings
        self._draw = draw
        self.known: dict[str, Conference] = {}
        self._by_name: dict[str, Conference] = {}

    def open(self, name: str, entry: Entry) -> Conference:
        """The conference that runs under this name; made if there is none."""
        running = self._by_name.get(name)
        if running is None or running.over:
            running = Conference(name, entry, self._webhooks, self._recordings, Random(self._draw.getrandbits(64)))  # noqa: S311 - play
            self._by_name[name] = self.known[running.sid] = running
            self._forget()
        return running

    def _forget(self) -> None:
        while len(self.known) > KEPT and (oldest := next(iter(self.known.values()))).over:
            del self.known[oldest.sid]
            if self._by_name.get(oldest.name) is oldest:
                del self._by_name[oldest.name]


def participant_json(conference: Conference, one: Participant) -> dict[str, Any]:
    """A participant as the REST API shows it."""
    return {
        "conference_sid": conference.sid,
        "call_sid": one.call.sid,
        "label": one.label or None,
        "muted": one.muted,
        "hold": one.held,
        "coaching": bool(one.coached),
        "call_sid_to_coach": one.coached or None,
        "end_conference_on_exit": one.ends,
        "start_conference_on_enter": one.starts,
        "status": "connected",
        "date_created": stamp(one.joined_at),
        "date_updated": stamp(),
    }


def _written(flag: bool) -> str:
    return "true" if flag else "false"

"""One call: its ring, the documents it follows or the conference it is in, and its last callback."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from grm_console.standin.detection import Detection
from grm_console.standin.phones import Manner, Pickup
from grm_console.standin.verbs import Walk
from grm_console.standin.webhooks import stamp

if TYPE_CHECKING:
    from grm_console.standin.switchboard import Switchboard

Source = Callable[[Walk], Awaitable[ET.Element | None]]
"""Gives the first document of a way; None when the way is at its end already."""


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """Where a call's steps are reported, and which of `initiated ringing answered completed`."""

    url: str
    events: frozenset[str]


_UNREPORTED = StatusCallback("", frozenset())
_UNHEARD = Detection()


class Call:
    """One call between somebody's telephone and the carrier."""

    def __init__(
        self,
        board: "Switchboard",
        draw: Random,
        manner: Manner,
        sender: str,
        recipient: str,
        *,
        outbound: bool = False,
        keys: Mapping[str, list[str]],
    ) -> None:
        """`keys` are what its person presses, by question (the last part of a Gather's action), in turn."""
        self.sid = f"CA{draw.getrandbits(128):032x}"
        self.board = board
        self.draw = draw
        self.manner = manner
        self.sender = sender
        self.recipient = recipient
        self.direction = "outbound-api" if outbound else "inbound"
        self.state = "queued" if outbound else "ringing"
        self.over = False
        self.moved_by_desk = False
        """Whether the last turn of this call was a REST call."""
        self.began = datetime.now(UTC)
        self._keys = keys
        self._report = _UNREPORTED
        self._steps = 0
        self._answered: float | None = None
        self._ended: datetime | None = None
        self._why = "the desk ended it"
        self.heard: dict[str, str] = {}
        """Who picked up, as the carrier has heard; empty unless it was to listen, and until it knows."""
        self._turn = asyncio.Event()
        self._cut = False
        self._next: Source | None = None
        self._token = f"%7B%22parentCallInfoToken%22%3A%22{draw.getrandbits(256):064x}%22%7D"

    @property
    def pace(self) -> float:
        """How many times faster than life it goes."""
        return self.board.pace

    @property
    def was_answered(self) -> bool:
        """Whether anybody picked up."""
        return self._answered is not None

    @property
    def cut(self) -> bool:
        """Whether somebody has hung up; it may take a moment until the call is over."""
        return self._cut

    def fields(self) -> dict[str, str]:
        """What every request about this call says."""
        fields = {
            "CallSid": self.sid,
            "AccountSid": self.board.webhooks.account_sid,
            "ApiVersion": "2010-04-01",
            "From": self.sender,
            "To": self.recipient,
            "Caller": self.sender,
            "Called": self.recipient,
            "Direction": self.direction,
            "CallStatus": self.state,
            "FromCity": "",
            "FromState": "",
            "FromZip": "",
            "FromCountry": "US",
            "ToCountry": "US",
        }
        if self.direction == "inbound":
            fields["StirVerstat"] = "TN-Validation-Passed-A" if self.sender.startswith("+") else "No-TN-Validation"
            fields["CallToken"] = self._token
        return fields

    async def come_in(self, url: str, fallback: str, report: StatusCallback) -> None:
        """The whole life of a citizen's call; returns when its last callback was handed over."""
        self._report = report
        self.say("rings", number=self.sender, line=self.recipient)
        self.manner.waits(self)
        await self._live(lambda walk: walk.begin(url, fallback))
        self._end("completed" if self.state in ("ringing", "in-progress") else self.state)

    async def go_out(
        self,
        pickup: Pickup,
        seconds: float,
        report: StatusCallback,
        source: Source,
        detection: Detection = _UNHEARD,
    ) -> None:
        """The whole life of a call the desk makes, rung for at most so many seconds."""
        self._report = report
        self._step("initiated", "initiated")
        self._step("ringing", "ringing")
        self.say("rings", number=self.recipient, who=pickup.habit.value)
        try:
            async with asyncio.timeout(min(seconds, pickup.seconds) / self.pace):
                await self._turn.wait()
        except TimeoutError:
            outcome = pickup.outcome if pickup.seconds <= seconds else "no-answer"
        else:
            outcome = "canceled"
        if outcome == "in-progress":
            self._answered = monotonic()
            self._step("in-progress", "answered")
            self.say("answers", number=self.recipient, who=pickup.habit.value)
            listening = detection.begin(self, pickup.habit)
            await self._live(source)
            if listening is not None:
                listening.cancel()
            outcome = "completed"
        self._end(outcome)

    def answer(self) -> None:
        """The carrier picks an inbound call up: it has a document for it."""
        if self._answered is None:
            self._answered = monotonic()
            self.state = "in-progress"

    def refuse(self, state: str) -> None:
        """The call is refused before it was picked up; `state` is its last one."""
        self.state = state

    def move(self, source: Source) -> None:
        """A REST call sends it elsewhere, whatever it is doing."""
        self.moved_by_desk = True
        self._next = source
        self._turn.set()

    def hang_up(self, why: str, *, by_desk: bool = False) -> None:
        """Somebody ends the call; the first one counts."""
        if not self._cut:
            self._why, self._cut, self.moved_by_desk = why, True, by_desk
            self._turn.set()

    def hears(self, others: "Sequence[Call]", *, held: bool) -> None:
        """These others are with it in the conference."""
        self.manner.hears(self, others, held=held)

    def press(self, question: str) -> str:
        """The keys its person presses at this question; empty for none."""
        keys = self._keys.get(question, self._keys.get("", []))
        return keys.pop(0) if keys else ""

    def state_when_leaving(self) -> str:
        """Its state in the conference's words: a call that goes on elsewhere is in progress."""
        return "completed" if self._cut else self.state

    async def wait(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        await asyncio.sleep(seconds / self.pace)

    def say(self, what: str, **more: str) -> None:
        """Tell whoever watches."""
        noun = "call" if self.direction == "inbound" else "phone"
        self.board.tell({"what": f"{noun} {what}", "sid": self.sid, **more})

    def explain(self, why: str) -> None:
        """Why it is going to end, unless somebody hangs up before."""
        self._why = why

    def as_json(self) -> dict[str, Any]:
        """The call as the REST API shows it."""
        return {
            "sid": self.sid,
            "from": self.sender,
            "to": self.recipient,
            "direction": self.direction,
            "status": self.state,
            "date_created": stamp(self.began),
            "date_updated": stamp(),
            "start_time": stamp(self.began),
            "end_time": stamp(self._ended) if self._ended else None,
            "duration": self._seconds() if self.over else None,
            "parent_call_sid": None,
            "api_version": "2010-04-01",
        }

    async def _live(self, source: Source) -> None:
        """Go one way after the other until the last is at its end or somebody hangs up."""
        following: Source | None = source
        while following is not None and not self._cut:
            walk = asyncio.ensure_future(Walk(self).go(following))
            turned = asyncio.ensure_future(self._turn.wait())
            try:
                await asyncio.wait((walk, turned), return_when=asyncio.FIRST_COMPLETED)
            finally:
                walk.cancel()
                turned.cancel()
                await asyncio.gather(walk, turned, return_exceptions=True)
            if not walk.cancelled():
                walk.result()
            self._turn.clear()
            following, self._next = self._next, None
        # Whoever comes now is too late.
        self._cut = True

    def _end(self, state: str) -> None:
        self.over = True
        self._ended = datetime.now(UTC)
        self.manner.stop()
        self._step(state, "completed")
        self.say("ends", why=state if self.direction != "inbound" and not self.was_answered else self._why)

    def _step(self, state: str, event: str) -> None:
        self.state = state
        if not self._report.url or event not in self._report.events:
            return
        told = {"SequenceNumber": str(self._steps), "Timestamp": stamp(), "CallbackSource": "call-progress-events"}
        told |= self.heard
        self._steps += 1
        if state == "completed":
            minutes = str(-(-int(self._seconds()) // 60))
            told |= {"CallDuration": self._seconds(), "Duration": minutes, "SipResponseCode": "200"}
        self.board.webhooks.report(self._report.url, self.fields() | told, self.draw)

    def _seconds(self) -> str:
        return str(0 if self._answered is None else round((monotonic() - self._answered) * self.pace))

"""A simulated call: it follows the desk's documents as the carrier would, verb by verb."""

import asyncio
from dataclasses import dataclass
from random import Random
from time import monotonic
from xml.etree import ElementTree as ET

from grm_console.standin.http import Message
from grm_console.standin.script import Person
from grm_console.standin.webhooks import Tell, Webhooks

_SPOKEN_PER_SECOND = 14
"""Characters a voice reads in a second."""
_OPERATOR_ENDS = 0.3
"""The share of talks that the operator's telephone ends."""
_STATUS_PATH = "/twilio/voice/status"


@dataclass(frozen=True, slots=True)
class Temper:
    """How a caller behaves, in seconds."""

    patience: float
    """How long they wait for an operator before they hang up."""
    talk: float
    answering: float
    """How long the operator's telephone rings."""


class Call:
    """One call from its ring to its last callback."""

    def __init__(
        self,
        webhooks: Webhooks,
        tell: Tell,
        draw: Random,
        caller: Person,
        line: str,
        temper: Temper,
        opening: str,
        pace: float,
    ) -> None:
        self.sid = f"CA{draw.getrandbits(128):032x}"
        self._webhooks = webhooks
        self._tell = tell
        self._draw = draw
        self._temper = temper
        self._opening = opening
        self._pace = pace
        self._over = asyncio.Event()
        self._why = "the desk ended it"
        self._began = monotonic()
        self._leg: dict[str, str] = {}
        self._leg_step = 0
        self._leg_joined = 0.0
        self._patience: asyncio.TimerHandle | None = None
        self._fields = {
            "CallSid": self.sid,
            "AccountSid": webhooks.account_sid,
            "ApiVersion": "2010-04-01",
            "From": caller.number,
            "To": line,
            "Caller": caller.number,
            "Called": line,
            "Direction": "inbound",
            "CallStatus": "ringing",
            "FromCity": "",
            "FromState": "",
            "FromZip": "",
            "FromCountry": "US",
            "ToCountry": "US",
            "StirVerstat": "TN-Validation-Passed-A" if caller.number.startswith("+") else "No-TN-Validation",
            "CallToken": f"%7B%22parentCallInfoToken%22%3A%22{draw.getrandbits(256):064x}%22%7D",
        }

    async def run(self) -> None:
        """The call's whole life; returns when its last callback was handed over."""
        self._say("rings", number=self._fields["From"], line=self._fields["To"])
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(self._temper.patience / self._pace, self.hang_up, "the caller gave up")
        walk = asyncio.ensure_future(self._walk())
        over = asyncio.ensure_future(self._over.wait())
        await asyncio.wait((walk, over), return_when=asyncio.FIRST_COMPLETED)
        self._patience.cancel()
        for task in (walk, over):
            task.cancel()
        await asyncio.gather(walk, over, return_exceptions=True)
        self._end_leg()
        self._report(
            _STATUS_PATH,
            self._fields
            | {"CallStatus": "completed", "CallDuration": self._seconds(self._began), "SequenceNumber": "0"},
        )
        self._say("ends", why=self._why)

    def hang_up(self, why: str) -> None:
        """Somebody ends the call."""
        self._why = why
        self._over.set()

    async def _walk(self) -> None:
        document = await self._asked("/twilio/voice")
        self._fields["CallStatus"] = "in-progress"
        while document is not None:
            document = await self._follow(document)

    async def _follow(self, document: ET.Element) -> ET.Element | None:
        """Carry out a document; gives the next one, or None when the call is at its end."""
        for verb in document:
            match verb.tag:
                case "Say":
                    await self._pass(len(verb.text or "") / _SPOKEN_PER_SECOND)
                case "Pause":
                    await self._pass(float(verb.get("length", "1")))
                case "Redirect":
                    return await self._asked(verb.text or "")
                case "Dial":
                    return await self._dial(verb)
                case "Hangup":
                    return None
                case other:
                    self._say("hears an error", problem=f"the verb {other} is unknown")
                    return None
        return None

    async def _dial(self, dial: ET.Element) -> ET.Element | None:
        device = dial[0]
        self._leg_step = 0
        self._leg = {
            "CallSid": f"CA{self._draw.getrandbits(128):032x}",
            "ParentCallSid": self.sid,
            "Direction": "outbound-dial",
            "From": dial.get("callerId", self._fields["From"]),
            "To": (device.text or "").strip(),
            "callback": device.get("statusCallback", ""),
        }
        if device.tag == "Client":
            self._leg["To"] = f"client:{self._leg['To']}"
        self._report_leg("initiated")
        self._report_leg("ringing")
        await self._pass(self._temper.answering)
        if self._patience is not None:
            self._patience.cancel()
        self._leg_joined = monotonic()
        self._report_leg("in-progress")
        self._say("talks", device=self._leg["To"], opening=self._opening)
        await self._pass(self._temper.talk)
        if self._draw.random() >= _OPERATOR_ENDS:
            self.hang_up("the caller hung up")
            return None
        self._why = "the operator hung up"
        result = {
            "DialCallStatus": "completed",
            "DialCallSid": self._leg["CallSid"],
            "DialCallDuration": self._seconds(self._leg_joined),
            "DialBridged": "true",
        }
        self._end_leg()
        return await self._asked(dial.get("action", ""), result) if dial.get("action") else None

    def _end_leg(self) -> None:
        if not self._leg:
            return
        if self._leg_joined:
            self._report_leg("completed", {"CallDuration": self._seconds(self._leg_joined)})
        else:
            self._report_leg("canceled")
        self._leg, self._leg_joined = {}, 0.0

    def _report_leg(self, state: str, more: dict[str, str] | None = None) -> None:
        leg = {name: value for name, value in self._leg.items() if name != "callback"}
        steps = {"CallStatus": state, "SequenceNumber": str(self._leg_step)}
        self._leg_step += 1
        if self._leg["callback"]:
            base = {name: self._fields[name] for name in ("AccountSid", "ApiVersion")}
            self._report(self._leg["callback"], base | leg | steps | (more or {}))

    def _report(self, path: str, fields: dict[str, str]) -> None:
        self._webhooks.report(path, fields, self._draw)

    async def _asked(self, path: str, more: dict[str, str] | None = None) -> ET.Element | None:
        """The document at an address; None, with an error announcement in the caller's ear, if there is none."""
        reply = await self._webhooks.ask(path, self._fields | (more or {}), self._draw)
        document = None if reply is None else _document(reply)
        if document is None:
            self._why = "the carrier announced an error"
            self._say("hears an error", path=path)
        return document

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._pace)

    def _seconds(self, since: float) -> str:
        return str(round((monotonic() - since) * self._pace))

    def _say(self, what: str, **more: str) -> None:
        self._tell({"what": f"call {what}", "sid": self.sid, **more})


def _document(reply: Message) -> ET.Element | None:
    if not reply.headers.get("content-type", "").startswith(("text/xml", "application/xml")):
        return None
    try:
        root = ET.fromstring(reply.body)  # noqa: S314 - the desk under test wrote it
    except ET.ParseError:
        return None
    return root if root.tag == "Response" else None

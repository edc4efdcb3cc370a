"""How a call follows the desk's documents, verb by verb (TwiML)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from grm_console.standin.conference import Entry
from grm_console.standin.http import Message
from grm_console.standin.queue import Place

if TYPE_CHECKING:
    from grm_console.standin.call import Call, Source

_SPOKEN_PER_SECOND = 14
"""Characters a voice reads in a second."""
_PRESS_SECONDS = 1.0
"""How long somebody looks for a key."""
_LEAST_ROUND = 1.0
"""Seconds between two requests for the document of waiting, however short it is."""
_WHILE_WAITING = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""The verbs of a waiting call's document (Twilio documentation, Enqueue)."""
_INLINE_LIMIT = 4000
"""Characters of a document that comes with a REST call (error 32018)."""


class _Turned(Exception):
    """The way goes on at another document; None is its end."""

    def __init__(self, document: ET.Element | None) -> None:
        self.document = document


class _Left(Exception):
    """The call leaves its queue."""


class _HungUp(Exception):
    """The document ends the call."""


class _Broken(Exception):
    """There is no document, or none that can be followed: the caller hears an error announcement."""


class Walk:
    """One way of a call through documents, from a first one to its end or until the call is sent elsewhere."""

    def __init__(self, call: "Call", place: Place | None = None, url: str = "") -> None:
        """`place` is the queue's the call waits in; `url` the address of the document it follows."""
        self._call = call
        self._place = place
        self._url = url

    async def go(self, source: "Source") -> None:
        """Follow what the source gives, to the end."""
        try:
            await self._follow_all(await source(self))
        except _Broken as broken:
            self._call.explain("the carrier announced an error")
            self._call.say("hears an error", problem=str(broken))
        except (_HungUp, _Left):
            pass

    async def begin(self, url: str, fallback: str) -> ET.Element:
        """The first document of a call that comes in; if there is none, the number's fallback is asked."""
        try:
            document = await self._asked(url)
        except _Broken as broken:
            if not fallback:
                raise
            document = await self._asked(fallback, {"ErrorCode": "11200", "ErrorUrl": url})
            self._call.say("falls back", problem=str(broken))
        return document

    async def fetch(self, url: str) -> ET.Element:
        """The document at an address; raises for none that can be followed."""
        return await self._asked(url)

    async def enter(self, name: str, entry: Entry, action: str = "") -> ET.Element | None:
        """Be in a conference until it lets go of the call; then what the action's address gives."""
        call = self._call
        conference = call.board.conferences.open(name, entry)
        one = conference.admit(call, entry)
        if one is None:
            call.say("hears an error", problem=f"the label {entry.label} is taken (16025)")
            return None
        try:
            await one.gone.wait()
        except asyncio.CancelledError:
            conference.leave(one, "participant_updated_via_api" if call.moved_by_desk else "participant_hung_up")
            raise
        return await self._asked(action, {"DialCallStatus": "answered", "DialBridged": "true"}) if action else None

    async def _follow_all(self, document: ET.Element | None) -> None:
        while document is not None:
            if not len(document) or document[0].tag != "Reject":
                self._call.answer()
            document = await self._follow(document)

    async def _follow(self, document: ET.Element) -> ET.Element | None:
        try:
            for verb in document:
                act = _VERBS.get(verb.tag)
                if act is None or (self._place is not None and verb.tag not in _WHILE_WAITING):
                    raise _Broken(f"the verb {verb.tag} is unknown here")
                await act(self, verb)
        except _Turned as turned:
            return turned.document
        return None

    async def _speak(self, verb: ET.Element) -> None:
        await self._call.wait(await self._length(verb))

    async def _gather(self, verb: ET.Element) -> None:
        call = self._call
        action = self._absolute(verb.get("action", ""))
        heard = sum([await self._length(child) for child in verb])
        question = urlsplit(action).path.rpartition("/")[2]
        if keys := call.press(question)[: int(verb.get("numDigits", "99"))]:
            # Whoever knows what to press does not hear it all.
            await call.wait(heard / 2 + _PRESS_SECONDS)
            call.say("presses", keys=keys, question=question)
            raise _Turned(await self._asked(action, {"Digits": keys, "msg": "Gather End"}))
        await call.wait(heard + float(verb.get("timeout", "5")))
        if verb.get("actionOnEmptyResult") == "true":
            raise _Turned(await self._asked(action, {"Digits": "", "msg": "Gather End"}))

    async def _redirect(self, verb: ET.Element) -> None:
        raise _Turned(await self._asked(self._absolute((verb.text or "").strip())))

    async def _enqueue(self, verb: ET.Element) -> None:
        call = self._call
        queue = call.board.queue((verb.text or "").strip())
        queue.max_size = int(verb.get("maxQueueSize", queue.max_size))
        action = self._absolute(verb.get("action", "")) if verb.get("action") else ""
        place = queue.enter(call)
        if place is None:
            await self._result(action, {"QueueResult": "queue-full"})
            return
        call.say("waits", queue=queue.name, position=str(len(queue.places)))
        call.manner.waits(call)
        result = "error"
        try:
            result = await self._wait(place, self._absolute(verb.get("waitUrl", "")) if verb.get("waitUrl") else "")
        except (asyncio.CancelledError, _HungUp) as ended:
            moved = isinstance(ended, asyncio.CancelledError) and not call.cut
            told = {"QueueResult": "redirected" if moved else "hangup"}
            self._tell(action, told | {"QueueSid": queue.sid, "QueueTime": str(place.waited())})
            raise
        finally:
            queue.leave(place)
        await self._result(action, {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(place.waited())})

    async def _wait(self, place: Place, url: str) -> str:
        """Wait in a queue, hearing the document at the address again and again; gives the queue's result."""
        while True:
            if not url:
                await asyncio.Event().wait()
            began = monotonic()
            within = Walk(self._call, place, self._url)
            try:
                await within._follow_all(await within._asked(url))
            except _Left:
                return "leave"
            except _Broken as broken:
                self._call.say("hears an error", problem=str(broken))
                return "error"
            await self._call.wait(max(0.0, _LEAST_ROUND - (monotonic() - began) * self._call.pace))

    async def _dial(self, verb: ET.Element) -> None:
        noun = verb[0] if len(verb) else ET.Element("nothing")
        if noun.tag != "Conference":
            raise _Broken(f"{noun.tag} cannot be dialled here, a Conference can")
        action = self._absolute(verb.get("action", "")) if verb.get("action") else ""
        if (document := await self.enter((noun.text or "").strip(), _entry(noun), action)) is not None:
            raise _Turned(document)

    async def _record(self, verb: ET.Element) -> None:
        call, board = self._call, self._call.board
        action = self._absolute(verb.get("action", ""))
        callback = {name: self._absolute(value) if name == _CALLBACK else value for name, value in verb.items()}
        recording = board.recordings.begin("RecordVerb", call.draw, call_sid=call.sid)
        board.recordings.report(recording, callback, call.draw)
        speaks = call.draw.random() >= _SAYS_NOTHING
        most = float(verb.get("maxLength", "3600"))
        seconds = min(call.draw.uniform(4, 30), most) if speaks else float(verb.get("timeout", "5"))
        began = monotonic()

        def over(digits: str) -> dict[str, str]:
            board.recordings.end(recording, (monotonic() - began) * call.pace if speaks else 0)
            board.recordings.report(recording, callback, call.draw)
            call.say("leaves a message", seconds=str(recording.duration))
            fields = recording.fields()
            return {name: fields[name] for name in ("RecordingUrl", "RecordingSid", "RecordingDuration")} | {
                "Digits": digits
            }

        try:
            await call.wait(seconds)
        except asyncio.CancelledError:
            self._tell(action, over("hangup"))
            raise
        if not speaks:
            # Nothing was said: nobody is asked, the next verb follows.
            over("")
            return
        if call.draw.random() < _HANG_UP_AFTER_MESSAGE:
            call.hang_up("the caller hung up")
            self._tell(action, over("hangup"))
            raise _HungUp
        raise _Turned(await self._asked(action, over("#")))

    async def _reject(self, verb: ET.Element) -> None:
        self._call.refuse("busy" if verb.get("reason") == "busy" else "no-answer")
        raise _HungUp

    async def _hangup(self, verb: ET.Element) -> None:
        raise _HungUp

    async def _leave(self, verb: ET.Element) -> None:
        raise _Left

    async def _result(self, action: str, told: Mapping[str, str]) -> None:
        """What a queue's action says comes next; without one the next verb does."""
        if action:
            raise _Turned(await self._asked(action, told))

    async def _length(self, verb: ET.Element) -> float:
        """How many seconds a verb is heard; music that cannot be had is passed over and told."""
        match verb.tag:
            case "Pause":
                return float(verb.get("length", "1"))
            case "Play":
                url, webhooks = self._absolute((verb.text or "").strip()), self._call.board.webhooks
                seconds = await webhooks.music.seconds(url)
                if seconds is None:
                    webhooks.failures += 1
                    self._call.say("hears no music", problem=f"there is no audio at {url} (12300)")
                return (seconds or 0.0) * max(1, int(verb.get("loop", "1")))
            case _:
                return len(verb.text or "") / _SPOKEN_PER_SECOND

    async def _asked(self, url: str, more: Mapping[str, str] | None = None) -> ET.Element:
        """The document at an address; from now on addresses are relative to it."""
        call = self._call
        if "://" not in url:
            raise _Broken("an inline document needs absolute addresses")
        waiting = self._place.fields() if self._place is not None else {}
        reply = await call.board.webhooks.ask(url, {**call.fields(), **waiting, **(more or {})}, call.draw)
        document = None if reply is None else _document(reply)
        if document is None:
            raise _Broken(f"there is no document at {url}")
        self._url = url
        return document

    def _tell(self, action: str, told: Mapping[str, str]) -> None:
        """Ask an address whose document nobody will hear."""
        if action:
            self._call.board.webhooks.send(action, {**self._call.fields(), **told}, self._call.draw)

    def _absolute(self, url: str) -> str:
        return urljoin(self._url, url)


_CALLBACK = "recordingStatusCallback"
_HANG_UP_AFTER_MESSAGE = 0.6
"""The share of messages that end by hanging up; the others end with the key #."""
_SAYS_NOTHING = 0.1
"""The share of callers who leave no message."""
_VERBS: Mapping[str, Callable[[Walk, ET.Element], Awaitable[None]]] = {
    "Say": Walk._speak,
    "Play": Walk._speak,
    "Pause": Walk._speak,
    "Gather": Walk._gather,
    "Redirect": Walk._redirect,
    "Enqueue": Walk._enqueue,
    "Dial": Walk._dial,
    "Record": Walk._record,
    "Reject": Walk._reject,
    "Hangup": Walk._hangup,
    "Leave": Walk._leave,
}


def inline(written: str) -> ET.Element | None:
    """A document that came with a REST call; None if it is too long or none."""
    return _parsed(written) if len(written) <= _INLINE_LIMIT else None


def _entry(noun: ET.Element) -> Entry:
    return Entry(
        label=noun.get("participantLabel", ""),
        muted=noun.get("muted") == "true",
        starts=noun.get("startConferenceOnEnter", "true") == "true",
        ends=noun.get("endConferenceOnExit") == "true",
        coached=noun.get("coach", ""),
        status_callback=noun.get("statusCallback", ""),
        events=frozenset(noun.get("statusCallbackEvent", "").split()),
        recording={name: value for name, value in noun.items() if name.startswith("record")},
    )


def _document(reply: Message) -> ET.Element | None:
    if not reply.headers.get("content-type", "").startswith(("text/xml", "application/xml")):
        return None
    return _parsed(reply.body)


def _parsed(written: bytes | str) -> ET.Element | None:
    try:
        root = ET.fromstring(written)  # noqa: S314 - the desk under test wrote it
    except ET.ParseError:
        return None
    return root if root.tag == "Response" else None

"""The webhooks Twilio calls: one signed request in, one event kept, one document or status out."""

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple

from grm_console.channels.twilio import documents, hold_music
from grm_console.channels.twilio.answers import Answer, StoreInTime, plain, twiml
from grm_console.channels.twilio.events import Door, read_event, unreadable_event
from grm_console.channels.twilio.form import MAX_BODY, Form, FormRefused
from grm_console.channels.twilio.parameters import Unreadable
from grm_console.channels.twilio.signature import SignatureCheck
from grm_console.channels.twilio.voice_steps import VoiceSteps
from grm_console.desk.desk import Desk
from grm_console.desk.group_commit import GroupCommit
from grm_console.domain.inbound import InboundEvent
from grm_console.errors import StoreError
from grm_console.text import mask_number

_log = logging.getLogger(__name__)

RETRY_AFTER = b"5"

_MUSIC = b"/twilio/voice" + hold_music.PATH.encode()
_TURN = re.compile(rb"n=([0-9]{1,4})\Z")
_LABEL = re.compile(rb"(?:leg|text)=([A-Za-z0-9_-]{1,128})\Z")
"""Our own addresses carry at most one parameter, since Twilio is known to reorder several before it signs."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class _Step(NamedTuple):
    """What one webhook address does with its event; `turn` is the number in the address's own query."""

    door: Door
    take: Callable[["TwilioDoor", InboundEvent, int], Awaitable[Answer]]


class TwilioDoor:
    """An ASGI application for everything below `/twilio/`.

    A request is read up to a limit, parsed, verified, and only then believed. An answer that takes an event over
    is given after the commit. While the store fails, a text or a callback is told to come again (503), and a call
    always hears a document, never an error.
    """

    def __init__(self, desk: Desk, commits: GroupCommit, check: SignatureCheck, account_sid: str = "") -> None:
        """`check` knows our public address; requests of another account than `account_sid` are refused."""
        self._check = check
        self._account_sid = account_sid
        self._store = StoreInTime(commits)
        self.voice = VoiceSteps(desk, self._store, check.base_urls[0] + "/twilio/voice")
        """The steps that are answered with a document to a caller."""
        self.refused: Counter[str] = Counter()
        """Requests refused, by reason; whoever reports them empties it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        headers = (*answer.headers, (b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """The answer to a request; None if whoever asked is gone."""
        path, query = scope["raw_path"], scope["query_string"]
        if path == _MUSIC:
            return hold_music.serve(scope["method"])
        step = _STEPS.get(path)
        if step is None:
            return plain(404, b"There is nothing at this address.")
        posted = scope["method"] == "POST"
        if not posted and scope["method"] != "GET":
            return Answer(405, b"", ((b"allow", b"GET, POST"),))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not headers.get("x-twilio-signature"):
            return self._refuse(403, "unsigned")
        try:
            body = await _read(headers, receive) if posted else b""
            if body is None:
                return None
            form = Form.parse(body if posted else query)
        except FormRefused as refusal:
            return self._refuse(refusal.status, "beyond the limits")
        signed = self._check.accepts(path=path, query=query, headers=headers, form=form if posted else None, body=body)
        if not signed:
            return self._refuse(403, "wrongly signed")
        if self._account_sid and any(account != self._account_sid for account in form.getlist("AccountSid")):
            return self._refuse(403, "of another account")
        turn, label = _TURN.match(query), _LABEL.match(query)
        try:
            event = read_event(step.door, form, headers, label[1].decode() if label else "")
        except Unreadable as unreadable:
            event = unreadable_event(step.door, form.raw, unreadable.reason, headers)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s from %s", event.kind, event.sid, mask_number(event.sender))
        return await step.take(self, event, int(turn[1]) if turn else 0)

    def _refuse(self, status: int, reason: str) -> Answer:
        self.refused[reason] += 1
        return plain(status, b"This request is refused.")

    async def callback(self, event: InboundEvent, turn: int) -> Answer:
        """Something happened to a call or to a text of ours."""
        try:
            await self._store.take_in(event)
        except StoreError as error:
            return _come_again(error)
        return Answer(204)

    async def text(self, event: InboundEvent, turn: int) -> Answer:
        """A text comes in; it may be answered at once."""
        try:
            receipt = await self._store.take_in(event)
        except StoreError as error:
            return _come_again(error)
        return twiml(documents.acknowledge(receipt.reply))

    async def fallback(self, event: InboundEvent, turn: int) -> Answer:
        """A text that Twilio could not deliver elsewhere: taken like any other, and told in the log."""
        _log.warning("A text came to the fallback address, since the first one failed (error %s)", event.error or "?")
        return await self.text(event, turn)


def _heard(take: Callable[[VoiceSteps, InboundEvent, int], Awaitable[Answer]]) -> _Step:
    return _Step("voice", lambda door, event, turn: door.voice.answer(take, event, turn))


_STEPS: Mapping[bytes, _Step] = {
    b"/twilio/voice": _heard(VoiceSteps.first),
    b"/twilio/voice/fallback": _heard(VoiceSteps.fallback),
    b"/twilio/voice/language": _heard(VoiceSteps.language),
    b"/twilio/voice/wait": _heard(VoiceSteps.wait),
    b"/twilio/voice/wait-key": _heard(VoiceSteps.wait_key),
    b"/twilio/voice/left": _heard(VoiceSteps.left),
    b"/twilio/voice/choice": _heard(VoiceSteps.choice),
    b"/twilio/voice/window": _heard(VoiceSteps.window),
    b"/twilio/voice/voicemail": _heard(VoiceSteps.voicemail),
    b"/twilio/voice/after": _heard(VoiceSteps.after),
    b"/twilio/voice/again": _heard(VoiceSteps.after),
    b"/twilio/voice/silent": _heard(VoiceSteps.silent),
    b"/twilio/voice/silent-key": _heard(VoiceSteps.silent_key),
    b"/twilio/voice/status": _Step("voice/status", TwilioDoor.callback),
    b"/twilio/voice/leg": _Step("voice/leg", TwilioDoor.callback),
    b"/twilio/voice/machine": _Step("voice/machine", TwilioDoor.callback),
    b"/twilio/voice/conference": _Step("voice/conference", TwilioDoor.callback),
    b"/twilio/voice/recording": _Step("voice/recording", TwilioDoor.callback),
    b"/twilio/sms": _Step("sms", TwilioDoor.text),
    b"/twilio/sms/fallback": _Step("sms", TwilioDoor.fallback),
    b"/twilio/sms/status": _Step("sms/status", TwilioDoor.callback),
}


async def _read(headers: Mapping[str, str], receive: Receive) -> bytes | None:
    """The body; None if the sender went away. Raises FormRefused as soon as it is known to be too long."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MAX_BODY:
        raise FormRefused("The request body is too long.", 413)
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        length += len(part)
        if length > MAX_BODY:
            raise FormRefused("The request body is too long.", 413)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _come_again(error: StoreError) -> Answer:
    _log.warning("An event is to be sent again: %s", error)
    refusal = plain(503, b"The desk cannot store this just now; send it again.")
    return refusal._replace(headers=(*refusal.headers, (b"retry-after", RETRY_AFTER)))

"""The webhooks Twilio calls: one signed request in, one event kept, one document or status out."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from grm_console.channels.twilio import documents
from grm_console.channels.twilio.documents import TWIML
from grm_console.channels.twilio.events import PROVIDER, Door, Unreadable, read_event, unreadable_event
from grm_console.channels.twilio.form import MAX_BODY, Form, FormRefused
from grm_console.channels.twilio.signature import SignatureCheck
from grm_console.desk.calls import CallStep, NextStep, next_step
from grm_console.desk.desk import Desk
from grm_console.desk.group_commit import GroupCommit
from grm_console.desk.intake import Receipt
from grm_console.desk.phrases import phrase
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.errors import StoreBusy, StoreError
from grm_console.text import mask_number

_log = logging.getLogger(__name__)

INTAKE_SECONDS = 0.8
"""How long a request waits for its commit; Twilio waits 15 s at most, the citizen hears silence meanwhile."""
HOLD_PAUSE = 2
"""Seconds between two looks at what a waiting call is to do; on average an operator waits half of it."""
HOLD_ROUNDS = 15
"""The hold sentence is heard once in so many rounds."""
TROUBLE_PAUSE = 3
TROUBLE_TRIES = 10
"""A call that cannot be stored is asked to try so often, about half a minute, before it is sent away."""
RING_SECONDS = 20
"""How long an operator's telephone rings."""
RETRY_AFTER = b"5"

_TURN = re.compile(rb"(?:n|again|agent)=([0-9]{1,18})\Z")
"""Our own addresses carry at most one parameter, since Twilio is known to reorder several before it signs."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
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
        self._desk = desk
        self._commits = commits
        self._check = check
        self._account_sid = account_sid
        base = check.base_urls[0] + "/twilio/voice"
        self._voice_url = base
        self._hold_url = base + "/hold"
        self._dialled_url = base + "/dialled"
        self._status_url = base + "/status"
        self.refused: Counter[str] = Counter()
        """Requests refused, by reason; whoever reports them empties it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        headers = (*answer.headers, (b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """The answer to a request; None if whoever asked is gone."""
        path, query = scope["raw_path"], scope["query_string"]
        step = _STEPS.get(path)
        if step is None:
            return _plain(404, b"There is nothing at this address.")
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
        try:
            event = read_event(step.door, form, headers)
        except Unreadable as unreadable:
            event = unreadable_event(step.door, form.raw, unreadable.reason, headers)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %s from %s", event.kind, event.sid, mask_number(event.sender))
        turn = _TURN.match(query)
        return await step.take(self, event, int(turn[1]) if turn else 0)

    def _refuse(self, status: int, reason: str) -> Answer:
        self.refused[reason] += 1
        return _plain(status, b"This request is refused.")

    async def voice(self, event: InboundEvent, turn: int) -> Answer:
        """A call comes in: welcome it once it is stored."""
        language = self._desk.language
        try:
            await self._take_in(event)
        except StoreError:
            return self._trouble(turn)
        if event.kind is EventKind.UNREADABLE:
            return _twiml(documents.polite_end(phrase("try-later", language), language))
        return _twiml(documents.greet(phrase("greeting", language), language, f"{self._hold_url}?n=1"))

    async def hold(self, event: InboundEvent, turn: int) -> Answer:
        """A waiting call asks what to do next."""
        if event.kind is EventKind.UNREADABLE:
            return await self.voice(event, turn)
        try:
            step = await self._next_step(event.sid)
            if step.step is NextStep.UNKNOWN:
                await self._take_in(event)
        except StoreError:
            return self._wait(turn)
        match step.step:
            case NextStep.DIAL:
                dialled = f"{self._dialled_url}?agent={step.agent_id}"
                document = documents.dial(step.device, step.line, dialled, RING_SECONDS, status_url=self._status_url)
                return _twiml(document)
            case NextStep.END:
                return _twiml(documents.polite_end("", self._desk.language))
            case _:
                return self._wait(turn, step.language)

    async def dialled(self, event: InboundEvent, turn: int) -> Answer:
        """An operator's telephone was rung: the call ends if they talked, else it waits on."""
        if event.kind is EventKind.UNREADABLE:
            return await self.voice(event, turn)
        step = CallStep(NextStep.WAIT)
        try:
            await self._take_in(replace(event, attempt=turn or None))
            step = await self._next_step(event.sid)
        except StoreError as error:
            _log.warning("A call goes on without the store: %s", error)
        if event.state in ("completed", "answered") or step.step is NextStep.END:
            return _twiml(documents.polite_end("", self._desk.language))
        # Not dialled again at once: a busy telephone would be asked without a pause.
        return self._wait(1, step.language)

    async def callback(self, event: InboundEvent, turn: int) -> Answer:
        """Something happened to a call or to a text of ours."""
        try:
            await self._take_in(event)
        except StoreError as error:
            return _come_again(error)
        return Answer(204)

    async def text(self, event: InboundEvent, turn: int) -> Answer:
        """A text comes in; it may be answered at once."""
        try:
            receipt = await self._take_in(event)
        except StoreError as error:
            return _come_again(error)
        return _twiml(documents.acknowledge(receipt.reply))

    async def _take_in(self, event: InboundEvent) -> Receipt:
        """Wait for the event's commit; StoreBusy when it takes too long, though it may still be written later."""
        answer = asyncio.wrap_future(self._commits.submit(event))
        done, _ = await asyncio.wait((answer,), timeout=INTAKE_SECONDS)
        if not done:
            answer.add_done_callback(_late)
            raise StoreBusy("The store did not take the event in time. It is tried on; send it again.")
        return answer.result()

    async def _next_step(self, sid: str) -> CallStep:
        try:
            async with asyncio.timeout(INTAKE_SECONDS):
                return await asyncio.to_thread(next_step, self._desk, PROVIDER, sid)
        except TimeoutError:
            raise StoreBusy("The store did not answer in time. It is asked again.") from None

    def _wait(self, turn: int, language: str = "") -> Answer:
        language = language or self._desk.language
        sentence = phrase("hold", language) if turn % HOLD_ROUNDS == 0 else None
        following = f"{self._hold_url}?n={(turn + 1) % HOLD_ROUNDS}"
        return _twiml(documents.hold(sentence, language, HOLD_PAUSE, following))

    def _trouble(self, turn: int) -> Answer:
        language = self._desk.language
        if turn >= TROUBLE_TRIES:
            return _twiml(documents.polite_end(phrase("try-later", language), language))
        again = f"{self._voice_url}?again={turn + 1}"
        return _twiml(documents.try_again(phrase("trouble", language), language, TROUBLE_PAUSE, again))


_STEPS: Mapping[bytes, _Step] = {
    b"/twilio/voice": _Step("voice", TwilioDoor.voice),
    b"/twilio/voice/hold": _Step("voice", TwilioDoor.hold),
    b"/twilio/voice/dialled": _Step("voice/dialled", TwilioDoor.dialled),
    b"/twilio/voice/status": _Step("voice/status", TwilioDoor.callback),
    b"/twilio/sms": _Step("sms", TwilioDoor.text),
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


def _twiml(document: bytes) -> Answer:
    return Answer(200, document, ((b"content-type", TWIML.encode()),))


def _plain(status: int, sentence: bytes) -> Answer:
    return Answer(status, sentence, ((b"content-type", b"text/plain; charset=utf-8"),))


def _come_again(error: StoreError) -> Answer:
    _log.warning("An event is to be sent again: %s", error)
    refusal = _plain(503, b"The desk cannot store this just now; send it again.")
    return refusal._replace(headers=(*refusal.headers, (b"retry-after", RETRY_AFTER)))


def _late(answer: "asyncio.Future[Receipt]") -> None:
    """Nobody waits for this answer any more; a failure is told here, once."""
    if not answer.cancelled() and (error := answer.exception()) is not None:
        _log.warning("An event was not written: %s", error)

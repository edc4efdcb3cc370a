"""The stand-in as a whole: calls and texts by chance, and a small REST API that ends calls and takes texts."""

import asyncio
import base64
import json
from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from grm_console.standin import http
from grm_console.standin.call import Call, Temper
from grm_console.standin.script import Script
from grm_console.standin.webhooks import Tell, Webhooks

_UNDELIVERED = 0.05
"""The share of our texts that do not arrive."""


class Exchange:
    """All that goes on between the citizens' telephones and the desk; the same seed draws the same people."""

    def __init__(
        self,
        webhooks: Webhooks,
        script: Script,
        tell: Tell,
        *,
        seed: str,
        token: str,
        patience: float,
        talk: float,
        pace: float,
    ) -> None:
        self._webhooks = webhooks
        self._script = script
        self._tell = tell
        self._seed = seed
        self._patience = patience
        self._talk = talk
        self._pace = pace
        self._calls: dict[str, Call] = {}
        self._ended: set[str] = set()
        self._root = f"/2010-04-01/Accounts/{webhooks.account_sid}/"
        self._password = "Basic " + base64.b64encode(f"{webhooks.account_sid}:{token}".encode()).decode()
        self._texts_sent = 0

    async def call(self, number: int) -> None:
        """The call with this number in the series, from ring to end."""
        draw = self._draw("call", number)
        person = self._script.caller(draw)
        temper = Temper(
            self._patience * draw.uniform(0.6, 1.6), self._talk * draw.uniform(0.6, 1.6), draw.uniform(0.5, 2.5)
        )
        opening = self._script.opening(person.language, draw)
        call = Call(
            self._webhooks, self._tell, draw, person, draw.choice(self._script.lines), temper, opening, self._pace
        )
        self._calls[call.sid] = call
        try:
            await call.run()
        finally:
            del self._calls[call.sid]
            self._ended.add(call.sid)

    async def text(self, number: int) -> None:
        """The text with this number in the series."""
        draw = self._draw("text", number)
        person = self._script.texter(draw)
        sid = f"SM{draw.getrandbits(128):032x}"
        body = self._script.text(person.language, draw)
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self._webhooks.account_sid,
            "ApiVersion": "2010-04-01",
            "From": person.number,
            "To": draw.choice(self._script.lines),
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "FromCity": "",
            "FromZip": "",
        }
        self._tell({"what": "text comes", "sid": sid, "number": person.number, "text": body})
        reply = await self._webhooks.ask("/twilio/sms", fields, draw)
        words = [message.text or "" for message in ET.fromstring(reply.body)] if reply is not None else []  # noqa: S314
        for answer in words:
            self._tell({"what": "text answered", "sid": sid, "text": answer})

    async def once(self) -> None:
        """One text and one call, at the same time."""
        await asyncio.gather(self.text(0), self.call(0))
        await self._webhooks.settle()

    async def traffic(self, calls_per_minute: float, texts_per_minute: float, seconds: float | None) -> None:
        """Calls and texts by chance for so many seconds, or until cancelled; then all callers hang up."""
        series = [
            asyncio.ensure_future(self._series("calls", calls_per_minute, self.call)),
            asyncio.ensure_future(self._series("texts", texts_per_minute, self.text)),
        ]
        try:
            await asyncio.wait(series, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._webhooks.tries = 1
            for call in self._calls.values():
                call.hang_up("the simulation ends")
            for task in series:
                task.cancel()
            outcomes = await asyncio.gather(*series, return_exceptions=True)
            await self._webhooks.settle()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _series(self, name: str, per_minute: float, happen: Any) -> None:
        """Let something happen by chance (a Poisson process); cancelled, it waits for what is under way."""
        draw = self._draw(name, 0)
        under_way: set[asyncio.Task[None]] = set()
        number = 0
        try:
            while per_minute > 0:
                await asyncio.sleep(draw.expovariate(per_minute / 60) / self._pace)
                number += 1
                task = asyncio.ensure_future(happen(number))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            await asyncio.Event().wait()
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)

    def _draw(self, name: str, number: int) -> Random:
        return Random(f"{self._seed}/{name}/{number}")  # noqa: S311 - play, no secret

    async def rest(self, request: http.Message) -> tuple[int, Mapping[str, str], bytes]:
        """One request of the desk's carrier to our REST API."""
        status, answer = self._rest(request)
        return status, {"content-type": "application/json"}, json.dumps(answer).encode()

    def _rest(self, request: http.Message) -> tuple[int, dict[str, Any]]:
        method, path = request.first_line.split(" ")[:2]
        if request.headers.get("authorization") != self._password:
            return _refusal(401, 20003, "Authenticate")
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        rest = path.removeprefix(self._root)
        if method != "POST" or rest == path:
            return _refusal(404, 20404, "The requested resource was not found")
        if rest == "Messages.json":
            return 201, self._take_text(form)
        sid = rest.removeprefix("Calls/").removesuffix(".json")
        if form.get("Status") == "completed" and sid in self._calls:
            self._calls[sid].hang_up("the desk hung up")
            return 200, {"sid": sid, "status": "completed"}
        if sid in self._ended:
            return _refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        return _refusal(404, 20404, f"The requested resource {path} was not found")

    def _take_text(self, form: dict[str, str]) -> dict[str, Any]:
        self._texts_sent += 1
        draw = self._draw("sent", self._texts_sent)
        sid = f"SM{draw.getrandbits(128):032x}"
        self._tell({"what": "text sent", "sid": sid, "number": form.get("To", ""), "text": form.get("Body", "")})
        arrives = draw.random() >= _UNDELIVERED
        if form.get("StatusCallback"):
            base = {
                "MessageSid": sid,
                "SmsSid": sid,
                "AccountSid": self._webhooks.account_sid,
                "ApiVersion": "2010-04-01",
                "From": form.get("From", ""),
                "To": form.get("To", ""),
            }
            last = {"MessageStatus": "delivered"} if arrives else {"MessageStatus": "undelivered", "ErrorCode": "30003"}
            for step in ({"MessageStatus": "sent"}, last):
                fields = base | step | {"SmsStatus": step["MessageStatus"]}
                self._webhooks.report(form["StatusCallback"], fields, draw)
        return {
            "sid": sid,
            "account_sid": self._webhooks.account_sid,
            "status": "queued",
            "to": form.get("To"),
            "from": form.get("From"),
            "body": form.get("Body"),
            "num_segments": "1",
            "error_code": None,
        }


def _refusal(status: int, code: int, words: str) -> tuple[int, dict[str, Any]]:
    return status, {"code": code, "message": words, "status": status}

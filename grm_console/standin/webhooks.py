"""Signed requests to the desk, with the carrier's retries and its habit of reporting late and twice."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urljoin

from twilio.request_validator import RequestValidator

from grm_console.standin import http
from grm_console.standin.music import Music
from grm_console.standin.retries import MOST, Retries, read_retries

LATEST_SECONDS = 4.0
"""How late a late report is at most."""

_SIDS = ("MessageSid", "RecordingSid", "CallSid", "ConferenceSid")
_STATES = (
    *("StatusCallbackEvent", "RecordingStatus", "QueueResult", "DialCallStatus"),
    *("MessageStatus", "CallStatus", "SmsStatus"),
)

Tell = Callable[[dict[str, Any]], None]


def stamp(moment: datetime | None = None) -> str:
    """A moment as the carrier writes it (RFC 2822, UTC); without one it is now."""
    return format_datetime(moment or datetime.now(UTC))


class Webhooks:
    """One account's way to one desk."""

    def __init__(
        self,
        target: str,
        public_base_url: str,
        account_sid: str,
        token: str,
        tell: Tell,
        *,
        disorder: float,
        pace: float,
        lost: float = 0.0,
    ) -> None:
        """Requests go to `target` and are signed for the public address; `disorder` is the share of reports
        that come late, and of those that come twice, `lost` of those that never come;
        `pace` makes all pauses so many times shorter."""
        self._target = target.rstrip("/")
        self.public_base_url = public_base_url.rstrip("/")
        self.account_sid = account_sid
        self.music = Music(self._target, self.public_base_url)
        self._validator = RequestValidator(token)
        self._tell = tell
        self._disorder = disorder
        self._lost = lost
        self.pace = pace
        self._under_way: set[asyncio.Task[None]] = set()
        self.most_retries = MOST
        """How often a request is sent again, whatever its address asks for; less when the simulation is to end."""
        self.failures = 0
        """Requests that were never taken, after all retries."""

    async def ask(self, path: str, fields: Mapping[str, str], draw: Random) -> http.Message | None:
        """Send a request until it is taken (2xx), as often as its address asks for; None if it never was taken.

        `path` is one of the desk's or an absolute address under the public one; a fragment is neither sent nor signed.
        """
        url, retries = read_retries(urljoin(self.public_base_url + "/", path.removeprefix("/")))
        if not url.startswith(self.public_base_url):
            self._note(path, fields, 0, 0.0, "points elsewhere")
            return None
        body = urlencode(fields).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "user-agent": "TwilioProxy/1.1",
            "x-twilio-signature": self._validator.compute_signature(url, dict(fields)),
            "i-twilio-idempotency-token": f"{draw.getrandbits(128):032x}",
        }
        attempt = 0
        while True:
            reply, outcome = await self._try(url, path, fields, headers, body, retries)
            if not outcome:
                return reply
            if not retries.again(outcome) or attempt >= min(retries.count, self.most_retries):
                self.failures += 1
                return None
            await asyncio.sleep(2**attempt * 0.25 / self.pace)
            attempt += 1

    async def _try(
        self,
        url: str,
        path: str,
        fields: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        retries: Retries,
    ) -> tuple[http.Message | None, str]:
        """The reply, and how the try failed in the words of the fragment; empty if it did not."""
        began = perf_counter()
        try:
            reply = await http.ask(
                self._target + url.removeprefix(self.public_base_url),
                headers,
                body,
                connect=retries.connect,
                seconds=min(retries.answer, retries.total),
            )
        except OSError as error:
            self._note(path, fields, 0, perf_counter() - began, type(error).__name__)
            return None, "ct" if isinstance(error, http.NotConnected) else "rt"
        self._note(path, fields, reply.status, perf_counter() - began)
        if reply.status < 300:
            return reply, ""
        return None, "5xx" if reply.status >= 500 else "4xx"

    def report(self, path: str, fields: Mapping[str, str], draw: Random) -> None:
        """Send a callback; nobody waits for it, and some come late, some twice, some never."""
        if draw.random() < self._lost:
            self._note(path, fields, 0, 0.0, "lost")
            return
        late = draw.random() * LATEST_SECONDS if draw.random() < self._disorder else 0.0
        again = draw.random() * LATEST_SECONDS if draw.random() < self._disorder else None
        token = draw.random()
        for delay in (late,) if again is None else (late, again):
            # What comes twice is a retry and carries the same token.
            self._start(path, dict(fields), Random(token), delay)  # noqa: S311 - play

    def send(self, path: str, fields: Mapping[str, str], draw: Random) -> None:
        """Send a request whose answer nobody will follow; at once, and once."""
        self._start(path, dict(fields), draw, 0.0)

    def begin(self, life: Coroutine[Any, Any, None]) -> None:
        """Let something go on by itself; `settle` waits for it."""
        task = asyncio.ensure_future(life)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _start(self, path: str, fields: Mapping[str, str], draw: Random, delay: float) -> None:
        self.begin(self._report(path, fields, draw, delay))

    async def _report(self, path: str, fields: Mapping[str, str], draw: Random, delay: float) -> None:
        await asyncio.sleep(delay / self.pace)
        await self.ask(path, fields, draw)

    async def settle(self) -> None:
        """Wait until every report is through, and all that goes on by itself."""
        while self._under_way:
            done, _ = await asyncio.wait(self._under_way)
            for task in done:
                task.result()

    def _note(self, path: str, fields: Mapping[str, str], status: int, seconds: float, problem: str = "") -> None:
        told = {
            "what": "request",
            "path": path.removeprefix(self.public_base_url),
            "sid": next((fields[name] for name in _SIDS if fields.get(name)), None),
            "state": next((fields[name] for name in _STATES if fields.get(name)), None),
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        self._tell(told | ({"problem": problem} if problem else {}))

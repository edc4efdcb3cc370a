"""A small desk that the carrier's stand-in calls: it checks each signature and answers from a list."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks

PUBLIC = "https://desk.example.gov"
TOKEN = "secret-token"
ACCOUNT = "AC" + "0" * 32
SCRIPT = Script(
    (Person("+12025550142", "zh"),),
    ("+12025550100",),
    (("zh", "您好"),),
    (("zh", "什么时候收垃圾？"),),
    ("+12025550110",),
)
LINE, OPERATOR, DEPARTMENT = "+12025550100", "+12025550191", "+12025550110"
XML = {"content-type": "text/xml; charset=utf-8"}


class Desk:
    """A desk that checks each request by the official package and answers from a list by path."""

    def __init__(self, answers: dict[str, list[tuple[int, str]]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str], str]] = []
        self.media: dict[str, bytes] = {}
        self.fetched: list[str] = []

    async def handle(self, request: http.Message) -> tuple[int, dict[str, str], bytes]:
        target = request.first_line.split(" ")[1]
        if request.method == "GET":
            self.fetched.append(target)
            return (200, {"content-type": "audio/wav"}, self.media[target]) if target in self.media else (404, {}, b"")
        fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        signature = request.headers["x-twilio-signature"]
        assert RequestValidator(TOKEN).validate(PUBLIC + target, fields, signature)
        self.asked.append((target, fields, request.headers["i-twilio-idempotency-token"]))
        answers = self.answers.get(target.partition("?")[0], [(204, "")])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        return status, XML, body.encode()

    def states(self, path: str) -> list[str]:
        return [fields["CallStatus"] for target, fields, _ in self.asked if target == path]


@asynccontextmanager
async def exchange_with(
    desk: Desk, told: list[dict[str, Any]], **changes: Any
) -> AsyncIterator[tuple[Exchange, Webhooks]]:
    async with await http.listen(0, desk.handle) as server:
        target = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        reports = {name: changes.pop(name, 0) for name in ("disorder", "lost")}
        pace = changes.get("pace", 500.0)
        webhooks = Webhooks(target, PUBLIC, ACCOUNT, TOKEN, told.append, pace=pace, **reports)
        values = {"seed": "1", "token": TOKEN, "patience": 1000.0, "talk": 5.0, "pace": 500.0} | changes
        yield Exchange(webhooks, SCRIPT, told.append, **values), webhooks


def response(*verbs: str) -> tuple[int, str]:
    return 200, "<Response>" + "".join(verbs) + "</Response>"


_Result = TypeVar("_Result")


@dataclass
class Stage:
    """A desk, the stand-in and the official client that speaks to its REST API."""

    desk: Desk
    exchange: Exchange
    webhooks: Webhooks
    client: Client
    told: list[dict[str, Any]]
    calling: list["asyncio.Task[None]"] = field(default_factory=list)

    async def rest(self, act: Callable[[], _Result]) -> _Result:
        """A call of the official client, which blocks, while the stand-in goes on."""
        return await asyncio.to_thread(act)

    async def refused(self, act: Callable[[], object]) -> tuple[int, int]:
        """Status and code with which the REST API refuses a call."""
        try:
            await asyncio.to_thread(act)
        except TwilioRestException as error:
            return error.status, error.code
        raise AssertionError("it was not refused")

    async def until(self, what: str, **more: str) -> dict[str, Any]:
        """Wait until something is told, with these values; gives the newest."""

        def seen() -> list[dict[str, Any]]:
            return [h for h in self.told if h["what"] == what and h.items() >= more.items()]

        async with asyncio.timeout(10):
            while not seen():
                await asyncio.sleep(0)
        return seen()[-1]

    def rings(self) -> None:
        """A citizen calls."""
        self.calling.append(asyncio.ensure_future(self.exchange.call(len(self.calling) + 1)))

    def events(self, path: str) -> list[dict[str, str]]:
        """What came to an address, in the carrier's order."""
        came = [fields for target, fields, _ in self.desk.asked if target.partition("?")[0] == path]
        return sorted(came, key=lambda fields: int(fields.get("SequenceNumber", 0)))


@asynccontextmanager
async def stage(desk: Desk, **changes: Any) -> AsyncIterator[Stage]:
    told: list[dict[str, Any]] = []
    async with (
        exchange_with(desk, told, **({"patience": 1e6} | changes)) as (exchange, webhooks),
        await http.listen(0, exchange.rest) as server,
    ):
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        exchange.lies_at(address)
        client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(pool_connections=False, timeout=10))
        client.api.base_url = address
        set_up = Stage(desk, exchange, webhooks, client, told)
        yield set_up
        await exchange.close()
        await asyncio.gather(*set_up.calling)
        await webhooks.settle()

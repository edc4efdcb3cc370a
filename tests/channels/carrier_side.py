"""The carrier's side of a webhook, signed by the official package, and the web application to send it to."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
from starlette.routing import Router
from twilio.request_validator import RequestValidator

PUBLIC = "https://desk.example.gov"
TOKEN = "secret-token"
ACCOUNT = "AC" + "0" * 32
LINE = "+12025550100"
CALL = "CA" + "0a" * 16
TEXT = "SM" + "0c" * 16

RING = {
    "CallSid": CALL,
    "AccountSid": ACCOUNT,
    "From": "+12025550142",
    "To": LINE,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "FromZip": "",
}
MESSAGE = {
    "MessageSid": TEXT,
    "AccountSid": ACCOUNT,
    "From": "+12025550142",
    "To": LINE,
    "Body": "The lamp at 12 Lotus Lane is out.",
    "NumMedia": "0",
    "SmsStatus": "received",
}


def signed(target: str, fields: Mapping[str, Any] | None, token: str = TOKEN) -> dict[str, str]:
    """The headers of a request to a path, with its query, below the public address."""
    return {
        "x-twilio-signature": RequestValidator(token).compute_signature(PUBLIC + target, fields),
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "i-twilio-idempotency-token": "4b7c8f2e-0000-4000-8000-000000000001",
    }


def signed_bytes(target: str, body: bytes, token: str = TOKEN) -> dict[str, str]:
    """The headers of a request whose body is given as it is, for what no dictionary can say."""
    from grm_console.channels.twilio.form import Form

    return signed(target, Form.parse(body), token)


async def send(client: httpx.AsyncClient, target: str, fields: Mapping[str, Any], **more: str) -> httpx.Response:
    """Post a signed form."""
    changed = {**fields, **more}
    return await client.post(target, content=urlencode(changed, doseq=True), headers=signed(target, changed))


def verbs(reply: httpx.Response) -> list[tuple[str, str]]:
    """The verbs of a document with their words; fails unless it is well-formed TwiML."""
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(reply.content)
    assert root.tag == "Response"
    return [(verb.tag, verb.text or "") for verb in root]


@asynccontextmanager
async def open_client(app: Router) -> AsyncIterator[httpx.AsyncClient]:
    """The application begun, and ended afterwards."""
    async with (
        app.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client,
    ):
        yield client

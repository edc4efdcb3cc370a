"""The carrier against a REST server on loopback: what it sends, and which failures may be tried again."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from carrier_side import ACCOUNT, PUBLIC, TEXT, TOKEN

from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.errors import CarrierError, SettingsError
from grm_console.standin import http

CALL = "CA" + "0a" * 16


class Api:
    """A REST server that answers as it is told and keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 201
        self.answer: dict[str, Any] = {"sid": TEXT}
        self.asked: list[http.Message] = []

    async def handle(self, request: http.Message) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(request)
        return self.status, {"content-type": "application/json"}, json.dumps(self.answer).encode()

    def refuse(self, status: int, code: int) -> None:
        self.status, self.answer = status, {"code": code, "message": "No \x1b[31mway", "status": status}


@pytest.fixture
async def api() -> AsyncIterator[tuple[Api, TwilioCarrier]]:
    api = Api()
    async with await http.listen(0, api.handle) as server:
        yield api, carrier_at(server.sockets[0].getsockname()[1])


def carrier_at(port: int) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, TOKEN, api_base_url=f"http://127.0.0.1:{port}", public_base_url=PUBLIC)


async def failure(act: Callable[..., object], *values: str) -> CarrierError:
    with pytest.raises(CarrierError) as raised:
        await asyncio.to_thread(act, *values)
    return raised.value


async def test_a_text_goes_out_with_a_request_for_reports(api: tuple[Api, TwilioCarrier]) -> None:
    server, carrier = api

    assert await asyncio.to_thread(carrier.send_text, "+12025550100", "whatsapp:+12025550142", "您好 & <b>") == TEXT

    (request,) = server.asked
    assert request.first_line == f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert parse_qs(request.body.decode()) == {
        "From": ["+12025550100"],
        "To": ["whatsapp:+12025550142"],
        "Body": ["您好 & <b>"],
        "StatusCallback": [f"{PUBLIC}/twilio/sms/status"],
    }


async def test_a_call_is_ended(api: tuple[Api, TwilioCarrier]) -> None:
    server, carrier = api
    server.status, server.answer = 200, {"sid": CALL, "status": "completed"}

    await asyncio.to_thread(carrier.end_call, CALL)

    (request,) = server.asked
    assert request.first_line == f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json HTTP/1.1"
    assert request.body == b"Status=completed"


@pytest.mark.parametrize(("status", "code"), [(404, 20404), (400, 21220)])
async def test_a_call_that_has_ended_meanwhile_is_no_error(
    api: tuple[Api, TwilioCarrier], status: int, code: int
) -> None:
    server, carrier = api
    server.refuse(status, code)

    await asyncio.to_thread(carrier.end_call, CALL)


@pytest.mark.parametrize(
    ("status", "code", "text_again", "end_again"),
    [
        (429, 20429, True, True),
        (400, 21611, True, True),
        (400, 21610, False, False),
        (400, 21211, False, False),
        (401, 20003, False, False),
        (500, 20500, False, True),
        (503, 20503, False, True),
    ],
)
async def test_only_what_surely_had_no_effect_or_does_no_harm_twice_is_tried_again(
    api: tuple[Api, TwilioCarrier], status: int, code: int, text_again: bool, end_again: bool
) -> None:
    server, carrier = api
    server.refuse(status, code)

    text = await failure(carrier.send_text, "+1", "+2", "words")
    end = await failure(carrier.end_call, CALL)

    assert (text.code, text.retryable) == (code, text_again)
    assert (end.code, end.retryable) == (code, end_again)
    assert str(code) in str(text)
    assert "\x1b" not in str(text)
    assert TOKEN not in str(text)


async def test_nobody_there_at_all_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = await failure(carrier_at(port).send_text, "+1", "+2", "words")

    assert error.retryable


async def test_after_a_lost_answer_a_text_is_never_sent_again() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        carrier = carrier_at(server.sockets[0].getsockname()[1])
        text = await failure(carrier.send_text, "+1", "+2", "words")
        end = await failure(carrier.end_call, CALL)

    assert (text.retryable, end.retryable) == (False, True)


@pytest.mark.parametrize(("account", "token"), [("", TOKEN), (ACCOUNT, "")])
def test_without_account_or_token_there_is_no_carrier(account: str, token: str) -> None:
    with pytest.raises(SettingsError, match="GRM_TWILIO_ACCOUNT_SID"):
        TwilioCarrier(account, token, api_base_url="http://127.0.0.1:1", public_base_url=PUBLIC)

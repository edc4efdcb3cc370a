"""The web process over real sockets: slow senders, kills, and a whole call by the carrier's stand-in."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from builders import all_rows, entry_of, found_town, put, staff
from carrier_side import ACCOUNT, LINE, MESSAGE, PUBLIC, TOKEN, send
from conftest import settings_for
from pydantic import SecretStr
from served_process import address_of, process, served
from starlette.routing import Router

from grm_console.channels import http_protocol, web
from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.channels.web import web_app
from grm_console.cli import web_process
from grm_console.cli.json_log import JsonLine
from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.call_views import CallLine
from grm_console.desk.seat import Seat
from grm_console.domain.words import AgentState, LegRole, LegState
from grm_console.errors import SettingsError
from grm_console.settings import Settings
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script
from grm_console.standin.webhooks import Webhooks
from grm_console.store import tables
from grm_console.store.store import Store


@pytest.fixture
def application(settings: Settings, store: Store) -> Iterator[Callable[..., Router]]:
    """Makes the application, with or without a carrier, on a town's store."""
    found_town(store)
    desk = open_desk(settings)
    yield lambda carrier=None: web_app(desk, system_actor(desk, "system:web"), settings, carrier)
    desk.store.close()


async def test_slow_senders_hold_up_nobody_and_are_let_go(
    application: Callable[..., Router], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_SECONDS", 0.4)
    async with served(application()) as address:
        host, port = address.removeprefix("http://").split(":")
        beginnings = [b"", b"POST /twilio/sms HTTP/1.1\r\nHos", _head(b"x" * 9) + b"Bo"]
        slow = [await asyncio.open_connection(host, int(port)) for _ in beginnings]
        for (_, writer), beginning in zip(slow, beginnings, strict=True):
            writer.write(beginning)
        async with httpx.AsyncClient(base_url=address) as client:
            assert (await send(client, "/twilio/sms", MESSAGE)).status_code == 200
        for reader, writer in slow:
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()

    assert len(all_rows(store, tables.InboundEventRow)) == 1


def _head(signature: bytes) -> bytes:
    return (
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nX-Twilio-Signature: " + signature + b"\r\n\r\n"
    )


async def test_an_answer_leaves_in_one_piece(application: Callable[..., Router]) -> None:
    async with served(application()) as address:
        host, port = address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        reply = await asyncio.wait_for(reader.readuntil(b"refused."), 5)
        writer.close()

    assert reply.startswith(b"HTTP/1.1 403 ")


# Kills


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_what_was_acknowledged_outlives_the_process(
    settings: Settings, store: Store, how: signal.Signals
) -> None:
    found_town(store)
    acknowledged: list[str] = []

    with process(settings) as (running, address):

        async def texter(number: int) -> None:
            async with httpx.AsyncClient(base_url=address) as client:
                for step in range(200):
                    sid = f"SM{number:016x}{step:016x}"
                    try:
                        reply = await send(client, "/twilio/sms", MESSAGE, MessageSid=sid, From=f"+1202555{number:04}")
                    except httpx.TransportError:
                        return
                    if reply.status_code == 200:
                        acknowledged.append(sid)
                    if len(acknowledged) == 60:
                        running.send_signal(how)

        await asyncio.gather(*(texter(number) for number in range(8)))

    stored = {row.sid for row in all_rows(store, tables.InboundEventRow)}
    assert len(acknowledged) >= 60
    assert set(acknowledged) <= stored
    if how is signal.SIGTERM:
        # Who was asked to end answers what it has begun.
        assert set(acknowledged) == stored


async def test_several_workers_share_one_port_and_end_together(sqlite_url: str, tmp_path: Path) -> None:
    with process(settings_for(sqlite_url, tmp_path), workers=2) as (running, address):
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            assert (await send(client, "/twilio/sms", MESSAGE)).status_code == 200
        running.terminate()
        await asyncio.to_thread(running.wait, 20)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1)


@pytest.mark.parametrize(
    ("missing", "named"),
    [("public_base_url", "GRM_PUBLIC_BASE_URL"), ("twilio_auth_token", "GRM_TWILIO_AUTH_TOKEN")],
)
def test_without_secret_or_address_it_does_not_start(settings: Settings, missing: str, named: str) -> None:
    empty = SecretStr("") if missing == "twilio_auth_token" else ""

    with pytest.raises(SettingsError, match=named):
        web_process.run(settings.model_copy(update={missing: empty}), "127.0.0.1", 0, 1)


def test_a_port_in_use_is_named_with_the_way_out(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="--port"):
        web_process.run(settings, "127.0.0.1", taken.getsockname()[1], 1)


def test_a_line_of_the_log_is_one_json_object_whatever_it_says() -> None:
    record = logging.LogRecord("grm", logging.WARNING, "", 0, "two\n%s", ('{"level": "x"}',), None)

    told = json.loads(JsonLine().format(record))

    assert (told["level"], told["says"]) == ("warning", 'two\n{"level": "x"}')


# A whole call


async def test_the_stand_in_is_called_answered_talked_to_and_ended_by_the_desk(
    application: Callable[..., Router], settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "SENDING_SECONDS", 0.05)
    told: list[dict[str, Any]] = []
    script = Script((Person("+12025550142", "en"),), (LINE,), (("en", "Good morning."),), (("en", "A question."),))
    listener = socket.create_server(("127.0.0.1", 0))
    webhooks = Webhooks(address_of(listener), PUBLIC, ACCOUNT, TOKEN, told.append, disorder=0, pace=40)
    exchange = Exchange(webhooks, script, told.append, seed="3", token=TOKEN, patience=1e6, talk=1e6, pace=40)
    rest = await http.listen(0, exchange.rest)
    exchange.lies_at(address_of(rest.sockets[0]))
    carrier = TwilioCarrier(ACCOUNT, TOKEN, api_base_url=address_of(rest.sockets[0]), public_base_url=PUBLIC)
    desk = open_desk(settings)
    put(store, tables.Organisation(code="fire", kind="department", name="Fire brigade", phone="+12025550119"))
    async with served(application(carrier), listener):
        calling = asyncio.ensure_future(exchange.call(1))
        await _until(lambda: any(row.kind == "call" for row in all_rows(store, tables.InboundEventRow)))
        seat = Seat(desk, staff(desk, "li.wei", device="+12025550191"))
        key = _only_interaction(store).id
        seat.answer(entry_of(store, _only_interaction(store).sid))
        await _until(lambda: seat.agent_status().state is AgentState.TALKING)

        seat.calls.hold(key, True)
        await _until(lambda: _line(seat, key).held)
        (party,) = seat.calls.directory("fire")
        seat.calls.add(key, party, consult=True)
        await _until(lambda: _is_in(_line(seat, key), LegRole.DEPARTMENT))
        seat.calls.together(key)
        await _until(lambda: not _line(seat, key).held)
        seat.calls.drop(key, 2)
        await _until(lambda: _line(seat, key).leg(LegRole.DEPARTMENT) is None)

        seat.end(key)
        await asyncio.wait_for(calling, 10)
        await exchange.close()
        await webhooks.settle()
    rest.close()
    desk.store.close()

    whats = [happening["what"] for happening in told]
    assert "call is held" in whats
    assert "call is back from hold" in whats
    assert webhooks.failures == 0
    row = _only_interaction(store)
    assert (row.end_reason, row.provider_state) == ("answered", "completed")
    assert row.connected_at is not None
    assert {leg.state for leg in all_rows(store, tables.CallLeg)} == {"left"}
    assert {act.state for act in all_rows(store, tables.Outbox)} == {"sent"}


def _line(seat: Seat, key: int) -> CallLine:
    line = seat.calls.line(key)
    assert line is not None
    assert line.trouble == ""
    return line


def _is_in(line: CallLine, role: LegRole) -> bool:
    leg = line.leg(role)
    return leg is not None and leg.state is LegState.JOINED


def _only_interaction(store: Store) -> Any:
    (row,) = all_rows(store, tables.Interaction)
    return row


async def _until(holds: Callable[[], bool]) -> None:
    ends = monotonic() + 10
    while not await asyncio.to_thread(holds):
        assert monotonic() < ends, "It did not happen in 10 s."
        await asyncio.sleep(0.02)

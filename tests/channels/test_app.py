"""The web process from outside: what is signed is kept once and answered, all else leaves no trace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
from builders import all_rows, entry_of, found_town, interaction_of, staff
from carrier_side import CALL, LINE, MESSAGE, PUBLIC, RING, TEXT, TOKEN, open_client, send, signed, signed_bytes, verbs
from starlette.routing import Router
from twilio.request_validator import RequestValidator

from grm_console.channels.twilio import app as door
from grm_console.channels.twilio.form import MAX_BODY
from grm_console.channels.web import web_app
from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.settings import Settings
from grm_console.store import tables
from grm_console.store.engine import sqlite_module
from grm_console.store.store import Store

DOORS = ["voice", "voice/hold", "voice/dialled", "voice/status", "sms", "sms/status"]


@pytest.fixture
def app(settings: Settings, store: Store) -> Iterator[Router]:
    found_town(store)
    desk = open_desk(settings)
    yield web_app(desk, system_actor(desk, "system:web"), settings)
    desk.store.close()


@pytest.fixture
async def client(app: Router) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(app) as opened:
        yield opened


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another process holds the write lock."""
    if store.dialect == "sqlite":
        # The store's own SQLite: two libraries in one process would not see each other's locks.
        connection: Any = sqlite_module().connect(str(store.url.database), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
        return
    with store._writing.begin() as other:
        other.exec_driver_sql("LOCK TABLE inbound_event IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def kinds(store: Store) -> list[tuple[str, str]]:
    return [(row.kind, row.sid) for row in all_rows(store, tables.InboundEventRow)]


# What is signed


async def test_a_call_is_stored_before_it_is_welcomed(client: httpx.AsyncClient, store: Store) -> None:
    (greeting, words), following = verbs(await send(client, "/twilio/voice", RING))

    assert greeting == "Say"
    assert "hotline" in words
    assert following == ("Redirect", f"{PUBLIC}/twilio/voice/hold?n=1")
    assert kinds(store) == [("call", CALL)]
    assert entry_of(store, CALL)


async def test_a_text_is_answered_once_and_a_retry_alike(client: httpx.AsyncClient, store: Store) -> None:
    first = await send(client, "/twilio/sms", MESSAGE)
    again = await send(client, "/twilio/sms", MESSAGE)

    ((verb, words),) = verbs(first)
    assert (verb, words.startswith("Automatic reply")) == ("Message", True)
    assert again.content == first.content
    assert kinds(store) == [("text", TEXT)]
    assert len(all_rows(store, tables.Outbox)) == 1


async def test_a_text_no_machine_may_answer_gets_an_empty_document(client: httpx.AsyncClient, store: Store) -> None:
    assert verbs(await send(client, "/twilio/sms", MESSAGE, Body="STOP")) == []
    assert kinds(store) == [("text", TEXT)]


@pytest.mark.parametrize(
    ("target", "fields", "kind"),
    [
        ("/twilio/voice/status", RING | {"CallStatus": "completed", "SequenceNumber": "0"}, "call-status"),
        ("/twilio/sms/status", {"MessageSid": TEXT, "MessageStatus": "delivered", "From": LINE}, "text-status"),
    ],
)
async def test_callbacks_are_kept_and_answered_with_nothing(
    client: httpx.AsyncClient, store: Store, target: str, fields: dict[str, str], kind: str
) -> None:
    reply = await send(client, target, fields)

    assert (reply.status_code, reply.content) == (204, b"")
    assert [found for found, _ in kinds(store)] == [kind]


async def test_many_at_once_are_each_kept_once(client: httpx.AsyncClient, store: Store) -> None:
    sids = [f"SM{number:032x}" for number in range(40)]

    replies = await asyncio.gather(*(send(client, "/twilio/sms", MESSAGE, MessageSid=sid) for sid in sids * 2))

    assert {reply.status_code for reply in replies} == {200}
    assert sorted(sid for _, sid in kinds(store)) == sids


async def test_a_number_set_to_get_is_read_from_its_query(client: httpx.AsyncClient, store: Store) -> None:
    target = "/twilio/voice?" + urlencode(RING)
    headers = signed(target, None)
    del headers["content-type"]

    reply = await client.get(target, headers=headers)

    assert [verb for verb, _ in verbs(reply)] == ["Say", "Redirect"]
    assert kinds(store) == [("call", CALL)]


async def test_the_leg_to_an_operator_is_part_of_the_call(client: httpx.AsyncClient, store: Store) -> None:
    await send(client, "/twilio/voice", RING)
    leg = RING | {"CallSid": "CA" + "0b" * 16, "ParentCallSid": CALL, "Direction": "outbound-dial"}

    await send(client, "/twilio/voice/status", leg, CallStatus="in-progress", SequenceNumber="2")

    (row,) = all_rows(store, tables.Interaction)
    assert row.connected_at is not None


# What a waiting call hears


async def test_a_call_waits_is_joined_with_the_operator_and_ends(
    client: httpx.AsyncClient, desk: Desk, store: Store
) -> None:
    await send(client, "/twilio/voice", RING)
    waiting = await send(client, "/twilio/voice/hold?n=1", RING)
    assert verbs(waiting) == [("Pause", ""), ("Redirect", f"{PUBLIC}/twilio/voice/hold?n=2")]

    seat = Seat(desk, staff(desk, "li.wei", device="+12025550191"))
    seat.answer(entry_of(store, CALL))
    joined = await send(client, "/twilio/voice/hold?n=2", RING)
    (dial,) = ET.fromstring(joined.content)
    (number,) = dial
    action = f"{PUBLIC}/twilio/voice/dialled?agent={seat.me.account_id}"
    assert (dial.tag, dial.get("callerId"), dial.get("action")) == ("Dial", LINE, action)
    assert (number.text, number.get("statusCallback")) == ("+12025550191", f"{PUBLIC}/twilio/voice/status")

    unanswered = await send(client, "/twilio/voice/dialled", RING, DialCallStatus="no-answer")
    assert [verb for verb, _ in verbs(unanswered)] == ["Pause", "Redirect"]

    talked = await send(client, "/twilio/voice/dialled", RING, DialCallStatus="completed", DialCallSid="CA" + "0b" * 16)
    assert verbs(talked) == [("Hangup", "")]


async def test_a_call_that_ended_is_hung_up_on(client: httpx.AsyncClient) -> None:
    await send(client, "/twilio/voice", RING)
    await send(client, "/twilio/voice/status", RING, CallStatus="completed", SequenceNumber="0")

    assert verbs(await send(client, "/twilio/voice/hold?n=9", RING)) == [("Hangup", "")]


async def test_a_waiting_call_that_is_unknown_is_taken_in(client: httpx.AsyncClient, store: Store) -> None:
    assert [verb for verb, _ in verbs(await send(client, "/twilio/voice/hold?n=3", RING))] == ["Pause", "Redirect"]
    assert entry_of(store, CALL)


async def test_waiting_goes_round_and_speaks_now_and_then(client: httpx.AsyncClient) -> None:
    target, heard = "/twilio/voice/hold?n=1", []
    await send(client, "/twilio/voice", RING)
    for _ in range(2 * door.HOLD_ROUNDS):
        *said, (_, following) = verbs(await send(client, target, RING))
        heard += [words for verb, words in said if verb == "Say"]
        target = following.removeprefix(PUBLIC)

    assert target == "/twilio/voice/hold?n=1"
    assert len(heard) == 2


# What is refused


@pytest.mark.parametrize("path", DOORS)
async def test_what_is_not_signed_by_us_is_refused_and_leaves_no_row(
    client: httpx.AsyncClient, store: Store, path: str
) -> None:
    target, body = f"/twilio/{path}", urlencode(RING | MESSAGE)
    good = signed(target, RING | MESSAGE)
    forged = {**good, "x-twilio-signature": RequestValidator("another").compute_signature(PUBLIC + target, RING)}
    for headers in ({}, forged, {**good, "x-twilio-signature": ""}, {**good, "content-type": "application/json"}):
        assert (await client.post(target, content=body, headers=headers)).status_code == 403
    assert (await client.post(target, content=body + "&x=1", headers=good)).status_code == 403
    assert (await client.post(target + "?n=1", content=body, headers=good)).status_code == 403
    assert (await client.get(target, headers=good)).status_code == 403

    assert kinds(store) == []


async def test_another_account_is_refused_though_it_is_signed(client: httpx.AsyncClient, store: Store) -> None:
    assert (await send(client, "/twilio/sms", MESSAGE, AccountSid="AC" + "1" * 32)).status_code == 403
    assert kinds(store) == []


async def test_only_known_addresses_and_methods(client: httpx.AsyncClient) -> None:
    assert (await send(client, "/twilio/voice/", RING)).status_code == 404
    assert (await send(client, "/twilio/fax", RING)).status_code == 404
    reply = await client.delete("/twilio/voice")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, POST")


async def test_the_official_validator_accepts_what_we_accept(client: httpx.AsyncClient) -> None:
    fields = MESSAGE | {"Body": "陈 & <b> +1 %41\r\n", "ToZip": ""}

    assert RequestValidator(TOKEN).validate(
        PUBLIC + "/twilio/sms", fields, signed("/twilio/sms", fields)["x-twilio-signature"]
    )
    assert (await send(client, "/twilio/sms", fields)).status_code == 200


async def raw_call(app: Router, headers: dict[str, str], parts: list[bytes]) -> tuple[int, int]:
    """The status of a request sent in parts, and how many of them were read."""
    messages: list[dict[str, Any]] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": parts[read - 1], "more_body": read < len(parts)}

    async def take(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/twilio/sms",
        "raw_path": b"/twilio/sms",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await app(scope, receive, take)
    return messages[0]["status"], read


async def test_reading_stops_at_the_limit_and_never_begins_without_a_signature(app: Router) -> None:
    part = b"x" * 65536
    signature = {"x-twilio-signature": "x" * 28}

    assert await raw_call(app, {}, [part] * 100) == (403, 0)
    assert await raw_call(app, signature | {"content-length": str(MAX_BODY + 1)}, [part] * 100) == (413, 0)
    status, read = await raw_call(app, signature, [part] * 100)
    assert (status, read) == (413, MAX_BODY // len(part) + 1)
    assert (await raw_call(app, signature, [b"a=1&" * 300]))[0] == 400


# What is signed but cannot be read


@pytest.mark.parametrize(
    ("target", "body", "verb"),
    [
        ("/twilio/sms", b"Body=hello", []),
        ("/twilio/sms", b"\xff\xfe=%00&MessageSid=\x1b[2J", []),
        ("/twilio/voice", b"From=%2B12025550142", ["Say", "Hangup"]),
        ("/twilio/voice/hold", b"", ["Say", "Hangup"]),
        ("/twilio/voice/dialled", b"CallSid=" + CALL.encode(), ["Say", "Hangup"]),
        ("/twilio/voice/status", b"CallSid=" + CALL.encode(), None),
        ("/twilio/sms/status", b"\x80", None),
    ],
)
async def test_a_signed_request_nobody_can_read_is_kept_and_acknowledged(
    client: httpx.AsyncClient, store: Store, target: str, body: bytes, verb: list[str] | None
) -> None:
    for _ in range(2):
        reply = await client.post(target, content=body, headers=signed_bytes(target, body))
        if verb is None:
            assert reply.status_code == 204
        else:
            assert [name for name, _ in verbs(reply)] == verb

    (row,) = all_rows(store, tables.InboundEventRow)
    assert (row.kind, row.raw or b"") == ("unreadable", body)
    assert interaction_of(store, row.sid)


# When the store fails


async def test_while_the_store_is_locked_a_text_is_to_come_again_and_a_call_stays(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "INTAKE_SECONDS", 0.1)
    with locked(store):
        text = await send(client, "/twilio/sms", MESSAGE)
        status = await send(client, "/twilio/voice/status", RING, CallStatus="completed", SequenceNumber="0")
        first = await send(client, "/twilio/voice", RING)
        last = await send(client, f"/twilio/voice?again={door.TROUBLE_TRIES}", RING)
        health = await client.get("/healthz")

    assert (text.status_code, status.status_code) == (503, 503)
    assert int(text.headers["retry-after"]) > 0
    assert [name for name, _ in verbs(first)] == ["Say", "Pause", "Redirect"]
    assert verbs(first)[-1][1] == f"{PUBLIC}/twilio/voice?again=1"
    assert [name for name, _ in verbs(last)] == ["Say", "Hangup"]
    assert (health.status_code, health.json()) == (200, {"store": "reachable"})


async def test_a_text_sent_again_after_trouble_is_kept_once(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "INTAKE_SECONDS", 0.1)
    with locked(store):
        assert (await send(client, "/twilio/sms", MESSAGE)).status_code == 503
    monkeypatch.undo()

    assert [verb for verb, _ in verbs(await send(client, "/twilio/sms", MESSAGE))] == ["Message"]
    assert kinds(store) == [("text", TEXT)]


async def test_a_call_holds_while_its_next_step_cannot_be_read(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "next_step", _gone)

    for target, fields in (("hold?n=1", RING), ("dialled", RING | {"DialCallStatus": "busy"})):
        assert [verb for verb, _ in verbs(await send(client, f"/twilio/voice/{target}", fields))] == [
            "Pause",
            "Redirect",
        ]


def _gone(*_: object) -> None:
    from grm_console.errors import StoreGone

    raise StoreGone("The store cannot be reached.")


async def test_health_says_when_the_store_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    from conftest import settings_for

    settings = settings_for(sqlite_url, tmp_path)
    desk = open_desk(settings)
    app = web_app(desk, system_actor(desk, "system:web"), settings)
    async with open_client(app) as client:
        desk.store.close()
        for file in (tmp_path / "store").glob("grm.db*"):
            file.unlink()
        (tmp_path / "store" / "grm.db").mkdir()
        reply = await client.get("/healthz")

    assert (reply.status_code, reply.json()) == (503, {"store": "gone"})

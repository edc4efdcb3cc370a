"""The web process from outside: what is signed is kept once and answered, all else leaves no trace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
from builders import all_rows, entry_of, found_town, interaction_of, point_key, put, staff
from carrier_side import CALL, LINE, MESSAGE, PUBLIC, RING, TEXT, TOKEN, open_client, send, signed, signed_bytes, verbs
from sqlalchemy import update
from starlette.routing import Router
from twilio.request_validator import RequestValidator

from grm_console.channels.twilio import answers, voice_steps
from grm_console.channels.twilio.form import MAX_BODY
from grm_console.channels.web import web_app
from grm_console.cli.opening import open_desk, system_actor
from grm_console.desk import caller_steps
from grm_console.desk.desk import Desk
from grm_console.desk.seat import Seat
from grm_console.settings import Settings
from grm_console.store import tables
from grm_console.store.engine import sqlite_module
from grm_console.store.store import Store
from grm_console.store.tables.columns import table_of

SPOKEN = [
    "voice",
    "voice/fallback",
    "voice/language",
    "voice/wait",
    "voice/wait-key",
    "voice/left",
    "voice/choice",
    "voice/window",
    "voice/voicemail",
    "voice/after",
    "voice/again",
    "voice/silent",
    "voice/silent-key",
]
"""What is answered with a document to a caller."""
TOLD = ["voice/status", "voice/leg", "voice/machine", "voice/conference", "voice/recording", "sms/status"]
DOORS = [*SPOKEN, *TOLD, "sms", "sms/fallback"]
LEG = "CA" + "0b" * 16
JOIN = {
    "ConferenceSid": "CF" + "0d" * 16,
    "FriendlyName": f"call-{CALL}",
    "StatusCallbackEvent": "participant-join",
    "SequenceNumber": "1",
    "CallSid": LEG,
    "ParticipantLabel": f"call-{CALL}-1",
}
WAIT = f"{PUBLIC}/twilio/voice/wait"
MUSIC = f"{PUBLIC}/twilio/voice/music.wav"


@pytest.fixture
def app(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Router]:
    """The application with time enough for its store: what little time does is tested by itself."""
    monkeypatch.setattr(answers, "STORE_SECONDS", 30)
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
    reply = await send(client, "/twilio/voice", RING)

    (greeting, words), (notice, _), (following, name) = verbs(reply)
    assert (greeting, notice, following, name) == ("Say", "Say", "Enqueue", "grm")
    assert "hotline" in words
    enqueue = ET.fromstring(reply.content)[-1]
    assert (enqueue.get("waitUrl"), enqueue.get("action")) == (f"{WAIT}?n=0", f"{PUBLIC}/twilio/voice/left")
    assert kinds(store) == [("call", CALL)]
    assert entry_of(store, CALL)


async def test_a_text_is_answered_once_and_a_retry_alike(client: httpx.AsyncClient, store: Store) -> None:
    first = await send(client, "/twilio/sms", MESSAGE)
    again = await send(client, "/twilio/sms/fallback", MESSAGE, ErrorCode="11200", ErrorUrl=f"{PUBLIC}/twilio/sms")

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
        (f"/twilio/voice/leg?leg=call-{CALL}-1", RING | {"CallSid": LEG, "SequenceNumber": "1"}, "call-leg"),
        (f"/twilio/voice/machine?leg=call-{CALL}-1", {"CallSid": LEG, "AnsweredBy": "human"}, "call-leg"),
        ("/twilio/voice/conference", JOIN, "conference"),
        (
            "/twilio/voice/recording",
            {"RecordingSid": "RE" + "0" * 32, "RecordingStatus": "completed", "CallSid": CALL},
            "recording",
        ),
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

    assert [verb for verb, _ in verbs(reply)] == ["Say", "Say", "Enqueue"]
    assert kinds(store) == [("call", CALL)]


# A caller's way


async def asked(client: httpx.AsyncClient, step: str, **more: str) -> list[tuple[str, str]]:
    """What the call hears at a step."""
    return verbs(await send(client, f"/twilio/voice{step}", RING, CallStatus="in-progress", **more))


def names(heard: list[tuple[str, str]]) -> list[str]:
    return [verb for verb, _ in heard]


def set_queue(store: Store, **values: Any) -> None:
    with store.writing() as write:
        write.connection.execute(update(table_of(tables.Queue)).values(values))


def close(store: Store) -> None:
    """The town is never open."""
    key = put(store, tables.Calendar(code="never", name="Never", time_zone="UTC"))
    set_queue(store, calendar_id=key)


def the_call(store: Store) -> Any:
    return next(row for row in all_rows(store, tables.Interaction) if row.sid == CALL)


async def test_waiting_speaks_now_and_then_and_listens_for_a_key(client: httpx.AsyncClient) -> None:
    await asked(client, "")

    silent, told = await asked(client, "/wait?n=0"), await asked(client, "/wait?n=1")

    assert silent == [("Gather", ""), ("Redirect", f"{WAIT}?n=1")]
    assert told == [("Gather", ""), ("Redirect", f"{WAIT}?n=2")]
    reply = await send(client, "/twilio/voice/wait?n=1", RING)
    (gather, _) = ET.fromstring(reply.content)
    assert gather.get("action") == f"{WAIT}-key?n=2"
    assert next(verb.text for verb in gather if verb.tag == "Say") == "You are number 1 in the queue."


async def test_music_is_the_queues_or_ours_or_none(client: httpx.AsyncClient, store: Store) -> None:
    await asked(client, "")
    heard = []
    for music in ("", "none", "https://city.example/wait.mp3"):
        set_queue(store, music=music)
        (gather, _) = ET.fromstring((await send(client, "/twilio/voice/wait?n=0", RING)).content)
        heard.append([(verb.tag, verb.text or verb.get("length")) for verb in gather])
    assert heard == [
        [("Play", MUSIC), ("Pause", "1")],
        [("Pause", "29")],
        [("Play", "https://city.example/wait.mp3"), ("Pause", "1")],
    ]

    # The one address that needs no signature; it is twice as long as two things told are apart.
    piece = await client.get("/twilio/voice/music.wav")
    assert (piece.status_code, piece.headers["content-type"]) == (200, "audio/wav")
    assert "max-age" in piece.headers["cache-control"]
    head = await client.head("/twilio/voice/music.wav")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(piece.content)))
    assert (await client.post("/twilio/voice/music.wav")).status_code == 405
    assert 13.5 < (len(piece.content) - 58) / 8000 < 14.5


async def test_a_waiting_call_that_is_unknown_is_taken_in(client: httpx.AsyncClient, store: Store) -> None:
    assert names(await asked(client, "/wait?n=3")) == ["Gather", "Redirect"]
    assert entry_of(store, CALL)


@pytest.mark.parametrize(("key", "heard"), [("1", ["Leave"]), ("5", ["Redirect"])])
async def test_a_key_is_kept_and_one_of_them_leaves_the_wait(
    client: httpx.AsyncClient, store: Store, key: str, heard: list[str]
) -> None:
    await asked(client, "")

    assert names(await asked(client, "/wait-key?n=2", Digits=key)) == heard
    assert [row.text for row in all_rows(store, tables.InboundEventRow) if row.kind == "call-key"] == [key]


async def test_a_callback_is_asked_for_from_the_wait_to_the_end(client: httpx.AsyncClient, store: Store) -> None:
    await asked(client, "")
    await asked(client, "/wait-key?n=2", Digits="1")

    menu = await asked(client, "/left", QueueResult="leave", QueueTime="61")
    assert menu == [("Gather", ""), ("Redirect", f"{PUBLIC}/twilio/voice/window?n=1")]
    assert names(await asked(client, "/window?n=1")) == ["Gather", "Redirect"]
    assert names(await asked(client, "/window?n=1", Digits="1")) == ["Say", "Hangup"]

    assert (the_call(store).state, the_call(store).end_reason) == ("done", "callback")
    (callback,) = all_rows(store, tables.Callback)
    assert callback.asked_in_id == the_call(store).id


async def test_a_language_is_chosen_by_key(client: httpx.AsyncClient, store: Store) -> None:
    set_queue(store, languages="en|zh")
    menu = await asked(client, "")
    assert menu == [("Gather", ""), ("Redirect", f"{PUBLIC}/twilio/voice/language")]

    reply = await send(client, "/twilio/voice/language", RING, Digits="2")

    (said, enqueue) = ET.fromstring(reply.content)
    assert (said.get("language"), enqueue.tag) == ("cmn-CN", "Enqueue")
    assert the_call(store).language == "zh"


async def test_a_closed_line_says_so_and_takes_a_message(client: httpx.AsyncClient, store: Store) -> None:
    close(store)

    assert names(await asked(client, "")) == ["Gather", "Redirect"]
    assert the_call(store).end_reason == "closed"
    assert names(await asked(client, "/choice", Digits="2")) == ["Say", "Record", "Hangup"]
    assert names(await asked(client, "/voicemail", RecordingUrl="https://r", RecordingDuration="0")) == [
        "Say",
        "Record",
        "Hangup",
    ]
    assert names(await asked(client, "/voicemail", RecordingUrl="https://r", RecordingDuration="9")) == [
        "Say",
        "Hangup",
    ]
    assert the_call(store).end_reason == "voicemail"


async def test_who_has_waited_too_long_is_led_out_and_stays_out(client: httpx.AsyncClient, store: Store) -> None:
    set_queue(store, longest_wait_seconds=60)
    await asked(client, "")

    assert names(await asked(client, "/wait?n=2", QueueTime="60")) == ["Leave"]
    assert the_call(store).end_reason == "overflow"
    assert names(await asked(client, "/left", QueueResult="leave")) == ["Gather", "Redirect"]
    assert names(await asked(client, "/voicemail")) == ["Say", "Record", "Hangup"]


@pytest.mark.parametrize(
    ("result", "heard"),
    [
        ("redirected", []),
        ("hangup", []),
        ("leave", ["Enqueue"]),
        ("queue-full", ["Say", "Record", "Hangup"]),
        ("system-error", ["Say", "Record", "Hangup"]),
    ],
)
async def test_what_comes_after_the_carriers_queue(
    client: httpx.AsyncClient, store: Store, result: str, heard: list[str]
) -> None:
    await asked(client, "")

    assert names(await asked(client, "/left", QueueResult=result)) == heard
    assert the_call(store).end_reason == ("overflow" if result == "queue-full" else None)


async def test_a_machine_is_not_answered(client: httpx.AsyncClient, desk: Desk, store: Store) -> None:
    with store.writing() as write:
        point = point_key(write.connection, RING["From"])
    now = store.now()
    block = tables.BlockedNumber(
        contact_point_id=point, kind="machine", reason="x", since=now, until=now + timedelta(days=9), account_id=1
    )
    put(store, block)

    assert names(await asked(client, "")) == ["Reject"]
    assert the_call(store).end_reason == "blocked"


async def test_a_talk_is_left_for_a_silent_question_and_found_again(
    client: httpx.AsyncClient, desk: Desk, store: Store
) -> None:
    await asked(client, "")
    assert names(await asked(client, "/after", DialCallStatus="answered")) == ["Enqueue"]
    Seat(desk, staff(desk, "li.wei", device="+12025550191")).answer(entry_of(store, CALL))

    question = await asked(client, "/silent")
    assert question == [("Gather", ""), ("Redirect", f"{PUBLIC}/twilio/voice/silent-key?n=0")]
    reply = await send(client, "/twilio/voice/silent-key?n=0", RING, Digits="2")

    (dial,) = ET.fromstring(reply.content)
    (room,) = dial
    assert (dial.get("action"), room.text) == (f"{PUBLIC}/twilio/voice/after", f"call-{CALL}")
    assert room.get("participantLabel") == f"call-{CALL}-0"
    (key,) = [row for row in all_rows(store, tables.InboundEventRow) if row.kind == "call-key"]
    assert (key.state, key.text, key.thread_sid) == ("silent", "2", CALL)
    assert names(await asked(client, "/silent-key?n=1")) == ["Dial"]


async def test_a_call_that_ended_is_hung_up_on(client: httpx.AsyncClient) -> None:
    await asked(client, "")
    await send(client, "/twilio/voice/status", RING, CallStatus="completed", SequenceNumber="0")

    for step in ("/wait?n=9", "/again"):
        assert names(await asked(client, step))[-1] == "Hangup"


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
        ("/twilio/sms/fallback", b"Body=hello&ErrorCode=11200", []),
        ("/twilio/sms", b"\xff\xfe=%00&MessageSid=\x1b[2J", []),
        ("/twilio/voice", b"From=%2B12025550142", ["Say", "Hangup"]),
        ("/twilio/voice/fallback", b"ErrorCode=11200", ["Say", "Hangup"]),
        ("/twilio/voice/wait?n=1", b"", ["Say", "Hangup"]),
        ("/twilio/voice/silent-key", b"Digits=1", ["Say", "Hangup"]),
        ("/twilio/voice/leg?leg=x", b"CallSid=" + CALL.encode() + b"&CallStatus=ringing", None),
        ("/twilio/voice/conference", b"StatusCallbackEvent=conference-start&ConferenceSid=CF1", None),
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
    monkeypatch.setattr(answers, "STORE_SECONDS", 0.1)
    with locked(store):
        text = await send(client, "/twilio/sms", MESSAGE)
        status = await send(client, "/twilio/voice/status", RING, CallStatus="completed", SequenceNumber="0")
        first = await send(client, "/twilio/voice", RING)
        last = await send(client, f"/twilio/voice?n={voice_steps.TROUBLE_TRIES}", RING)
        health = await client.get("/healthz")

    assert (text.status_code, status.status_code) == (503, 503)
    assert int(text.headers["retry-after"]) > 0
    assert [name for name, _ in verbs(first)] == ["Say", "Pause", "Redirect"]
    assert verbs(first)[-1][1] == f"{PUBLIC}/twilio/voice?n=1"
    assert [name for name, _ in verbs(last)] == ["Say", "Hangup"]
    assert (health.status_code, health.json()) == (200, {"store": "reachable"})


async def test_a_text_sent_again_after_trouble_is_kept_once(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "STORE_SECONDS", 0.1)
    with locked(store):
        assert (await send(client, "/twilio/sms", MESSAGE)).status_code == 503
    monkeypatch.undo()

    assert [verb for verb, _ in verbs(await send(client, "/twilio/sms", MESSAGE))] == ["Message"]
    assert kinds(store) == [("text", TEXT)]


@pytest.mark.parametrize("path", SPOKEN)
async def test_a_caller_hears_a_document_while_nothing_can_be_read_or_written(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(answers.StoreInTime, "look", _gone)
    monkeypatch.setattr(answers.StoreInTime, "take_in", _gone)

    heard = names(verbs(await send(client, f"/twilio/{path}?n=2", RING, Digits="1")))

    waits_on = (["Enqueue"], ["Play", "Pause", "Redirect"], ["Say", "Pause", "Redirect"], ["Say", "Record", "Hangup"])
    assert heard in waits_on


async def test_a_waiting_caller_hears_only_music_and_the_same_later(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(client, "")
    with monkeypatch.context() as broken:
        broken.setattr(answers.StoreInTime, "look", _gone)
        heard = await asked(client, "/wait?n=1")
    assert heard == [("Play", MUSIC), ("Pause", ""), ("Redirect", f"{WAIT}?n=1")]

    assert names(await asked(client, "/wait?n=1")) == ["Gather", "Redirect"]


async def test_the_fallback_answers_whatever_fails(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(caller_steps, "first_step", broken)

    assert names(await asked(client, "/fallback", ErrorCode="11200")) == ["Say", "Hangup"]


async def _gone(*_: object) -> None:
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

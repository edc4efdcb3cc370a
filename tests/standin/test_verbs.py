"""Documents followed verb by verb: what the desk is asked, with which words, and what comes next."""

import asyncio
import io
import wave
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from standin.small_desk import ACCOUNT, LINE, PUBLIC, TOKEN, Desk, response, stage

from grm_console.channels.twilio.hold_music import serve

V = f"{PUBLIC}/twilio/voice"
ENQUEUE = response(f'<Enqueue waitUrl="{V}/wait" action="{V}/left">grm</Enqueue>')
WAIT = response("<Say>You are next.</Say>", "<Pause length='10'/>")
LEAVE, END, NOTHING = response("<Leave/>"), response("<Hangup/>"), response()


def fields_of(desk: Desk, path: str) -> list[dict[str, str]]:
    return [fields for target, fields, _ in desk.asked if target == path]


async def test_a_waiting_call_asks_for_its_document_again_and_leaves_when_it_says_so() -> None:
    desk = Desk({"/twilio/voice": [ENQUEUE], "/twilio/voice/wait": [WAIT, WAIT, LEAVE], "/twilio/voice/left": [END]})
    async with stage(desk) as on:
        await on.exchange.call(1)

    waits = fields_of(desk, "/twilio/voice/wait")
    assert [fields["QueuePosition"] for fields in waits] == ["1", "1", "1"]
    times = [int(fields["QueueTime"]) for fields in waits]
    assert times == sorted(times)
    assert times[-1] >= 20
    assert waits[0].keys() >= {"QueueSid", "AvgQueueTime", "CurrentQueueSize", "MaxQueueSize", "CallSid", "From"}
    (left,) = fields_of(desk, "/twilio/voice/left")
    assert (left["QueueResult"], left["CallStatus"]) == ("leave", "in-progress")
    assert "QueuePosition" not in left


async def test_positions_follow_the_order_of_arrival_and_a_full_queue_says_so() -> None:
    full = response(f'<Enqueue maxQueueSize="2" waitUrl="{V}/wait" action="{V}/left">grm</Enqueue>')
    desk = Desk({"/twilio/voice": [full], "/twilio/voice/wait": [WAIT], "/twilio/voice/left": [END]})
    async with stage(desk) as on:
        for count in range(2):
            on.rings()
            await on.until("call waits", position=str(count + 1))
        on.rings()
        await on.until("call ends")
        (queue,) = await on.rest(lambda: on.client.queues.list(limit=5))
        members = await on.rest(lambda: on.client.queues(queue.sid).members.list(limit=5))
        assert [(member.position, member.call_sid) for member in members] == [
            (1, on.told[0]["sid"]),
            (2, members[1].call_sid),
        ]
        assert (queue.friendly_name, queue.current_size, queue.max_size) == ("grm", 2, 2)

    assert [fields["QueueResult"] for fields in fields_of(desk, "/twilio/voice/left")] == [
        "queue-full",
        "hangup",
        "hangup",
    ]
    assert {fields["QueuePosition"] for fields in fields_of(desk, "/twilio/voice/wait")} >= {"1", "2"}


@pytest.mark.parametrize("by_queue", [False, True])
async def test_a_call_moved_out_of_its_queue_tells_its_action_that_it_was_redirected(by_queue: bool) -> None:
    desk = Desk({"/twilio/voice": [ENQUEUE], "/twilio/voice/wait": [WAIT], "/twilio/voice/silent": [END]})
    async with stage(desk) as on:
        on.rings()
        await on.until("call waits")
        sid = on.told[0]["sid"]
        if by_queue:
            (queue,) = await on.rest(lambda: on.client.queues.list(limit=5))
            members = on.client.queues(queue.sid).members
            await on.rest(lambda: members("Front").update(url=f"{V}/silent"))
        else:
            await on.rest(lambda: on.client.calls(sid).update(url=f"{V}/silent", method="POST"))
        await on.until("call ends", sid=sid)
        assert await on.refused(lambda: on.client.calls(sid).update(url=f"{V}/silent")) == (400, 21220)

    assert [fields["QueueResult"] for fields in fields_of(desk, "/twilio/voice/left")] == ["redirected"]
    assert len(fields_of(desk, "/twilio/voice/silent")) == 1


@pytest.mark.parametrize(
    ("keys", "asked", "then"), [(("1",), ["1"], "pressed"), (("123",), ["12"], "pressed"), ((), [], "otherwise")]
)
async def test_keys_are_sent_or_the_next_verb_follows(keys: tuple[str, ...], asked: list[str], then: str) -> None:
    gather = f'<Gather numDigits="2" timeout="3" action="{V}/wait-key?n=1"><Say>Press one.</Say></Gather>'
    desk = Desk(
        {
            "/twilio/voice": [response(gather, f"<Redirect>{V}/otherwise</Redirect>")],
            "/twilio/voice/wait-key": [response("<Redirect>/twilio/voice/pressed</Redirect>")],
            "/twilio/voice/pressed": [END],
            "/twilio/voice/otherwise": [END],
        }
    )
    async with stage(desk, presses={"wait-key": keys}) as on:
        await on.exchange.call(1)

    assert [fields["Digits"] for fields in fields_of(desk, "/twilio/voice/wait-key?n=1")] == asked
    assert len(fields_of(desk, f"/twilio/voice/{then}")) == 1


async def test_a_message_is_recorded_reported_and_can_be_heard() -> None:
    record = f'<Record maxLength="20" action="{V}/done" recordingStatusCallback="{V}/recording"/>'
    desk = Desk({"/twilio/voice": [response(record)], "/twilio/voice/done": [END]})
    async with stage(desk) as on:
        for _ in range(5):
            on.rings()
        await asyncio.gather(*on.calling)
        await on.webhooks.settle()
        reports = fields_of(desk, "/twilio/voice/recording")
        told = reports[0]
        assert urlsplit(told["RecordingUrl"]).path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE")
        fetched = await on.rest(lambda: requests.get(told["RecordingUrl"] + ".wav", auth=(ACCOUNT, TOKEN), timeout=5))
        refused = await on.rest(lambda: requests.get(told["RecordingUrl"] + ".mp3", timeout=5))
        shown = await on.rest(lambda: on.client.recordings(told["RecordingSid"]).fetch())
        assert (shown.status, shown.duration) == ("completed", told["RecordingDuration"])
        assert await on.rest(lambda: on.client.recordings(told["RecordingSid"]).delete())
        assert await on.refused(lambda: on.client.recordings(told["RecordingSid"]).fetch()) == (404, 20404)

    assert {(fields["RecordingStatus"], fields["RecordingSource"]) for fields in reports} == {
        ("completed", "RecordVerb")
    }
    assert {fields["CallSid"] for fields in reports} <= {h["sid"] for h in on.told if h["what"] == "call rings"}
    assert {fields["Digits"] for fields in fields_of(desk, "/twilio/voice/done")} <= {"#", "hangup"}
    assert (refused.status_code, fetched.headers["content-type"]) == (401, "audio/x-wav")
    with wave.open(io.BytesIO(fetched.content)) as audio:
        assert audio.getframerate() == 8000
        assert audio.getnframes() >= 8000


@pytest.mark.parametrize(("reason", "state"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_was_never_answered(reason: str, state: str) -> None:
    desk = Desk({"/twilio/voice": [response(f'<Reject reason="{reason}"/>')]})
    async with stage(desk) as on:
        await on.exchange.call(1)

    assert desk.states("/twilio/voice/status") == [state]


async def test_the_fallback_is_asked_when_the_first_address_has_no_document() -> None:
    desk = Desk({"/twilio/voice": [(404, "")], "/twilio/voice/fallback": [END]})
    async with stage(desk) as on:
        (number,) = await on.rest(lambda: on.client.incoming_phone_numbers.list(phone_number=LINE, limit=5))
        changed = await on.rest(
            lambda: on.client.incoming_phone_numbers(number.sid).update(
                voice_url=f"{V}#rc=3&rp=all", voice_fallback_url=f"{V}/fallback#rc=1", status_callback=f"{V}/over"
            )
        )
        assert number.voice_url.startswith(f"{V}#")
        assert (changed.voice_url, changed.sms_url) == (f"{V}#rc=3&rp=all", number.sms_url)
        await on.exchange.call(1)

    (asked,) = fields_of(desk, "/twilio/voice/fallback")
    assert asked["ErrorUrl"].startswith(V)
    assert desk.states("/twilio/voice/over") == ["completed"]


@pytest.mark.parametrize(
    "document",
    [
        response("<Dial><Number>+12025550191</Number></Dial>"),
        response(f'<Enqueue waitUrl="{V}/bad">grm</Enqueue>'),
        response("<Redirect>https://elsewhere.example/</Redirect>"),
    ],
)
async def test_what_cannot_be_followed_is_told_and_ends_the_call(document: Any) -> None:
    desk = Desk({"/twilio/voice": [document], "/twilio/voice/bad": [response("<Dial/>")]})
    async with stage(desk) as on:
        await on.exchange.call(1)

    assert "call hears an error" in [happening["what"] for happening in on.told]
    assert desk.states("/twilio/voice/status") == ["completed"]


async def test_music_is_fetched_once_without_a_signature_and_heard_to_its_end() -> None:
    wait = response(f"<Gather timeout='1' action='{V}/wait-key'><Play loop='2'>{V}/music.wav</Play></Gather>")
    desk = Desk({"/twilio/voice": [ENQUEUE], "/twilio/voice/wait": [wait, wait, LEAVE], "/twilio/voice/left": [END]})
    desk.media["/twilio/voice/music.wav"] = serve("GET").body
    async with stage(desk) as on:
        await on.exchange.call(1)
        assert on.webhooks.failures == 0

    assert desk.fetched == ["/twilio/voice/music.wav"]
    times = [int(fields["QueueTime"]) for fields in fields_of(desk, "/twilio/voice/wait")]
    assert times[1] - times[0] >= 28


async def test_music_that_is_none_is_a_failure_that_is_told() -> None:
    wait = response(f"<Play>{V}/nothing.wav</Play><Pause length='5'/>")
    desk = Desk({"/twilio/voice": [ENQUEUE], "/twilio/voice/wait": [wait, LEAVE], "/twilio/voice/left": [END]})
    async with stage(desk) as on:
        await on.exchange.call(1)
        assert "12300" in (await on.until("call hears no music"))["problem"]
        assert on.webhooks.failures == 1

"""Texts through the carrier's stand-in and the official client: their lives, errors, opt-outs, files and talks."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from standin.small_desk import ACCOUNT, LINE, PUBLIC, TOKEN, Desk, Stage, response, stage

from grm_console.domain.sms import segments
from grm_console.standin.conversation import react
from grm_console.standin.faults import Faults
from grm_console.standin.opt_outs import OptOuts
from grm_console.standin.reachability import Reach
from grm_console.standin.segments import count_segments

CITIZEN = "+12025550142"
STATUS = f"{PUBLIC}/twilio/sms/status"
ORDER = ["sending", "sent", "delivered", "read"]


def send(on: Stage, **wish: Any) -> Any:
    return on.client.messages.create(
        **{"from_": LINE, "to": CITIZEN, "body": "hello", "status_callback": STATUS} | wish
    )


def states(on: Stage, sid: str) -> list[str]:
    return [fields["MessageStatus"] for _, fields, _ in on.desk.asked if fields.get("MessageSid") == sid]


def came(on: Stage) -> list[dict[str, str]]:
    return [fields for target, fields, _ in on.desk.asked if target == "/twilio/sms"]


@given(st.text(alphabet=st.sampled_from("aé€~\n字😀"), max_size=400))
def test_segments_are_counted_as_the_desk_counts_them(body: str) -> None:
    assert count_segments(body) == max(segments(body).parts, 1)


# The lives of the desk's texts


async def test_a_text_goes_from_state_to_state_and_is_listed_where_it_stands() -> None:
    async with stage(Desk({}), reach={"+12025550143": Reach.FILTERED}) as on:
        sent = await on.rest(lambda: send(on, body="字" * 71))
        filtered = await on.rest(lambda: send(on, to="+12025550143"))
        await on.webhooks.settle()
        listed = await on.rest(lambda: on.client.messages.list(to=CITIZEN, limit=5))
        fetched = await on.rest(lambda: on.client.messages(filtered.sid).fetch())

    assert (sent.status, sent.num_segments, sent.date_sent) == ("queued", "2", None)
    assert states(on, sent.sid) == ORDER[:3]
    assert [(one.sid, one.status, one.direction) for one in listed] == [(sent.sid, "delivered", "outbound-api")]
    assert listed[0].date_sent is not None
    assert states(on, filtered.sid) == ["sending", "sent", "undelivered"]
    assert (fetched.status, fetched.error_code, fetched.error_message) == ("undelivered", 30007, "Message filtered")
    last = next(fields for _, fields, _ in on.desk.asked if fields.get("ErrorCode"))
    assert (last["ErrorCode"], last["SmsStatus"]) == ("30007", "undelivered")


async def test_reports_come_late_twice_and_in_disorder_but_every_state_comes() -> None:
    async with stage(Desk({}), disorder=0.8, pace=50.0) as on:
        sids = [(await on.rest(lambda: send(on))).sid for _ in range(6)]
        await on.webhooks.settle()
        seen = [states(on, sid) for sid in sids]

    assert all(len(set(one)) == 3 for one in seen)
    assert any(list(dict.fromkeys(one)) != sorted(set(one), key=ORDER.index) for one in seen if "delivered" in one)
    assert any(max(Counter(one).values()) > 1 for one in seen)


_REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"to": "+15005550001"}, 21211),
    ({"to": "12"}, 21211),
    ({"to": "+15005550002"}, 21612),
    ({"to": "+15005550003"}, 21408),
    ({"to": "+15005550004"}, 21610),
    ({"to": "+15005550009"}, 21614),
    ({"to": "+12025550143"}, 21614),
    ({"from_": "+15005550001"}, 21212),
    ({"from_": "+15005550007"}, 21606),
    ({"from_": "+15005550008"}, 21611),
    ({"from_": "+12025550199"}, 21606),
    ({"from_": "whatsapp:+12025550199", "to": f"whatsapp:{CITIZEN}"}, 63007),
    ({"to": f"whatsapp:{CITIZEN}"}, 21910),
    ({"to": LINE}, 21266),
    ({"body": None}, 21602),
    ({"body": "x" * 1601}, 21617),
    ({"from_": None}, 21603),
    ({"from_": None, "messaging_service_sid": "MG" + "0" * 32}, 21703),
]


async def test_what_cannot_be_sent_is_refused_by_number() -> None:
    async with stage(Desk({}), reach={"+12025550143": Reach.LANDLINE}) as on:
        for wish, code in _REFUSED:
            assert await on.refused(lambda wish=wish: send(on, **wish)) == (400, code), wish
    assert on.desk.asked == []


async def test_a_sender_sends_one_after_the_other_and_a_service_chooses_it() -> None:
    async with stage(Desk({}), pace=100.0, in_service=frozenset({LINE})) as on:
        (number,) = (await on.rest(lambda: on.client.incoming_phone_numbers.list(limit=2)))[:1]
        service = on.exchange.board.numbers.known[number.phone_number].service_sid
        first = await on.rest(lambda: send(on, from_=None, messaging_service_sid=service, body="x" * 161))
        second = await on.rest(lambda: send(on))
        await on.webhooks.settle()
        listed = await on.rest(lambda: on.client.messages.list(from_=LINE, limit=5))

    assert (first.status, first.num_segments, first.from_) == ("accepted", "0", None)
    assert states(on, first.sid)[0] == "queued"
    assert [one.sid for one in listed] == [second.sid, first.sid]
    assert listed[0].date_sent is not None
    assert [one.num_segments for one in listed] == ["1", "2"]
    order = [f["MessageSid"] for _, f, _ in on.desk.asked if f.get("MessageStatus") == "sending"]
    assert order == [first.sid, second.sid]


async def test_whatsapp_answers_freely_within_a_day_of_the_last_text() -> None:
    theirs, ours = f"whatsapp:{CITIZEN}", f"whatsapp:{LINE}"
    async with stage(Desk({"/twilio/sms": [response()]}), seed="3") as on:
        early = await on.rest(lambda: send(on, to=theirs, from_=ours))
        await on.webhooks.settle()
        await on.exchange.text(1, sender=theirs, line=ours, body="你好")
        later = await on.rest(lambda: send(on, to=theirs, from_=ours))
        await on.webhooks.settle()

    (failed,) = [fields for _, fields, _ in on.desk.asked if fields.get("MessageSid") == early.sid]
    assert (failed["MessageStatus"], failed["ErrorCode"]) == ("failed", "63016")
    assert states(on, later.sid)[:3] == ORDER[:3]
    (text,) = came(on)
    assert (text["From"], text["WaId"], "FromCity" in text) == (theirs, "12025550142", False)


# Opt-out at the carrier


def test_who_says_stop_is_out_at_long_codes_services_and_toll_free_numbers_only() -> None:
    outs = OptOuts()
    stop = outs.hear("+12025550100", "", CITIZEN, " stop ")
    assert stop is not None
    assert (stop.word, "unsubscribed" in stop.answer) == ("STOP", True)
    assert outs.is_out("+12025550100", CITIZEN)
    assert outs.hear("+12025550100", "", CITIZEN, "STOP please") is None
    assert outs.hear("+12025550100", "", CITIZEN, "退订") is None
    again = outs.hear("+12025550100", "", CITIZEN, "yes")
    assert again is not None
    assert "re-subscribed" in again.answer
    assert not outs.is_out("+12025550100", CITIZEN)

    free = "+18005550100"
    assert outs.hear(free, "", CITIZEN, "END") is None
    network = outs.hear(free, "", CITIZEN, "Stop")
    assert network is not None
    assert network.answer.startswith("NETWORK MSG")
    assert outs.hear(free, "", CITIZEN, "YES") is None
    assert outs.is_out(free, CITIZEN)

    chinese = outs.hear("+12025550101", "MG1", CITIZEN, "退订")
    assert chinese is not None
    assert outs.is_out("MG1", CITIZEN)
    assert outs.hear("43210", "", CITIZEN, "STOP") is None
    assert outs.hear(f"whatsapp:{LINE}", "", f"whatsapp:{CITIZEN}", "STOP") is None


async def test_an_opt_out_reaches_the_webhook_and_refuses_what_follows() -> None:
    desk = Desk({"/twilio/sms": [response("<Message>We have it.</Message>")]})
    async with stage(desk, in_service=frozenset({LINE})) as on:
        await on.exchange.text(1, sender=CITIZEN, line=LINE, body="STOP")
        assert await on.refused(lambda: send(on)) == (400, 21610)
        await on.exchange.text(2, sender=CITIZEN, line=LINE, body="START")
        await on.rest(lambda: send(on))

    assert [text.get("OptOutType") for text in came(on)] == ["STOP", "START"]
    refused = [h for h in on.told if h["what"] == "text answer refused"]
    assert [h["problem"] for h in refused] == ["opted out (21610)"]
    assert [h["what"] for h in on.told].count("carrier answers") == 2


# What comes in


async def test_files_are_served_to_whoever_has_the_credentials() -> None:
    async with stage(Desk({"/twilio/sms": [response()]})) as on:
        for number, kind in enumerate(("image/png", "huge", "lying")):
            await on.exchange.text(number, sender=CITIZEN, line=LINE, body="see", attached=kind)
        texts = came(on)
        urls = [text["MediaUrl0"] for text in texts]
        open_door = await on.rest(lambda: requests.get(urls[0], timeout=10))
        got = [await on.rest(lambda url=url: requests.get(url, auth=(ACCOUNT, TOKEN), timeout=30)) for url in urls]
        sid = texts[0]["MessageSid"]
        (listed,) = await on.rest(lambda: on.client.messages(sid).media.list(limit=5))
        message = await on.rest(lambda: on.client.messages(sid).fetch())

    assert open_door.status_code == 401
    assert [answer.headers["content-type"] for answer in got] == ["image/png", "image/jpeg", "image/jpeg"]
    assert got[0].content.startswith(b"\x89PNG")
    assert len(got[1].content) == 64 << 20
    assert got[2].content.startswith(b"<html>")
    assert (listed.content_type, listed.parent_sid) == ("image/png", sid)
    assert listed.uri.removesuffix(".json") in urls[0]
    assert (sid[:2], message.num_media, message.direction, message.status) == ("MM", "1", "inbound", "received")


async def test_a_text_whose_webhook_never_came_is_in_the_list_page_by_page() -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    async with stage(Desk({}), faults=Faults(lost_texts=1.0)) as on:
        for number in range(5):
            await on.exchange.text(number)
        every = await on.rest(lambda: on.client.messages.list(to=LINE, date_sent_after=since, page_size=2))
        first = await on.rest(lambda: on.client.messages.page(date_sent_after=since, page_size=2))
        second = await on.rest(first.next_page)
        none = await on.rest(lambda: on.client.messages.list(date_sent_before=since, limit=5))

    assert on.desk.asked == []
    assert [one.sid for one in every] == [h["sid"] for h in reversed(on.told) if h["what"] == "text lost"]
    assert second is not None
    assert [one.sid for one in [*first, *second]] == [one.sid for one in every[:4]]
    assert none == []


# People who converse


@pytest.mark.parametrize(
    ("words", "language", "possible"),
    [
        ("Did you mean: 1 Bulky waste 2 Missed collection 3 Recycling? Reply with the number.", "en", {"1", "2", "3"}),
        ("您是要问：1. 停水 2. 水费 3. 水质？请回复数字", "zh", {"1", "2", "3"}),
        ("How satisfied were you? Please rate 1 to 5.", "en", {"2", "3", "4", "5"}),
        ("Your case is 26-000418-7, it is at Water Supply.", "en", {"STATUS 26-000418-7"}),
        ("请问您在哪条街？", "zh", {"莲花巷12号，大门旁边🙂", "堰坝路和山街的路口。"}),
        ("Automatic reply: we have your message.", "en", set()),
        (
            "Automatic reply: did you mean\n1 = A permit\n2 = A fine\nReply with the digit, 0 for none.",
            "en",
            {"1", "2"},
        ),
        ("Automatic reply: Up to 5 pieces, 2 times a year. [K-020 v1]", "en", {"thx", "No, that does not help."}),
        ("自动回复：每年2次，每次5件。[K-020 v1]", "zh", {"谢谢！", "我问的不是这个。"}),
    ],
)
def test_people_react_to_what_they_read(words: str, language: str, possible: set[str]) -> None:
    said = {reaction.body for n in range(40) if (reaction := react(words, language, Random(n))) is not None}
    assert said >= possible if possible else not said


async def test_a_person_answers_the_operator_with_a_photo_and_a_quotation() -> None:
    theirs, ours = f"whatsapp:{CITIZEN}", f"whatsapp:{LINE}"
    async with stage(Desk({"/twilio/sms": [response()]}), talkative=1.0) as on:
        await on.exchange.text(1, sender=theirs, line=ours, body="路灯坏了")
        asked = await on.rest(lambda: send(on, to=theirs, from_=ours, body="请拍张照片给我们好吗？"))
        await on.webhooks.settle()

    _, answer = came(on)
    assert (answer["NumMedia"], answer["OriginalRepliedMessageSid"]) == ("1", asked.sid)
    assert answer["MediaUrl0"].startswith(on.client.api.base_url)


async def test_a_machine_answers_everything_and_stops_with_the_simulation() -> None:
    desk = Desk({"/twilio/sms": [response("<Message>We have your message.</Message>")]})
    async with stage(desk, reach={CITIZEN: Reach.MACHINE}) as on:
        await on.exchange.text(1, sender=CITIZEN, line=LINE, body="hello")
        async with asyncio.timeout(10):
            while len(came(on)) < 5:
                await asyncio.sleep(0.01)
        await on.exchange.close()

    assert len({text["Body"] for text in came(on)[1:]}) == 1

"""The REST API of the carrier's stand-in: credentials, lists and pages, numbers, faults."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standin.small_desk import ACCOUNT, LINE, OPERATOR, PUBLIC, Desk, response, stage
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from grm_console.standin.faults import Faults

V = f"{PUBLIC}/twilio/voice"
HOLD = response("<Pause length='2'/>", f"<Redirect>{V}</Redirect>")


async def test_a_call_is_ended_once() -> None:
    async with stage(Desk({"/twilio/voice": [HOLD]}), patience=1e6) as on:
        on.rings()
        sid = (await on.until("call rings"))["sid"]
        ended = await on.rest(lambda: on.client.calls(sid).update(status="completed"))
        assert (await on.until("call ends"))["why"] == "the desk hung up"
        assert ended.sid == sid
        assert await on.refused(lambda: on.client.calls(sid).update(status="completed")) == (400, 21220)
        assert await on.refused(lambda: on.client.calls("CA" + "0" * 32).update(status="completed")) == (404, 20404)


async def test_wrong_credentials_and_unknown_addresses_are_refused() -> None:
    async with stage(Desk({})) as on:
        stranger = Client(ACCOUNT, "wrong", http_client=on.client.http_client)
        stranger.api.base_url = on.client.api.base_url
        assert await on.refused(lambda: stranger.calls("CA1").fetch()) == (401, 20003)
        assert await on.refused(lambda: on.client.addresses("AD1").fetch()) == (404, 20404)
        account = await on.rest(lambda: on.client.api.accounts(ACCOUNT).fetch())
        assert (account.status, account.type) == ("active", "Full")


async def test_calls_are_listed_newest_first_by_line_and_time_page_by_page() -> None:
    async with stage(Desk({"/twilio/voice": [response("<Hangup/>")]})) as on:
        for number in range(5):
            await on.exchange.call(number)
        since = datetime.now(UTC) - timedelta(minutes=5)
        every = await on.rest(lambda: on.client.calls.list(to=LINE, start_time_after=since, page_size=2))
        assert [call.sid for call in every] == [h["sid"] for h in reversed(on.told) if h["what"] == "call rings"]
        assert await on.rest(lambda: on.client.calls.list(to=OPERATOR, limit=5)) == []
        assert await on.rest(lambda: on.client.calls.list(start_time_before=since, limit=5)) == []


async def test_a_call_can_be_made_with_a_document_of_its_own() -> None:
    async with stage(Desk({"/twilio/voice/hello": [response("<Hangup/>")]})) as on:
        made = await on.rest(lambda: on.client.calls.create(from_=LINE, to=OPERATOR, url=f"{V}/hello"))
        await on.until("phone ends", sid=made.sid)
        assert await on.refused(
            lambda: on.client.calls.create(from_=LINE, to=OPERATOR, twiml="<Say>" + "x" * 4000)
        ) == (400, 32018)

    assert [target for target, *_ in on.desk.asked] == ["/twilio/voice/hello"]


@pytest.mark.parametrize(
    ("faults", "outcome", "sent"),
    [
        (Faults(too_many=1), (429, 20429), {0}),
        (Faults(failing=1), None, set(range(1, 20))),
        (Faults(slow=0.01), (201, 0), {20}),
    ],
)
async def test_faults_refuse_fail_before_or_after_the_deed_or_delay(
    faults: Faults, outcome: Any, sent: set[int]
) -> None:
    async with stage(Desk({}), faults=faults) as on:

        def outcome_of_one() -> tuple[int, int]:
            try:
                on.client.messages.create(from_=LINE, to="+12025550142", body="hello")
            except TwilioRestException as error:
                return error.status, error.code
            return 201, 0

        outcomes = {await on.rest(outcome_of_one) for _ in range(20)}

    assert outcomes == ({outcome} if outcome else {(503, 20503), (500, 20500)})
    assert len([h for h in on.told if h["what"] == "text sent"]) in sent

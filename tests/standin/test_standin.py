"""The carrier's stand-in against a small desk: signed as the real one signs, patient, orderly and repeatable."""

import asyncio
from pathlib import Path
from random import Random
from typing import Any

import pytest
from standin.small_desk import PUBLIC, Desk, exchange_with, response

from grm_console.errors import InvalidInput
from grm_console.standin.script import read_script

CITY = Path(__file__).parents[2] / "data" / "city"


async def test_a_caller_who_waits_too_long_hangs_up_and_says_so() -> None:
    hold = response("<Pause length='2'/>", f"<Redirect>{PUBLIC}/twilio/voice/hold?n=1</Redirect>")
    desk = Desk({"/twilio/voice": [hold], "/twilio/voice/hold": [hold]})
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told, patience=30) as (exchange, webhooks):
        await exchange.call(1)
        await webhooks.settle()

    assert told[0]["what"] == "call rings"
    assert [h["why"] for h in told if h["what"] == "call ends"] == ["the caller gave up"]
    assert desk.states("/twilio/voice") == ["ringing"]
    assert set(desk.states("/twilio/voice/hold?n=1")) == {"in-progress"}
    assert desk.states("/twilio/voice/status") == ["completed"]


@pytest.mark.parametrize(
    "broken", [(500, ""), (200, "<Response><Say>"), (200, "<Response><Fly/></Response>"), (403, "")]
)
async def test_what_is_no_document_is_an_error_in_the_callers_ear(broken: tuple[int, str]) -> None:
    desk = Desk({"/twilio/voice": [broken]})
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told) as (exchange, webhooks):
        await exchange.call(1)
        await webhooks.settle()

    assert "call hears an error" in [h["what"] for h in told]


async def test_a_text_is_sent_again_with_the_same_token_until_it_is_taken() -> None:
    desk = Desk({"/twilio/sms": [(503, ""), (503, ""), response("<Message>We have it.</Message>")]})
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told) as (exchange, webhooks):
        await exchange.text(1)

    assert len(desk.asked) == 3
    assert len({(fields["MessageSid"], token) for _, fields, token in desk.asked}) == 1
    assert [h["text"] for h in told if h["what"] == "text answered"] == ["We have it."]
    assert webhooks.failures == 0


@pytest.mark.parametrize(
    ("fragment", "answer", "tries"),
    [
        ("", (403, ""), 1),
        ("", (503, ""), 1),
        ("#rc=5&rp=all", (403, ""), 6),
        ("#rc=2&rp=5xx", (503, ""), 3),
        ("#rc=2&rp=5xx", (403, ""), 1),
        ("#rc=9&rp=nonsense,4xx", (403, ""), 6),
    ],
)
async def test_a_request_is_repeated_as_often_as_its_address_asks_for(
    fragment: str, answer: tuple[int, str], tries: int
) -> None:
    desk = Desk({"/twilio/sms/status": [answer]})
    async with exchange_with(desk, []) as (_, webhooks):
        assert await webhooks.ask(f"/twilio/sms/status{fragment}", {"MessageSid": "SM1"}, Random(1)) is None

    assert (len(desk.asked), webhooks.failures) == (tries, 1)
    assert {target for target, *_ in desk.asked} == {"/twilio/sms/status"}


async def test_nobody_listening_is_tried_twice_without_being_asked_to() -> None:
    told: list[dict[str, Any]] = []
    async with exchange_with(Desk({}), told) as (_, webhooks):
        pass
    assert await webhooks.ask("/twilio/sms", {"MessageSid": "SM1"}, Random(1)) is None
    assert [h["problem"] for h in told] == ["NotConnected", "NotConnected"]


async def test_the_fallback_is_asked_when_the_first_address_failed() -> None:
    desk = Desk({"/twilio/sms": [(500, "")], "/twilio/sms/fallback": [response("<Message>Here.</Message>")]})
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told) as (exchange, _):
        await exchange.text(1)
        await exchange.close()

    assert [h["text"] for h in told if h["what"] == "text answered"] == ["Here."]
    last = desk.asked[-1][1]
    assert last["ErrorCode"] == "11200"
    assert last["MessageSid"] == desk.asked[0][1]["MessageSid"]


async def test_a_report_that_comes_twice_is_the_same_report() -> None:
    desk = Desk({})
    async with exchange_with(desk, [], disorder=1) as (_, webhooks):
        webhooks.report("/twilio/voice/status", {"CallSid": "CA1", "CallStatus": "completed"}, Random(1))
        await webhooks.settle()

    first, second = desk.asked
    assert first == second


async def test_a_report_may_be_lost() -> None:
    desk = Desk({})
    async with exchange_with(desk, [], lost=1.0) as (_, webhooks):
        webhooks.report("/twilio/voice/status", {"CallSid": "CA1", "CallStatus": "completed"}, Random(1))
        await webhooks.settle()

    assert desk.asked == []


async def test_the_same_seed_draws_the_same_calls() -> None:
    seen = []
    for seed in ("7", "7", "8"):
        desk = Desk({"/twilio/voice": [response("<Hangup/>")], "/twilio/sms": [response()]})
        async with exchange_with(desk, [], seed=seed) as (exchange, webhooks):
            await exchange.call(1)
            await exchange.text(1)
            await webhooks.settle()
        seen.append([fields for target, fields, _ in desk.asked if not target.endswith("status")])

    assert seen[0] == seen[1] != seen[2]


async def test_traffic_ends_with_every_call_reported_as_ended() -> None:
    hold = response("<Pause length='2'/>", f"<Redirect>{PUBLIC}/twilio/voice</Redirect>")
    desk = Desk({"/twilio/voice": [hold], "/twilio/sms": [response()]})
    async with exchange_with(desk, [], pace=50.0) as (exchange, _):
        await exchange.traffic(60, 60, 0.3)

    begun = {fields["CallSid"] for target, fields, _ in desk.asked if target == "/twilio/voice"}
    ended = {fields["CallSid"] for target, fields, _ in desk.asked if target == "/twilio/voice/status"}
    assert begun
    assert begun <= ended, "whoever gives up before the first document is reported as well"
    assert any(target == "/twilio/sms" for target, *_ in desk.asked)


async def test_who_was_about_to_call_at_the_end_does_not_talk_on_by_themselves() -> None:
    """A call begun in the tick in which the end came was cut by nobody, and lived as long as its patience."""
    told: list[dict[str, Any]] = []
    async with exchange_with(Desk({}), told, patience=1e9) as (exchange, _):
        about_to = asyncio.ensure_future(exchange.call(1))
        await exchange.close()
        async with asyncio.timeout(5):
            await about_to

    assert told == []


# The script


def test_the_citys_files_can_be_read() -> None:
    script = read_script(CITY / "phrases.yaml", CITY / "contacts.csv", ())

    assert "+12025550142" in {person.number for person in script.people}
    assert "+12025550100" in script.lines
    assert {code for code, _ in script.openings} >= {"en", "zh"}
    draw = Random(1)
    assert all(script.texter(draw).number.startswith("+") for _ in range(200))
    assert any(not script.caller(draw).number.startswith("+1") for _ in range(200))


def test_without_files_there_are_strangers_and_built_in_words() -> None:
    script = read_script(None, None, ())

    assert script.lines == ("+12025550100",)
    assert script.opening("zh", Random(1))
    assert script.caller(Random(1))


@pytest.mark.parametrize("content", ["- a\n- b\n", "callers: hello\ntexts: [1, {text: ''}]\n", ""])
def test_odd_phrases_leave_the_built_in_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "phrases.yaml"
    file.write_text(content)

    assert read_script(file, None, ()).texts


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no\.yaml"):
        read_script(tmp_path / "no.yaml", None, ())
    with pytest.raises(InvalidInput, match=r"no\.csv"):
        read_script(None, tmp_path / "no.csv", ())

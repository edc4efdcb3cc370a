"""The carrier's stand-in against a small desk: signed as the real one signs, patient, orderly and repeatable."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from grm_console.errors import InvalidInput
from grm_console.standin import http
from grm_console.standin.exchange import Exchange
from grm_console.standin.script import Person, Script, read_script
from grm_console.standin.webhooks import Webhooks

PUBLIC = "https://desk.example.gov"
TOKEN = "secret-token"
ACCOUNT = "AC" + "0" * 32
SCRIPT = Script((Person("+12025550142", "zh"),), ("+12025550100",), (("zh", "您好"),), (("zh", "什么时候收垃圾？"),))
CITY = Path(__file__).parents[2] / "data" / "city"
XML = {"content-type": "text/xml; charset=utf-8"}


class Desk:
    """A desk that checks each request by the official package and answers from a list by path."""

    def __init__(self, answers: dict[str, list[tuple[int, str]]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str], str]] = []

    async def handle(self, request: http.Message) -> tuple[int, dict[str, str], bytes]:
        target = request.first_line.split(" ")[1]
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
        webhooks = Webhooks(target, PUBLIC, ACCOUNT, TOKEN, told.append, disorder=changes.pop("disorder", 0), pace=500)
        values = {"seed": "1", "token": TOKEN, "patience": 1000.0, "talk": 5.0, "pace": 500.0} | changes
        yield Exchange(webhooks, SCRIPT, told.append, **values), webhooks


def response(*verbs: str) -> tuple[int, str]:
    return 200, "<Response>" + "".join(verbs) + "</Response>"


DIAL = (
    f'<Dial callerId="+12025550100" action="{PUBLIC}/twilio/voice/dialled" timeout="20">'
    f'<Number statusCallback="{PUBLIC}/twilio/voice/status">+12025550191</Number></Dial>'
)


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


async def test_a_call_that_is_joined_reports_each_step_of_the_operators_leg() -> None:
    desk = Desk(
        {"/twilio/voice": [response("<Say>Hello</Say>", DIAL)], "/twilio/voice/dialled": [response("<Hangup/>")]}
    )
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told) as (exchange, webhooks):
        await exchange.call(1)
        await webhooks.settle()

    legs = sorted(
        (int(fields["SequenceNumber"]), fields["CallStatus"], fields["To"])
        for _, fields, _ in desk.asked
        if "ParentCallSid" in fields
    )
    assert [state for _, state, _ in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert {to for *_, to in legs} == {"+12025550191"}
    own = [fields for target, fields, _ in desk.asked if target.endswith("/status") and "ParentCallSid" not in fields]
    assert [fields["CallStatus"] for fields in own] == ["completed"]
    assert [h["opening"] for h in told if h["what"] == "call talks"] == ["您好"]


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


async def test_a_refused_text_is_a_failure_and_is_not_repeated() -> None:
    desk = Desk({"/twilio/sms": [(403, "")]})
    async with exchange_with(desk, []) as (exchange, webhooks):
        await exchange.text(1)

    assert (len(desk.asked), webhooks.failures) == (1, 1)


async def test_a_report_that_comes_twice_is_the_same_report() -> None:
    desk = Desk({})
    async with exchange_with(desk, [], disorder=1) as (_, webhooks):
        webhooks.report("/twilio/voice/status", {"CallSid": "CA1", "CallStatus": "completed"}, Random(1))
        await webhooks.settle()

    first, second = desk.asked
    assert first == second


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


# The REST API


def request(path: str, body: str, password: str = TOKEN) -> http.Message:
    basic = base64.b64encode(f"{ACCOUNT}:{password}".encode()).decode()
    return http.Message(f"POST {path} HTTP/1.1", {"authorization": f"Basic {basic}"}, body.encode())


async def test_the_rest_api_ends_a_call_once() -> None:
    hold = response("<Pause length='2'/>", f"<Redirect>{PUBLIC}/twilio/voice</Redirect>")
    desk = Desk({"/twilio/voice": [hold]})
    told: list[dict[str, Any]] = []
    async with exchange_with(desk, told, patience=1e6) as (exchange, webhooks):
        calling = asyncio.ensure_future(exchange.call(1))
        while not desk.asked:
            await asyncio.sleep(0)
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{told[0]['sid']}.json"
        assert (await exchange.rest(request(path, "Status=completed", "wrong")))[0] == 401
        assert (await exchange.rest(request(path, "Status=completed")))[0] == 200
        await calling
        assert (await exchange.rest(request(path, "Status=completed")))[0] == 400
        assert (await exchange.rest(request(path.replace("CA", "CB"), "Status=completed")))[0] == 404
        await webhooks.settle()

    assert told[-1]["state"] == "completed"


async def test_the_rest_api_takes_a_text_and_reports_on_it() -> None:
    desk = Desk({})
    async with exchange_with(desk, []) as (exchange, webhooks):
        body = f"From=%2B12025550100&To=%2B12025550142&Body=hello&StatusCallback={PUBLIC}/twilio/sms/status"
        status, _, answer = await exchange.rest(request(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", body))
        await webhooks.settle()

    assert (status, b'"queued"' in answer) == (201, True)
    states = {fields["MessageStatus"] for _, fields, _ in desk.asked}
    assert "sent" in states
    assert len(states) == 2


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

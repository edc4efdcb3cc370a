"""What is told of a Twilio account, against a REST server on loopback."""

from collections.abc import Iterator

import pytest
from carrier_side import ACCOUNT, LINE, PUBLIC, TOKEN
from rest_side import HOME, NUMBER, Reply, Rest, account_json, connected_json, number_json, numbers_json, rest_server

from grm_console.channels.twilio.account import TwilioAccount, wanted_settings
from grm_console.channels.twilio.account_health import account_health
from grm_console.errors import CarrierError, NotFound
from grm_console.settings import Settings

NUMBERS = f"{HOME}/IncomingPhoneNumbers.json"
ABOUT = f"/2010-04-01/Accounts/{ACCOUNT}.json"


@pytest.fixture
def rest() -> Iterator[Rest]:
    with rest_server() as server:
        server.answer("GET", ABOUT, account_json())
        server.answer("GET", NUMBERS, numbers_json(connected_json()))
        yield server


def faults(rest: Rest, **changed: str) -> dict[str, str]:
    """What is not in order, by what it is about."""
    settings = {
        "public_base_url": PUBLIC,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_api_base_url": rest.url,
        **changed,
    }
    found = account_health(Settings(_env_file=None, **settings))  # type: ignore[arg-type]
    assert all(TOKEN not in fact for _, fact, _ in found)
    return {part: fact for part, fact, fine in found if not fine}


def test_a_connected_account_is_in_order(rest: Rest) -> None:
    assert faults(rest) == {}
    assert all(request.method == "GET" for request in rest.asked)


def test_a_number_just_bought_is_told_all_that_is_missing(rest: Rest) -> None:
    rest.answer("GET", NUMBERS, numbers_json(number_json()))
    told = faults(rest)[LINE]
    for words in (
        "calls: leads to https://demo.twilio.com",
        "calls after a failure: leads nowhere",
        "the end of calls: leads nowhere",
        "texts: leads to",
        f"grm twilio connect {LINE}",
        "no emergency address",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"voice_url": "http://desk.example.gov/twilio/voice#rc=3"}, "(not encrypted)"),
        ({"voice_url": f"{PUBLIC}/twilio/voice"}, "calls: a failure is not tried again"),
        ({"voice_url": f"{PUBLIC}/twilio/sms#rc=3"}, "calls: leads to"),
        ({"voice_url": "https://x:99999/\x1b[31m"}, "\N{REPLACEMENT CHARACTER}[31m"),
        ({"voice_application_sid": "AP" + "0" * 32}, "an application takes its calls"),
        ({"trunk_sid": "TK" + "0" * 32}, "SIP trunk"),
        ({"voice_receive_mode": "fax"}, "faxes"),
        ({"emergency_address_status": "registration-failure"}, "was refused"),
        ({"emergency_address_status": "pending-registration"}, "being registered"),
    ],
)
def test_each_fault_of_a_number_is_named(rest: Rest, changed: dict[str, str], words: str) -> None:
    rest.answer("GET", NUMBERS, numbers_json(connected_json(**changed)))
    assert words in faults(rest)[LINE]


@pytest.mark.parametrize(
    "changed",
    [
        {"voice_url": "https://desk.example.gov:443/twilio/voice#rc=5"},
        {"sms_url": "", "capabilities": {"voice": True, "sms": False}},
        {"voice_url": "", "emergency_address_status": "", "capabilities": {"voice": False, "sms": True}},
    ],
)
def test_what_does_no_harm_is_no_fault(rest: Rest, changed: dict[str, object]) -> None:
    rest.answer("GET", NUMBERS, numbers_json(connected_json(**changed)))
    assert faults(rest) == {}


@pytest.mark.parametrize(
    ("changed", "part", "words"),
    [
        ({"status": "suspended"}, "Twilio account", "suspended"),
        ({"type": "Trial"}, "Twilio account", "trial"),
        ({"auth_token": "another"}, "Twilio token", "every request is refused"),
    ],
)
def test_each_fault_of_the_account_is_named(rest: Rest, changed: dict[str, str], part: str, words: str) -> None:
    rest.answer("GET", ABOUT, account_json(**changed))
    assert words in faults(rest)[part]


def test_a_sub_account_is_said(rest: Rest) -> None:
    rest.answer("GET", ABOUT, account_json(owner_account_sid="AC" + "1" * 32))
    found = account_health(
        Settings(
            public_base_url=PUBLIC,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_base_url=rest.url,
            _env_file=None,
        )
    )
    assert any("sub-account of AC111" in fact and fine for _, fact, fine in found)


def test_refused_credentials_are_one_sentence(rest: Rest) -> None:
    rest.refuse("GET", ABOUT, 401, 20003)
    told = faults(rest)
    assert list(told) == ["Twilio account"]
    assert "parent account's token" in told["Twilio account"]


def test_the_token_that_twilio_takes_is_found(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = TwilioAccount.facts

    def only_the_second(account: TwilioAccount, tokens: tuple[str, ...]) -> object:
        found = facts(account, tokens)
        if account._client.password == "old-token":
            raise CarrierError("Refused.", code=20003)
        return found

    monkeypatch.setattr(TwilioAccount, "facts", only_the_second)
    assert "token 2" in faults(rest, twilio_auth_token=f"old-token,{TOKEN}")["Twilio token"]


@pytest.mark.parametrize(
    ("changed", "part", "words"),
    [
        ({"twilio_auth_token": ""}, "Twilio account", "GRM_TWILIO_AUTH_TOKEN"),
        ({"twilio_account_sid": "SK" + "0" * 32}, "Twilio account", "begins with AC"),
        ({"public_base_url": ""}, "public address", "not set"),
        ({"public_base_url": "http://desk.example.gov"}, "public address", "not https"),
    ],
)
def test_each_wrong_setting_is_named(rest: Rest, changed: dict[str, str], part: str, words: str) -> None:
    assert words in faults(rest, **changed)[part]


@pytest.mark.parametrize(
    ("host", "fine"), [("api.ie1.twilio.com", False), ("api.dublin.ie1.twilio.com", True), ("api.twilio.com", True)]
)
def test_a_region_needs_an_edge(host: str, fine: bool) -> None:
    # A SID of the wrong kind ends it before anything is asked.
    settings = Settings(
        twilio_account_sid="SK0", twilio_auth_token=TOKEN, twilio_api_base_url=f"https://{host}", _env_file=None
    )
    region = account_health(settings)[0]
    assert region[2] is fine


@pytest.mark.parametrize("reply", [Reply(503, b"", {}), Reply(200, b"<html>", {})])
def test_a_server_that_fails_is_a_finding(rest: Rest, reply: Reply) -> None:
    rest.replies["GET", NUMBERS] = reply
    assert ("error 503" if reply.status == 503 else "tried again") in faults(rest)["Twilio numbers"]


def test_a_number_that_is_not_there_is_told_with_those_that_are(rest: Rest) -> None:
    account = TwilioAccount(ACCOUNT, TOKEN, api_base_url=rest.url)
    with pytest.raises(NotFound, match=r"it has \+12025550100"):
        account.number("+12025550199")


def test_a_change_that_twilio_did_not_keep_is_an_error(rest: Rest) -> None:
    rest.answer("GET", NUMBERS, numbers_json(number_json()))
    rest.answer("POST", f"{HOME}/IncomingPhoneNumbers/{NUMBER}.json", number_json())
    account = TwilioAccount(ACCOUNT, TOKEN, api_base_url=rest.url)
    number = account.number(LINE)
    with pytest.raises(CarrierError, match="did not keep voice_url"):
        account.change(number, wanted_settings(number, PUBLIC))

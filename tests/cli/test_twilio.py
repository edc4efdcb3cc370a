"""`grm twilio connect` and `grm doctor --twilio`, against a REST server on loopback."""

import json
from collections.abc import Iterator

import pytest
from carrier_side import ACCOUNT, LINE, PUBLIC
from command_line import Grm
from conftest import settings_for
from rest_side import HOME, NUMBER, Rest, account_json, connected_json, number_json, numbers_json, rest_server

from grm_console.settings import Settings

NUMBERS = f"{HOME}/IncomingPhoneNumbers.json"
ONE = f"{HOME}/IncomingPhoneNumbers/{NUMBER}.json"
VOICE = f"{PUBLIC}/twilio/voice"
CONNECT = ("twilio", "connect", LINE)


@pytest.fixture
def settings(sqlite_url: str, tmp_path) -> Settings:  # type: ignore[no-untyped-def]
    """These commands do not depend on the store."""
    return settings_for(sqlite_url, tmp_path)


@pytest.fixture
def rest(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rest]:
    with rest_server() as server:
        monkeypatch.setenv("GRM_TWILIO_API_BASE_URL", server.url)
        server.answer("GET", f"/2010-04-01/Accounts/{ACCOUNT}.json", account_json())
        server.answer("GET", NUMBERS, numbers_json(number_json()))
        server.answer("POST", ONE, connected_json(emergency_address_status="unregistered"))
        yield server


def test_a_number_is_led_here_and_each_setting_is_told(rest: Rest, grm: Grm) -> None:
    ran = grm(*CONNECT)
    assert ran.code == 0
    assert rest.last.path == ONE
    assert {name: values[0] for name, values in rest.last.fields.items()} == {
        "VoiceUrl": f"{VOICE}#rc=3&rp=all&ct=2000&rt=4000",
        "VoiceFallbackUrl": f"{VOICE}/fallback#rc=3&rp=all&ct=2000&rt=4000",
        "StatusCallback": f"{VOICE}/status#rc=5&rp=all",
        "SmsUrl": f"{PUBLIC}/twilio/sms#rc=3&rp=all&ct=2000&rt=4000",
        "SmsFallbackUrl": f"{PUBLIC}/twilio/sms/fallback#rc=3&rp=all&ct=2000&rt=4000",
    }
    assert f"https://demo.twilio.com/welcome/voice/ -> {VOICE}#rc=3" in ran.out
    assert f"(empty) -> {VOICE}/status#rc=5&rp=all" in ran.out
    assert "POST (as it is)" in ran.out
    assert "5 settings of +12025550100 were changed" in ran.err
    assert "no emergency address" in ran.err


def test_a_dry_run_tells_the_same_and_changes_nothing(rest: Rest, grm: Grm) -> None:
    dry = grm(*CONNECT, "--dry-run")
    assert [request.method for request in rest.asked] == ["GET"]
    assert "nothing was changed" in dry.err
    assert dry.out == grm(*CONNECT).out


def test_doing_it_again_changes_nothing(rest: Rest, grm: Grm) -> None:
    rest.answer("GET", NUMBERS, numbers_json(connected_json()))
    ran = grm(*CONNECT)
    assert (ran.code, [request.method for request in rest.asked]) == (0, ["GET"])
    assert "leads here already" in ran.err


def test_a_program_reads_it_as_json(rest: Rest, grm: Grm) -> None:
    told = json.loads(grm("twilio", "connect", "(202) 555-0100", "--json", "--dry-run").out)
    assert (told["number"], told["sid"], told["dry_run"]) == (LINE, NUMBER, True)
    rows = {row["setting"]: (row["before"], row["after"]) for row in told["settings"]}
    assert rows["status_callback"] == ("", f"{VOICE}/status#rc=5&rp=all")
    assert len(told["warnings"]) == 1


def test_an_application_that_would_take_the_calls_is_taken_off(rest: Rest, grm: Grm) -> None:
    rest.answer("GET", NUMBERS, numbers_json(connected_json(voice_application_sid="AP" + "0" * 32)))
    assert grm(*CONNECT).code == 0
    assert rest.last.fields == {"VoiceApplicationSid": [""]}


@pytest.mark.parametrize(
    ("number", "words"),
    [("+12025550199", "has no number +12025550199"), ("hello", "not a telephone number")],
)
def test_a_number_that_is_not_ours_is_one_sentence(rest: Rest, grm: Grm, number: str, words: str) -> None:
    ran = grm("twilio", "connect", number)
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err


def test_a_trunk_is_not_overruled(rest: Rest, grm: Grm) -> None:
    rest.answer("GET", NUMBERS, numbers_json(number_json(trunk_sid="TK" + "0" * 32)))
    ran = grm(*CONNECT)
    assert ran.code == 1
    assert "SIP trunk" in ran.err
    assert rest.last.method == "GET"


def test_refused_credentials_are_one_sentence(rest: Rest, grm: Grm) -> None:
    rest.refuse("GET", NUMBERS, 401, 20003)
    ran = grm(*CONNECT)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "credentials" in ran.err
    assert "secret-token" not in ran.err


@pytest.mark.parametrize("name", ["GRM_PUBLIC_BASE_URL", "GRM_TWILIO_AUTH_TOKEN"])
def test_what_is_not_set_is_named(rest: Rest, grm: Grm, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    ran = grm(*CONNECT)
    assert ran.code == 1
    assert name in ran.err


def test_the_doctor_looks_into_the_account_only_if_asked(rest: Rest, grm: Grm) -> None:
    grm("doctor")
    assert rest.asked == []

    ran = grm("doctor", "--twilio", "--json")
    found = [finding for finding in json.loads(ran.out) if finding["part"] == LINE]
    assert (ran.code, [finding["fine"] for finding in found]) == (1, [False])
    assert "grm twilio connect" in found[0]["fact"]

    rest.answer("GET", NUMBERS, numbers_json(connected_json()))
    ran = grm("doctor", "--twilio")
    assert ran.code == 0
    assert "secret-token" not in ran.out

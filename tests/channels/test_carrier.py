"""The carrier against a REST server on loopback: what it sends, and which failures may be tried again."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pytest
from carrier_side import ACCOUNT, CALL, LINE, PUBLIC, TEXT, TOKEN
from rest_side import HOME, Reply, Rest, rest_server

from grm_console.channels.twilio import media
from grm_console.channels.twilio.carrier import TwilioCarrier
from grm_console.desk.ports import CALL_IS_OVER
from grm_console.domain.call_legs import conference_name, leg_label
from grm_console.errors import CarrierError, SettingsError

LEG = "CA" + "0d" * 16
ROOM = "CF" + "0e" * 16
NAME = conference_name(CALL)
LABEL = leg_label(CALL, 1)
CALLS = f"{HOME}/Calls/{CALL}.json"
RINGING = f"{HOME}/Conferences/{NAME}/Participants.json"
SOUND = f"{HOME}/Recordings/RE{'0f' * 16}"


@pytest.fixture
def rest() -> Iterator[Rest]:
    with rest_server() as server:
        server.answer("POST", f"{HOME}/Messages.json", {"sid": TEXT, "status": "queued"}, 201)
        server.answer("POST", RINGING, {"call_sid": LEG, "conference_sid": ROOM, "status": "queued"}, 201)
        server.answer("POST", CALLS, {"sid": CALL, "status": "in-progress"})
        yield server


@pytest.fixture
def carrier(rest: Rest) -> TwilioCarrier:
    return carrier_at(rest.url)


def carrier_at(url: str) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, TOKEN, api_base_url=url, public_base_url=PUBLIC)


def ring(carrier: TwilioCarrier, **more: object) -> str:
    return carrier.ring(
        conference=NAME,
        label=LABEL,
        to="+12025550191",
        caller_id=LINE,
        seconds=20,
        **more,  # type: ignore[arg-type]
    )


ACTS: dict[str, Callable[[TwilioCarrier], object]] = {
    "text": lambda c: c.send_text("+1", "+2", "words", "text-1"),
    "ring": ring,
    "end": lambda c: c.end_call(CALL),
    "join": lambda c: c.join(sid=CALL, conference=NAME, label=leg_label(CALL, 0)),
    "send": lambda c: c.send(sid=CALL, step="silent"),
    "change": lambda c: c.change_leg(conference_sid=ROOM, sid=CALL, held=True),
    "drop": lambda c: c.drop_leg(conference_sid=ROOM, sid=CALL),
    "close": lambda c: c.end_conference(conference_sid=ROOM),
    "fetch": lambda c: c.fetch_recording(c._api_base_url + SOUND),
}
ANEW = {"text", "ring"}
"""What is done anew each time it is asked."""


def refuse_all(rest: Rest, status: int, code: int) -> None:
    for method, path in (
        ("POST", f"{HOME}/Messages.json"),
        ("POST", RINGING),
        ("POST", CALLS),
        ("POST", f"{HOME}/Conferences/{ROOM}.json"),
        ("POST", f"{HOME}/Conferences/{ROOM}/Participants/{CALL}.json"),
        ("DELETE", f"{HOME}/Conferences/{ROOM}/Participants/{CALL}.json"),
        ("GET", SOUND),
    ):
        rest.refuse(method, path, status, code)


def failure(act: Callable[[], object]) -> CarrierError:
    with pytest.raises(CarrierError) as raised:
        act()
    return raised.value


def test_a_text_goes_out_with_a_request_for_reports(rest: Rest, carrier: TwilioCarrier) -> None:
    assert carrier.send_text(LINE, "whatsapp:+12025550142", "您好 & <b>", "text-7") == TEXT

    (request,) = rest.asked
    assert (request.method, request.path) == ("POST", f"{HOME}/Messages.json")
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert request.fields == {
        "From": [LINE],
        "To": ["whatsapp:+12025550142"],
        "Body": ["您好 & <b>"],
        "StatusCallback": [f"{PUBLIC}/twilio/sms/status?text=text-7#rc=5&rp=all"],
    }


def test_an_operator_is_rung_into_the_conference(rest: Rest, carrier: TwilioCarrier) -> None:
    assert ring(carrier) == LEG
    assert rest.last.fields == {
        "From": [LINE],
        "To": ["+12025550191"],
        "Label": [LABEL],
        "Timeout": ["20"],
        "Muted": ["false"],
        "Beep": ["false"],
        "EarlyMedia": ["true"],
        "StartConferenceOnEnter": ["true"],
        "EndConferenceOnExit": ["false"],
        "StatusCallback": [f"{PUBLIC}/twilio/voice/leg?leg={LABEL}#rc=5&rp=all"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "ConferenceStatusCallback": [f"{PUBLIC}/twilio/voice/conference#rc=5&rp=all"],
        "ConferenceStatusCallbackMethod": ["POST"],
        "ConferenceStatusCallbackEvent": ["start", "end", "join", "leave", "mute", "hold"],
    }


def test_nobody_hears_that_a_supervisor_is_rung_to_listen_or_whisper(rest: Rest, carrier: TwilioCarrier) -> None:
    ring(carrier, muted=True)
    assert (rest.last.fields["Muted"], rest.last.fields["EarlyMedia"]) == (["true"], ["false"])

    ring(carrier, coach=LEG)
    assert rest.last.fields["EarlyMedia"] == ["false"]
    assert (rest.last.fields["Coaching"], rest.last.fields["CallSidToCoach"]) == (["true"], [LEG])


def test_who_picks_up_is_told_to_an_address_of_its_own(rest: Rest, carrier: TwilioCarrier) -> None:
    ring(carrier, detects=True)
    told = {name: values for name, values in rest.last.fields.items() if "Machine" in name or "Amd" in name}
    assert told == {
        "MachineDetection": ["Enable"],
        "MachineDetectionTimeout": ["10"],
        "AmdStatusCallback": [f"{PUBLIC}/twilio/voice/machine?leg={LABEL}#rc=5&rp=all"],
        "AmdStatusCallbackMethod": ["POST"],
    }


def test_a_recorded_line_is_recorded_whoever_is_first(rest: Rest, carrier: TwilioCarrier) -> None:
    ring(carrier, record=True)
    assert rest.last.fields["ConferenceRecord"] == ["record-from-start"]
    assert rest.last.fields["ConferenceRecordingStatusCallback"] == [f"{PUBLIC}/twilio/voice/recording#rc=5&rp=all"]

    carrier.join(sid=CALL, conference=NAME, label=leg_label(CALL, 0), record=True)
    assert 'record="record-from-start"' in rest.last.fields["Twiml"][0]


def test_a_caller_is_moved_by_a_document_of_ours(rest: Rest, carrier: TwilioCarrier) -> None:
    carrier.join(sid=CALL, conference=NAME, label=leg_label(CALL, 0))

    assert rest.last.path == CALLS
    (dial,) = ET.fromstring(rest.last.fields["Twiml"][0])
    assert dial.get("action") == f"{PUBLIC}/twilio/voice/after"
    assert [room.text for room in dial] == [NAME]


def test_a_caller_is_sent_to_a_step(rest: Rest, carrier: TwilioCarrier) -> None:
    carrier.send(sid=CALL, step="silent")
    assert rest.last.fields == {"Url": [f"{PUBLIC}/twilio/voice/silent"], "Method": ["POST"]}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"held": True}, {"Hold": ["true"]}),
        ({"held": False, "muted": False}, {"Hold": ["false"], "Muted": ["false"]}),
        ({"coaching": True, "coach": LEG}, {"Coaching": ["true"], "CallSidToCoach": [LEG]}),
        ({"coaching": False, "muted": True}, {"Coaching": ["false"], "Muted": ["true"]}),
    ],
)
def test_only_what_is_given_of_a_leg_is_changed(
    rest: Rest, carrier: TwilioCarrier, given: dict[str, bool | str], sent: dict[str, list[str]]
) -> None:
    rest.answer("POST", f"{HOME}/Conferences/{ROOM}/Participants/{CALL}.json", {"call_sid": CALL})
    carrier.change_leg(conference_sid=ROOM, sid=CALL, **given)  # type: ignore[arg-type]
    assert rest.last.fields == sent


def test_a_joined_leg_is_taken_out_and_a_ringing_one_hung_up(rest: Rest, carrier: TwilioCarrier) -> None:
    rest.answer("DELETE", f"{HOME}/Conferences/{ROOM}/Participants/{CALL}.json", None, 204)
    carrier.drop_leg(conference_sid=ROOM, sid=CALL)
    assert [request.method for request in rest.asked] == ["DELETE"]

    rest.replies.pop(("DELETE", f"{HOME}/Conferences/{ROOM}/Participants/{CALL}.json"))
    for room in (ROOM, ""):
        carrier.drop_leg(conference_sid=room, sid=CALL)
        assert (rest.last.path, rest.last.fields) == (CALLS, {"Status": ["completed"]})


@pytest.mark.parametrize("code", sorted(CALL_IS_OVER))
def test_what_is_over_already_is_no_error_to_end_and_a_known_one_to_use(
    rest: Rest, carrier: TwilioCarrier, code: int
) -> None:
    refuse_all(rest, 404 if code == 20404 else 400, code)
    for name in ("end", "drop", "close"):
        ACTS[name](carrier)
    for name in ("join", "send", "change"):
        error = failure(lambda name=name: ACTS[name](carrier))  # type: ignore[misc]
        assert (error.code, error.retryable, error.unknown) == (code, False, False)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("status", "code", "anew", "harmless"),
    [
        (429, 20429, True, True),
        (400, 21611, True, True),
        (400, 21215, False, False),
        (401, 20003, False, False),
        (500, 20500, False, True),
        (503, 0, False, True),
    ],
)
def test_only_what_surely_had_no_effect_or_does_no_harm_twice_is_tried_again(
    rest: Rest, carrier: TwilioCarrier, name: str, status: int, code: int, anew: bool, harmless: bool
) -> None:
    refuse_all(rest, status, code)
    error = failure(lambda: ACTS[name](carrier))
    again = anew if name in ANEW else harmless
    if name != "fetch" or status != 400:  # a file server knows no codes
        assert error.retryable is again
        assert error.unknown is (not again and status >= 500)
    assert "\x1b" not in str(error)
    assert TOKEN not in str(error)


def test_an_error_tells_what_to_do(rest: Rest, carrier: TwilioCarrier) -> None:
    refuse_all(rest, 400, 21215)
    assert "administrator can allow it" in str(failure(lambda: ring(carrier)))


@pytest.mark.parametrize("name", ACTS)
def test_nobody_there_at_all_may_be_tried_again(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure(lambda: ACTS[name](carrier_at(f"http://127.0.0.1:{port}"))).retryable


@pytest.mark.parametrize("name", ACTS)
def test_after_a_lost_answer_nothing_is_done_anew(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        hanging = threading.Thread(target=hang_up)
        hanging.start()
        error = failure(lambda: ACTS[name](carrier_at(f"http://127.0.0.1:{listener.getsockname()[1]}")))
        listener.shutdown(socket.SHUT_RDWR)
        hanging.join()
    assert (error.retryable, error.unknown) == (name not in ANEW, name in ANEW)


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>Welcome to the hotel</html>"])
def test_an_answer_that_is_none_leaves_it_open(rest: Rest, carrier: TwilioCarrier, body: bytes) -> None:
    rest.replies["POST", RINGING] = Reply(201, body, {})
    assert failure(lambda: ring(carrier)).unknown


def test_surroundings_do_not_lead_the_requests_elsewhere(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    assert ring(carrier_at(rest.url)) == LEG


def test_a_recording_is_fetched_with_credentials(rest: Rest, carrier: TwilioCarrier) -> None:
    rest.give(SOUND, b"RIFF" + bytes(200_000), content_type="audio/x-wav")
    assert carrier.fetch_recording(rest.url + SOUND) == ("audio/x-wav", b"RIFF" + bytes(200_000))
    assert rest.last.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "https://api.twilio.com.example.org/x",
        "https://nottwilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com:99999/x",
        "https://example.org\\@api.twilio.com/x",
        "https://api.twilio.com@example.org/x",
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "https://api.twilio.com/x\r\nx: y",
        "",
    ],
)
def test_no_other_host_is_asked_for_a_recording(rest: Rest, carrier: TwilioCarrier, url: str) -> None:
    assert not failure(lambda: carrier.fetch_recording(url)).retryable
    assert rest.asked == []


def test_a_redirect_keeps_to_the_same_hosts(rest: Rest, carrier: TwilioCarrier) -> None:
    rest.give("/moved", b"", 302, location=SOUND)
    rest.give(SOUND, b"ID3", content_type="audio/mpeg; x=y")
    assert carrier.fetch_recording(rest.url + "/moved") == ("audio/mpeg", b"ID3")

    for target in ("https://example.org/x", "/moved"):
        rest.give("/moved", b"", 302, location=target)
        assert not failure(lambda: carrier.fetch_recording(rest.url + "/moved")).retryable


def test_what_is_no_sound_is_refused(rest: Rest, carrier: TwilioCarrier) -> None:
    rest.give(SOUND, b"<html>", content_type="text/html")
    assert "no sound" in str(failure(lambda: carrier.fetch_recording(rest.url + SOUND)))


def test_an_attachment_is_fetched_and_its_content_host_gets_no_credentials(
    rest: Rest, carrier: TwilioCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.give(SOUND, b"picture", content_type="image/jpeg")
    assert carrier.fetch_attachment(rest.url + SOUND) == ("image/jpeg", b"picture")
    assert rest.last.headers["authorization"].startswith("Basic ")
    rest.give(SOUND, b"code", content_type="x/y z")
    assert "no attachment" in str(failure(lambda: carrier.fetch_attachment(rest.url + SOUND)))
    for host in (
        "https://media.twiliocdn.com.example.org/x",
        "http://media.twiliocdn.com/x",
        "https://twiliocdn.com/x",
    ):
        rest.give("/moved", b"", 302, location=host)
        assert not failure(lambda: carrier.fetch_attachment(rest.url + "/moved")).retryable
    assert not failure(lambda: carrier.fetch_attachment("https://media.twiliocdn.com/x")).retryable
    monkeypatch.setattr(media, "_is_content", lambda url: url.endswith("/content"))
    monkeypatch.setattr(media, "_is_of_twilio", lambda url, base: not url.endswith("/content"))
    rest.give("/moved", b"", 302, location="/content")
    rest.give("/content", b"picture", content_type="image/png")
    assert carrier.fetch_attachment(rest.url + "/moved") == ("image/png", b"picture")
    assert "authorization" not in rest.last.headers


def test_a_recording_is_capped_in_size_and_time(
    rest: Rest, carrier: TwilioCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.give(SOUND, bytes(1001), content_type="audio/mpeg")
    monkeypatch.setattr(media, "LARGEST", 1000)
    assert not failure(lambda: carrier.fetch_recording(rest.url + SOUND)).retryable
    monkeypatch.undo()
    monkeypatch.setattr(media, "LONGEST", -1.0)
    assert failure(lambda: carrier.fetch_recording(rest.url + SOUND)).retryable


def test_half_a_recording_is_none(rest: Rest, carrier: TwilioCarrier) -> None:
    rest.give(SOUND, b"half", content_type="audio/mpeg", content_length="8")
    assert failure(lambda: carrier.fetch_recording(rest.url + SOUND)).retryable


@pytest.mark.parametrize(("account", "token"), [("", TOKEN), (ACCOUNT, "")])
def test_without_account_or_token_there_is_no_carrier(account: str, token: str) -> None:
    with pytest.raises(SettingsError, match="GRM_TWILIO_ACCOUNT_SID"):
        TwilioCarrier(account, token, api_base_url="http://127.0.0.1:1", public_base_url=PUBLIC)

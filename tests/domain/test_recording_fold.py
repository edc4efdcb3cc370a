"""What the carrier tells of a recording is the same in every order, and only its own addresses count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.recording_fold import RecordingEvent, fold_recording, is_of_carrier
from grm_console.domain.words import RecordingKind

AT = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
RUNNING = RecordingEvent("in-progress", "RE1", AT, AT, "", None, "", {"ConferenceSid": ["CF1"]})
READY = replace(RUNNING, state="completed", received_at=AT + timedelta(minutes=3), url="https://x", seconds=180)
FAILED = replace(RUNNING, state="failed", error="16104")
ABSENT = replace(RUNNING, state="absent")


def test_every_order_and_every_repeat_tells_the_same() -> None:
    (told,) = {fold_recording(events, "RE1") for events in permutations((RUNNING, READY, FAILED, ABSENT, READY))}
    assert (told.kind, told.state, told.url, told.seconds) == (RecordingKind.CALL, "completed", "https://x", 180)
    assert (told.call_sid, told.conference_sid, told.started_at) == ("", "CF1", AT)


def test_a_late_progress_opens_nothing_again() -> None:
    assert fold_recording((FAILED, RUNNING), "RE1").state == "failed"
    assert fold_recording((RUNNING, ABSENT), "RE1").url == ""


@pytest.mark.parametrize(
    ("source", "thread", "kind"),
    [
        ("RecordVerb", "CA1", RecordingKind.VOICEMAIL),
        ("Conference", "RE1", RecordingKind.CALL),
        ("DialVerb", "CA1", RecordingKind.CALL),
        ("", "CA1", RecordingKind.VOICEMAIL),
        ("", "RE1", RecordingKind.CALL),
    ],
)
def test_what_it_holds(source: str, thread: str, kind: RecordingKind) -> None:
    event = replace(READY, thread_sid=thread, fields={"RecordingSource": [source]})
    assert fold_recording((event,), "RE1").kind is kind


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1", True),
        ("https://api.dublin.ie1.twilio.com/RE1", True),
        ("https://api.twilio.com:443/RE1", True),
        ("http://127.0.0.1:8081/RE1", True),
        ("http://api.twilio.com/RE1", False),
        ("https://api.twilio.com:8443/RE1", False),
        ("https://twilio.com.evil.example/RE1", False),
        ("https://eviltwilio.com/RE1", False),
        ("https://user@api.twilio.com/RE1", False),
        ("https://api.twilio.com@evil.example/RE1", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("https://[::1", False),
        ("https://api.twilio.com:99999/", False),
        ("file:///etc/passwd", False),
        ("ftp://localhost/RE1", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_carrier_count(url: str, ours: bool) -> None:
    assert is_of_carrier(url) is ours


@given(st.text())
def test_no_address_raises(url: str) -> None:
    is_of_carrier(url)
    assert not is_of_carrier(f"https://{url.replace('/', '')}.example/")

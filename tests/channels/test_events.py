"""Twilio's parameters become the desk's events; what cannot be read is kept, never lost and never raised."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.channels.twilio.events import Door, key_event, read_event, step_event, unreadable_event
from grm_console.channels.twilio.form import Form, FormRefused
from grm_console.channels.twilio.parameters import Unreadable
from grm_console.domain.inbound import EventKind, InboundEvent
from grm_console.domain.words import Channel, Direction, EndReason

CALL = "CA" + "0a" * 16
LEG = "CA" + "0b" * 16
TEXT = "SM" + "0c" * 16
ACCOUNT = "AC" + "0d" * 16
TOKEN = {"i-twilio-idempotency-token": "4b7c8f2e-0000-4000-8000-000000000001"}

RING = {
    "CallSid": CALL,
    "AccountSid": ACCOUNT,
    "From": "+14155550123",
    "To": "+14155550100",
    "CallStatus": "ringing",
    "Direction": "inbound",
    "FromZip": "",
    "BrandNew": "x",
}
MESSAGE = {
    "MessageSid": TEXT,
    "SmsSid": TEXT,
    "SmsMessageSid": TEXT,
    "AccountSid": ACCOUNT,
    "From": "+14155550123",
    "To": "+14155550100",
    "Body": "  when is bulky waste collected?\n",
    "NumMedia": "0",
    "SmsStatus": "received",
}


def read(door: Door, fields: object, headers: dict[str, str] | None = None, label: str = "") -> InboundEvent:
    form = Form.parse(urlencode(fields, doseq=True).encode())  # type: ignore[arg-type]
    return read_event(door, form, headers or {}, label)


def test_a_ringing_call():
    event = read("voice", RING, TOKEN)

    assert (event.provider, event.sid, event.kind, event.discriminator) == (
        "twilio",
        CALL,
        EventKind.CALL,
        "",
    )
    assert (event.channel, event.direction, event.state) == (Channel.VOICE, Direction.INBOUND, "ringing")
    assert (event.sender, event.recipient) == ("+14155550123", "+14155550100")
    assert event.account == ACCOUNT
    assert event.idempotency_token == TOKEN["i-twilio-idempotency-token"]
    assert event.fields == {name: [value] for name, value in RING.items()}
    assert event.raw == b""


def test_a_call_asked_for_again_is_the_same_event():
    again = read("voice", RING | {"CallStatus": "in-progress"})

    assert (again.sid, again.kind, again.discriminator) == (CALL, EventKind.CALL, "")


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "anonymous",
        "+266696687",
        "client:tommy",
        "sip:alice@example.gov",
        "911",
        "MYBANK",
        "whatsapp:+14155550123",
    ],
)
def test_any_sender_of_a_call_stays_as_it_was_written(sender):
    event = read("voice", RING | {"From": sender})

    assert event.sender == sender
    assert event.channel is Channel.VOICE


def test_a_call_that_names_nobody_still_gets_through():
    event = read("voice", {"CallSid": CALL})

    assert (event.sender, event.recipient, event.state) == ("", "", "")


@pytest.mark.parametrize(
    ("said", "direction"),
    [
        ("inbound", Direction.INBOUND),
        ("outbound-api", Direction.OUTBOUND),
        ("outbound-dial", Direction.OUTBOUND),
        ("", Direction.INBOUND),
        ("sideways", Direction.INBOUND),
    ],
)
def test_direction_of_calls(said, direction):
    assert read("voice", RING | {"Direction": said}).direction is direction


def test_call_status_with_sequence_number():
    event = read(
        "voice/status",
        RING
        | {
            "CallStatus": "completed",
            "SequenceNumber": "3",
            "CallDuration": "61",
            "Duration": "2",
            "Timestamp": "Mon, 23 Nov 2026 09:02:03 +0000",
        },
    )

    assert (event.kind, event.discriminator, event.sequence) == (EventKind.CALL_STATUS, "seq:3", 3)
    assert (event.state, event.duration) == ("completed", 61)
    assert event.happened_at == datetime(2026, 11, 23, 9, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("sequence", [None, "", "-1", "abc", "1.5", "٣", "9" * 30, " 3"])
def test_call_status_without_a_usable_sequence_number_is_told_apart_by_its_state(sequence):
    fields = RING | {"CallStatus": "completed"} | ({} if sequence is None else {"SequenceNumber": sequence})

    event = read("voice/status", fields)

    assert (event.discriminator, event.sequence) == ("status:completed", None)
    if sequence is not None:
        assert event.fields["SequenceNumber"] == [sequence]


def test_a_childs_status_has_its_own_sid_and_names_the_parent():
    fields = RING | {"CallSid": LEG, "ParentCallSid": CALL, "Direction": "outbound-dial"}

    event = read("voice/status", fields)

    assert event.sid == LEG
    assert event.parent == CALL
    assert event.fields["ParentCallSid"] == [CALL]
    assert event.direction is Direction.OUTBOUND


@pytest.mark.parametrize("parent", ["", "CA 1", "x" * 400, CALL])
def test_a_call_of_its_own_has_no_parent(parent):
    assert read("voice", RING | {"ParentCallSid": parent}).parent == ""
    assert read("voice", RING).parent == ""


def test_steps_of_one_call_never_collide():
    steps = [
        read("voice/status", RING | {"CallStatus": state, "SequenceNumber": sequence})
        for state, sequence in [("ringing", "0"), ("in-progress", "1"), ("completed", "2"), ("completed", "")]
    ]
    call = read("voice", RING)
    steps += [call, step_event(call, EndReason.CLOSED), step_event(call, EndReason.CALLBACK)]

    assert len({(step.sid, step.kind, step.discriminator) for step in steps}) == len(steps)


# A caller's way


def test_keys_answer_a_question_and_a_retry_is_the_same_answer():
    pressed = RING | {"Digits": "2", "msg": "Gather End"}

    event = key_event(read("voice", pressed, TOKEN), "silent", 3)

    assert event is not None
    assert (event.sid, event.kind, event.state, event.text) == (CALL, EventKind.CALL_KEY, "silent", "2")
    assert event.sequence == 3
    assert event.discriminator == "silent:" + TOKEN["i-twilio-idempotency-token"]
    assert event == key_event(read("voice", pressed, TOKEN), "silent", 3)
    other = key_event(read("voice", pressed, {"i-twilio-idempotency-token": "another"}), "silent", 3)
    assert other is not None
    assert other.discriminator != event.discriminator
    bare = key_event(read("voice", pressed), "silent", 3)
    assert bare is not None
    assert bare.discriminator == "silent:2:3"


@pytest.mark.parametrize("digits", ["", "hangup", "1; drop", "٣", "1" * 40])
def test_what_is_no_key_answers_nothing(digits):
    assert key_event(read("voice", RING | {"Digits": digits}), "wait", 0) is None
    assert key_event(read("voice", RING), "wait", 0) is None


def test_a_place_that_ends_the_wait_is_reached_once():
    one, other = (step_event(read("voice", RING | more), EndReason.OVERFLOW) for more in ({}, {"QueueTime": "9"}))

    assert (one.kind, one.discriminator, one.state) == (EventKind.CALL_STEP, "overflow", "overflow")
    assert (one.sid, one.kind, one.discriminator) == (other.sid, other.kind, other.discriminator)


# The live call


def test_a_legs_step_belongs_to_the_call_of_its_label():
    fields = RING | {
        "CallSid": LEG,
        "Direction": "outbound-api",
        "CallStatus": "no-answer",
        "SequenceNumber": "3",
        "CallDuration": "0",
    }

    event = read("voice/leg", fields, label=f"call-{CALL}-2")

    assert (event.sid, event.kind, event.discriminator) == (LEG, EventKind.CALL_LEG, "seq:3")
    assert (event.sender, event.parent, event.state) == (f"call-{CALL}-2", CALL, "no-answer")
    assert event.direction is Direction.OUTBOUND
    for label in ("", CALL, f"call-{CALL}", f"room-{CALL}-1"):
        with pytest.raises(Unreadable):
            read("voice/leg", fields, label=label)


def test_who_picked_up_a_leg():
    fields = {"CallSid": LEG, "AccountSid": ACCOUNT, "AnsweredBy": "machine_start", "MachineDetectionDuration": "3200"}

    event = read("voice/machine", fields, label=f"call-{CALL}-2")

    assert (event.sid, event.kind, event.discriminator) == (LEG, EventKind.CALL_LEG, "answered-by:machine_start")
    assert (event.sender, event.parent, event.state, event.text) == (f"call-{CALL}-2", CALL, "", "machine_start")
    for wrong in ({"AnsweredBy": ""}, {"AnsweredBy": "<b>"}):
        with pytest.raises(Unreadable):
            read("voice/machine", fields | wrong, label=f"call-{CALL}-2")
    with pytest.raises(Unreadable):
        read("voice/machine", fields, label=CALL)


CONFERENCE = {
    "ConferenceSid": "CF" + "0e" * 16,
    "FriendlyName": f"call-{CALL}",
    "AccountSid": ACCOUNT,
    "SequenceNumber": "2",
    "Timestamp": "Mon, 23 Nov 2026 09:02:03 +0000",
    "StatusCallbackEvent": "participant-join",
    "CallSid": LEG,
    "ParticipantLabel": f"call-{CALL}-1",
}


def test_whoever_joins_unheard_is_told_so():
    assert read("voice/conference", CONFERENCE | {"Muted": "true"}).text == "muted"
    assert read("voice/conference", CONFERENCE | {"Muted": "false"}).text == ""


def test_a_step_of_the_conference():
    event = read("voice/conference", CONFERENCE)

    assert (event.sid, event.kind) == (CONFERENCE["ConferenceSid"], EventKind.CONFERENCE)
    assert (event.state, event.sequence, event.discriminator) == ("participant-join", 2, "participant-join:2")
    assert (event.sender, event.recipient, event.parent) == (f"call-{CALL}-1", LEG, CALL)
    assert event.happened_at == datetime(2026, 11, 23, 9, 2, 3, tzinfo=UTC)


def test_a_conference_without_legs_or_numbers_is_still_told_apart():
    end = {name: CONFERENCE[name] for name in ("ConferenceSid", "FriendlyName", "Timestamp")}
    event = read("voice/conference", end | {"StatusCallbackEvent": "conference-end"})
    assert (event.sender, event.recipient, event.parent) == ("", "", CALL)

    steps = [
        read("voice/conference", CONFERENCE | {"SequenceNumber": "", "ParticipantLabel": f"call-{CALL}-{n}"})
        for n in range(3)
    ]
    assert len({step.discriminator for step in steps}) == 3
    assert all(len(step.discriminator) <= 200 for step in steps)


def test_a_conference_known_by_its_labels_alone():
    assert read("voice/conference", CONFERENCE | {"FriendlyName": ""}).parent == CALL
    for name in ("a room", "call-"):
        with pytest.raises(Unreadable, match="FriendlyName"):
            read("voice/conference", CONFERENCE | {"FriendlyName": name, "ParticipantLabel": "x"})


def test_a_recording_belongs_to_its_call_or_to_its_conference():
    url = "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE1"
    fields = {
        "RecordingSid": "RE" + "0f" * 16,
        "RecordingStatus": "completed",
        "RecordingUrl": url,
        "RecordingDuration": "32",
        "RecordingStartTime": "Mon, 23 Nov 2026 09:02:03 +0000",
    }

    event = read("voice/recording", fields | {"CallSid": CALL})
    assert (event.kind, event.discriminator, event.parent) == (EventKind.RECORDING, "completed", CALL)
    assert (event.text, event.duration, event.state) == (url, 32, "completed")
    of_conference = read("voice/recording", fields | {"ConferenceSid": "CF1"})
    assert (of_conference.parent, of_conference.fields["ConferenceSid"]) == ("", ["CF1"])


def test_an_inbound_text():
    event = read("sms", MESSAGE | {"NumMedia": "1", "MediaUrl0": "https://m/1", "MediaContentType0": "image/png"})

    assert (event.sid, event.kind, event.discriminator) == (TEXT, EventKind.TEXT, "")
    assert (event.channel, event.direction) == (Channel.SMS, Direction.INBOUND)
    assert event.text == "  when is bulky waste collected?\n"
    assert event.media == (("image/png", "https://m/1"),)


@pytest.mark.parametrize(
    ("sender", "channel"),
    [
        ("whatsapp:+14155550123", Channel.WHATSAPP),
        ("WhatsApp:+14155550123", Channel.WHATSAPP),
        ("rcs:agent", Channel.SMS),
        ("messenger:123456", Channel.SMS),
        ("74454", Channel.SMS),
    ],
)
def test_channel_of_a_text(sender, channel):
    assert read("sms", MESSAGE | {"From": sender}).channel is channel


@pytest.mark.parametrize("name", ["MessageSid", "SmsSid", "SmsMessageSid"])
def test_any_of_the_three_names_of_a_message_sid_will_do(name):
    fields = {key: value for key, value in MESSAGE.items() if not key.endswith("Sid")}

    assert read("sms", fields | {name: TEXT}).sid == TEXT
    assert read("sms", fields | {"MessageSid": "", name: TEXT}).sid == TEXT


def test_text_status():
    event = read(
        "sms/status",
        {
            "MessageSid": TEXT,
            "MessageStatus": "undelivered",
            "ErrorCode": "30005",
            "From": "+1",
            "To": "whatsapp:+2",
        },
    )

    assert (event.kind, event.discriminator) == (EventKind.TEXT_STATUS, "status:undelivered")
    assert (event.state, event.error) == ("undelivered", "30005")
    assert (event.direction, event.channel) == (Direction.OUTBOUND, Channel.WHATSAPP)
    assert (event.sender, event.recipient) == ("+1", "whatsapp:+2")


def test_text_status_by_its_old_name():
    assert read("sms/status", {"SmsSid": TEXT, "SmsStatus": "sent", "From": "+1"}).state == "sent"
    assert read("sms/status", {"SmsSid": TEXT, "SmsStatus": "received"}).direction is Direction.INBOUND


@pytest.mark.parametrize(("said", "read_as"), [("STOP", "STOP"), ("start", "START"), ("HELP", "HELP"), ("no", "")])
def test_opt_out_words_the_provider_handled(said, read_as):
    assert read("sms", MESSAGE | {"OptOutType": said}).opt_out == read_as


def test_no_more_than_ten_attachments_and_none_without_an_address():
    media = {f"MediaUrl{n}": f"https://m/{n}" for n in range(12) if n != 3}

    event = read("sms", MESSAGE | media | {"NumMedia": "12"})

    assert [address for _, address in event.media] == [f"https://m/{n}" for n in range(10) if n != 3]
    assert len(event.fields["MediaUrl11"]) == 1


@pytest.mark.parametrize(
    ("door", "odd", "reads"),
    [
        ("voice/status", {"CallDuration": "abc"}, {"duration": None}),
        ("voice/status", {"CallDuration": "-4"}, {"duration": None}),
        ("voice/status", {"Timestamp": "yesterday"}, {"happened_at": None}),
        ("voice/status", {"Timestamp": "Mon, 99 Nov 2026 99:02:03 +0000"}, {"happened_at": None}),
        ("voice/status", {"Timestamp": "Fri, 31 Dec 9999 23:59:59 -2359"}, {"happened_at": None}),
        ("voice/status", {"Timestamp": "x" * 5000}, {"happened_at": None}),
        ("voice/status", {"ErrorCode": "<b>"}, {"error": ""}),
        ("voice/status", {"AccountSid": "'; drop"}, {"account": ""}),
        ("voice", {"CallStatus": "\0\x1b[2J"}, {"state": ""}),
        ("sms", {"NumMedia": "many"}, {"media": ()}),
        ("sms", {"NumMedia": "-1"}, {"media": ()}),
    ],
)
def test_a_value_of_the_wrong_type_is_kept_and_read_as_absent(door, odd, reads):
    base = MESSAGE if door == "sms" else RING

    event = read(door, base | odd)

    for name, value in reads.items():
        assert getattr(event, name) == value
    for name, value in odd.items():
        assert event.fields[name] == [value.replace("\0", "\ufffd")]


def test_times_without_zone_are_utc_and_others_are_turned_into_it():
    plain = read("voice/status", RING | {"Timestamp": "Mon, 23 Nov 2026 09:02:03 -0000"})
    east = read("voice/status", RING | {"Timestamp": "Mon, 23 Nov 2026 17:02:03 +0800"})

    assert plain.happened_at == east.happened_at == datetime(2026, 11, 23, 9, 2, 3, tzinfo=UTC)
    assert east.happened_at is not None
    assert east.happened_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("door", "fields", "named"),
    [
        ("voice", {"From": "+1"}, "CallSid"),
        ("voice", RING | {"CallSid": ""}, "CallSid"),
        ("voice", RING | {"CallSid": "CA 1"}, "CallSid"),
        ("voice", RING | {"CallSid": CALL + "\n"}, "CallSid"),
        ("voice", RING | {"CallSid": "CA" + "0" * 80}, "CallSid"),
        ("voice", RING | {"CallSid": [CALL, LEG]}, "CallSid"),
        ("voice", RING | {"From": "9" * 400}, "From"),
        ("voice/status", {"CallSid": CALL}, "CallStatus"),
        ("voice/status", RING | {"CallStatus": "two words"}, "CallStatus"),
        ("voice/conference", {"ConferenceSid": "CF1", "FriendlyName": "call-CA1"}, "StatusCallbackEvent"),
        ("voice/recording", {"RecordingSid": "RE1"}, "RecordingStatus"),
        ("voice/recording", {"RecordingStatus": "completed"}, "RecordingSid"),
        ("sms", MESSAGE | {"From": " "}, "From"),
        ("sms", {"From": "+1", "Body": "hello"}, "MessageSid"),
        ("sms/status", {"MessageSid": TEXT}, "MessageStatus"),
    ],
)
def test_what_no_event_can_be_made_of_names_the_field(door, fields, named):
    with pytest.raises(Unreadable, match=named):
        read(door, fields)


def test_a_repeated_but_equal_sid_is_one_sid():
    assert read("voice", RING | {"CallSid": [CALL, CALL]}).sid == CALL


def test_a_broken_caller_name_does_not_cost_the_call():
    raw = urlencode(RING).encode() + b"&CallerName=Jos%E9"

    event = read_event("voice", Form.parse(raw), {})

    assert event.sid == CALL
    assert event.fields["CallerName"] == ["Jos\ufffd"]
    assert event.raw == raw


def test_a_nul_in_a_text_can_be_stored():
    event = read("sms", MESSAGE | {"Body": "a\0b"})

    assert event.text == "a\ufffdb"
    assert event.fields["Body"] == ["a\ufffdb"]
    assert b"a%00b" in event.raw


def test_an_unreadable_request_is_kept_as_it_came():
    raw = b"From=%2B1&Body=%FF"

    event = unreadable_event("sms", raw, "MessageSid is missing.", TOKEN)

    assert (event.kind, event.channel, event.error) == (
        EventKind.UNREADABLE,
        Channel.SMS,
        "MessageSid is missing.",
    )
    assert event.raw == raw
    assert event == unreadable_event("sms", raw, "MessageSid is missing.", TOKEN)


def test_a_retry_of_an_unreadable_request_is_the_same_and_another_request_is_not():
    other = {"i-twilio-idempotency-token": "another"}
    sids = {
        unreadable_event(door, raw, "", headers).sid
        for door, raw, headers in [
            ("sms", b"", TOKEN),
            ("sms", b"", other),
            ("sms", b"", {}),
            ("voice", b"", TOKEN),
            ("sms", b"x", TOKEN),
        ]
    }

    assert len(sids) == 5
    assert unreadable_event("sms", b"x", "", TOKEN).sid in sids
    assert unreadable_event("voice/status", b"", "", {}).channel is Channel.VOICE


DOORS = st.sampled_from(
    ["voice", "voice/status", "voice/leg", "voice/machine", "voice/conference", "voice/recording", "sms", "sms/status"]
)
NAMES = st.sampled_from(
    [
        *RING,
        *MESSAGE,
        *CONFERENCE,
        "RecordingSid",
        "RecordingStatus",
        "Digits",
        "MessageStatus",
        "SequenceNumber",
        "Timestamp",
        "CallDuration",
        "MediaUrl0",
    ]
)
VALUES = st.sampled_from([CALL, TEXT, "completed", "3", "Mon, 23 Nov 2026 09:02:03 +9999"]) | st.text(max_size=30)


@settings(deadline=None)
@given(
    DOORS,
    st.binary(max_size=300),
    st.dictionaries(st.just("i-twilio-idempotency-token"), st.text(max_size=200)),
)
def test_no_bytes_whatever_raise_anything_else(door, raw, headers):
    check_any(door, raw, headers)


@settings(deadline=None, max_examples=400)
@given(DOORS, st.lists(st.tuples(NAMES, VALUES), max_size=15), st.binary(max_size=5))
def test_no_parameters_whatever_raise_anything_else(door, pairs, tail):
    check_any(door, urlencode(pairs).encode() + tail, {})


def check_any(door: Door, raw: bytes, headers: dict[str, str]) -> None:
    try:
        event = read_event(door, Form.parse(raw), headers, f"call-{CALL}-1")
    except (FormRefused, Unreadable) as refusal:
        event = unreadable_event(door, raw, str(refusal), headers)
        assert event.raw == raw
    assert event.sid
    assert len(event.sid) <= 64
    assert len(event.discriminator) <= 200
    assert len(event.sender) <= 320
    for text in (event.sid, event.sender, event.recipient, event.state, event.text, event.account):
        assert "\0" not in text
        text.encode()
    assert event.happened_at is None or event.happened_at.tzinfo is UTC

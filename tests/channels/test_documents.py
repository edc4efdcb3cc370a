"""What Twilio is told to do: always well-formed, always small, never with a citizen's control characters."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.channels.twilio import documents
from grm_console.channels.twilio.documents import (
    MESSAGE_LIMIT,
    acknowledge,
    dial,
    empty,
    greet,
    hold,
    polite_end,
    spoken_language,
    try_again,
)

HOLD = "https://desk.example.gov/twilio/voice/hold?call=1&turn=2"


def verbs(document: bytes) -> list[tuple[str, dict[str, str], str]]:
    """The verbs directly below Response, as name, attributes and text."""
    assert document.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert len(document) < 64_000
    root = ET.fromstring(document)
    assert root.tag == "Response"
    return [(verb.tag, verb.attrib, verb.text or "") for verb in root]


def test_a_greeting_is_said_then_the_caller_waits():
    assert verbs(greet("Welcome to <311> & more", "en", HOLD)) == [
        ("Say", {"language": "en-US"}, "Welcome to <311> & more"),
        ("Redirect", {"method": "POST"}, HOLD),
    ]


def test_holding_pauses_and_asks_again():
    assert verbs(hold(None, "en", 10, HOLD)) == [
        ("Pause", {"length": "10"}, ""),
        ("Redirect", {"method": "POST"}, HOLD),
    ]
    assert [name for name, _, _ in verbs(hold("Still here.", "en", 10, HOLD))] == ["Say", "Pause", "Redirect"]


def test_holding_never_turns_into_a_loop_without_a_pause():
    assert ("Pause", {"length": "1"}, "") in verbs(hold(None, "en", 0, HOLD))


def test_trying_again_says_why_it_takes_a_moment():
    assert verbs(try_again("One moment, please.", "zh", 3, HOLD)) == [
        ("Say", {"language": "cmn-CN"}, "One moment, please."),
        ("Pause", {"length": "3"}, ""),
        ("Redirect", {"method": "POST"}, HOLD),
    ]


def test_a_polite_end_says_and_hangs_up():
    assert verbs(polite_end("Please call again later.", "en-GB")) == [
        ("Say", {"language": "en-GB"}, "Please call again later."),
        ("Hangup", {}, ""),
    ]


@pytest.mark.parametrize(
    ("device", "noun", "address"),
    [
        ("+14155550101", "Number", "+14155550101"),
        ("911", "Number", "911"),
        (" sip:desk7@pbx.example.gov;transport=tls ", "Sip", "sip:desk7@pbx.example.gov;transport=tls"),
        ("SIPS:desk7@pbx.example.gov", "Sip", "SIPS:desk7@pbx.example.gov"),
        ("client:desk7", "Client", "desk7"),
        ("client:urn:desk:7", "Client", "urn:desk:7"),
    ],
)
def test_dialling_takes_the_noun_of_the_device(device, noun, address):
    document = dial(device, "+14155550100", "/twilio/voice/dialled", 20)

    (name, attributes, _), *rest = verbs(document)
    assert (name, rest) == ("Dial", [])
    assert attributes == {
        "action": "/twilio/voice/dialled",
        "method": "POST",
        "callerId": "+14155550100",
        "timeout": "20",
    }
    (target,) = ET.fromstring(document)[0]
    assert (target.tag, target.text, target.attrib) == (noun, address, {})


@pytest.mark.parametrize("device", ["+14155550101", "sip:a@b", "client:desk7"])
def test_every_step_of_a_leg_is_reported_when_asked_for(device):
    (target,) = ET.fromstring(dial(device, "+1", "/a", 20, status_url="/twilio/voice/status"))[0]

    assert target.attrib == {
        "statusCallback": "/twilio/voice/status",
        "statusCallbackEvent": "initiated ringing answered completed",
    }


def test_an_acknowledgement_is_one_message_or_silence():
    assert verbs(acknowledge("Collected on Monday.")) == [("Message", {}, "Collected on Monday.")]
    for nothing in (None, "", "  \n", "\x00\x1b"):
        assert acknowledge(nothing) == empty()
    assert verbs(empty()) == []


def test_the_media_type_says_utf8():
    assert documents.TWIML == "text/xml; charset=utf-8"


def test_what_is_too_long_is_cut_and_says_so():
    (_, _, text) = verbs(acknowledge("&" * 5000))[0]
    assert len(text) == MESSAGE_LIMIT
    assert text.endswith("&…")

    assert verbs(greet("陈" * 100_000, "zh", HOLD))[0][2].endswith("…")


@pytest.mark.parametrize(
    ("ours", "spoken"),
    [
        ("en", "en-US"),
        ("en_GB", "en-GB"),
        ("zh", "cmn-CN"),
        ("zh_CN", "cmn-CN"),
        ("zh-Hans", "cmn-CN"),
        ("zh-TW", "cmn-TW"),
        ("zh-HK", "yue-HK"),
        ("cmn-CN", "cmn-CN"),
        ("fr-ca", "fr-CA"),
        ("", None),
        ("xx", None),
        ("english", None),
        ('en" x="', None),
    ],
)
def test_spoken_languages(ours, spoken):
    assert spoken_language(ours) == spoken


@settings(deadline=None)
@given(st.text(), st.text(max_size=8))
def test_any_words_make_a_well_formed_document(words, language):
    for document in (
        greet(words, language, HOLD),
        hold(words, language, 5, HOLD),
        polite_end(words, language),
        dial(words, words, HOLD, 20),
        acknowledge(words),
    ):
        verbs(document)


@settings(deadline=None)
@given(st.characters(categories=["Cc", "Cs", "Cn", "Co", "Cf"]))
def test_what_xml_has_no_place_for_is_left_out(character):
    verbs(acknowledge(f"a{character}b"))

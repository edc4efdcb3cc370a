"""What a caller's call is told to do: always well-formed, always small, with a pause in every loop."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.channels.twilio import spoken_documents as spoken
from grm_console.channels.twilio.spoken_documents import Between, spoken_language
from grm_console.desk.caller_words import Sentence

NEXT = "https://desk.example.gov/twilio/voice/wait?n=2"
KEY = "https://desk.example.gov/twilio/voice/wait-key?n=2"
HELLO = (Sentence("Welcome to <311> & more", "en"), Sentence("您好", "zh"))
SAID = [
    ("Say", {"language": "en-US"}, "Welcome to <311> & more"),
    ("Say", {"language": "cmn-CN"}, "您好"),
]


def verbs(document: bytes) -> list[tuple[str, dict[str, str], str]]:
    """The verbs below Response in order, those inside another one after it."""
    assert document.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert len(document) < 64_000
    root = ET.fromstring(document)
    assert root.tag == "Response"
    return [(verb.tag, verb.attrib, verb.text or "") for verb in root.iter() if verb is not root]


def test_a_caller_is_welcomed_and_waits_in_our_one_queue() -> None:
    *said, enqueue = verbs(spoken.enqueue(HELLO, NEXT, KEY))

    assert said == SAID
    assert enqueue == (
        "Enqueue",
        {"waitUrl": NEXT, "waitUrlMethod": "POST", "action": KEY, "method": "POST"},
        "grm",
    )


def test_a_waiting_caller_is_heard_out_with_and_without_a_key() -> None:
    redirect = ("Redirect", {"method": "POST"}, NEXT)
    assert verbs(spoken.hold(HELLO, Between(29), NEXT)) == [*SAID, ("Pause", {"length": "29"}, ""), redirect]
    gather, *inside, last = verbs(spoken.hold_for_key(HELLO, Between(29), KEY, NEXT))
    assert (inside, last) == ([*SAID, ("Pause", {"length": "29"}, "")], redirect)
    assert gather[0] == "Gather"
    assert gather[1] | {"input": "dtmf", "numDigits": "1", "action": KEY, "method": "POST"} == gather[1]


def test_waiting_never_turns_into_a_loop_without_a_pause() -> None:
    assert ("Pause", {"length": "1"}, "") in verbs(spoken.hold((), Between(0), NEXT))
    assert ("Pause", {"length": "1"}, "") in verbs(spoken.hold_for_key((), Between(0), KEY, NEXT))


def test_music_is_heard_between_where_a_key_ends_it() -> None:
    between = Between(1, "https://city.example/wait.mp3?a=1&b=<2>", 2)
    play, gap = ("Play", {"loop": "2"}, between.music), ("Pause", {"length": "1"}, "")
    assert verbs(spoken.hold((), between, NEXT)) == [play, gap, ("Redirect", {"method": "POST"}, NEXT)]
    (gather, _) = ET.fromstring(spoken.hold_for_key(HELLO, between, KEY, NEXT))
    assert [verb.tag for verb in gather] == ["Say", "Say", "Play", "Pause"]


def test_a_question_waits_for_a_key_and_goes_on_without() -> None:
    gather, *said, redirect = verbs(spoken.ask(HELLO, KEY, NEXT))

    assert (gather[1]["action"], gather[1]["timeout"], said) == (KEY, str(spoken.ANSWER_SECONDS), SAID)
    assert redirect == ("Redirect", {"method": "POST"}, NEXT)


def test_a_message_is_bounded_and_reported() -> None:
    *said, (record, how, _), hangup = verbs(spoken.take_message(HELLO, KEY, NEXT))

    assert (said, record, hangup) == (SAID, "Record", ("Hangup", {}, ""))
    assert (how["action"], how["recordingStatusCallback"]) == (KEY, NEXT)
    assert how["recordingStatusCallbackEvent"] == "completed absent"
    assert int(how["maxLength"]) == spoken.MESSAGE_SECONDS


def test_short_ends() -> None:
    assert verbs(spoken.polite_end(HELLO)) == [*SAID, ("Hangup", {}, "")]
    assert verbs(spoken.leave()) == [("Leave", {}, "")]
    assert verbs(spoken.reject()) == [("Reject", {"reason": "rejected"}, "")]


def test_the_longest_menu_stays_small() -> None:
    longest = tuple(Sentence("&陈" * 9000, "zh") for _ in range(10))

    assert verbs(spoken.ask(longest, KEY, NEXT))[1][2].endswith("…")


@pytest.mark.parametrize(
    ("ours", "heard"),
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
def test_spoken_languages(ours: str, heard: str | None) -> None:
    assert spoken_language(ours) == heard


@settings(deadline=None)
@given(st.text(), st.text(max_size=8))
def test_any_words_make_a_well_formed_document(words: str, language: str) -> None:
    said = (Sentence(words, language),)
    for document in (
        spoken.enqueue(said, NEXT, KEY),
        spoken.hold(said, Between(5, words), NEXT),
        spoken.hold_for_key(said, Between(5), KEY, NEXT),
        spoken.ask(said, KEY, NEXT),
        spoken.take_message(said, KEY, NEXT),
        spoken.polite_end(said),
    ):
        verbs(document)

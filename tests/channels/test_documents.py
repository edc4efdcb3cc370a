"""What Twilio is told to do with a text: well-formed, small, never with a citizen's control characters."""

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from grm_console.channels.twilio import documents
from grm_console.channels.twilio.documents import MESSAGE_LIMIT, acknowledge, empty


def verbs(document: bytes) -> list[tuple[str, str]]:
    """The verbs directly below Response, as name and text."""
    assert document.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert len(document) < 64_000
    root = ET.fromstring(document)
    assert root.tag == "Response"
    return [(verb.tag, verb.text or "") for verb in root]


def test_an_acknowledgement_is_one_message_or_silence() -> None:
    assert verbs(acknowledge("Collected on Monday.")) == [("Message", "Collected on Monday.")]
    for nothing in (None, "", "  \n", "\x00\x1b"):
        assert acknowledge(nothing) == empty()
    assert verbs(empty()) == []


def test_the_media_type_says_utf8() -> None:
    assert documents.TWIML == "text/xml; charset=utf-8"


def test_what_is_too_long_is_cut_and_says_so() -> None:
    ((_, text),) = verbs(acknowledge("&" * 5000))
    assert len(text) == MESSAGE_LIMIT
    assert text.endswith("&…")


@settings(deadline=None)
@given(st.text())
def test_any_words_make_a_well_formed_document(words: str) -> None:
    verbs(acknowledge(words))


@settings(deadline=None)
@given(st.characters(categories=["Cc", "Cs", "Cn", "Co", "Cf"]))
def test_what_xml_has_no_place_for_is_left_out(character: str) -> None:
    verbs(acknowledge(f"a{character}b"))

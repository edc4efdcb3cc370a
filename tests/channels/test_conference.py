"""The conference is described alike in TwiML and in REST, whoever is first."""

from xml.etree import ElementTree as ET

import pytest
from carrier_side import CALL, PUBLIC

from grm_console.channels.twilio.conference import join_document, participant_fields
from grm_console.domain.call_legs import conference_name, leg_label

STATUS = f"{PUBLIC}/twilio/voice/conference"
AFTER = f"{PUBLIC}/twilio/voice/after"
SOUND = f"{PUBLIC}/twilio/voice/recording"


def camel(name: str) -> str:
    first, *rest = name.removeprefix("conference_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def attributes(record: bool) -> dict[str, str]:
    document = join_document(conference_name(CALL), leg_label(CALL, 0), STATUS, AFTER, record, recording_url=SOUND)
    assert len(document) < 4000
    root = ET.fromstring(document)
    (dial,) = root
    (room,) = dial
    assert (dial.tag, dial.get("action"), dial.get("method")) == ("Dial", AFTER, "POST")
    assert (room.tag, room.text) == ("Conference", f"call-{CALL}")
    return dict(room.attrib)


@pytest.mark.parametrize("record", [False, True])
def test_document_and_request_say_the_same(record: bool) -> None:
    fields = participant_fields(leg_label(CALL, 0), STATUS, record, recording_url=SOUND)
    fields["participant_label"] = fields.pop("label")

    said = {}
    for name, value in fields.items():
        words = str(value).lower() if isinstance(value, bool) else value
        said[camel(name)] = " ".join(words) if isinstance(words, list) else words
    assert said == attributes(record)


def test_nobody_hears_a_beep_and_nobody_ends_it_by_leaving() -> None:
    room = attributes(False)
    assert (room["beep"], room["startConferenceOnEnter"], room["endConferenceOnExit"]) == ("false", "true", "false")
    assert room["statusCallbackEvent"] == "start end join leave mute hold"
    assert "record" not in room

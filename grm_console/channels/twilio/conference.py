"""The conference a live call lives in, said the same way in TwiML and in REST.

Its callbacks count only from the first participant (Twilio documentation, conference), so every document and every
request that could be first carries the same attributes.
"""

from typing import Any

from twilio.twiml.voice_response import Dial, VoiceResponse

CONFERENCE_EVENTS = ("start", "end", "join", "leave", "mute", "hold")
RECORDING_EVENTS = ("in-progress", "completed", "absent")
LEG_EVENTS = ("initiated", "ringing", "answered", "completed")


def join_document(
    conference: str, label: str, status_url: str, after_url: str, record: bool, *, recording_url: str
) -> bytes:
    """Put a call into a conference by its name; `after_url` is asked what comes when the leg has left it alive.

    A caller whom everybody has left before the conference began hears Twilio's music, not silence. Below the 4000
    characters a document may have inside a REST request (Twilio error 32018).
    """
    response = VoiceResponse()
    dial = Dial(action=after_url, method="POST")
    recording: dict[str, Any] = {}
    if record:
        recording = {
            "record": "record-from-start",
            "recording_status_callback": recording_url,
            "recording_status_callback_method": "POST",
            "recording_status_callback_event": " ".join(RECORDING_EVENTS),
        }
    dial.conference(
        conference,
        participant_label=label,
        beep="false",
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        status_callback=status_url,
        status_callback_method="POST",
        # One string: the package writes a list as Python would print it.
        status_callback_event=" ".join(CONFERENCE_EVENTS),
        **recording,
    )
    response.append(dial)
    return str(response).encode()


def participant_fields(label: str, status_url: str, record: bool, *, recording_url: str) -> dict[str, Any]:
    """The same for a telephone that REST rings into the conference: keyword arguments of `participants.create`."""
    fields: dict[str, Any] = {
        "label": label,
        "beep": "false",
        "start_conference_on_enter": True,
        "end_conference_on_exit": False,
        "conference_status_callback": status_url,
        "conference_status_callback_method": "POST",
        "conference_status_callback_event": list(CONFERENCE_EVENTS),
    }
    if record:
        fields |= {
            "conference_record": "record-from-start",
            "conference_recording_status_callback": recording_url,
            "conference_recording_status_callback_method": "POST",
            "conference_recording_status_callback_event": list(RECORDING_EVENTS),
        }
    return fields

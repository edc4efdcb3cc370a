"""Recordings: their lives as callbacks and as REST resources, and a tone in place of a voice."""

import io
import math
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from grm_console.standin.webhooks import Webhooks, stamp

KEPT = 2000
"""Recordings that can be asked for; older ones are gone."""
_RATE = 8000
"""Samples in a second, as on the telephone."""
_LONGEST = 10
"""Seconds of audio at most, whatever the recording's own length."""


@dataclass(slots=True)
class Recording:
    """One recording; `duration` in seconds, -1 until it is over."""

    sid: str
    source: str
    url: str
    call_sid: str = ""
    conference_sid: str = ""
    status: str = "in-progress"
    duration: int = -1
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def fields(self) -> dict[str, str]:
        """What a callback says of it; one of a conference names no call."""
        of = {"ConferenceSid": self.conference_sid} if self.conference_sid else {"CallSid": self.call_sid}
        return {
            **of,
            "RecordingSid": self.sid,
            "RecordingUrl": self.url,
            "RecordingStatus": self.status,
            "RecordingDuration": str(max(self.duration, 0)),
            "RecordingChannels": "1",
            "RecordingSource": self.source,
            "RecordingStartTime": stamp(self.began),
            "RecordingTrack": "both",
        }

    def as_json(self) -> dict[str, Any]:
        """The recording as the REST API shows it."""
        return {
            "sid": self.sid,
            "call_sid": self.call_sid or None,
            "conference_sid": self.conference_sid or None,
            "status": self.status,
            "duration": str(self.duration),
            "channels": 1,
            "source": self.source,
            "start_time": stamp(self.began),
            "date_created": stamp(self.began),
            "error_code": None,
            "media_url": self.url,
        }

    def audio(self) -> bytes:
        """A WAV file, one channel of 8 bits: a tone of the recording's length, 10 s at most."""
        seconds = min(max(self.duration, 1), _LONGEST)
        tone = bytes(128 + round(40 * math.sin(2 * math.pi * 440 * n / _RATE)) for n in range(_RATE))
        file = io.BytesIO()
        with wave.open(file, "wb") as written:
            written.setnchannels(1)
            written.setsampwidth(1)
            written.setframerate(_RATE)
            written.writeframes(tone * seconds)
        return file.getvalue()


class Recordings:
    """All recordings of the account."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks
        self.address = "https://api.twilio.com"
        """Where the REST API is reached; recordings lie below it."""
        self.known: dict[str, Recording] = {}

    def begin(self, source: str, draw: Random, *, call_sid: str = "", conference_sid: str = "") -> Recording:
        """A recording that goes on from now; `source` as the carrier names it, e.g. `RecordVerb`."""
        sid = f"RE{draw.getrandbits(128):032x}"
        url = f"{self.address}/2010-04-01/Accounts/{self._webhooks.account_sid}/Recordings/{sid}"
        if len(self.known) >= KEPT:
            del self.known[next(iter(self.known))]
        self.known[sid] = recording = Recording(sid, source, url, call_sid, conference_sid)
        return recording

    def end(self, recording: Recording, seconds: float) -> None:
        """It is over after so many seconds; without a whole second there is no audio."""
        recording.duration = round(seconds)
        recording.status = "completed" if recording.duration else "absent"

    def report(self, recording: Recording, callback: Mapping[str, str], draw: Random) -> None:
        """Tell the desk of its state; `callback` holds the attributes of the document that asked for it."""
        url = callback.get("recordingStatusCallback")
        if url and recording.status in callback.get("recordingStatusCallbackEvent", "completed").split():
            self._webhooks.report(url, {"AccountSid": self._webhooks.account_sid, **recording.fields()}, draw)

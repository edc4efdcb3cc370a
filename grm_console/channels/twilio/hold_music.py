"""The desk's own hold music: one short piece that the carrier fetches; the one address that needs no signature."""

from functools import cache
from pathlib import Path

from grm_console.channels.twilio.answers import Answer

PATH = "/music.wav"
"""Below the public address of `/twilio/voice`."""
TIMES = 2
"""The piece, of 14 seconds, is heard so often between two things told."""
GAP = 1
"""Seconds of silence after music."""


def serve(method: str) -> Answer:
    """The piece, which the carrier may keep for a day; for GET and HEAD alone."""
    if method not in ("GET", "HEAD"):
        return Answer(405, b"", ((b"allow", b"GET, HEAD"),))
    return Answer(200, _piece(), ((b"content-type", b"audio/wav"), (b"cache-control", b"public, max-age=86400")))


@cache
def _piece() -> bytes:
    return Path(__file__).with_name("hold_music.wav").read_bytes()

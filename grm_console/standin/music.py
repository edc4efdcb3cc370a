"""What a document lets a caller hear: fetched from the desk once, as the carrier keeps it, and measured."""

import asyncio
from urllib.parse import urldefrag

from grm_console.standin import http

USUAL_SECONDS = 3.0
"""Of what is not the desk's, which is not fetched, or is no WAV file."""
FETCH_SECONDS = 15.0


class Music:
    """The pieces of one desk, by address."""

    def __init__(self, target: str, public_base_url: str) -> None:
        self._target = target
        self._public = public_base_url
        self._known: dict[str, asyncio.Future[float | None]] = {}

    async def seconds(self, url: str) -> float | None:
        """How long a piece is; None if there is none at the address, or it is no audio (error 12300)."""
        address = urldefrag(url).url
        if not address.startswith(self._public):
            return USUAL_SECONDS
        if address not in self._known:
            self._known[address] = asyncio.ensure_future(self._fetched(address.removeprefix(self._public)))
        return await asyncio.shield(self._known[address])

    async def _fetched(self, path: str) -> float | None:
        try:
            reply = await http.ask(
                self._target + path, {}, b"", connect=FETCH_SECONDS, seconds=FETCH_SECONDS, method="GET"
            )
        except OSError:
            return None
        if reply.status != 200 or not reply.headers.get("content-type", "").startswith("audio/"):
            return None
        return _wav_seconds(reply.body) if reply.body[:4] == b"RIFF" else USUAL_SECONDS


def _wav_seconds(written: bytes) -> float | None:
    """The length of a WAV file by its chunks `fmt ` and `data`; None for one that is not whole."""
    at, bytes_a_second = 12, 0
    while written[8:12] == b"WAVE" and at + 8 <= len(written):
        name, size = written[at : at + 4], int.from_bytes(written[at + 4 : at + 8], "little")
        if name == b"fmt ":
            bytes_a_second = int.from_bytes(written[at + 16 : at + 20], "little")
        if name == b"data" and bytes_a_second and at + 8 + size <= len(written):
            return size / bytes_a_second
        at += 8 + size + size % 2
    return None

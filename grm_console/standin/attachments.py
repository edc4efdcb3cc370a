"""What citizens send with a text: small files of the usual kinds, a huge one, and one that is not what it says."""

import io
import struct
import wave
import zlib
from dataclasses import dataclass
from random import Random
from typing import Any

from grm_console.standin.webhooks import stamp

_HUGE = 64 * 1024 * 1024
"""Bytes of the huge one: more than any carrier takes."""
_PAGE = b"<html><script>alert('not a picture')</script></html>"
_KINDS = {"image/png": 14, "application/pdf": 2, "audio/x-wav": 2, "huge": 1, "lying": 1}
"""How often each comes."""
_DOCUMENT = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file; `media_type` is what the carrier says of it, `kind` what it is."""

    sid: str
    media_type: str
    kind: str

    def url(self, address: str, message_sid: str, account_sid: str) -> str:
        """Where it is fetched with the account's credentials; `address` is the REST API's."""
        return f"{address}/2010-04-01/Accounts/{account_sid}/Messages/{message_sid}/Media/{self.sid}"

    def as_json(self, message_sid: str) -> dict[str, Any]:
        """The file as the REST API shows it."""
        return {
            "sid": self.sid,
            "parent_sid": message_sid,
            "content_type": self.media_type,
            "date_created": stamp(),
            "date_updated": stamp(),
        }

    def content(self) -> bytes:
        """Its bytes."""
        match self.kind:
            case "huge":
                return bytes(_HUGE)
            case "lying":
                return _PAGE
            case "application/pdf":
                return _DOCUMENT
            case "audio/x-wav":
                return _silence()
        return _picture(self.sid)


def attach(draw: Random, kind: str = "") -> Attachment:
    """A file of this kind (a media type, `huge` or `lying`), or of one by chance."""
    chosen = kind or draw.choices(list(_KINDS), list(_KINDS.values()))[0]
    media_type = "image/jpeg" if chosen in ("huge", "lying") else chosen
    return Attachment(f"ME{draw.getrandbits(128):032x}", media_type, chosen)


def _picture(name: str) -> bytes:
    """A PNG of 64 by 64 points of one colour, as every viewer reads it."""
    colour = bytes((int(name[2:4], 16), int(name[4:6], 16), int(name[6:8], 16)))
    rows = (b"\0" + colour * 64) * 64
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + mark + data + struct.pack(">I", zlib.crc32(mark + data)) for mark, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _silence() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8000)
        written.writeframes(bytes([128]) * 8000)
    return file.getvalue()

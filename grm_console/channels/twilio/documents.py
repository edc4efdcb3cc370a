"""The TwiML documents that answer a text, and the one that says nothing."""

from functools import lru_cache

from twilio.twiml.messaging_response import MessagingResponse

from grm_console.text import xml_text

TWIML = "text/xml; charset=utf-8"
"""The media type of every document."""

MESSAGE_LIMIT = 1600
"""Characters of one text message, whatever its encoding (Twilio error 21617)."""


@lru_cache(maxsize=256)
def acknowledge(text: str | None) -> bytes:
    """Answer a text with one message, or with silence if there is nothing to say."""
    words = xml_text(text or "").strip()
    if not words:
        return empty()
    response = MessagingResponse()
    response.message(words if len(words) <= MESSAGE_LIMIT else words[: MESSAGE_LIMIT - 1] + "…")
    return str(response).encode()


@lru_cache(maxsize=1)
def empty() -> bytes:
    """Say and do nothing."""
    return str(MessagingResponse()).encode()

"""The TwiML documents we answer with; all of them are short, well-formed and below Twilio's 64 kB."""

import re
from functools import lru_cache

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Client, Dial, Number, Sip, VoiceResponse

from grm_console.text import xml_text

TWIML = "text/xml; charset=utf-8"
"""The media type of every document here."""

SPOKEN_LIMIT = 4000
"""Characters of one spoken sentence; the longest document stays far below 64 kB."""
MESSAGE_LIMIT = 1600
"""Characters of one text message, whatever its encoding (Twilio error 21617)."""

_LEG_EVENTS = "initiated ringing answered completed"
"""One string: the package writes a list as Python would print it."""

_SPOKEN_LANGUAGES = {
    "ar": "arb",
    "ca": "ca-ES",
    "cy": "cy-GB",
    "da": "da-DK",
    "de": "de-DE",
    "en": "en-US",
    "es": "es-ES",
    "fi": "fi-FI",
    "fr": "fr-FR",
    "hi": "hi-IN",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "nb": "nb-NO",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "ro": "ro-RO",
    "ru": "ru-RU",
    "sv": "sv-SE",
    "tr": "tr-TR",
    "vi": "vi-VN",
    "yue": "yue-HK",
    "zh": "cmn-CN",
    "zh-cn": "cmn-CN",
    "zh-hans": "cmn-CN",
    "zh-hant": "cmn-TW",
    "zh-hk": "yue-HK",
    "zh-tw": "cmn-TW",
}
"""The locale that speaks a language named without one; Chinese is named by its spoken form (`cmn`, `yue`)."""

_LOCALE = re.compile(r"[a-z]{2,3}-[a-z]{2}\Z")


def spoken_language(language: str) -> str | None:
    """Twilio's language code for one of ours (`en`, `zh_CN`, `fr-CA`); None lets Twilio's default speak.

    A code Twilio does not know would make `<Say>` fail, so what is neither listed nor a locale is left out.
    """
    code = language.strip().lower().replace("_", "-")
    if code in _SPOKEN_LANGUAGES:
        return _SPOKEN_LANGUAGES[code]
    if _LOCALE.match(code):
        name, place = code.split("-")
        return f"{name}-{place.upper()}"
    return None


@lru_cache(maxsize=64)
def greet(greeting: str, language: str, hold_url: str) -> bytes:
    """Welcome a new caller, then wait at `hold_url`."""
    response = VoiceResponse()
    _say(response, greeting, language)
    response.redirect(hold_url, method="POST")
    return _bytes(response)


@lru_cache(maxsize=256)
def hold(sentence: str | None, language: str, pause_seconds: int, hold_url: str) -> bytes:
    """Keep a caller waiting: perhaps a sentence, a pause, then ask `hold_url` again what to do."""
    response = VoiceResponse()
    _say(response, sentence, language)
    response.pause(length=max(1, pause_seconds))
    response.redirect(hold_url, method="POST")
    return _bytes(response)


def try_again(sentence: str, language: str, pause_seconds: int, url: str) -> bytes:
    """Keep a caller whose call is not stored yet: say so, pause, and send the same request once more."""
    return hold(sentence, language, pause_seconds, url)


@lru_cache(maxsize=64)
def polite_end(sentence: str, language: str) -> bytes:
    """Say why the call ends, then end it; the caller never hears the carrier's error announcement."""
    response = VoiceResponse()
    _say(response, sentence, language)
    response.hangup()
    return _bytes(response)


def dial(number: str, caller_id: str, action_url: str, timeout: int, *, status_url: str | None = None) -> bytes:
    """Ring an operator's device for `timeout` seconds; `action_url` is asked what follows.

    `number` is a telephone number, `sip:…` or `client:…`. `status_url` hears every step of the leg.
    """
    response = VoiceResponse()
    ring = Dial(caller_id=xml_text(caller_id) or None, action=action_url, method="POST", timeout=timeout)
    steps = {"status_callback": status_url, "status_callback_event": _LEG_EVENTS} if status_url else {}
    address = xml_text(number.strip())
    kind, _, identity = address.partition(":")
    match kind.lower():
        case "sip" | "sips":
            ring.append(Sip(address, **steps))
        case "client":
            ring.append(Client(identity, **steps))
        case _:
            ring.append(Number(address, **steps))
    response.append(ring)
    return _bytes(response)


@lru_cache(maxsize=256)
def acknowledge(text: str | None) -> bytes:
    """Answer a text with one message, or with silence if there is nothing to say."""
    words = xml_text(text or "").strip()
    if not words:
        return empty()
    response = MessagingResponse()
    response.message(_at_most(words, MESSAGE_LIMIT))
    return _bytes(response)


@lru_cache(maxsize=1)
def empty() -> bytes:
    """Say and do nothing."""
    return _bytes(MessagingResponse())


def _say(response: VoiceResponse, sentence: str | None, language: str) -> None:
    words = xml_text(sentence or "").strip()
    if words:
        response.say(_at_most(words, SPOKEN_LIMIT), language=spoken_language(language))


def _at_most(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _bytes(response: VoiceResponse | MessagingResponse) -> bytes:
    return str(response).encode()

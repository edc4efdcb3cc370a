"""The TwiML a caller hears; all of it is short, well-formed and below Twilio's 64 kB."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from twilio.twiml.voice_response import Gather, VoiceResponse

from grm_console.desk.caller_words import Sentence
from grm_console.text import xml_text

SPOKEN_LIMIT = 1000
"""Characters of one spoken sentence; the longest document, a menu of nine languages, stays below 64 kB."""
QUEUE_NAME = "grm"
"""The carrier's one queue for all our waiting callers; who is served next is decided by our own store."""
ANSWER_SECONDS = 6
"""How long a key is waited for after a question."""
MESSAGE_SECONDS = 180
SILENCE_SECONDS = 5
"""So much silence ends a message."""

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


@lru_cache(maxsize=256)
def enqueue(sentences: tuple[Sentence, ...], wait_url: str, left_url: str) -> bytes:
    """Say something, then let the caller wait; `wait_url` is what they hear, `left_url` is asked when they leave."""
    response = VoiceResponse()
    _say(response, sentences)
    response.enqueue(QUEUE_NAME, wait_url=wait_url, wait_url_method="POST", action=left_url, method="POST")
    return _bytes(response)


class Between(NamedTuple):
    """What is heard between two things told: music so many times if there is any, and a pause."""

    pause_seconds: int
    music: str = ""
    """Its address."""
    times: int = 1


@lru_cache(maxsize=256)
def hold(sentences: tuple[Sentence, ...], between: Between, url: str) -> bytes:
    """Perhaps say something, let time pass, then ask `url` what comes."""
    response = VoiceResponse()
    _say(response, sentences)
    _let_pass(response, between)
    response.redirect(url, method="POST")
    return _bytes(response)


@lru_cache(maxsize=256)
def hold_for_key(sentences: tuple[Sentence, ...], between: Between, key_url: str, url: str) -> bytes:
    """The same, listening for one key meanwhile, which ends words and music at once; `key_url` takes it."""
    response = VoiceResponse()
    gather = _gather(key_url, 1)
    _say(gather, sentences)
    _let_pass(gather, between)
    response.append(gather)
    response.redirect(url, method="POST")
    return _bytes(response)


@lru_cache(maxsize=64)
def go_on(url: str) -> bytes:
    """Ask `url` at once what comes."""
    response = VoiceResponse()
    response.redirect(url, method="POST")
    return _bytes(response)


@lru_cache(maxsize=256)
def ask(sentences: tuple[Sentence, ...], key_url: str, otherwise_url: str) -> bytes:
    """Ask for one key; `key_url` takes it, without any `otherwise_url` is asked what comes."""
    response = VoiceResponse()
    gather = _gather(key_url, ANSWER_SECONDS)
    _say(gather, sentences)
    response.append(gather)
    response.redirect(otherwise_url, method="POST")
    return _bytes(response)


@lru_cache(maxsize=64)
def take_message(sentences: tuple[Sentence, ...], done_url: str, recording_url: str) -> bytes:
    """Record a message after the tone; whoever says nothing is hung up on, as Twilio then asks for nothing."""
    response = VoiceResponse()
    _say(response, sentences)
    response.record(
        action=done_url,
        method="POST",
        max_length=MESSAGE_SECONDS,
        timeout=SILENCE_SECONDS,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=recording_url,
        recording_status_callback_method="POST",
        # One string: the package writes a list as Python would print it.
        recording_status_callback_event="completed absent",
    )
    response.hangup()
    return _bytes(response)


@lru_cache(maxsize=64)
def polite_end(sentences: tuple[Sentence, ...]) -> bytes:
    """Say why the call ends, then end it; the caller never hears the carrier's error announcement."""
    response = VoiceResponse()
    _say(response, sentences)
    response.hangup()
    return _bytes(response)


@lru_cache(maxsize=1)
def leave() -> bytes:
    """Let a waiting caller leave the carrier's queue: the action of `enqueue` is asked what comes."""
    response = VoiceResponse()
    response.leave()
    return _bytes(response)


@lru_cache(maxsize=1)
def reject() -> bytes:
    """Do not answer the call at all."""
    response = VoiceResponse()
    response.reject(reason="rejected")
    return _bytes(response)


def _gather(key_url: str, seconds: int) -> Gather:
    # An empty finish key: each of the twelve is a key like any other.
    return Gather(input="dtmf", num_digits=1, action=key_url, method="POST", timeout=seconds, finish_on_key="")


def _say(verb: VoiceResponse | Gather, sentences: Sequence[Sentence]) -> None:
    for sentence in sentences:
        words = xml_text(sentence.words).strip()
        if words:
            verb.say(_at_most(words, SPOKEN_LIMIT), language=spoken_language(sentence.language))


def _let_pass(verb: VoiceResponse | Gather, between: Between) -> None:
    if between.music:
        verb.play(xml_text(between.music), loop=between.times)
    # Also after music: whose piece cannot be fetched would ask us without end.
    verb.pause(length=max(1, between.pause_seconds))


def _at_most(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _bytes(response: VoiceResponse) -> bytes:
    return str(response).encode()

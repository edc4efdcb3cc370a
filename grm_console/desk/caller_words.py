"""What a caller hears: the store's own words, which win, else the built-in ones."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from grm_console.desk.phrases import is_built_in, phrase
from grm_console.store import spoken_texts

_FALLBACK = "en"
"""The language of last resort; every sentence is there in it."""


class Sentence(NamedTuple):
    """Words with the language they are in, which is not always the one asked for."""

    words: str
    language: str


def sentence(
    connection: Connection, name: str, language: str, queue_code: str = "", slots: Mapping[str, object] | None = None
) -> Sentence:
    """A sentence of desk.phrases in the store's words for the queue or for all, else as built in, else in English.

    Slots are put in as they are; a brace in somebody's own words that is no slot stays.
    """
    words = spoken_texts.words(connection, name, language, queue_code)
    if words is None and not is_built_in(name, language):
        language = _FALLBACK
        words = spoken_texts.words(connection, name, language, queue_code)
    if words is None:
        words = phrase(name, language)
    for slot, value in (slots or {}).items():
        words = words.replace(f"{{{slot}}}", str(value))
    return Sentence(words, language)

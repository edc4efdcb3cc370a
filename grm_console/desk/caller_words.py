"""What a caller hears: the store's own words, which win, else the built-in ones."""

from collections.abc import Mapping
from typing import NamedTuple

from grm_console.desk.phrases import is_built_in, phrase

_FALLBACK = "en"
"""The language of last resort; every sentence is there in it."""


class Sentence(NamedTuple):
    """Words with the language they are in, which is not always the one asked for."""

    words: str
    language: str


def sentence(
    own: Mapping[tuple[str, str], str], name: str, language: str, slots: Mapping[str, object] | None = None
) -> Sentence:
    """A sentence of desk.phrases in the store's `own` words by name and language, else as built in, else in English.

    Slots are put in as they are; a brace in somebody's own words that is no slot stays.
    """
    words = own.get((name, language))
    if words is None and not is_built_in(name, language):
        language = _FALLBACK
        words = own.get((name, language))
    if words is None:
        words = phrase(name, language)
    for slot, value in (slots or {}).items():
        words = words.replace(f"{{{slot}}}", str(value))
    return Sentence(words, language)

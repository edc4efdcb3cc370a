"""Who calls and what they say: from the demo city's files, or from a few built-in words."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from grm_console.errors import InvalidInput

_WITHHELD = ("anonymous", "+266696687", "")
_UNKNOWN_SHARE = 0.15
_WITHHELD_SHARE = 0.05
_SILENT_SHARE = 0.05
_CALLED_BACK_SHARE = 0.15
_EMOJI_SHARE = 0.1
_LONG_SHARE = 0.03
_LONGEST = 1600
"""Characters of one text at most."""

_OPENINGS = {"en": "Good morning, I have a question.", "zh": "您好，我想咨询一个问题。"}
_SILENT = "(Nobody speaks.)"
_TEXTS = {
    "en": ("When is bulky waste collected?", "The street light at 12 Lotus Lane has been out for a week."),
    "zh": ("请问大件垃圾什么时候收？", "莲花巷12号门口的路灯已经坏了一个星期。"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a telephone; a withheld number is what the carrier writes in its place."""

    number: str
    language: str


@dataclass(frozen=True, slots=True)
class Script:
    """People, our lines, and what is said on the telephone and by text, each with its language."""

    people: tuple[Person, ...]
    lines: tuple[str, ...]
    openings: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    departments: tuple[str, ...] = ()
    """Numbers at which a department answers."""

    def caller(self, draw: Random) -> Person:
        """Somebody we know, now and then a stranger or a withheld number."""
        chance = draw.random()
        if chance < _WITHHELD_SHARE:
            return Person(draw.choice(_WITHHELD), "en")
        return self._stranger(draw) if chance < _WITHHELD_SHARE + _UNKNOWN_SHARE else self._known(draw)

    def texter(self, draw: Random) -> Person:
        """Somebody we know, now and then a stranger; a text always has a sender."""
        return self._stranger(draw) if draw.random() < _UNKNOWN_SHARE else self._known(draw)

    def opening(self, language: str, draw: Random) -> str:
        """What a caller of this language says first; now and then somebody cannot speak."""
        return _SILENT if draw.random() < _SILENT_SHARE else _in_language(self.openings, language, draw)

    def text(self, language: str, draw: Random) -> str:
        """What somebody of this language writes; now and then with a picture sign, or very much."""
        words, chance = _in_language(self.texts, language, draw), draw.random()
        if chance < _LONG_SHARE:
            return (words + " ") * (_LONGEST // (len(words) + 1))
        return words + draw.choice((" 🙏", " 😡", " 👍🏽")) if chance < _LONG_SHARE + _EMOJI_SHARE else words

    def keys(self, language: str, draw: Random) -> dict[str, tuple[str, ...]]:
        """What they press, by question (the last part of a Gather's action), once for each time they are asked.

        The empty name stands for every other question, an empty key for pressing nothing.
        """
        return {
            "language": ("1" if language == "en" else "2",),
            "wait-key": ("", "1") if draw.random() < _CALLED_BACK_SHARE else (),
            "window": (draw.choice("123"),),
            "silent-key": ("1", *(draw.choice("12") for _ in range(12))),
            "": (draw.choice("12"),),
        }

    def _known(self, draw: Random) -> Person:
        return draw.choice(self.people) if self.people else self._stranger(draw)

    @staticmethod
    def _stranger(draw: Random) -> Person:
        # 555-0100 to 555-0199 is kept free for examples in every area code.
        return Person(f"+1{draw.choice((212, 312, 415, 503))}55501{draw.randrange(100):02}", draw.choice(("en", "zh")))


def read_script(phrases: Path | None, callers: Path | None, lines: Sequence[str]) -> Script:
    """The script from its files; a file not given leaves the built-in words, and strangers as callers.

    `callers` is a CSV file with a column `phones` (several by `|`) and perhaps `language`. Without `lines` they are
    taken from the column `lines` of `queues.csv` beside it, and the departments from `phone` of `organisations.csv`.
    Raises InvalidInput naming the file that cannot be read.
    """
    words: dict[str, Any] = {}
    if phrases is not None:
        try:
            words = yaml.safe_load(phrases.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise InvalidInput({"script": f"{phrases} cannot be read ({error}); give another --script."}) from error
    people = tuple(
        Person(number, row.get("language") or "en")
        for row in (_rows(callers) if callers is not None else ())
        for number in (row.get("phones") or "").split("|")
        if number
    )
    if not lines and callers is not None and (queues := callers.with_name("queues.csv")).exists():
        lines = [line for row in _rows(queues) for line in (row.get("lines") or "").split("|") if line]
    beside = callers.with_name("organisations.csv") if callers is not None else None
    departments = _rows(beside) if beside is not None and beside.exists() else ()
    return Script(
        people,
        tuple(lines) or ("+12025550100",),
        _said(words, "callers", "opening") or tuple(_OPENINGS.items()),
        _said(words, "texts", "text") or tuple((code, text) for code, texts in _TEXTS.items() for text in texts),
        tuple(row["phone"] for row in departments if row.get("phone")),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput({"callers": f"{file} cannot be read ({error}); give another --callers."}) from error


def _said(words: dict[str, Any], section: str, key: str) -> tuple[tuple[str, str], ...]:
    items = words.get(section) if isinstance(words, dict) else None
    return tuple(
        (str(item.get("language", "en")), str(item[key]))
        for item in items or ()
        if isinstance(item, dict) and item.get(key)
    )


def _in_language(said: tuple[tuple[str, str], ...], language: str, draw: Random) -> str:
    fitting = [words for code, words in said if code == language]
    return draw.choice(fitting or [words for _, words in said])

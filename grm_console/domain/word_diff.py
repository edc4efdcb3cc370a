"""What changed between two texts, by words; where words have no blanks between them, by characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

MOST_WORDS = 4000
"""Words of a changed passage that are compared one by one; a longer one is shown as changed whole."""

_WORD = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]|\s*[^\W_\u2e80-\ud7a3]+|\s*.", re.DOTALL
)
_LINE = re.compile(r"[^\n.!?。！？；;]*[\n.!?。！？；;]+\s*|[^\n.!?。！？；;]+$")


class Fate(Enum):
    """What became of a piece of text."""

    SAME = " "
    GONE = "-"
    NEW = "+"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters that share a fate."""

    fate: Fate
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one: SAME and GONE together are `before`, SAME and NEW are `after`, to the letter."""
    found: list[Piece] = []
    for fate, text in _compared(before, after):
        if text and found and found[-1].fate is fate:
            found[-1] = Piece(fate, found[-1].text + text)
        elif text:
            found.append(Piece(fate, text))
    return tuple(found)


def marked(pieces: Sequence[Piece]) -> str:
    """The pieces as plain text: `[-gone-]` and `{+new+}`, as wdiff writes them."""
    marks = {Fate.SAME: "{}", Fate.GONE: "[-{}-]", Fate.NEW: "{{+{}+}}"}
    return "".join(marks[piece.fate].format(piece.text) for piece in pieces)


def _compared(before: str, after: str) -> Iterator[tuple[Fate, str]]:
    """By sentences first, then by words within those that changed: word by word alone is slow in long texts."""
    for old, new in _aligned(_LINE.findall(before), _LINE.findall(after)):
        if old == new:
            yield Fate.SAME, "".join(old)
            continue
        old_words, new_words = _WORD.findall("".join(old)), _WORD.findall("".join(new))
        if max(len(old_words), len(new_words)) > MOST_WORDS:
            yield Fate.GONE, "".join(old_words)
            yield Fate.NEW, "".join(new_words)
            continue
        for gone, come in _aligned(old_words, new_words):
            if gone == come:
                yield Fate.SAME, "".join(gone)
            else:
                yield Fate.GONE, "".join(gone)
                yield Fate.NEW, "".join(come)


def _aligned(before: list[str], after: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Stretches that are the same, or that took each other's place."""
    for _tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield before[a:b], after[c:d]

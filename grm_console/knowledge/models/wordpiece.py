"""Texts cut into the pieces that uncased BERT models know (Wu et al. 2016; Devlin et al. 2019).

The vocabulary is that of bert-base-uncased (Google, Apache-2.0); a piece's number is its line, counted from 0.
"""

import unicodedata
from functools import cache
from importlib import resources
from typing import Final

UNKNOWN, START, END = 100, 101, 102
LONGEST: Final = 128
"""Pieces of a text that are looked at, start and end among them; the model was trained on so many."""
_LONGEST_WORD: Final = 100


@cache
def _numbers() -> dict[str, int]:
    text = resources.files(__package__).joinpath("wordpieces.txt").read_text(encoding="utf-8")
    return {piece: number for number, piece in enumerate(text.removesuffix("\n").split("\n"))}


def piece_numbers(text: str) -> list[int]:
    """The numbers of a text's pieces between start and end, at most `LONGEST`."""
    found = [START]
    for word in _words(text):
        found += _pieces(word)
        if len(found) >= LONGEST:
            break
    return [*found[: LONGEST - 1], END]


def _pieces(word: str) -> list[int]:
    """The longest known beginning, then the longest known going on, and so to the end; one unknown if that fails."""
    numbers = _numbers()
    found: list[int] = []
    start = 0
    if len(word) > _LONGEST_WORD:
        return [UNKNOWN]
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else f"##{word[start:end]}"
            if (number := numbers.get(piece)) is not None:
                found.append(number)
                start = end
                break
        else:
            return [UNKNOWN]
    return found


def _words(text: str) -> list[str]:
    """Lower-case words without accents; punctuation and Chinese characters stand alone."""
    spaced = []
    for character in text:
        if character in "\t\n\r" or unicodedata.category(character) == "Zs":
            spaced.append(" ")
        elif character in "\0\ufffd" or unicodedata.category(character).startswith("C"):
            continue
        elif _is_han(character):
            spaced.append(f" {character} ")
        else:
            spaced.append(character)
    folded = unicodedata.normalize("NFD", "".join(spaced).lower())
    apart = []
    for character in folded:
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        apart.append(f" {character} " if _is_punctuation(character, category) else character)
    return "".join(apart).split()


def _is_punctuation(character: str, category: str) -> bool:
    return category.startswith("P") or (character.isascii() and character > " " and not character.isalnum())


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"

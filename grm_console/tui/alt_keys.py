"""Alt and a letter or digit reach the desk as that key at once, also twice within a moment."""

from dataclasses import dataclass
from string import ascii_lowercase

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

_EDITING = "bf"
"""With Alt many terminals send these for a word to the left or to the right."""

_DIGITS = "0123456"


@dataclass(frozen=True, slots=True)
class _Key:
    """A key as Textual's table of sequences holds it."""

    value: str


def read_alt_keys() -> None:
    """Teach Textual the sequences of Alt.

    It waits a tenth of a second for more of each, and types `^` and the letter if a second one comes meanwhile; and
    it takes Esc and a digit for a Mac's Option key and types a character.
    """
    for character in (*ascii_lowercase, *_DIGITS):
        if character not in _EDITING:
            ANSI_SEQUENCES_KEYS[f"\x1b{character}"] = (_Key(f"alt+{character}"),)  # type: ignore[index]

"""Codes of languages as BCP 47 writes them: a code of ISO 639, perhaps with a script or a region behind it."""

import re

_TAG = re.compile(r"([a-z]{2,3})(-[A-Za-z0-9]{2,8})*")
_SECOND_LETTERS = {
    "a": "abefkmnrsvyz", "b": "aeghimnors", "c": "aehorsuvy", "d": "aevz", "e": "elnostu", "f": "afijory",
    "g": "adlnuv", "h": "aeiortuyz", "i": "adegikostu", "j": "av", "k": "agijklmnorsuvwy", "l": "abginotuv",
    "m": "ghiklnrsty", "n": "abdeglnorvy", "o": "cjmrs", "p": "ailst", "q": "u", "r": "mnouw",
    "s": "acdeghiklmnoqrstuvw", "t": "aeghiklnorstwy", "u": "gkrz", "v": "eio", "w": "ao", "x": "h", "y": "io",
    "z": "ahu",
}  # fmt: skip
"""ISO 639-1 by first letter. Codes of three letters are too many to list; their form has to do."""


def is_language(value: str) -> bool:
    """Whether a value is the code of a language, e.g. `en`, `zh`, `zh-Hant`, `yue`."""
    tag = _TAG.fullmatch(value)
    return tag is not None and (len(tag[1]) == 3 or tag[1][1] in _SECOND_LETTERS.get(tag[1][0], ""))

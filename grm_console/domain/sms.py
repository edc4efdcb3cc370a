"""How many messages a text costs: GSM 03.38 packing as the carriers count it."""

from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class SmsEncoding(StrEnum):
    """The alphabet of a message; one character outside GSM-7 puts the whole of it into UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text takes when it is sent."""

    encoding: SmsEncoding
    characters: int
    """Counted as the network does: GSM-7 extension characters and characters beyond U+FFFF count two."""
    parts: int
    """Messages paid for; none for an empty text."""


def segments(text: str) -> Segments:
    """Count the parts of a text: GSM-7 160 in one, 153 each in several; UCS-2 70 and 67.

    A character that counts two is never split between two parts.
    """
    if _BASIC.issuperset(text):
        sizes, encoding, single, several = [1] * len(text), SmsEncoding.GSM_7, 160, 153
    elif (_BASIC | _EXTENDED).issuperset(text):
        sizes, encoding, single, several = [1 + (c in _EXTENDED) for c in text], SmsEncoding.GSM_7, 160, 153
    else:
        sizes, encoding, single, several = [1 + (c > "\uffff") for c in text], SmsEncoding.UCS_2, 70, 67
    characters = sum(sizes)
    if characters <= single:
        return Segments(encoding, characters, min(characters, 1))
    parts, room = 1, several
    for size in sizes:
        if size > room:
            parts, room = parts + 1, several
        room -= size
    return Segments(encoding, characters, parts)

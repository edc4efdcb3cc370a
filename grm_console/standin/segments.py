"""How many segments a text is sent in, counted as the carrier counts them (GSM 03.38)."""

_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")

MOST_CHARACTERS = 1600
"""Characters of one text, whatever its alphabet (error 21617)."""


def count_segments(body: str) -> int:
    """Segments of a text, one for an empty one; a character that takes two places is never split."""
    if set(body) <= _PLAIN | _DOUBLE:
        alone, joined = 160, 153
        places = [2 if character in _DOUBLE else 1 for character in body]
    else:
        alone, joined = 70, 67
        places = [len(character.encode("utf-16-be", "surrogatepass")) // 2 for character in body]
    if sum(places) <= alone:
        return 1
    count, left = 1, joined
    for place in places:
        if place > left:
            count, left = count + 1, joined
        left -= place
    return count

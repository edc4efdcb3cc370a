"""Short codes of articles as they are spoken and typed: K-214, k214, K 031."""

import re
import unicodedata
from functools import lru_cache

_SEPARATORS = re.compile(r"[^\w]|_")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_INSIDE = re.compile(r"(?<!\w)[^\W\d_]{1,6}[-‐-―.]?\d{1,6}(?!\w)")


@lru_cache(maxsize=65_536)  # every refresh asks for all articles' codes again
def canonical(code: str) -> str:
    """A code without case, separators and leading zeros."""
    return _ZEROS.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", code)).upper())


def codes_in(text: str) -> list[str]:
    """What may be a code in a text: the whole of it, then letters and digits written together or with a hyphen.

    Letters and digits with a space between are a code only when they are all that was typed: "a 12" in a sentence
    is none.
    """
    text = unicodedata.normalize("NFKC", text)
    found = [canonical(text), *map(canonical, _INSIDE.findall(text))]
    return [code for code in dict.fromkeys(found) if code]

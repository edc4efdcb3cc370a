"""A text cut into sentences, in English, in Chinese, and in any language that ends them alike."""

import re

_SHORT = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "art", "sec", "cf", "vs", "etc", "approx", "tel", "ext"}
    | {"e.g", "i.e", "a.m", "p.m", "u.s", "dept", "inc", "ltd"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
"""Words whose full stop ends no sentence."""

_END = re.compile(r"[。！？；…]+[”’』」）》\"]*|[.!?]+[\"'”’)\]]*(?=\s|$)|\n+")
_WORD_BEFORE = re.compile(r"[\w.]+$")


def sentences(text: str) -> list[str]:
    """The sentences without the blanks around them, in order; no character but blanks is lost."""
    found: list[str] = []
    begin = 0
    for end in _END.finditer(text):
        if end.group().startswith(".") and len(end.group()) == 1 and _is_short(text, begin, end):
            continue
        found.append(text[begin : end.end()])
        begin = end.end()
    found.append(text[begin:])
    return [one for sentence in found if (one := " ".join(sentence.split()))]


def joined(parts: list[str]) -> str:
    """Sentences as running text: no blank after a Chinese full stop."""
    text = ""
    for part in parts:
        text += (" " if text and text[-1] < "\u2e80" else "") + part
    return text


def _is_short(text: str, begin: int, end: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or the number of a list."""
    word = _WORD_BEFORE.search(text, begin, end.start())
    if word is None:
        return False
    before = word.group().casefold()
    first = not text[begin : word.start()].strip()
    following = text[end.end() :].lstrip()[:1]
    return (
        before in _SHORT
        or (first and before.isdigit())
        or (len(before) == 1 and before.isalpha() and following.isupper())
    )

"""The one place that makes foreign text harmless where it leaves the program: screen, log, file, reply.

Whatever a caller or a sender wrote stays unchanged in the store as evidence; these functions are applied at
the edge. No framework is imported: the headless parts use them too.
"""

import re
import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands for one character that must not be shown; one terminal cell wide."""

ELLIPSIS = "…"
MARKS_PER_BASE = 4
"""Combining marks kept on one base character; real scripts stay below, stacked "zalgo" text does not."""

JOINS_IN_A_ROW = 3
"""Joiners kept in one joined picture; a family emoji has three. Terminals disagree on the width of more."""

_PLAIN = re.compile(
    "["
    " -~\u00a0-\u00ac\u00ae-\u02ff"  # Latin
    "\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f"  # Greek, Cyrillic
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u25ff"  # punctuation, money, arrows, boxes
    "\u3000-\u3029\u3030-\u303f\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3"  # Han, kana, Hangul
    "\uff01-\uff9f\uffe0-\uffe6"  # full-width and half-width forms
    "]*"
)
"""Text that needs no second look: all assigned, visible and not combining in every supported Python."""

_LINE_BREAK = re.compile(r"\r\n?|\n")
_UNSHOWABLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul fillers: letters by category, but invisible, and terminals disagree on their width."""

_JOINERS = frozenset("\u200c\u200d")
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def printable(text: str, *, lines: bool = False, limit: int = 0) -> str:
    """Return `text` as it may be shown: nothing invisible, nothing that moves cursor or reading order.

    Controls, format and direction characters, surrogates, private and unassigned characters (Unicode
    categories Cc, Cf, Zl, Zp, Cs, Co, Cn) become `MARK`, one each; zero-width joiners stay where they join;
    combining marks are capped per base character. Line breaks and tabs become a space; with `lines`, line
    breaks become `\\n`. With `limit`, at most so many characters are returned, a cut being shown by an
    ellipsis. Applying it twice changes nothing.
    """
    cut = 0 < limit < len(text)
    if cut:
        text = text[: limit - 1]
    if not _PLAIN.fullmatch(text):
        text = _clean(text, "\n" if lines else " ")
    return text + ELLIPSIS if cut else text


def _clean(text: str, line_break: str) -> str:
    text = _LINE_BREAK.sub(line_break, text).replace("\t", " ")
    shown: list[str] = []
    based = False  # a mark without a base would alter the cell before the text
    room = 0  # marks the current base still takes
    for char in text:
        category = unicodedata.category(char)
        if char == "\n" and line_break == "\n":
            shown.append(char)
            based = False
        elif char in _JOINERS:
            shown.append(char)
        elif category in ("Mn", "Me") or "\u1161" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb":
            if not based:
                shown.append(MARK)
                based, room = True, MARKS_PER_BASE
            elif room:
                shown.append(char)
                room -= 1
        else:
            unshowable = category in _UNSHOWABLE or char in _FILLERS
            shown.append(MARK if unshowable else char)
            based, room = True, MARKS_PER_BASE
    return _settle_joiners(shown) if not _JOINERS.isdisjoint(shown) else "".join(shown)


def _settle_joiners(shown: list[str]) -> str:
    """Keep a joiner only between two characters that join, and only a few in a row."""
    settled: list[str] = []
    row = 0
    for at, char in enumerate(shown):
        if char not in _JOINERS:
            joined = at > 0 and shown[at - 1] in _JOINERS
            if not joined and char not in _SKIN_TONES and unicodedata.category(char)[0] != "M":
                row = 0
            settled.append(char)
        elif row < JOINS_IN_A_ROW and 0 < at < len(shown) - 1 and _joins(shown[at - 1], shown[at + 1]):
            row += 1
            settled.append(char)
        else:
            row = 0
            settled.append(MARK)
    return "".join(settled)


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between the two has an effect: emoji, and letters or marks of joining scripts."""
    return all(
        "\u2190" <= char <= "\u2bff"
        or char >= "\U0001f000"
        or (char >= "\u0600" and not "\u2e80" <= char <= "\ua4cf" and unicodedata.category(char)[0] in "LM")
        for char in (before, after)
    )


_KNOWN_HEAD = re.compile(
    r"(?:(?:whatsapp|client|sips?|tel|rcs|messenger):)?"
    r"(?:\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})(?=[0-9]))?"
)
"""Prefix and country code. By ITU-T E.164 a code has one digit (1, 7), two (those named) or else three."""


def mask_number(address: str) -> str:
    """Return an address with only its country code, its prefix and its last four characters readable.

    `+12025550177` gives `+1******0177`. What has less than eight characters after the country code is hidden
    whole, since four of them would give it away.
    """
    address = printable(address)
    known = _KNOWN_HEAD.match(address)
    head = known.group() if known else ""
    body = address[len(head) :]
    shown = 4 if len(body) >= 8 else 0
    return head + "*" * (len(body) - shown) + body[len(body) - shown :]


_FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def defuse_cell(text: str) -> str:
    """Return `text` as a CSV cell that no spreadsheet takes for a formula (CWE-1236).

    What starts with `= + - @`, their full-width forms, a tab or a line break gets a leading apostrophe; a
    number in E.164 form is left as it is. Quoting is the CSV writer's part.
    """
    if _FORMULA.match(text) and not _E164.fullmatch(text):
        return f"'{text}"
    return text


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return `text` without what XML 1.0 cannot hold (see its production `Char`); it does not escape."""
    return _NOT_XML.sub("", text)

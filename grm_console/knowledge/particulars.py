"""What makes a question one of its own: its numbers, days, months, names and streets.

A standard answer that does not speak of them may be about something else, so no machine gives it.
"""

import re
from collections.abc import Iterable

from grm_console.knowledge.analyse import fold, pieces, stem

_DAYS = {
    name: f"day-{number}"
    for number, names in enumerate(
        (
            ("monday", "mon", "周一", "星期一", "礼拜一"),
            ("tuesday", "tue", "tues", "周二", "星期二", "礼拜二"),
            ("wednesday", "wed", "周三", "星期三", "礼拜三"),
            ("thursday", "thu", "thurs", "周四", "星期四", "礼拜四"),
            ("friday", "fri", "周五", "星期五", "礼拜五"),
            ("saturday", "sat", "周六", "星期六", "礼拜六"),
            ("sunday", "sun", "周日", "周天", "星期日", "星期天", "礼拜天"),
        )
    )
    for name in names
}
_MONTHS = {
    name: f"month-{number}"
    for number, names in enumerate(
        (
            ("january",), ("february",), ("march",), ("april",), ("june",), ("july",), ("august",),
            ("september", "sept"), ("october",), ("november",), ("december",),
        )
    )
    for name in names
}  # fmt: skip
"""Not May, which is a verb first."""
_CHINESE_DAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]")
_SPAN = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:to|-|–|—)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
    r"|(?:周|星期)([一二三四五六日天])(?:至|到|—|-|–)(?:周|星期)?([一二三四五六日天])"
)
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}

_NAME = re.compile(r"(?<=[a-z0-9,;:)] )([A-Z][a-z]{2,})\b")
_STREET = re.compile(
    r"\b([a-z]{3,})\s+(?:street|road|lane|avenue|alley|rise|terrace|boulevard)\b|([\u4e00-\u9fff]{2,3}(?:街|巷|小区|大道|胡同))"
)
_NO_STREETS = frozenset(
    "the our this that main any every each which whole same side one back across cross busy dark next high bus "  # noqa: SIM905
    "cycle car closed".split()
)


def particulars(text: str) -> frozenset[str]:
    """The numbers, days, months, names and streets of a text, each in one form whatever the language."""
    folded = fold(text)
    found = {piece for piece in pieces(folded) if piece.isascii() and any(char.isdigit() for char in piece)}
    found |= _dates(folded)
    if text != text.title():
        found |= {stem(name.casefold()) for name in _NAME.findall(text)} - _dated()
    for street in _STREET.finditer(folded):
        name = street[1] or street[2]
        if name not in _NO_STREETS:
            found.add(stem(name) if street[1] else name)
    return frozenset(found - {""})


def lacking(text: str, candidates: Iterable[str]) -> frozenset[str]:
    """Those of the particulars of a text that stand in none of the candidates."""
    wanted = particulars(text)
    if not wanted:
        return wanted
    folded = fold("\n".join(candidates))
    words = pieces(folded)
    known = set(words) | {stem(word) for word in words if word.isascii()} | _dates(folded)
    return frozenset(one for one in wanted if one not in known and (one.isascii() or one not in folded))


def _dates(folded: str) -> set[str]:
    """The days and months that are named, and the days between two of them."""
    found = {_DAYS.get(piece) or _MONTHS.get(piece, "") for piece in pieces(folded)}
    found |= {_DAYS[day] for day in _CHINESE_DAY.findall(folded)}
    for span in _SPAN.finditer(folded):
        if span[1]:
            first, last = _ENGLISH.index(span[1]), _ENGLISH.index(span[2])
        else:
            first, last = _CHINESE[span[3]], _CHINESE[span[4]]
        found |= {f"day-{day}" for day in range(first, last + 1)}
    return found - {""}


def _dated() -> set[str]:
    return {stem(name) for name in (*_DAYS, *_MONTHS) if name.isascii()}

"""Which emergency service is the right one for a place."""

import re
import unicodedata

from grm_console.desk.call_views import EmergencyChoice
from grm_console.desk.desk import Desk
from grm_console.store import emergency_lines

ELSEWHERE = "*"
"""The area of the line for every place that has none of its own."""

_WORD = re.compile(r"[^\W_]+")


def choices(desk: Desk, place: str) -> tuple[EmergencyChoice, ...]:
    """The lines in use: those whose area's words stand in the place, the most exact first; then `*`; then the others.

    The others are for an operator who knows better than the words of the place.
    """
    with desk.store.reading() as connection:
        rows = emergency_lines.lines_in_use(connection)
    found = [
        EmergencyChoice(row.area, row.number, bool(row.dial), row.script, area_fits(row.area, place)) for row in rows
    ]
    return tuple(sorted(found, key=_rank))


def area_fits(area: str, place: str) -> bool:
    """Whether all words of an area stand in a place: whole words, but in Chinese any part, as it has no spaces."""
    folded = _folded(place)
    words = set(_WORD.findall(folded))
    wanted = _WORD.findall(_folded(area))
    return bool(wanted) and all(word in words or (not word.isascii() and word in folded) for word in wanted)


def _rank(choice: EmergencyChoice) -> tuple[int, int, str]:
    if choice.fits:
        return 0, -len(choice.area), choice.area
    return (1 if choice.area == ELSEWHERE else 2), 0, choice.area


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

"""What a citizen may ask a machine by text: the state of a case, a digit that answers a question, a case by number."""

import re
import unicodedata
from dataclasses import dataclass

from grm_console.domain.case_number import read_case_number

_STATUS = re.compile(
    r"(?:status|state|查询|查詢|进度|進度|查进度|查進度)"
    r"(?:[\s:#,：，]*(?P<number>\d{2}[\s-]{0,2}\d{6,9}[\s-]{0,2}\d))?"
    r"(?:[\s:#,：，]*(?:pin|密码|密碼|验证码)?[\s:#：]*(?P<pin>\d{6}))?[\s.!?。？！]*",
    re.IGNORECASE,
)
_CASE = re.compile(r"(?<!\d)\d{2}-\d{6,9}-\d(?!\d)")


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """How does a case stand?"""

    number: str
    """In its usual form; empty if none was given."""
    pin: str
    misread: bool
    """Whether a number was given that cannot be one: its last digit does not fit."""


def read_status(text: str) -> StatusAsked | None:
    """What a text asks about a case if the whole of it is that command; None otherwise."""
    if len(text) > 60:
        return None
    found = _STATUS.fullmatch(_tidy(text))
    if found is None:
        return None
    written = found["number"]
    number = read_case_number(written) if written else None
    return StatusAsked(number or "", found["pin"] or "", written is not None and number is None)


def read_digit(text: str) -> int | None:
    """The one digit from 1 to 9 that a text consists of, in whatever width."""
    digit = read_choice(text)
    return digit or None


def read_choice(text: str) -> int | None:
    """The one digit from 0 to 9 that a text consists of, in whatever width; 0 is for none of what was offered."""
    words = _tidy(text) if len(text) < 8 else ""
    words = words.rstrip(".!。")
    return int(words) if len(words) == 1 and words in "0123456789" else None


def named_case(text: str) -> str | None:
    """The first case number that stands in a text, with its dashes and the right last digit; None if none does."""
    for found in _CASE.finditer(unicodedata.normalize("NFKC", text[:1600])):
        number = read_case_number(found[0])
        if number is not None:
            return number
    return None


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()

"""What an article's words, dates and frame must be like; the same rules for a form and for a line of a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grm_console.domain.renderings import MOST_PARTS, Told, text_message
from grm_console.domain.words import Audience
from grm_console.i18n import _

MAX_QUESTION = 2_000
MAX_ANSWER = 100_000
MAX_PHRASINGS = 50
MAX_LEGAL_BASIS = 500

WORDING = ("question", "phrasings", "answer", "sms", "effective_on", "review_on", "expires_on")
"""The cells that belong to a version."""
FRAME = ("audience", "owner", "legal_basis", "services", "segments")
"""The cells that belong to the article in all its languages."""

_SEPARATOR = re.compile(r"[|\n]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = ("effective_on", "review_on", "expires_on")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version says and from when to when."""

    question: str
    phrasings: tuple[str, ...]
    answer: str
    sms: str
    """Own short words for a text; empty: they are made from the answer."""
    effective_on: date | None
    review_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for an article in all its languages."""

    audience: Audience
    owner: str
    """Code of the department that answers for it; empty for none."""
    legal_basis: str
    services: tuple[str, ...]
    segments: tuple[str, ...]
    """Codes of the groups it is offered to in addition; it is kept from nobody."""


def read_wording(cells: Mapping[str, str], problems: dict[str, str]) -> Wording:
    """The wording that these cells hold; what is wrong is added to `problems` by the cell's name.

    Phrasings stand in one cell, separated by `|` or line ends.
    """
    question, answer, sms = (cells.get(name, "").strip() for name in ("question", "answer", "sms"))
    if not question or len(question) > MAX_QUESTION:
        problems["question"] = _("is needed, at most {limit} characters").format(limit=MAX_QUESTION)
    if not answer or len(answer) > MAX_ANSWER:
        problems["answer"] = _("is needed, at most {limit} characters").format(limit=MAX_ANSWER)
    phrasings = several(cells.get("phrasings", ""))
    if len(phrasings) > MAX_PHRASINGS or any(len(one) > MAX_QUESTION for one in phrasings):
        problems["phrasings"] = _("holds at most {count} ways to ask, of {limit} characters each").format(
            count=MAX_PHRASINGS, limit=MAX_QUESTION
        )
    if sms and (len(sms) > MAX_QUESTION or text_message(Told("K-00000", 100, "", question, answer, sms), "").cut):
        problems["sms"] = _("must fit into {count} messages with the code behind it").format(count=MOST_PARTS)
    days: dict[str, date | None] = {}
    for name in _DAYS:
        days[name] = _read_day(cells.get(name, "").strip(), name, problems)
    effective, expires = days["effective_on"], days["expires_on"]
    if effective is not None and expires is not None and expires <= effective:
        problems["expires_on"] = _("must be after effective_on")
    return Wording(question, phrasings, answer, sms, effective, days["review_on"], expires)


def read_frame(cells: Mapping[str, str], problems: dict[str, str]) -> Frame:
    """The frame that these cells hold; what is wrong is added to `problems`. Whether the owner is known is not seen."""
    audience = cells.get("audience", "").strip() or Audience.PUBLIC
    if audience not in set(Audience):
        problems["audience"] = _("is public, internal or restricted")
        audience = Audience.RESTRICTED
    legal_basis = cells.get("legal_basis", "").strip()
    if len(legal_basis) > MAX_LEGAL_BASIS:
        problems["legal_basis"] = _("is too long, at most {limit} characters").format(limit=MAX_LEGAL_BASIS)
    services, segments = several(cells.get("services", "")), several(cells.get("segments", ""))
    return Frame(Audience(audience), cells.get("owner", "").strip(), legal_basis, services, segments)


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell that are separated by `|` or line ends, each once."""
    return tuple(dict.fromkeys(part for one in _SEPARATOR.split(cell) if (part := one.strip())))


def _read_day(cell: str, name: str, problems: dict[str, str]) -> date | None:
    if not cell:
        return None
    try:
        if _DAY.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    problems[name] = _("is no date; write it like 2026-11-23")
    return None

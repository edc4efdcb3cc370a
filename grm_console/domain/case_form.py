"""What a case needs before it can be opened: the five elements and the service's own questions, named one by one.

The five elements are time (`occurred`), `place`, `people`, the event (`summary` and `details`) and the `demand`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from grm_console.i18n import _

MAX_TEXT = 10_000
"""Characters that a field takes, but for the short ones."""

_SHORT = {"summary": 200, "reference": 200, "address": 500}

ELEMENTS = ("summary", "details", "occurred", "place", "people", "demand")
"""The form's own words, in the order they are asked and checked."""


@dataclass(frozen=True, slots=True)
class AskedField:
    """A service's question as the rules see it."""

    code: str
    label: str
    type: str
    required: bool
    choices: frozenset[str]
    when: tuple[str, str] | None


def asked(fields: Iterable[AskedField], answers: Mapping[str, str]) -> list[AskedField]:
    """The questions to ask given the answers so far, in the service's order.

    A conditional one is asked only while its condition holds, and never because of an answer to a question that
    is itself no longer asked.
    """
    found: dict[str, AskedField] = {}
    for field in fields:
        if field.when is None or (field.when[0] in found and answers.get(field.when[0], "").strip() == field.when[1]):
            found[field.code] = field
    return list(found.values())


def problems(
    service: str, elements: Mapping[str, str], fields: Iterable[AskedField], answers: Mapping[str, str]
) -> dict[str, str]:
    """What is missing or wrong, field by field, as sentences with an example; empty if the case can be opened.

    `elements` holds the words by the names of ELEMENTS. Field names are those, `service` and `answer:<code>`.
    """
    found = {} if service else {"service": _("Choose the service the matter belongs to, e.g. water supply.")}
    found |= element_problems(elements)
    for field in asked(fields, answers):
        sentence = _answer_problem(field, answers.get(field.code, "").strip())
        if sentence:
            found[f"answer:{field.code}"] = sentence
    return found


def element_problems(elements: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the form's own words, by the names of ELEMENTS; what is not there is not checked."""
    found: dict[str, str] = {}
    for name in ELEMENTS:
        value = elements.get(name)
        if value is None:
            continue
        if name == "summary" and not value.strip():
            found[name] = _("Say the matter in one line, e.g. No water since 20 Nov.")
        elif len(value) > limit_of(name):
            found[name] = _too_long(name)
    return found


def limit_of(field: str) -> int:
    """How many characters a field takes, of the form or of an exchange that is entered."""
    return _SHORT.get(field, MAX_TEXT)


def _too_long(name: str) -> str:
    if name == "summary":
        return _("Keep the summary under {limit} characters; the rest belongs in the details.").format(
            limit=limit_of(name)
        )
    examples = {
        "details": _("e.g. what happened, in order"),
        "occurred": _("e.g. since 20 Nov, 08:00"),
        "place": _("e.g. 12 Lotus Lane, Old Town"),
        "people": _("e.g. two children, one ill"),
        "demand": _("e.g. a repair before the weekend"),
    }
    return _("Keep this under {limit} characters, {example}.").format(limit=MAX_TEXT, example=examples[name])


def _answer_problem(field: AskedField, value: str) -> str:
    label = field.label
    if not value:
        return _("{label} is needed by this service.").format(label=label) if field.required else ""
    if len(value) > MAX_TEXT:
        return _("Keep {label} under {limit} characters.").format(label=label, limit=MAX_TEXT)
    match field.type:
        case "number" if not _is_number(value):
            return _("{label} is a number, e.g. 12.").format(label=label)
        case "date" if not _is_moment(value, date.fromisoformat):
            return _("{label} is a date, e.g. 2026-11-23.").format(label=label)
        case "datetime" if not _is_moment(value, datetime.fromisoformat):
            return _("{label} is a date and time, e.g. 2026-11-23 09:00.").format(label=label)
        case "yesno" if value not in ("yes", "no"):
            return _("{label} is yes or no.").format(label=label)
        case "choice" if value not in field.choices:
            return _("{label} is one of: {choices}.").format(label=label, choices=", ".join(sorted(field.choices)))
    return ""


def _is_number(value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return isfinite(number)


def _is_moment(value: str, read: Callable[[str], object]) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True

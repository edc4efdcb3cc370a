"""What a case needs before it can be opened: the service's required fields, named one by one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

MAX_SUMMARY = 200
MAX_DETAILS = 20_000
MAX_SHORT = 500


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
    """The questions to ask given the answers so far: a conditional one only while its condition holds."""
    return [f for f in fields if f.when is None or answers.get(f.when[0], "").strip() == f.when[1]]


def problems(
    service: str,
    summary: str,
    details: str,
    place: str,
    fields: Iterable[AskedField],
    answers: Mapping[str, str],
) -> dict[str, str]:
    """What is missing or wrong, field by field, as sentences with an example; empty if the case can be opened.

    Field names are `service`, `summary`, `details`, `place` and `answer:<code>`.
    """
    found: dict[str, str] = {}
    if not service:
        found["service"] = "Choose the service the matter belongs to."
    if not summary.strip():
        found["summary"] = "Say the matter in one line, e.g. No water since 20 Nov."
    elif len(summary) > MAX_SUMMARY:
        found["summary"] = f"Keep the summary under {MAX_SUMMARY} characters; the rest belongs in the details."
    if len(details) > MAX_DETAILS:
        found["details"] = f"Keep the details under {MAX_DETAILS} characters."
    if len(place) > MAX_SHORT:
        found["place"] = f"Keep the place under {MAX_SHORT} characters, e.g. 12 Lotus Lane, Old Town."
    for field in asked(fields, answers):
        sentence = _answer_problem(field, answers.get(field.code, "").strip())
        if sentence:
            found[f"answer:{field.code}"] = sentence
    return found


def _answer_problem(field: AskedField, value: str) -> str:
    if not value:
        return f"{field.label} is needed by this service." if field.required else ""
    if len(value) > MAX_SHORT:
        return f"Keep {field.label} under {MAX_SHORT} characters."
    match field.type:
        case "number" if not _is_number(value):
            return f"{field.label} is a number, e.g. 12."
        case "date" if not _is_moment(value, date.fromisoformat):
            return f"{field.label} is a date, e.g. 2026-11-23."
        case "datetime" if not _is_moment(value, datetime.fromisoformat):
            return f"{field.label} is a date and time, e.g. 2026-11-23 09:00."
        case "yesno" if value not in ("yes", "no"):
            return f"{field.label} is yes or no."
        case "choice" if value not in field.choices:
            return f"{field.label} is one of: {', '.join(sorted(field.choices))}."
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

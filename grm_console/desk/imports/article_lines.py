"""Lines of a file of standard answers, CSV or JSON lines, each checked by itself."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grm_console.desk.catalogue.cells import plain_cells
from grm_console.desk.imports.cells import shown
from grm_console.desk.imports.table import Line, Problems, read_table, read_text
from grm_console.domain.article_wording import FRAME, WORDING, Frame, Wording, read_frame, read_wording
from grm_console.domain.languages import is_language
from grm_console.i18n import _

REQUIRED = ("id", "language", "question", "answer")
OPTIONAL = (
    *("code", "phrasings", "sms", "audience", "owner", "services", "segments", "legal_basis"),
    *("effective_on", "review_on", "expires_on", "translation_of", "translation_of_version"),
)
MAX_ID = 100

LONGEST_TITLE = 120
"""Characters of an answer's first sentence that stand in for a question."""

_SENTENCE = re.compile(r"[^\s.!?。！？][^.!?。！？\n]*[.!?。！？]?")
_CODE = re.compile(r"[A-Z]{1,3}-\d{1,6}")
_LISTS = frozenset({"phrasings", "services", "segments"})


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One line that is right in itself."""

    line: int
    import_id: str
    language: str
    code: str
    """Empty: that of the article it belongs to, or the next free one."""
    wording: Wording
    frame: Frame
    told: frozenset[str]
    """The columns that the file has: what it does not tell, it does not change."""
    source: str
    """The id of what it was translated from; empty for none."""
    source_version: int | None
    """Of which version; None for the newest."""


def read_articles(path: Path, problems: Problems) -> list[ArticleLine]:
    """Every line that is right; what is wrong with the others is in `problems`."""
    json_lines = path.suffix.lower() == ".jsonl"
    lines = _json_lines(path, problems) if json_lines else _table_lines(path, problems)
    return [article for line in lines if (article := _article(line, problems)) is not None]


def _table_lines(path: Path, problems: Problems) -> list[Line]:
    lines = read_table(path, REQUIRED, OPTIONAL, key=("id",), problems=problems)
    return [Line(line.number, dict(plain_cells(line.values))) for line in lines]


def _json_lines(path: Path, problems: Problems) -> list[Line]:
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(read_text(path, problems).split("\n"), start=1):
        if not row.strip():
            continue
        try:
            values = json.loads(row)
        except (ValueError, RecursionError):
            problems.add(number, _("not a JSON object"))
            continue
        if not isinstance(values, dict) or not set(REQUIRED) <= values.keys():
            problems.add(number, _("needs the fields {columns}").format(columns=", ".join(REQUIRED)))
            continue
        unknown = sorted(values.keys() - {*REQUIRED, *OPTIONAL})
        if unknown:
            told = _("the field {name} is not known; known are {columns}")
            problems.add(number, told.format(name=shown(unknown[0]), columns=", ".join(REQUIRED + OPTIONAL)))
            continue
        cells = _cells(values, number, problems)
        if cells is None:
            continue
        key = cells["id"]
        if key in seen:
            problems.add(number, _("id {id} stands on line {line} too").format(id=shown(key), line=seen[key]))
        seen.setdefault(key, number)
        lines.append(Line(number, cells))
    return lines


def _cells(values: dict[str, Any], number: int, problems: Problems) -> dict[str, str] | None:
    """A JSON object's values as cells; None if one of them is neither words nor, where that may be, a list of them."""
    cells: dict[str, str] = {}
    for name, value in values.items():
        if name in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            if any("|" in one or "\n" in one for one in value):
                problems.add(number, _("{column} holds a | or a line end within one of its values").format(column=name))
                return None
            cells[name] = "|".join(value)
        elif value is None or isinstance(value, str | int | float):
            cells[name] = "" if value is None else str(value).strip()
        else:
            problems.add(number, _("{column} is not words").format(column=name))
            return None
        if "\x00" in cells[name]:
            problems.add(number, _("holds a NUL character; save the file as UTF-8"))
            return None
    return cells


def _titled(cells: dict[str, str]) -> dict[str, str]:
    """The cells, with the answer's first sentence as the question where there is none: notices often have no title."""
    if cells["question"].strip() or not (begin := _SENTENCE.search(cells["answer"])):
        return cells
    return cells | {"question": begin[0].strip()[:LONGEST_TITLE]}


def _article(line: Line, problems: Problems) -> ArticleLine | None:
    found: dict[str, str] = {}
    key, language, code = line["id"], line["language"], line["code"]
    if not key or len(key) > MAX_ID:
        found["id"] = _("is needed, at most {limit} characters").format(limit=MAX_ID)
    if not is_language(language):
        found["language"] = _("{value} is none; write en, zh, …").format(value=shown(language))
    if code and not _CODE.fullmatch(code):
        found["code"] = _("{value} is not like K-031").format(value=shown(code))
    source, number = line["translation_of"], line["translation_of_version"]
    if source and source == key:
        found["translation_of"] = _("names the line itself")
    if number and not (source and number.isascii() and number.isdigit() and 0 < len(number) <= 6):
        found["translation_of_version"] = _("is the number of a version of translation_of, or nothing")
    cells = _titled(line.values)
    wording, frame = read_wording(cells, found), read_frame(cells, found)
    for name, reason in found.items():
        problems.add(line.number, f"{name} {reason}")
    if found:
        return None
    told = frozenset(line.values) & {*WORDING, *FRAME, "translation_of"}
    return ArticleLine(line.number, key, language, code, wording, frame, told, source, int(number) if number else None)

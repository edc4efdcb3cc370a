"""One article version as it is read on the screen, said on the telephone, and sent as a text; all say the same one."""

import re
from dataclasses import dataclass
from datetime import date

from grm_console.domain.sentences import joined, sentences
from grm_console.domain.sms import segments

MOST_PARTS = 2
"""Messages that a text of an answer may take."""

BREATH = 90
"""Cells of a sentence that can be said in one breath; a Han character counts three."""

_AGAIN = {"en": "For this answer again, ask for {code}.", "zh": "再次查询请报编号 {code}。"}
_TO = {"en": " to ", "zh": "至"}
_SECTION = {"en": "section ", "zh": "第"}
_DOT = {"en": " dot ", "zh": "点"}
_AT = {"en": " at ", "zh": " at "}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_MARK = re.compile(r"\[([A-Z]{1,3}-\d{1,6}) v(\d{1,6})\]")
_CODE = re.compile(r"(?<![\w-])([A-Z]{1,3})-(\d{1,6})(?![\w-])")
_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])")
_SPAN = re.compile(r"(?<![\d:])(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)(?![\d:])")
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d ()/-]{5,}\d(?!\w)", re.ASCII)
_MAIL = re.compile(r"(?<![\w.])([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
_SITE = re.compile(r"(?<![\w.@])(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})((?:/[\w./-]*\w)?)", re.ASCII)
_PARAGRAPH = re.compile(r"§\s*(\d+)")
_PAUSE = re.compile(r"(?<=[;:,])\s+|(?<=[；：，、])\s*|\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Told:
    """A version of an article as far as it is told."""

    code: str
    version: int
    language: str
    question: str
    answer: str
    sms: str = ""
    """Own short words for a text, if an editor gave some."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What is told through one door, and of which version it is."""

    code: str
    version: int
    language: str
    lines: tuple[str, ...]
    cut: bool = False
    """Whether a part of the answer is left out."""

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def screen(told: Told) -> Rendering:
    """The question, then the whole answer as it was written, then code and version."""
    mark = f"{told.code} v{told.version}"
    return Rendering(told.code, told.version, told.language, (told.question, *told.answer.split("\n"), mark))


def phone_script(told: Told) -> Rendering:
    """Short sentences to read aloud, figures and signs as they are said; the code comes last."""
    language = "zh" if told.language.startswith("zh") else "en"
    lines = [part for sentence in sentences(told.answer) for part in _breaths(_spoken(sentence, language))]
    again = _AGAIN[language].format(code=_spoken(told.code, language))
    return Rendering(told.code, told.version, told.language, (*lines, again))


def text_message(told: Told, rest: str, parts: int = MOST_PARTS) -> Rendering:
    """A text of at most `parts` messages that ends with code and version.

    What an editor wrote for texts is taken as it is. Otherwise as many whole sentences of the answer as fit; if some
    do not, `rest` says where they are. A sentence is never cut: if not even the first fits, only the question is there.
    """
    mark = f"[{told.code} v{told.version}]"
    wanted = sentences(told.sms or told.answer)
    whole = joined([*wanted, mark])
    if segments(whole).parts <= parts:
        return Rendering(told.code, told.version, told.language, (whole,))
    tail = [rest, mark] if rest else [mark]
    fitting: list[str] = []
    while len(fitting) < len(wanted) - 1 and _parts([*fitting, wanted[len(fitting)], *tail]) <= parts:
        fitting.append(wanted[len(fitting)])
    if not fitting and _parts([told.question, *tail]) <= parts:
        fitting = [told.question]
    return Rendering(told.code, told.version, told.language, (joined([*fitting, *tail]),), cut=True)


def marks_in(text: str) -> tuple[tuple[str, int], ...]:
    """(code, version) of each mark `[K-214 v4]` in a text, in order, each once."""
    return tuple(dict.fromkeys((mark[1], int(mark[2])) for mark in _MARK.finditer(text)))


def still_told(told: Told, text: str) -> bool:
    """Whether a text, however it was edited, still says a sentence of this version."""
    said = " ".join(text.split())
    return any(sentence in said for sentence in sentences(told.sms or told.answer))


def automatic_answer(told: Told, opening: str, closing: str, rest: str, parts: int = MOST_PARTS) -> Rendering | None:
    """A version as a machine's text: between what says so and what says how to reach a person; code and version last.

    As `text_message`, but None if not even the first sentence fits: a machine that says no part of an answer has none.
    """
    mark = f"[{told.code} v{told.version}]"
    wanted = sentences(told.sms or told.answer)
    whole = joined([opening, *wanted, closing, mark])
    if wanted and segments(whole).parts <= parts:
        return Rendering(told.code, told.version, told.language, (whole,))
    tail = [rest, closing, mark]
    fitting: list[str] = []
    while len(fitting) < len(wanted) - 1 and _parts([opening, *fitting, wanted[len(fitting)], *tail]) <= parts:
        fitting.append(wanted[len(fitting)])
    if not fitting:
        return None
    return Rendering(told.code, told.version, told.language, (joined([opening, *fitting, *tail]),), cut=True)


def _parts(pieces: list[str]) -> int:
    return segments(joined(pieces)).parts


def _spoken(text: str, language: str) -> str:
    """Figures and signs as one says them: a telephone number figure by figure, a span of hours with `to`."""
    text = _CODE.sub(lambda code: f"{' '.join(code[1])} {' '.join(code[2])}", text)
    text = _DATE.sub(lambda day: _spoken_day(day, language), text)
    text = _SPAN.sub(lambda span: f"{int(span[1])}:{span[2]}{_TO[language]}{int(span[3])}:{span[4]}", text)
    text = _PHONE.sub(lambda number: _spoken_number(number.group(), language), text)
    text = _MAIL.sub(lambda mail: f"{mail[1]}{_AT[language]}{mail[2]}", text)
    text = _SITE.sub(lambda site: site[1].replace(".", _DOT[language]) + site[2].replace("/", " slash "), text)
    return _PARAGRAPH.sub(lambda at: f"{_SECTION[language]}{at[1]}{'条' if language == 'zh' else ''}", text)


def _spoken_day(day: re.Match[str], language: str) -> str:
    try:
        read = date.fromisoformat(day.group())
    except ValueError:
        return day.group()
    if language == "zh":
        return f"{read.year}年{read.month}月{read.day}日"
    return f"{read.day} {_MONTHS[read.month - 1]} {read.year}"


def _spoken_number(number: str, language: str) -> str:
    """A telephone number figure by figure, in the groups it is written in; what has few figures is none."""
    if sum(map(str.isdigit, number)) < 7:
        return number
    groups = re.findall(r"\d+", number)
    plus = ("加 " if language == "zh" else "plus ") if number.startswith("+") else ""
    return plus + ("，" if language == "zh" else ", ").join(" ".join(group) for group in groups)


def _breaths(sentence: str) -> list[str]:
    """A sentence in parts that can be said in one breath, cut where a comma or a colon lets one breathe."""
    parts: list[str] = []
    for piece in _PAUSE.split(sentence):
        if parts and _length(parts[-1]) + _length(piece) <= BREATH:
            parts[-1] = joined([parts[-1], piece])
        elif piece:
            parts.append(piece)
    return parts


def _length(text: str) -> int:
    return sum(3 if char >= "\u2e80" else 1 for char in text)

"""A stored version of an article as it is told: on the screen, on the telephone, in a text."""

from typing import Any

from grm_console.desk.phrases import phrase
from grm_console.domain.renderings import Rendering, Told, phone_script, text_message
from grm_console.i18n import _


def told_by_doors(told: Told) -> tuple[Rendering, Rendering]:
    """How a version is said on the telephone, and how it is sent as a text from a number not yet known."""
    return phone_script(told), text_of(told, _("our number"))


def told_of(row: Any) -> Told:
    """What a version says; `row` is `store.articles.version_row`'s."""
    return Told(row.code, row.version, row.language, row.question, row.answer, row.sms)


def text_of(told: Told, line: str) -> Rendering:
    """A version as a text that says where the rest is: at our number `line`."""
    return text_message(told, rest_of(told.code, told.language, line))


def rest_of(code: str, language: str, line: str) -> str:
    """The sentence that says where the rest of an answer is; empty without a number."""
    return phrase("answer-rest", language).format(line=line, code=code) if line else ""

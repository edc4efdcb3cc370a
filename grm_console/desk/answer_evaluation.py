"""How good the search is on questions whose right answers are known, with this store's articles."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grm_console.desk.actor import Actor
from grm_console.desk.imports.imported import Progress
from grm_console.domain.permissions import Act
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.knowledge import measures

if TYPE_CHECKING:
    from grm_console.desk.answers import AnswerShelf

TYPED_WORDS = (2, 4, 6)
CHARACTERS_OF_A_WORD = 2
"""Chinese is written without spaces: two characters count as a word."""
_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the import ids of the articles that answer it."""

    language: str
    text: str
    relevant: frozenset[str]


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of JSON lines {language, text, relevant}; raises GrmError naming the bad line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GrmError(_("{file} cannot be read: {reason}").format(file=file, reason=error)) from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
            questions.append(
                Question(str(read.get("language") or ""), str(read["text"]), frozenset(map(str, read["relevant"])))
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise GrmError(
                _("Line {number} is no question: it needs text and relevant as JSON.").format(number=number)
            ) from error
    if not questions:
        raise GrmError(_("{file} holds no question.").format(file=file))
    return questions


def evaluate(
    shelf: "AnswerShelf", actor: Actor, questions: Sequence[Question], progress: Progress | None = None
) -> dict[str, float | str]:
    """The figures by name: with all models, and after so many typed words with the fast one."""
    actor.require(Act.SEARCH_ANSWERS)
    answered = []
    typed: dict[int, list[measures.Answered]] = {count: [] for count in TYPED_WORDS}
    for number, question in enumerate(questions, 1):
        hits = shelf.raw_search(actor, question.text, question.language, _LIMIT)
        answered.append(
            measures.Answered(
                [hit.article_id for hit in hits],
                hits[0].score if hits else float("-inf"),
                bool(hits) and hits[0].confident,
                question.relevant,
            )
        )
        for count, found in typed.items():
            begun = shelf.typed_search(actor, first_words(question.text, count), question.language, 3)
            found.append(measures.Answered([hit.article_id for hit in begun], 0.0, False, question.relevant))
        if progress is not None:
            progress(number, len(questions))
    figures: dict[str, float | str] = {"models": " + ".join(("words", *shelf.models()))}
    figures |= measures.ranking(answered)
    automation = measures.automation(answered)
    figures |= {
        "coverage at 95 % precision": automation["coverage"],
        "out-of-scope AUROC": automation["auroc"],
        "given by itself": automation["given"],
        "right of those given": automation["given_precision"],
        "given without an answer": automation["given_unanswerable"],
    }
    for count, found in typed.items():
        ranks = measures.ranking(found)
        figures |= {f"{name} after {count} words": ranks[name] for name in ("P@1", "P@3") if ranks}
    return figures


def first_words(text: str, count: int) -> str:
    """The beginning of a text: so many words, or twice as many characters where it has no spaces."""
    words = text.split()
    if len(words) >= count or text.isascii():
        return " ".join(words[:count])
    return text.strip()[: count * CHARACTERS_OF_A_WORD]

"""A menu by text: what is meant, each with its digit, shortened so that it fits."""

from collections.abc import Sequence

from grm_console.domain.renderings import MOST_PARTS
from grm_console.domain.sms import segments

MOST = 3
"""Things to choose from: more are not read on a telephone."""
_LONGEST = 60
_SHORTEST = 6


def choice_menu(opening: str, questions: Sequence[str], closing: str, parts: int = MOST_PARTS) -> str:
    """A line for each of the questions, all as short as they must be for the whole to take at most `parts` messages."""
    for room in range(_LONGEST, _SHORTEST - 1, -1):
        lines = [f"{digit} = {shortened(question, room)}" for digit, question in enumerate(questions[:MOST], 1)]
        menu = "\n".join((opening, *lines, closing))
        if segments(menu).parts <= parts:
            break
    return menu


def shortened(question: str, room: int) -> str:
    """A question of at most `room` characters: whole, or cut between words with dots that say so."""
    question = " ".join(question.split())
    if len(question) <= room:
        return question
    chinese = any(char >= "\u2e80" for char in question)
    dots = "…" if chinese else "..."
    head = question[: room - len(dots)]
    if not chinese and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:，；：、-") + dots

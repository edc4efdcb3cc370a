"""Why an answer is suggested, in words that need no colour; and the words that matched, found again in its text."""

import re
from collections.abc import Iterable, Iterator

from grm_console.desk.views import AnswerHit
from grm_console.domain.words import Why
from grm_console.i18n import _
from grm_console.text import printable

WORDS_SHOWN = 4
"""Matched words that are named; more would push the other reasons out of the line."""

LONGEST_WORD = 40
_WIDE = "\u2e80"
"""From here on scripts write without blanks, so that a word may begin anywhere."""


def why_words(hit: AnswerHit) -> str:
    """What speaks for a hit: `“water, 停水” + meaning + often given for it`; only faintly, where nothing else does."""
    told = {
        Why.CODE: _("its code"),
        Why.WORDS: _("“{words}”").format(
            words=", ".join(printable(word, limit=LONGEST_WORD) for word in hit.matched[:WORDS_SHOWN])
        ),
        Why.MEANING: _("meaning"),
        Why.SERVICE: _("this service"),
        Why.OFTEN: _("often given for it"),
        Why.CASE: _("open case"),
        Why.GROUP: _("for the caller's group"),
    }
    return " + ".join(told[why] for why in hit.why) or _("a faint likeness")


def with_matches(text: str, words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that matched; joined they are the text."""
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        yield text, False
        return
    pattern = "|".join(re.escape(word) if word[0] >= _WIDE else rf"(?<!\w){re.escape(word)}(?!\w)" for word in wanted)
    begin = 0
    for match in re.finditer(pattern, text, re.IGNORECASE):
        if match.start() > begin:
            yield text[begin : match.start()], False
        yield match.group(), True
        begin = match.end()
    if begin < len(text):
        yield text[begin:], False

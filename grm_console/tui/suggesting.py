"""Which of the words that an operator types in notes and form are searched for: the newest ones."""

from grm_console.desk.views import CaseForm
from grm_console.domain.sentences import joined, sentences

FIELDS = ("note", "summary", "details", "demand")
"""The fields that hold words of the matter."""

ENOUGH_WORDS = 4
ENOUGH_CHARACTERS = 6
"""Of scripts that put no blanks between words."""

_WIDE = "\u2e80"


def newest_field(before: CaseForm, now: CaseForm, last: str) -> str:
    """The field whose words changed, else the one that changed `last`."""
    return next((name for name in FIELDS if getattr(before, name) != getattr(now, name)), last)


def newest_words(text: str) -> str:
    """The last sentence, with those before it as far as they are needed to say something."""
    taken: list[str] = []
    for sentence in reversed(sentences(text)):
        taken.insert(0, sentence)
        words = joined(taken)
        if len(words.split()) >= ENOUGH_WORDS or sum(char >= _WIDE for char in words) >= ENOUGH_CHARACTERS:
            break
    return joined(taken)

"""The words by which a text is found again: as they were written, folded, not stemmed.

Whoever looks for a text remembers words of it: names, streets, numbers. A stem would join words that were never said
and lose half of what is typed so far; instead every typed word also finds the longer words that begin with it.
"""

from itertools import pairwise

from grm_console.domain.name_terms import LONGEST_NAME, LONGEST_WORD, MOST_WORDS, is_run, split_words

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at."""


def text_terms(text: str) -> str:
    """The terms of a text, each once, in order, separated by spaces; letters and digits only.

    A run of Chinese, Japanese or Korean characters gives its pairs, and its last character: as a beginning, one
    character then finds every text that holds it.
    """
    terms: set[str] = set()
    for word in split_words(text[:LONGEST_TEXT]):
        if is_run(word):
            terms.update(map("".join, pairwise(word)))
            terms.add(word[-1])
        else:
            terms.add(word[:LONGEST_WORD])
    return " ".join(sorted(terms))


def wanted_terms(text: str) -> list[tuple[str, bool]]:
    """What a text must hold to be found by what was typed: (term, whether a longer word that begins so will do).

    Empty if nothing was typed that is worth a search: one Latin letter is in every text.
    """
    wanted: dict[str, bool] = {}
    words = split_words(text[:LONGEST_NAME])[:MOST_WORDS]
    for place, word in enumerate(words):
        if is_run(word):
            parts = list(map("".join, pairwise(word))) or [word]
            wanted.update((part, len(part) == 1) for part in parts)
        elif len(word) > 1:
            wanted[word[:LONGEST_WORD]] = len(word) > 2 or place == len(words) - 1
    return list(wanted.items())

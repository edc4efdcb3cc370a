"""The words of an entry that answer to a question, as they are written there."""

import unicodedata
from collections.abc import Iterable

from grm_console.knowledge.analyse import fold, is_run, pieces, stem

_MOST = 12


def matched_words(texts: Iterable[str], wanted: frozenset[str]) -> tuple[str, ...]:
    """The words and longest CJK stretches of `texts` whose terms are `wanted`, each once, at most twelve."""
    bigrams = [term for term in wanted if len(term) == 2 and is_run(term)]
    words = {term for term in wanted if not is_run(term)}
    found: dict[str, str] = {}
    for text in texts:
        shown = unicodedata.normalize("NFKC", text)
        folded = fold(text)
        if len(folded) != len(shown):  # rare letters fold to several: then places would not agree
            shown = folded
        for start, end in _stretches(folded, bigrams):
            found.setdefault(folded[start:end], shown[start:end])
        for piece in pieces(shown) if words else ():
            if not is_run(piece) and stem(low := piece.lower()) in words:
                found.setdefault(low, piece)
        if len(found) >= _MOST:
            break
    return tuple(found.values())[:_MOST]


def _stretches(text: str, bigrams: Iterable[str]) -> list[tuple[int, int]]:
    """Where bigrams cover the text without a gap: start and end of each stretch, in the text's order."""
    starts: set[int] = set()
    for bigram in bigrams:
        place = text.find(bigram)
        while place >= 0:
            starts.add(place)
            place = text.find(bigram, place + 1)
    stretches: list[tuple[int, int]] = []
    for start in sorted(starts):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], start + 2
        else:
            stretches.append((start, start + 2))
    return stretches

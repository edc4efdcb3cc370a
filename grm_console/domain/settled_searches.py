"""What an operator searched for in an exchange, out of every stroke of her keys."""

MOST = 5
"""Searches of one exchange that are kept."""
LONGEST = 100
"""Characters beyond which it is no search but a note, or a text as it came: those are not kept here."""
_FEWEST = 6
"""Letters below which nothing can be learnt from a search; a Chinese character counts as three."""


class SearchTrail:
    """The searches of one exchange, each as it stood when its words were fullest."""

    def __init__(self) -> None:
        self._settled: list[str] = []
        self._latest = ""

    def note(self, text: str) -> None:
        """Another search was made: the same words typed further or taken back are no search of their own."""
        words = " ".join(text.split())
        if words.startswith(self._latest):
            self._latest = words
        elif not self._latest.startswith(words):
            self._settled.append(self._latest)
            self._latest = words

    def settled(self) -> tuple[str, ...]:
        """The searches, oldest first, each once; of many the last `MOST`."""
        every = dict.fromkeys(
            one for one in (*self._settled, self._latest) if len(one) <= LONGEST and _says_enough(one)
        )
        return tuple(every)[-MOST:]


def _says_enough(words: str) -> bool:
    return sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in words if char.isalnum()) >= _FEWEST

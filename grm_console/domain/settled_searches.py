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


class SearchTrails:
    """The searches of every exchange of one operator that is not wrapped up."""

    def __init__(self) -> None:
        self._trails: dict[int, SearchTrail] = {}
        self._held = 0

    def hold(self, interaction_id: int) -> None:
        """What is searched for from now on belongs to this exchange."""
        self._held = interaction_id

    def note(self, text: str) -> None:
        """A search was made; one without an exchange belongs to none."""
        if self._held:
            self._trails.setdefault(self._held, SearchTrail()).note(text)

    def settled(self, interaction_id: int) -> tuple[str, ...]:
        """The searches of an exchange, as `SearchTrail.settled`."""
        return self._trails.get(interaction_id, SearchTrail()).settled()

    def end(self, interaction_id: int) -> None:
        """The exchange is wrapped up."""
        self._trails.pop(interaction_id, None)
        self._held = 0


def _says_enough(words: str) -> bool:
    return sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in words if char.isalnum()) >= _FEWEST

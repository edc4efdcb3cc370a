"""What is known of the matter or the caller may reorder answers that fit equally well, and add some; it hides none."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar


class Scored(Protocol):
    """An answer found."""

    @property
    def code(self) -> str:
        """Its short code."""

    @property
    def score(self) -> int:
        """How well it fits, 0 to 100."""


Answer = TypeVar("Answer", bound=Scored)


def lean(found: Sequence[Answer], favoured: Collection[str], added: Iterable[Answer] = ()) -> list[Answer]:
    """The same answers, those whose code is favoured first among equal scores; `added` ones not found come last.

    All that was found stays, with its score, and nothing passes what fits better: two people who ask the same are
    answered the same.
    """
    ordered = sorted(found, key=lambda hit: (-hit.score, hit.code not in favoured))
    known = {hit.code for hit in found}
    return ordered + [hit for hit in added if hit.code not in known]

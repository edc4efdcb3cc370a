"""What the find screen gets to see: frozen rows, loaded without any database code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from grm_console.domain.words import Channel, ContactKind, Direction, EntryKind


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: a contact, a case, or a line of somebody's history; until it is opened, little more than a name.

    A confidential case is a hit only for who may see it, and its words are none.
    """

    kind: Literal["contact", "case", "text"]
    contact_id: int | None
    """Whose it is, after merges; None only for a case that was opened anonymously."""
    name: str
    other_name: str
    contact_kind: ContactKind
    why: str
    """Plain words: `name`, `number +1******0142`, `sounds alike / misspelt`, `case 26-000418-8`."""
    district: str = ""
    """Tells two of one name apart without telling where they live."""
    last_contact: datetime | None = None
    open_cases: int = 0
    at: datetime | None = None
    """When the case was opened or the line was written."""
    entry_id: int | None = None
    """The line of the history that shows the case or the text."""
    entry_kind: EntryKind | None = None
    channel: Channel | None = None
    direction: Direction | None = None
    case_id: int | None = None
    words: str = ""
    """The words around the first match; only of a history that this operator has opened before."""


@dataclass(frozen=True, slots=True)
class FoundList:
    """What was found for what was typed, the surest first; with nothing typed, the contacts opened last."""

    typed: str
    hits: tuple[Found, ...]
    notice: str = ""
    """A sentence to show beside the hits, e.g. that a case number was misread."""
    incomplete: bool = False
    """Whether the index is behind, so that more may be found in a moment."""

    @property
    def kinds(self) -> str:
        """The kinds of hits with their numbers, for the audit: `contact 3, text 12`; never what was typed."""
        counts = {kind: sum(hit.kind == kind for hit in self.hits) for kind in ("case", "contact", "text")}
        return ", ".join(f"{kind} {count}" for kind, count in counts.items() if count) or "nothing"

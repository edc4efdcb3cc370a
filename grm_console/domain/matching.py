"""Who may be calling: candidates from the holders of a number, ranked; several are never sure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.words import Certainty


@dataclass(frozen=True, slots=True)
class Holder:
    """A contact that uses or used a contact point."""

    contact_id: int
    certainty: Certainty
    until: datetime | None
    last_contact: datetime | None


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with how sure it is."""

    contact_id: int
    sure: bool
    current: bool
    certainty: Certainty
    last_contact: datetime | None


_CERTAIN = (Certainty.CONFIRMED, Certainty.STATED, Certainty.IMPORTED)


def rank_holders(holders: Iterable[Holder], now: datetime) -> list[Match]:
    """Candidates, likeliest first: present holders before former ones, then certainty, then last contact.

    Sure is only a number's one and only present holder: with two on one phone nobody is, and a former
    holder never is, for numbers are given out again.
    """
    known = list(holders)
    present = [h for h in known if h.until is None or h.until > now]
    alone = len(present) == 1
    matches = [Match(h.contact_id, alone and h in present, h in present, h.certainty, h.last_contact) for h in known]
    matches.sort(
        key=lambda m: (
            not m.current,
            _CERTAIN.index(m.certainty),
            -(m.last_contact.timestamp() if m.last_contact else 0.0),
            m.contact_id,
        )
    )
    return matches

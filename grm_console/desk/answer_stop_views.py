"""What a screen gets to see of stopped machines: frozen rows. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.words import StopKind


@dataclass(frozen=True, slots=True)
class StopSubject:
    """What machines are stopped from: answering a contact, telling an article or a service's articles, or anything."""

    kind: StopKind
    contact_point_id: int | None = None
    contact_id: int | None = None
    """Whoever was settled to write from there; None if nobody was."""
    article_id: int | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class StopChoice:
    """Something machines can be stopped from, or let do again, in an exchange."""

    subject: StopSubject
    words: str
    """A sentence saying what is done."""
    stopped: bool
    """Whether they are stopped now, so that the choice lets them again."""


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop in force."""

    stop_id: int
    kind: StopKind
    words: str
    """A sentence saying what is stopped, since when and by whom."""
    since: datetime

"""What the screens for entering, parking and correcting exchanges get to see: frozen rows."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.desk.views import OpenedCase
from grm_console.domain.words import Channel, Direction


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An exchange that did not come through a wire: a visit, a letter, a call made from another phone."""

    channel: Channel
    direction: Direction = Direction.INBOUND
    happened_at: datetime | None = None
    """When it truly happened; None means now. Never in the future."""
    address: str = ""
    """Number, e-mail or postal address it came from or went to; may be empty."""
    reference: str = ""
    """What the door calls it: the letter's own number, the e-mail's subject."""
    text: str = ""
    """What was written or said."""
    contact_id: int | None = None
    """Who it is from, if the operator has opened that contact; audited."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """An exchange its operator has put aside."""

    interaction_id: int
    channel: Channel
    who: str
    """The speaker's name once settled, else the address, else `unknown`."""
    summary: str
    """First words of the draft's summary or of the text."""
    parked_at: datetime
    happened_at: datetime
    by: str = ""
    """Full name of the operator who has it."""


@dataclass(frozen=True, slots=True)
class ClosedEntry:
    """What became of one letter of the morning's post."""

    interaction_id: int
    case: OpenedCase | None
    """None without a case; also when the same submission came again and its case is anonymous."""


@dataclass(frozen=True, slots=True)
class CorrectableExchange:
    """A finished exchange as the correction form opens it."""

    interaction_id: int
    version: int
    channel: Channel
    happened_at: datetime
    disposition: str
    """Code of the wrap-up."""
    note: str
    contact_id: int | None
    contact_name: str
    dispositions: tuple[tuple[str, str], ...]
    """Codes and names that fit."""
    history: tuple["CorrectionLine", ...]


@dataclass(frozen=True, slots=True)
class CorrectableCase:
    """A case as the correction form opens it; only what the desk typed may be corrected, never due dates."""

    case_id: int
    version: int
    number: str
    service: str
    summary: str
    details: str
    occurred: str
    place: str
    people: str
    demand: str
    history: tuple["CorrectionLine", ...]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One field that was put right."""

    field: str
    before: str
    after: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready-made text."""

    text_id: int
    private: bool
    category: str
    title: str
    language: str
    body: str
    """With its slots, e.g. `{name}`."""
    uses: int
    version: int


@dataclass(frozen=True, slots=True)
class NewCanned:
    """A ready-made text as it is typed."""

    title: str = ""
    body: str = ""
    category: str = ""
    language: str = ""
    """Empty means any."""
    private: bool = True

"""What screens and doors get to see: frozen rows, never live ones.

Light on purpose: importing this module loads no database code, so that the console paints before the store opens.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from grm_console.domain.renderings import Rendering, Told, phone_script, screen, text_message
from grm_console.domain.words import (
    AgentState,
    Audience,
    Channel,
    Confidentiality,
    ContactKind,
    Direction,
    EndReason,
    EntryKind,
    Harm,
    Identification,
    InteractionState,
    Why,
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the desk."""

    account_id: int
    name: str
    full_name: str
    role: str
    organisation: str
    device: str
    """The operator's own telephone; empty if none is set, then calls cannot be answered."""
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One waiting or claimed exchange as the queue shows it: no name, for nobody is identified yet."""

    entry_id: int
    interaction_id: int
    channel: Channel
    queue: str
    harm: Harm
    waiting_since: datetime
    language: str
    preview: str
    """First words of a text; empty for a call."""
    claimed_by: str = ""


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """The strip's figures and the items behind them, all read at one moment."""

    at: datetime
    items: tuple[QueueItem, ...]
    """Waiting items in the order they will be served, at most 50."""
    waiting: int
    longest_since: datetime | None
    answered_in_target: int
    """Calls answered within their queue's target since local midnight: n of the variant n/(N+A-a)."""
    answered: int
    abandoned: int
    abandoned_in_target: int
    unreadable: int
    """Signed requests kept but not understood, not yet looked at."""
    target_seconds: int | None = None
    """Target of the queue where the longest waits; None while nobody does."""


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """What the operator is doing, and since when."""

    state: AgentState
    reason: str
    since: datetime
    limit_seconds: int = 0
    """How long a wrap-up may take in the queue of what is wrapped up; 0 for any time, and in any other state."""

    def late(self, now: datetime) -> bool:
        """Whether a wrap-up takes longer than its queue allows."""
        return 0 < self.limit_seconds < (now - self.since).total_seconds()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the caller may be: a name only, as long as nobody confirmed it."""

    contact_id: int
    kind: ContactKind
    name: str
    other_name: str
    sure: bool
    why: str
    """Plain words: `number confirmed 3 Oct`, `used this number until 2025`, `manager of Lotus Bakery`."""
    last_contact: datetime | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """The contact who was identified, with what an operator needs at once."""

    contact_id: int
    kind: ContactKind
    name: str
    other_name: str
    language: str
    segments: tuple[str, ...]
    prefers: tuple[str, ...]
    """Plain words: `prefers 中文`, `call mornings`, `text only`, `never call`."""
    acts_for: tuple[str, ...]
    """Businesses or departments the person may act for now, with the role."""
    contacts: int
    """Exchanges so far, this one not counted."""
    last_contact: datetime | None
    open_cases: tuple["CaseLine", ...]
    note: str
    flags: tuple[str, ...] = ()
    """What everybody who serves the contact must know for a time; only those in force."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case in one line."""

    case_id: int
    number: str
    service: str
    summary: str
    department: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class CallerCard:
    """One exchange at the desk and who is on it."""

    interaction_id: int
    entry_id: int | None
    channel: Channel
    direction: Direction
    state: InteractionState
    end_reason: EndReason | None
    queue: str
    line: str
    """The own number that was called."""
    address: str
    """The caller's address in human form; `withheld`, or `No address` of what was entered, if there is none."""
    withheld: bool
    language: str
    happened_at: datetime
    waiting_since: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    """When the operator's own telephone was really joined with the caller."""
    ended_at: datetime | None
    text: str
    """The words of a text, unchanged; empty for a call."""
    attachments: int
    identified: Identification | None
    """None as long as nobody confirmed who speaks; then `speaker` is None and no case may be shown."""
    speaker: Speaker | None
    candidates: tuple[Candidate, ...]
    """Ranked, surest first; when several hold the number none is sure."""
    concerned: str
    """Whom the matter concerns, if it is not the speaker."""
    mine: bool
    """Whether this operator holds it."""
    problem: str = ""
    """Why a signed request could not be read; empty otherwise."""
    emergency: str = ""
    """That the emergency service calls back, about which place and moment; empty otherwise."""

    @property
    def on_a_line(self) -> bool:
        """Whether it came over the telephone to this desk: a call that was entered by hand waited in no queue."""
        return self.channel is Channel.VOICE and self.entry_id is not None

    def with_candidate(self, candidate: Candidate) -> "CallerCard":
        """The card with one more who may speak, first in the list; once only."""
        others = tuple(known for known in self.candidates if known.contact_id != candidate.contact_id)
        return replace(self, candidates=(candidate, *others))


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of a contact's history."""

    entry_id: int
    at: datetime
    kind: EntryKind
    channel: Channel | None
    direction: Direction | None
    title: str
    summary: str
    state: str
    case_number: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of history, newest first; `older` continues it and is None at the end."""

    rows: tuple[TimelineRow, ...]
    older: tuple[datetime, int] | None
    total: int | None
    """How many entries there are in all; only the first page counts them."""


@dataclass(frozen=True, slots=True)
class TimelineDetail:
    """Everything of one entry, fetched when the eye rests on it."""

    entry_id: int
    title: str
    facts: tuple[tuple[str, str], ...]
    """Label and value, in the order to show."""
    text: str


@dataclass(frozen=True, slots=True)
class AnswerHit:
    """A standard answer found, with why."""

    version_id: int
    code: str
    version: int
    language: str
    languages: tuple[str, ...]
    question: str
    audience: Audience
    expires_on: date | None
    score: int
    """0 to 100."""
    confident: bool
    matched: tuple[str, ...]
    """The words that matched."""
    givable: bool
    """Public and in force today: only then it may be given or sent."""
    why: tuple[Why, ...] = ()
    """What speaks for it, in this order."""


@dataclass(frozen=True, slots=True)
class AnswerText:
    """One version of an article, whole."""

    version_id: int
    code: str
    version: int
    language: str
    question: str
    answer: str
    audience: Audience
    owner: str
    legal_basis: str
    effective_on: date | None
    review_on: date | None
    expires_on: date | None
    givable: bool
    not_givable_because: str = ""
    sms: str = ""
    """Own short words for a text."""
    rest: str = ""
    """Where the rest of a long answer is, as a text says it."""
    languages: tuple[tuple[str, int], ...] = ()
    """The languages it is published in, each with its version, by language."""
    newer_source: str = ""
    """The language it was translated from, if that has changed since: the translation is stale then."""

    @property
    def renderings(self) -> tuple[Rendering, Rendering, Rendering]:
        """This version on the screen, said on the telephone, and sent as a text."""
        told = Told(self.code, self.version, self.language, self.question, self.answer, self.sms)
        return screen(told), phone_script(told), text_message(told, self.rest)


@dataclass(frozen=True, slots=True)
class AnswerFound:
    """How an answer was found that is given."""

    version_id: int
    rank: int
    """Position among the hits, the first is 1; 0 if it was not searched for."""
    query: str


@dataclass(frozen=True, slots=True)
class AnswerByText:
    """A version as the text that would go out."""

    version_id: int
    code: str
    version: int
    language: str
    text: str
    cut: bool
    """Whether a part of the answer is left out; the text says where it is."""
    channel: Channel
    address: str
    our_line: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A service's own question."""

    code: str
    label: str
    type: Literal["text", "number", "date", "datetime", "choice", "yesno"]
    required: bool
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Code and label."""
    when: tuple[str, str] | None = None
    """Asked only if the other question has this value."""


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service of the catalogue as the form needs it."""

    service_id: int
    code: str
    name: str
    other_name: str
    description: str
    department: str
    cooperating: tuple[str, ...]
    default_harm: Harm
    confidential: bool
    questions: tuple[Question, ...]
    first_reply_hours: int | None
    done_hours: int | None
    done_working_days: int | None


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What the operator typed; every field may still be empty. Saved as the draft, checked when the case is opened."""

    service: str = ""
    """The service's code."""
    summary: str = ""
    details: str = ""
    place: str = ""
    harm: str = ""
    """`none`, `hardship`, `health`, `danger`; empty means the service's default."""
    language: str = ""
    confidentiality: Confidentiality = Confidentiality.OPEN
    answers: tuple[tuple[str, str], ...] = ()
    """Answers to the service's questions by code."""
    note: str = ""
    """The operator's notes on the exchange itself, kept at wrap-up."""
    occurred: str = ""
    """When it happens or happened; with place, people, event (summary and details) and demand the five elements."""
    people: str = ""
    """Who is affected or involved."""
    demand: str = ""
    """What the citizen wants to be done."""
    reply: str = ""
    """A text to the citizen that is half-typed; it is no part of the case."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the citizen may be told before the case is opened."""

    lead: str
    cooperating: tuple[str, ...]
    first_reply_by: datetime | None
    done_by: datetime


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case just opened."""

    case_id: int
    number: str
    promise: Promise
    pin: str = field(default="", compare=False)
    """What the citizen proves it with by text, told once; empty when the same case is told of again."""


@dataclass(frozen=True, slots=True)
class DispositionChoice:
    """A wrap-up code that fits the exchange."""

    code: str
    name: str
    other_name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was committed: which kind of thing, and which one."""

    topic: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class ConsoleChoices:
    """How somebody likes the console; kept with the account, so that it is the same at any seat."""

    theme: str = ""
    """Name of a set of colours; empty means the usual one."""
    language: str = ""
    """`en` or `zh`; empty means the desk's."""
    plain: bool = False
    """For screen readers: no lines drawn, no signs, one panel at a time, what happens is said in words."""
    still: bool = False
    """Nothing moves by itself: no blinking cursor, clocks by the minute."""
    toured: bool = False
    """Whether the tour was taken or waved away."""

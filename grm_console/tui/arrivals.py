"""What thread workers bring back from the Seat, as messages; each says which exchange or contact it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from textual.message import Message

from grm_console.desk.answer_stop_views import StopChoice
from grm_console.desk.board_views import NoticeLine
from grm_console.desk.call_views import CallLine, TransferOffer
from grm_console.desk.contact_views import PointLine
from grm_console.desk.conversation_views import AttachmentLine, Conversation, ConversationLine
from grm_console.desk.exchange_views import CorrectableCase, CorrectableExchange, ParkedLine
from grm_console.desk.views import (
    AgentStatus,
    AnswerByText,
    AnswerFound,
    AnswerHit,
    AnswerText,
    CallerCard,
    Candidate,
    CaseForm,
    ConsoleChoices,
    DispositionChoice,
    OpenedCase,
    Promise,
    QueueStatus,
    ServiceChoice,
    TimelineDetail,
    TimelinePage,
)
from grm_console.errors import GrmError


@dataclass
class Seen(Message):
    """The desk as one look found it."""

    look: int
    """Number of acts done when the look began: a look older than the last act is dropped."""
    agent: AgentStatus
    queue: QueueStatus
    current: CallerCard | None
    ringing: CallerCard | None
    history: TimelinePage | None
    """First page of the shown speaker's timeline; None as long as nobody is identified."""
    line: CallLine | None = None
    """The telephones of the call that is held."""
    offered: TransferOffer | None = None
    """A call a colleague offers; its card is the ringing one then."""
    brief: CaseForm | None = None
    """What was typed for the offered call so far."""


@dataclass
class StoreLost(Message):
    """The store could not be reached by a look."""

    sentence: str


@dataclass
class Refused(Message):
    """Something asked of the Seat was refused; the error's sentence is for the operator."""

    error: GrmError


@dataclass
class ActOver(Message):
    """An act has ended, well or not; looks begun before it are out of date."""

    name: str


@dataclass
class CardCame(Message):
    """The exchange as an act left it."""

    card: CallerCard
    said: str = ""
    """What the operator is told about it."""
    begins: bool = False
    """Whether the operator begins it with words of their own."""


@dataclass
class StateCame(Message):
    """The operator's own state as an act left it."""

    agent: AgentStatus


@dataclass
class TimelineCame(Message):
    """An older page of a contact's history."""

    contact_id: int
    page: TimelinePage
    fresh: bool = False
    """Whether it is the first page, read again, in place of what is shown."""


@dataclass
class DetailCame(Message):
    """One entry of the history, whole."""

    contact_id: int
    detail: TimelineDetail


@dataclass
class HitsCame(Message):
    """Answers found for one search request."""

    request: int
    hits: tuple[AnswerHit, ...]
    paused: bool
    """Whether all models found them."""
    notice: str
    """What is wrong with the search; empty if all is well."""


@dataclass
class NoticeCame(Message):
    """What is wrong with the search of answers, asked again."""

    notice: str


@dataclass
class ArticleCame(Message):
    """An answer's whole text."""

    number: int
    """Of the question for it."""
    article: AnswerText


@dataclass
class AnswersGiven(Message):
    """The answers given in an exchange as the store has them now."""

    interaction_id: int
    given: dict[str, datetime]


@dataclass
class AnswerUnhelpful(Message):
    """It is on record that a suggested answer did not help."""

    interaction_id: int | None
    code: str


@dataclass
class AnswerByTextCame(Message):
    """An answer as the text it would be to whoever is on an exchange."""

    interaction_id: int
    text: AnswerByText
    found: AnswerFound
    reply: bool
    """Whether it goes into the reply, where it can be changed, and not out at once."""


@dataclass
class ServicesCame(Message):
    """The catalogue of services."""

    services: tuple[ServiceChoice, ...]


@dataclass
class DraftCame(Message):
    """Words saved earlier for this exchange, if any."""

    interaction_id: int
    form: CaseForm | None


@dataclass
class DraftSaved(Message):
    """The typed words are in the store, or only on this machine as long as it is gone."""

    interaction_id: int
    form: CaseForm
    at: datetime | None
    """None: the store is gone, the words are kept on this machine."""


@dataclass
class PromiseCame(Message):
    """What may be promised for the form as it stood."""

    interaction_id: int
    service: str
    promise: Promise | None


@dataclass
class CaseOpened(Message):
    """A case was opened from the form."""

    interaction_id: int
    opened: OpenedCase


@dataclass
class DispositionsCame(Message):
    """The wrap-up codes that fit this exchange."""

    interaction_id: int
    choices: tuple[DispositionChoice, ...]


@dataclass
class WrappedUp(Message):
    """The exchange is closed or was given back; the desk is free for the next one."""

    interaction_id: int


@dataclass
class LeftDesk(Message):
    """The operator signed out; the console may close."""


@dataclass
class AsideCame(Message):
    """What waits beside the exchange at the desk."""

    parked: int
    """Exchanges this operator has put aside."""
    unread: int
    """Notices not read yet."""
    lost: str = ""
    """Why what this operator held was offered to others; empty if it was not."""


@dataclass
class LookedUp(Message):
    """A contact was found by hand, with the first page of its history."""

    person: Candidate
    page: TimelinePage


@dataclass
class ParkedCame(Message):
    """What this operator has put aside."""

    lines: tuple[ParkedLine, ...]
    take: bool
    """Whether the only one is taken up without asking."""


@dataclass
class SettledAside(Message):
    """The exchange was put aside; the desk is free for the next one."""

    interaction_id: int


@dataclass
class CorrectableCame(Message):
    """A finished exchange or a case, to be put right."""

    subject: CorrectableExchange | CorrectableCase


@dataclass
class NoticesCame(Message):
    """The supervisor's notices in force."""

    notices: tuple[NoticeLine, ...]


@dataclass
class HelpCalled(Message):
    """The supervisor knows."""


@dataclass
class ChoicesCame(Message):
    """How this operator likes the console."""

    choices: ConsoleChoices


@dataclass
class TelephoneDone(Message):
    """Something was asked of the telephone; what became of it comes by the next look."""

    said: str
    """What the operator is told; empty where the call line tells it."""


@dataclass
class RecordedIn(Message):
    """The exchange whose recordings are asked for."""

    interaction_id: int


@dataclass
class EmergencyBegun(Message):
    """An emergency is noted and the supervisor alarmed."""

    number: str
    rung: bool
    """Whether the service is being rung into the call."""
    script: str


@dataclass
class NumbersCame(Message):
    """The numbers of a contact, to ring one of them or to write to it."""

    contact_id: int
    points: tuple[PointLine, ...]
    texts: bool


@dataclass
class ConversationCame(Message):
    """The texts with whoever is on an exchange."""

    conversation: Conversation


@dataclass
class StopChoicesCame(Message):
    """What machines can be stopped from, or let do again."""

    choices: tuple[StopChoice, ...]


@dataclass
class MachinesChanged(Message):
    """Machines were stopped from something, or may do it again."""

    choice: StopChoice


@dataclass
class OlderTextsCame(Message):
    """An older page of a conversation."""

    interaction_id: int
    lines: tuple[ConversationLine, ...]
    older: tuple[datetime, str] | None


@dataclass
class TextSent(Message):
    """A text was decided; it goes out when it can no longer be taken back."""

    interaction_id: int
    text: str
    line: ConversationLine


@dataclass
class TextTakenBack(Message):
    """A text was taken back before it went out."""

    interaction_id: int
    text: str


@dataclass
class AttachmentAsked(Message):
    """An attachment is on its way to us."""

    attachment: AttachmentLine

"""The closed lists of the trade, as stored: the value of each member is what stands in the database."""

from enum import IntEnum, StrEnum


class Channel(StrEnum):
    """The door an exchange came through."""

    VOICE = "voice"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEB = "web"
    COUNTER = "counter"
    LETTER = "letter"
    FAX = "fax"
    TV = "tv"


class Direction(StrEnum):
    """Whether the citizen or the desk began the exchange."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ContactKind(StrEnum):
    """What deals with us."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    DEPARTMENT = "department"


class OrganisationKind(StrEnum):
    """Own departments, other authorities, and firms that work for us."""

    DEPARTMENT = "department"
    OTHER = "other"
    CONTRACTOR = "contractor"


class Certainty(StrEnum):
    """How sure we are that a contact uses a contact point, surest first."""

    CONFIRMED = "confirmed"
    STATED = "stated"
    IMPORTED = "imported"


class InteractionState(StrEnum):
    """Where one exchange stands at the desk."""

    WAITING = "waiting"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    DONE = "done"


class EndReason(StrEnum):
    """Why an exchange left the line."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDON = "short-abandon"
    """The caller hung up within seconds, before anybody could have answered."""
    CLOSED = "closed"
    """Called outside the opening hours."""
    OVERFLOW = "overflow"
    """Sent away because too many waited already."""
    CALLBACK = "callback"
    """Chose to be called back; the callback keeps the place."""
    VOICEMAIL = "voicemail"
    BLOCKED = "blocked"
    FAILED = "failed"
    HANDLED = "handled"


class QueueState(StrEnum):
    """Where an item of a queue stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    LEFT = "left"


class AgentState(StrEnum):
    """What an operator is doing; every second of a shift lies in exactly one state."""

    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    AWAY = "away"
    SIGNED_OUT = "signed-out"


class LegRole(StrEnum):
    """Whose telephone one leg of a call is."""

    CALLER = "caller"
    """The citizen, whoever dialled."""
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    DEPARTMENT = "department"
    INTERPRETER = "interpreter"
    EMERGENCY = "emergency"


class LegState(StrEnum):
    """Where one leg of a call stands."""

    ASKED = "asked"
    """The carrier is to ring it, and has not told of it yet."""
    RINGING = "ringing"
    JOINED = "joined"
    LEFT = "left"
    """It was part of the call and is no longer."""
    FAILED = "failed"
    """It never became part of the call."""


class TransferState(StrEnum):
    """Where the handing over of a live call stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"
    """Whoever was offered it did not take it."""
    CANCELLED = "cancelled"


class NotTaken(StrEnum):
    """Why an offered call was not taken."""

    SAID_NO = "said-no"
    RAN_OUT = "ran-out"
    """No answer in time."""
    LEFT = "left"
    """They went away, or signed out."""
    NOT_REACHED = "not-reached"
    """They said yes, and their telephone was not picked up, or broke off."""


NO_MUSIC = "none"
"""A queue's word for silence while its callers wait."""


class CallbackReason(StrEnum):
    """Why somebody is to be called back."""

    ASKED = "asked"
    """Pressed the key while waiting."""
    CLOSED = "closed"
    """Called outside the opening hours and asked for it."""
    DROPPED = "dropped"
    """The call broke off before it was answered, on a line that calls back then."""
    PROMISED = "promised"
    """An operator promised it."""
    CORRECTION = "correction"
    """They were told an answer that no longer holds."""


class CallbackState(StrEnum):
    """Where a callback stands."""

    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
    """Nobody was reached in all attempts, or not in its window."""
    CANCELLED = "cancelled"


class BlockKind(StrEnum):
    """Whom a block is against: machines and fraud are kept out; a person only ever gets rules for the talk."""

    MACHINE = "machine"
    FRAUD = "fraud"
    PERSON = "person"


class RecordingKind(StrEnum):
    """What a recording holds."""

    CALL = "call"
    VOICEMAIL = "voicemail"


class Harm(IntEnum):
    """Urgency is harm to people, never a person's rank; a higher number is served first."""

    NONE = 0
    HARDSHIP = 1
    HEALTH = 2
    DANGER = 3


class Confidentiality(StrEnum):
    """Who may see a case: everyone at the desk, not the department the matter is about, or named people only."""

    OPEN = "open"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class CaseState(StrEnum):
    """The citizen's view of a case."""

    OPEN = "open"
    CLOSED = "closed"


class TaskState(StrEnum):
    """The department's view of its part."""

    DISPATCHED = "dispatched"
    SIGNED = "signed"
    DONE = "done"
    RETURNED = "returned"


class Audience(StrEnum):
    """Who may hear an article; only a public one may be given or sent."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class ArticleState(StrEnum):
    """An article version's editorial life."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    PUBLISHED = "published"
    EXPIRED = "expired"


class OutboxState(StrEnum):
    """What became of something we decided to send or ask of the carrier."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    """Taken back by its writer before it was begun; it was never sent."""


class AttachmentStage(StrEnum):
    """How far an attachment of a text has come to us."""

    LISTED = "listed"
    """The carrier has it; nobody asked for it yet."""
    ASKED = "asked"
    KEPT = "kept"
    FAILED = "failed"


class StopKind(StrEnum):
    """How far machines are stopped from answering texts."""

    ALL = "all"
    CONTACT = "contact"
    """Texts from one contact."""
    ARTICLE = "article"
    SERVICE = "service"
    """The articles of one service of the catalogue."""


class EntryKind(StrEnum):
    """What a timeline entry stands for."""

    INTERACTION = "interaction"
    CASE = "case"
    ANSWER = "answer"
    REPLY = "reply"
    NOTE = "note"


class Why(StrEnum):
    """Why an answer is suggested."""

    CODE = "code"
    """Its short code was said."""
    WORDS = "words"
    MEANING = "meaning"
    """It means the same in other words."""
    SERVICE = "service"
    """It belongs to the service in question."""
    OFTEN = "often"
    """It is often given where this service is asked for."""
    CASE = "case"
    """It belongs to the service of a case that the contact has open."""
    GROUP = "group"
    """It is meant for a group the contact is in, among others."""


class Identification(StrEnum):
    """How it was settled who speaks."""

    BY_NUMBER = "by-number"
    CONFIRMED = "confirmed"
    CREATED = "created"
    SOMEONE_ELSE = "someone-else"
    ANONYMOUS = "anonymous"


class AskedBy(StrEnum):
    """How it came to be known that a question has no good answer."""

    TEXT = "text"
    """A text that the machine could only acknowledge."""
    SEARCH = "search"
    """An operator searched, and gave nothing."""
    REFUSED = "refused"
    """An answer that was found was called not helpful."""


class ProposalState(StrEnum):
    """What became of a proposal made from unanswered questions."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SET_ASIDE = "set-aside"


class ProposedAs(StrEnum):
    """What would answer a group of questions."""

    PHRASING = "phrasing"
    """Another way to ask what an article answers already."""
    ARTICLE = "article"

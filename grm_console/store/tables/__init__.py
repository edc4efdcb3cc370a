"""All tables with their constraints; importing this package fills SQLModel's metadata."""

from sqlmodel import SQLModel

from grm_console.store.tables.answer_index import AnswerVerdict, ArticleMeaning, ArticleTerms
from grm_console.store.tables.articles import (
    AnswerGiven,
    Article,
    ArticleStep,
    ArticleText,
    ArticleVersion,
    ToldAgain,
)
from grm_console.store.tables.calls import (
    BlockedNumber,
    Callback,
    CallLeg,
    EmergencyCall,
    EmergencyCallback,
    FollowUp,
    LiveCall,
    Recording,
    Transfer,
)
from grm_console.store.tables.canned_texts import CannedText
from grm_console.store.tables.cases import (
    CaseEvent,
    CaseFile,
    Counter,
    Service,
    ServiceDepartment,
    Task,
)
from grm_console.store.tables.contacts import (
    Contact,
    ContactFlag,
    ContactMerge,
    ContactNote,
    ContactPoint,
    NotTheSame,
    PointConsent,
    PointHolder,
    PointReach,
    Preference,
    Relation,
    Segment,
    SegmentMembership,
)
from grm_console.store.tables.find import ContactName, NameVariant, PointTail, TextEntry
from grm_console.store.tables.hours import Calendar, CalendarDay, CalendarSpan, EmergencyLine, SpokenText
from grm_console.store.tables.interactions import (
    Disposition,
    Draft,
    InboundEventRow,
    Interaction,
    Queue,
    QueueEntry,
    QueueLine,
    SpeakerLog,
)
from grm_console.store.tables.outbox import Outbox
from grm_console.store.tables.people import Account, AccountChoice, AgentQueue, AgentStateLog, Organisation, Permission
from grm_console.store.tables.questions import QuestionGroup, TopicAlarm, UnansweredQuestion
from grm_console.store.tables.records import AuditHead, AuditRow, ChangeRow, Correction, Mark
from grm_console.store.tables.shift import HelpRequest, Notice, NoticeSeen
from grm_console.store.tables.texts import Attachment, CasePin, PinAttempt, StoredFile, TextPause, TextQuestion
from grm_console.store.tables.timeline import TimelineEntry

metadata = SQLModel.metadata

__all__ = [
    "Account",
    "AccountChoice",
    "AgentQueue",
    "AgentStateLog",
    "AnswerGiven",
    "AnswerVerdict",
    "Article",
    "ArticleMeaning",
    "ArticleStep",
    "ArticleTerms",
    "ArticleText",
    "ArticleVersion",
    "Attachment",
    "AuditHead",
    "AuditRow",
    "BlockedNumber",
    "Calendar",
    "CalendarDay",
    "CalendarSpan",
    "CallLeg",
    "Callback",
    "CannedText",
    "CaseEvent",
    "CaseFile",
    "CasePin",
    "ChangeRow",
    "Contact",
    "ContactFlag",
    "ContactMerge",
    "ContactName",
    "ContactNote",
    "ContactPoint",
    "Correction",
    "Counter",
    "Disposition",
    "Draft",
    "EmergencyCall",
    "EmergencyCallback",
    "EmergencyLine",
    "FollowUp",
    "HelpRequest",
    "InboundEventRow",
    "Interaction",
    "LiveCall",
    "Mark",
    "NameVariant",
    "NotTheSame",
    "Notice",
    "NoticeSeen",
    "Organisation",
    "Outbox",
    "Permission",
    "PinAttempt",
    "PointConsent",
    "PointHolder",
    "PointReach",
    "PointTail",
    "Preference",
    "QuestionGroup",
    "Queue",
    "QueueEntry",
    "QueueLine",
    "Recording",
    "Relation",
    "Segment",
    "SegmentMembership",
    "Service",
    "ServiceDepartment",
    "SpeakerLog",
    "SpokenText",
    "StoredFile",
    "Task",
    "TextEntry",
    "TextPause",
    "TextQuestion",
    "TimelineEntry",
    "ToldAgain",
    "TopicAlarm",
    "Transfer",
    "UnansweredQuestion",
    "metadata",
]

"""All tables with their constraints; importing this package fills SQLModel's metadata."""

from sqlmodel import SQLModel

from grm_console.store.tables.articles import AnswerGiven, Article, ArticleText, ArticleVersion
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
    ContactPoint,
    PointConsent,
    PointHolder,
    Preference,
    Relation,
    Segment,
    SegmentMembership,
)
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
from grm_console.store.tables.people import Account, AgentStateLog, Organisation, Permission
from grm_console.store.tables.records import AuditHead, AuditRow, ChangeRow, Mark
from grm_console.store.tables.timeline import TimelineEntry

metadata = SQLModel.metadata

__all__ = [
    "Account",
    "AgentStateLog",
    "AnswerGiven",
    "Article",
    "ArticleText",
    "ArticleVersion",
    "AuditHead",
    "AuditRow",
    "CaseEvent",
    "CaseFile",
    "ChangeRow",
    "Contact",
    "ContactPoint",
    "Counter",
    "Disposition",
    "Draft",
    "InboundEventRow",
    "Interaction",
    "Mark",
    "Organisation",
    "Outbox",
    "Permission",
    "PointConsent",
    "PointHolder",
    "Preference",
    "Queue",
    "QueueEntry",
    "QueueLine",
    "Relation",
    "Segment",
    "SegmentMembership",
    "Service",
    "ServiceDepartment",
    "SpeakerLog",
    "Task",
    "TimelineEntry",
    "metadata",
]

"""What the contact's screens get to see: frozen rows, loaded without any database code."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty, ContactKind
from grm_console.errors import Conflict as Conflict


@dataclass(frozen=True, slots=True)
class ContactFields:
    """The fields of a contact that the desk may change."""

    kind: ContactKind = ContactKind.CITIZEN
    name: str = ""
    other_name: str = ""
    """The name in another script, or as it is said."""
    language: str = ""
    address: str = ""
    district: str = ""
    note: str = ""
    """One line that every operator sees on the caller card."""


@dataclass(frozen=True, slots=True)
class PointLine:
    """A contact point as this contact holds it."""

    holder_id: int
    kind: AddressKind
    address: str
    """In human form; masked for contractors."""
    certainty: Certainty
    since: datetime
    until: datetime | None
    """When the contact stopped using it; None while in use."""
    others: int
    """How many other contacts use it now: a shared phone."""
    opted_out: bool
    point_id: int = 0
    """The contact point itself, which others may hold as well."""


@dataclass(frozen=True, slots=True)
class RelationLine:
    """Who may act for whom."""

    relation_id: int
    forwards: bool
    """True: this contact acts for the other; False: the other acts for this contact."""
    other_id: int
    other_name: str
    other_kind: ContactKind
    role: str
    mandate: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the contact wants to be reached."""

    door: str = ""
    """A channel's word, e.g. `sms`; empty means any."""
    hours: str = ""
    """Plain words, e.g. `mornings`."""
    language: str = ""
    text_only: bool = False
    never_call: bool = False


@dataclass(frozen=True, slots=True)
class FlagLine:
    """Something everybody who serves the contact must know for a time."""

    flag_id: int
    text: str
    since: datetime
    expires_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment the contact is in, and why."""

    code: str
    name: str
    reason: str
    expires_at: datetime | None
    opted_out: bool


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge that may be undone."""

    merge_id: int
    merged_id: int
    merged_name: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """A contact whole, as its screen shows it."""

    contact_id: int
    version: int
    """Given back with a change, so that a stale save is noticed."""
    fields: ContactFields
    points: tuple[PointLine, ...]
    relations: tuple[RelationLine, ...]
    preferences: Preferences
    flags: tuple[FlagLine, ...]
    """Only those in force."""
    segments: tuple[SegmentLine, ...]
    merges: tuple[MergeLine, ...]
    """Contacts merged into this one, newest first."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another contact that may be the same one, and why."""

    contact_id: int
    kind: ContactKind
    name: str
    other_name: str
    score: int
    """0 to 100, by the weighted rules of domain/duplicates.py."""
    reasons: tuple[str, ...]
    """Plain words, e.g. `same e-mail`, `same name and address`."""
    against: tuple[str, ...]
    """What speaks against it, e.g. `different kind`."""


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of two contacts beside each other."""

    field: str
    """Name of the field in ContactFields, or `preferences.…`."""
    left: str
    right: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Two contacts side by side before they are merged."""

    left_id: int
    right_id: int
    left_version: int
    right_version: int
    pairs: tuple[FieldPair, ...]
    left_counts: tuple[tuple[str, int], ...]
    """What hangs on each: label and number, e.g. (`exchanges`, 14)."""
    right_counts: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]
    """E.g. `They differ in kind.`, `Both have confirmed, different e-mail addresses.`"""

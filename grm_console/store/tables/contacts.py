"""Who deals with us, by which addresses, for whom, and how they like to be served."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from grm_console.domain.addresses import AddressKind
from grm_console.domain.opt_out import OptOut
from grm_console.domain.words import Certainty, ContactKind
from grm_console.store.tables.columns import INSTANT, JSON, KEY, WORDS, one_of


class Contact(SQLModel, table=True):
    """A citizen, business or department. No phone column: addresses are contact points with holders.

    `merged_into_id` is a reversible pointer: the merged contact keeps its rows, reads take the union.
    """

    __tablename__ = "contact"
    __table_args__ = (
        one_of("kind", ContactKind),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    import_key: str | None = Field(default=None, unique=True, sa_type=WORDS)
    kind: str = Field(sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    language: str = Field(default="", sa_type=WORDS)
    address: str = Field(default="", sa_type=WORDS)
    district: str = Field(default="", sa_type=WORDS)
    note: str = Field(default="", sa_type=WORDS)
    merged_into_id: int | None = Field(default=None, foreign_key="contact.id", index=True, sa_type=KEY)
    version: int = Field(default=1)
    created_at: datetime = Field(sa_type=INSTANT)
    created_by_id: int = Field(foreign_key="account.id", sa_type=KEY)


class ContactPoint(SQLModel, table=True):
    """One address of a channel; a withheld number is none, so no two withheld callers are ever joined."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("kind", "address"),
        one_of("kind", AddressKind),
        CheckConstraint("kind <> 'withheld'", name="never_withheld"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=WORDS)
    address: str = Field(sa_type=WORDS)


class PointConsent(SQLModel, table=True):
    """The log of what one contact point wants of our texts; the newest row that is no HELP is the state."""

    __tablename__ = "point_consent"
    __table_args__ = (one_of("word", OptOut), UniqueConstraint("provider", "sid"))

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", index=True, sa_type=KEY)
    word: str = Field(sa_type=WORDS)
    by_provider: bool = Field(default=False)
    provider: str = Field(sa_type=WORDS)
    sid: str = Field(sa_type=WORDS)
    reason: str = Field(default="", sa_type=WORDS)
    """Why somebody at the desk set it."""
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    """Who set it by hand; none for a word that came as a text, or that the carrier told us of."""
    at: datetime = Field(sa_type=INSTANT)


class PointReach(SQLModel, table=True):
    """The log of whether texts reach a contact point; the newest row is the state, none means that they do."""

    __tablename__ = "point_reach"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", index=True, sa_type=KEY)
    reached: bool = Field()
    code: int = Field(default=0)
    """The carrier's error code that says so; 0 for what was lifted."""
    reason: str = Field(default="", sa_type=WORDS)
    account_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)
    """Who lifted it by hand; none for the carrier's word and for a text that came from there."""
    at: datetime = Field(sa_type=INSTANT)


class PointHolder(SQLModel, table=True):
    """Which contact uses which contact point, from when to when, and how sure we are."""

    __tablename__ = "point_holder"
    __table_args__ = (
        UniqueConstraint("contact_point_id", "contact_id"),
        one_of("certainty", Certainty),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    contact_point_id: int = Field(foreign_key="contact_point.id", sa_type=KEY)
    certainty: str = Field(sa_type=WORDS)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime | None = Field(default=None, sa_type=INSTANT)


class Relation(SQLModel, table=True):
    """Who may act for which business or department: role, mandate, from and to."""

    __tablename__ = "relation"
    __table_args__ = (
        UniqueConstraint("person_id", "acts_for_id", "role"),
        CheckConstraint("person_id <> acts_for_id", name="not_for_itself"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    person_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    acts_for_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    role: str = Field(sa_type=WORDS)
    mandate: str = Field(default="", sa_type=WORDS)
    since: datetime = Field(sa_type=INSTANT)
    until: datetime | None = Field(default=None, sa_type=INSTANT)


class Preference(SQLModel, table=True):
    """How a contact likes to be reached."""

    __tablename__ = "preference"

    contact_id: int = Field(primary_key=True, foreign_key="contact.id", sa_type=KEY)
    door: str = Field(default="", sa_type=WORDS)
    hours: str = Field(default="", sa_type=WORDS)
    language: str = Field(default="", sa_type=WORDS)
    text_only: bool = Field(default=False)
    never_call: bool = Field(default=False)


class Segment(SQLModel, table=True):
    """A group that gets fitting content; never a priority."""

    __tablename__ = "segment"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    other_name: str = Field(default="", sa_type=WORDS)
    purpose: str = Field(sa_type=WORDS)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)


class SegmentMembership(SQLModel, table=True):
    """Why a contact is in a segment, until when, and whether the contact opted out."""

    __tablename__ = "segment_membership"
    __table_args__ = (Index("ix_segment_membership_segment", "segment_id"),)

    contact_id: int = Field(primary_key=True, foreign_key="contact.id", sa_type=KEY)
    segment_id: int = Field(primary_key=True, foreign_key="segment.id", sa_type=KEY)
    reason: str = Field(sa_type=WORDS)
    since: datetime = Field(sa_type=INSTANT)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)
    opted_out_at: datetime | None = Field(default=None, sa_type=INSTANT)


class ContactFlag(SQLModel, table=True):
    """Something everybody who serves a contact must know for a time, e.g. `needs a sign-language interpreter`."""

    __tablename__ = "contact_flag"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    text: str = Field(sa_type=WORDS)
    since: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    """No flag is for ever; whoever still needs it sets it anew."""
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)


class ContactNote(SQLModel, table=True):
    """What somebody at the desk noted about a contact, append-only; a line of the timeline."""

    __tablename__ = "contact_note"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    contact_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    text: str = Field(sa_type=WORDS)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)


class ContactMerge(SQLModel, table=True):
    """One contact was found to be another; keeps all that undoing it needs."""

    __tablename__ = "contact_merge"
    __table_args__ = (CheckConstraint("survivor_id <> merged_id", name="not_with_itself"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    survivor_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    merged_id: int = Field(foreign_key="contact.id", index=True, sa_type=KEY)
    before: Any = Field(sa_type=JSON)
    """The survivor's fields that the merge changed, as they were."""
    after: Any = Field(sa_type=JSON)
    """The same fields as the merge set them."""
    reason: str = Field(default="", sa_type=WORDS)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)
    undone_at: datetime | None = Field(default=None, sa_type=INSTANT)
    undone_by_id: int | None = Field(default=None, foreign_key="account.id", sa_type=KEY)


class NotTheSame(SQLModel, table=True):
    """Somebody looked at two contacts and found them to be two; they are not proposed again."""

    __tablename__ = "not_the_same"
    __table_args__ = (CheckConstraint("low_id < high_id", name="in_order"),)

    low_id: int = Field(primary_key=True, foreign_key="contact.id", sa_type=KEY)
    high_id: int = Field(primary_key=True, foreign_key="contact.id", index=True, sa_type=KEY)
    at: datetime = Field(sa_type=INSTANT)
    account_id: int = Field(foreign_key="account.id", sa_type=KEY)

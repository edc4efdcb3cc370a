"""The contact book: everything that is done to a contact, bound to one signed-in actor.

The contact's screens hold a ContactBook. Every method may block on the store, and asks that the actor has opened the
contact; every one that writes leaves a row of the audit, for the exchange the actor holds, else for the desk.
"""

from collections.abc import Mapping
from datetime import datetime

from grm_console.desk import contact_changes, contact_merge, contact_points, contact_remarks, contact_sheet, duplicates
from grm_console.desk.actor import Actor
from grm_console.desk.contact_merge import Side
from grm_console.desk.contact_views import ContactFields, ContactSheet, Duplicate, MergePreview, Preferences
from grm_console.desk.desk import Desk
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty


class ContactBook:
    """One operator at the contacts."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def sheet(self, contact_id: int) -> ContactSheet:
        """A contact whole; of a merged one the contact it was merged into."""
        return contact_sheet.sheet(self._desk, self._actor, contact_id)

    # What the contact is and wants

    def change(self, contact_id: int, version: int, before: ContactFields, after: ContactFields) -> ContactSheet:
        """Store what was changed; raises StaleChange with its conflicts, or InvalidInput."""
        contact_changes.change(self._desk, self._actor, contact_id, version, before, after)
        return self.sheet(contact_id)

    def set_preferences(self, contact_id: int, wanted: Preferences, before: Preferences | None = None) -> None:
        """How the contact wants to be reached; with `before`, others' changes are kept or raise StaleChange."""
        contact_changes.set_preferences(self._desk, self._actor, contact_id, wanted, before)

    # Notes, flags, segments

    def note(self, contact_id: int, text: str) -> int:
        """A note in the history."""
        return contact_remarks.note(self._desk, self._actor, contact_id, text)

    def set_flag(self, contact_id: int, text: str, expires_at: datetime | None) -> int:
        """What everybody must know until then; an end is required, a year from now at the latest."""
        return contact_remarks.set_flag(self._desk, self._actor, contact_id, text, expires_at)

    def lift_flag(self, flag_id: int) -> None:
        """End a flag now."""
        contact_remarks.lift_flag(self._desk, self._actor, flag_id)

    def join_segment(self, contact_id: int, code: str, reason: str, expires_at: datetime | None = None) -> None:
        """Put the contact into a segment."""
        contact_remarks.join_segment(self._desk, self._actor, contact_id, code, reason, expires_at)

    def leave_segment(self, contact_id: int, code: str, reason: str) -> None:
        """The contact opts out of a segment."""
        contact_remarks.leave_segment(self._desk, self._actor, contact_id, code, reason)

    # Addresses and relations

    def add_point(
        self,
        contact_id: int,
        address: str,
        kind: AddressKind | None = None,
        certainty: Certainty = Certainty.STATED,
    ) -> None:
        """The contact can be reached by this address."""
        contact_points.add_point(self._desk, self._actor, contact_id, address, kind, certainty)

    def end_point(self, holder_id: int) -> None:
        """The contact no longer uses an address."""
        contact_points.end_point(self._desk, self._actor, holder_id)

    def confirm_point(self, holder_id: int) -> None:
        """The contact has confirmed an address."""
        contact_points.confirm_point(self._desk, self._actor, holder_id)

    def restart_point(self, holder_id: int) -> None:
        """The contact uses a former address again."""
        contact_points.restart_point(self._desk, self._actor, holder_id)

    def add_relation(
        self,
        person_id: int,
        acts_for_id: int,
        role: str,
        mandate: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """A citizen may act for a business or a department."""
        return contact_points.add_relation(self._desk, self._actor, person_id, acts_for_id, role, mandate, since, until)

    def end_relation(self, relation_id: int) -> None:
        """Nobody may act by this relation any more."""
        contact_points.end_relation(self._desk, self._actor, relation_id)

    # Duplicates

    def duplicates(self, contact_id: int) -> tuple[Duplicate, ...]:
        """Contacts that may be the same one, likeliest first."""
        return duplicates.duplicates(self._desk, self._actor, contact_id)

    def not_the_same(self, one_id: int, other_id: int) -> None:
        """They are two, and are not proposed again."""
        contact_merge.not_the_same(self._desk, self._actor, one_id, other_id)

    def merge_preview(self, left_id: int, right_id: int) -> MergePreview:
        """Two contacts side by side."""
        return contact_merge.merge_preview(self._desk, self._actor, left_id, right_id)

    def merge(
        self, survivor_id: int, merged_id: int, chosen: Mapping[str, Side], versions: tuple[int, int], reason: str
    ) -> int:
        """Make one contact of two: left is the survivor's, right the merged one's value; gives the merge's key."""
        return contact_merge.merge(self._desk, self._actor, survivor_id, merged_id, chosen, versions, reason)

    def undo_merge(self, merge_id: int) -> tuple[str, ...]:
        """Make two of one again; gives the names of fields that were edited since and stay as they are."""
        return contact_merge.undo_merge(self._desk, self._actor, merge_id)

"""A ContactBook in memory with the real views: what tests of the contact's screens write into."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from fake_seat import NOW

from grm_console.desk.contact_views import (
    ContactFields,
    ContactSheet,
    Duplicate,
    FieldPair,
    FlagLine,
    MergeLine,
    MergePreview,
    PointLine,
    Preferences,
    RelationLine,
    SegmentLine,
)
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty, ContactKind
from grm_console.errors import Conflict, GrmError, InvalidInput, StaleChange, StoreGone

BEFORE = NOW - timedelta(days=400)

CHEN = ContactSheet(
    7,
    3,
    ContactFields(
        ContactKind.CITIZEN, "Chen Li", "陈莉", "zh", "12 Garden Road, stairwell B", "Old Town", "call mornings"
    ),
    (
        PointLine(1, AddressKind.PHONE, "+1 202 555 0142", Certainty.CONFIRMED, BEFORE, None, 2, False),
        PointLine(2, AddressKind.EMAIL, "chen.li@mail.example", Certainty.STATED, NOW - timedelta(3), None, 0, True),
        PointLine(3, AddressKind.WHATSAPP, "+1 202 555 0199", Certainty.IMPORTED, BEFORE, NOW - timedelta(1), 0, False),
    ),
    (
        RelationLine(
            1, True, 9, "Lotus Bakery", ContactKind.BUSINESS, "owner", "register entry 4711", BEFORE, None
        ),
        RelationLine(
            2, False, 8, "陈国", ContactKind.CITIZEN, "son", "power of attorney", BEFORE, NOW - timedelta(days=30)
        ),
    ),
    Preferences("sms", "mornings", "zh", False, False),
    (FlagLine(1, "Hard of hearing: speak slowly", NOW - timedelta(days=2), NOW + timedelta(days=28), "Li Wei"),),
    (SegmentLine("retired", "Retired", "told us in a call", None, False),),
    (MergeLine(5, 12, "Chen L.", NOW - timedelta(days=9), "Wang Min", "same e-mail"),),
)  # fmt: skip

DUPLICATES = (
    Duplicate(21, ContactKind.CITIZEN, "CHEN, Li", "陳莉", 86, ("same e-mail", "same name"), ()),
    Duplicate(22, ContactKind.BUSINESS, "Chen Li Trading", "", 52, ("same telephone",), ("different kind",)),
)


class FakeBook:
    """One contact with what may be done to it; `done` lists what was asked."""

    def __init__(self, sheet: ContactSheet = CHEN) -> None:
        self.now = NOW
        self.stored = sheet
        self.other = ContactFields(ContactKind.CITIZEN, "CHEN, Li", "陳莉", "", "12 Garden Rd", "Old Town", "")
        self.found = DUPLICATES
        self.warnings = ("Both have confirmed, different e-mail addresses.",)
        self.done: list[tuple[object, ...]] = []
        self.gone = False
        self.refuses: GrmError | None = None
        """Raised by the next act."""
        self.meanwhile: Callable[[], object] | None = None
        """Run once before the next act: what another seat does, or what holds this one up."""
        self.opened: list[int] = []

    # -- the outside world

    def others_change(self, **changes: str) -> None:
        """Another seat stores fields."""
        fields = replace(self.stored.fields, **changes)  # type: ignore[arg-type]
        self.stored = replace(self.stored, version=self.stored.version + 1, fields=fields)

    def open(self, contact_id: int) -> None:
        """What the finder does: note that a contact was opened."""
        self.opened.append(contact_id)

    def _reach(self) -> None:
        if self.gone:
            raise StoreGone("The store cannot be reached; try again.")

    def _act(self, *what: object) -> None:
        self._reach()
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if self.refuses is not None:
            error, self.refuses = self.refuses, None
            raise error
        self.done.append(what)

    # -- the ContactBook

    def sheet(self, contact_id: int) -> ContactSheet:
        self._reach()
        return self.stored

    def change(self, contact_id: int, version: int, before: ContactFields, after: ContactFields) -> ContactSheet:
        self._act("change", contact_id, version)
        if not after.name:
            self.done.pop()
            raise InvalidInput({"name": "A name has 1 to 200 letters, e.g. Chen Li."})
        old, now, new = asdict(before), asdict(self.stored.fields), asdict(after)
        conflicts = tuple(
            Conflict(name, new[name], now[name], old[name], "Wang Min", self.now - timedelta(minutes=2))
            for name in old
            if version != self.stored.version and now[name] != old[name] != new[name] != now[name]
        )
        if conflicts:
            self.done.pop()
            raise StaleChange("Wang Min changed the name meanwhile. Choose whose words stay.", conflicts)
        self.others_change(**{name: new[name] for name in new if new[name] != old[name]})
        return self.stored

    def set_preferences(self, contact_id: int, preferences: Preferences, before: Preferences) -> None:
        self._act("set_preferences", contact_id, preferences)
        self.stored = replace(self.stored, preferences=preferences)

    def add_point(self, contact_id: int, address: str, kind: AddressKind | None, certainty: Certainty) -> None:
        self._act("add_point", contact_id, address, kind, certainty)
        point = PointLine(9, kind or AddressKind.PHONE, address, certainty, self.now, None, 0, False)
        self.stored = replace(self.stored, points=(*self.stored.points, point))

    def _point(self, holder_id: int, **changes: object) -> None:
        points = tuple(
            replace(point, **changes) if point.holder_id == holder_id else point  # type: ignore[arg-type]
            for point in self.stored.points
        )
        self.stored = replace(self.stored, points=points)

    def end_point(self, holder_id: int) -> None:
        self._act("end_point", holder_id)
        self._point(holder_id, until=self.now)

    def restart_point(self, holder_id: int) -> None:
        self._act("restart_point", holder_id)
        self._point(holder_id, until=None)

    def confirm_point(self, holder_id: int) -> None:
        self._act("confirm_point", holder_id)
        self._point(holder_id, certainty=Certainty.CONFIRMED)

    def add_relation(
        self, person_id: int, acts_for_id: int, role: str, mandate: str, since: datetime, until: datetime | None
    ) -> None:
        self._act("add_relation", person_id, acts_for_id, role, mandate, since, until)

    def end_relation(self, relation_id: int) -> None:
        self._act("end_relation", relation_id)

    def set_flag(self, contact_id: int, text: str, expires_at: datetime) -> None:
        self._act("set_flag", contact_id, text, expires_at)
        flag = FlagLine(2, text, self.now, expires_at, "Li Wei")
        self.stored = replace(self.stored, flags=(*self.stored.flags, flag))

    def lift_flag(self, flag_id: int) -> None:
        self._act("lift_flag", flag_id)
        self.stored = replace(self.stored, flags=tuple(f for f in self.stored.flags if f.flag_id != flag_id))

    def join_segment(self, contact_id: int, code: str, reason: str, expires_at: datetime | None) -> None:
        self._act("join_segment", contact_id, code, reason, expires_at)

    def leave_segment(self, contact_id: int, code: str, reason: str) -> None:
        self._act("leave_segment", contact_id, code, reason)

    def note(self, contact_id: int, text: str) -> None:
        self._act("note", contact_id, text)

    def duplicates(self, contact_id: int) -> tuple[Duplicate, ...]:
        self._reach()
        return self.found

    def not_the_same(self, contact_id: int, other_id: int) -> None:
        self._act("not_the_same", contact_id, other_id)
        self.found = tuple(one for one in self.found if one.contact_id != other_id)

    def merge_preview(self, left_id: int, right_id: int) -> MergePreview:
        self._reach()
        left, right = asdict(self.stored.fields), asdict(self.other)
        pairs = tuple(FieldPair(name, left[name], right[name], left[name] != right[name]) for name in left)
        same = tuple(FieldPair(f"preferences.{name}", "", "", False) for name in ("door", "hours", "language"))
        wish = FieldPair("preferences.text_only", "", "yes", True)
        return MergePreview(
            left_id, right_id, self.stored.version, 1, (*pairs, *same, wish),
            (("exchanges", 14), ("cases", 2), ("addresses", 3), ("notes", 1)), (("exchanges", 0), ("cases", 0)),
            self.warnings,
        )  # fmt: skip

    def merge(
        self, survivor_id: int, merged_id: int, chosen: dict[str, str], versions: tuple[int, int], reason: str
    ) -> int:
        self._act("merge", survivor_id, merged_id, chosen, versions, reason)
        self.found = ()
        return 6

    def undo_merge(self, merge_id: int) -> tuple[str, ...]:
        self._act("undo_merge", merge_id)
        self.stored = replace(self.stored, merges=())
        return ("note",)

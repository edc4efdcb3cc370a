"""The lines of a contact's sheet: points, relations, flags, groups and merges, two lines of the screen each."""

from dataclasses import dataclass
from datetime import datetime

from grm_console.desk.contact_views import FlagLine, MergeLine, PointLine, RelationLine, SegmentLine
from grm_console.domain.addresses import AddressKind
from grm_console.domain.words import Certainty
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.contact_words import SHOWN_CHARACTERS, day_of
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.words import KIND_SIGNS, when

Line = PointLine | RelationLine | FlagLine | SegmentLine | MergeLine

ADDRESS_SIGNS = {
    AddressKind.PHONE: "☎",
    AddressKind.SHORT_CODE: "☎",
    AddressKind.SIP: "☎",
    AddressKind.CLIENT: "☎",
    AddressKind.EMAIL: "@",
    AddressKind.POSTAL: "✎",
}
"""Every other kind of address is one of texts."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the sheet as it is painted; the words are printable."""

    line: Line
    first: tuple[Part, ...]
    second: tuple[Part, ...]

    @property
    def key(self) -> tuple[str, int | str]:
        """What the line is, for finding it again after a change."""
        match self.line:
            case PointLine():
                return "point", self.line.holder_id
            case RelationLine():
                return "relation", self.line.relation_id
            case FlagLine():
                return "flag", self.line.flag_id
            case SegmentLine():
                return "segment", self.line.code
            case MergeLine():
                return "merge", self.line.merge_id


class SheetRows(RowView, can_focus=True):
    """One part of the sheet; Up and Down choose the line that the keys at the foot are about."""

    def __init__(self, *, sentence: str, id: str) -> None:
        super().__init__(sentence=sentence, id=id)
        self._rows: tuple[SheetRow, ...] = ()

    def show(self, rows: tuple[SheetRow, ...]) -> None:
        """Show these lines; the cursor stays on its line as long as that is there."""
        before = self._rows[self.cursor].key if self._rows else None
        self._rows = rows
        keys = [row.key for row in rows]
        if before in keys:
            self.set_reactive(SheetRows.cursor, keys.index(before))
        self.rows_changed()

    @property
    def current(self) -> Line | None:
        """The line under the cursor."""
        return self._rows[self.cursor].line if self._rows else None

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """What it is; below it how sure, since and until when, by whom."""
        row = self._rows[index]
        return fit(row.first if line == 0 else (("  ", "muted"), *row.second), width)


def fit(parts: tuple[Part, ...], width: int) -> list[Part]:
    """The parts in at most `width` cells, the last one that has room being cut."""
    fitting: list[Part] = []
    for text, ink in parts:
        text = clip(text, width)
        width -= cell_len(text)
        fitting.append((text, ink))
    return fitting


def _words(text: str) -> str:
    return printable(text, limit=SHOWN_CHARACTERS)


def _facts(*facts: str) -> str:
    return " · ".join(fact for fact in facts if fact)


def _span(since: datetime, until: datetime | None, now: datetime) -> str:
    began = _("since {day}").format(day=day_of(since, now))
    if until is None:
        return began
    ended = _("ended {day}") if until <= now else _("until {day}")
    return _facts(began, ended.format(day=day_of(until, now)))


def point_row(point: PointLine, now: datetime) -> SheetRow:
    """A number or address: how sure, since when, and who else uses it."""
    over = point.until is not None and point.until <= now
    sign = "○" if over else ADDRESS_SIGNS.get(point.kind, "✉")
    certainty: Part = {
        Certainty.CONFIRMED: (_("✓ confirmed"), "good"),
        Certainty.STATED: (_("? stated"), "text"),
        Certainty.IMPORTED: (_("? imported"), "text"),
    }[point.certainty]
    facts = _span(point.since, point.until, now)
    shared = _("1 other uses it") if point.others == 1 else _("{n} others use it").format(n=point.others)
    return SheetRow(
        point,
        ((f"{sign} {_words(point.address)}", "muted" if over else "title"),),
        (
            (certainty[0], "muted" if over else certainty[1]),
            (f" · {facts}", "muted"),
            (f" · {shared}" if point.others else "", "text"),
            (_(" · ⊘ opted out of texts") if point.opted_out else "", "warning"),
        ),
    )


def relation_row(relation: RelationLine, now: datetime) -> SheetRow:
    """Who may act for whom; the mandate has a line of its own, as its limits stand at its end.

    One that ended is grey and has another shape.
    """
    over = relation.until is not None and relation.until <= now
    name = KIND_SIGNS[relation.other_kind] + _words(relation.other_name)
    told = (_("→ acts for {name}") if relation.forwards else _("← {name} acts for this contact")).format(name=name)
    if over:
        told = "○" + told[1:]
    return SheetRow(
        relation,
        (
            (told, "muted" if over else "title"),
            (f"  {_words(relation.role)}", "muted" if over else "text"),
            (f" · {_span(relation.since, relation.until, now)}", "muted"),
        ),
        ((_words(relation.mandate) or _("no mandate is written down"), "muted" if over else "text"),),
    )


def flag_row(flag: FlagLine, now: datetime) -> SheetRow:
    """What everybody must know, and until when."""
    set_by = _("{name}, {when}").format(name=_words(flag.by), when=when(flag.since, now))
    return SheetRow(
        flag,
        ((f"▲ {_words(flag.text)}", "warning"),),
        ((_("until {when}").format(when=when(flag.expires_at, now)), "text"), (f" · {set_by}", "muted")),
    )


def segment_row(segment: SegmentLine, now: datetime) -> SheetRow:
    """A group with its reason; one the contact does not want to be in says so."""
    until = _("until {day}").format(day=day_of(segment.expires_at, now)) if segment.expires_at else ""
    sign = "⊘" if segment.opted_out else "●"
    wish = _("does not want to be in it") if segment.opted_out else ""
    return SheetRow(
        segment,
        ((f"{sign} {_words(segment.name)}", "muted" if segment.opted_out else "title"),),
        ((_facts(wish, _words(segment.reason), until), "muted"),),
    )


def merge_row(merge: MergeLine, now: datetime) -> SheetRow:
    """A contact that was found to be this one."""
    return SheetRow(
        merge,
        ((_("⇐ {name} was merged into this one").format(name=_words(merge.merged_name)), "title"),),
        ((_facts(when(merge.at, now), _words(merge.by), _words(merge.reason)), "muted"),),
    )

"""The parts of a contact's screen: what is stored, read in a thread, and the way from part to part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from grm_console.clock import Clock
from grm_console.desk.contact_views import ContactSheet
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.contact_form import ContactForm
from grm_console.tui.screens.jump import JumpScreen
from grm_console.tui.widgets.contact_words import SHOWN_CHARACTERS, day_of, field_help, field_label, part_help
from grm_console.tui.widgets.sheet_rows import (
    Line,
    SheetRows,
    flag_row,
    merge_row,
    point_row,
    relation_row,
    segment_row,
)
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.words import KIND_SIGNS

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.contact_book import ContactBook

SIDE_BY_SIDE = 110
"""Columns from which all parts stand beside each other."""

FindContact = Callable[[Callable[[int, str], None]], None]
"""Lets the operator find another contact and hands its key and name over; nothing is handed over after Esc."""


class ContactPartsScreen(CommandedScreen):
    """Fields beside points, relations, flags, groups and merges; one part at a time where there is no room."""

    @dataclass
    class DuplicatesCame(Message):
        """How many other contacts may be the same."""

        count: int

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [  # type: ignore[misc]
        (0, "-narrow"),
        (SIDE_BY_SIDE, "-wide"),
    ]

    def __init__(
        self,
        book: "ContactBook",
        contact_id: int,
        now: Clock,
        *,
        find: FindContact,
        opened: Callable[[int], object],
    ) -> None:
        super().__init__()
        self._book = book
        self._contact_id = contact_id
        self._now = now
        self._find = find
        self._opened = opened
        self._sheet: ContactSheet | None = None
        self._said = _("Loading …")
        self._may_be_same = 0
        self._half_written: dict[str, dict[str, str]] = {}
        """Words of the small forms that were left without storing, by what they add."""
        self.form = ContactForm(id="fields")
        self.lists = {
            "points": SheetRows(sentence=_("No number or address yet. F2 adds one."), id="points"),
            "relations": SheetRows(
                sentence=_("Acts for nobody, and nobody for them. F3 adds a relation."), id="relations"
            ),
            "flags": SheetRows(sentence=_("Nothing to mind just now. F4 adds a flag for some days."), id="flags"),
            "groups": SheetRows(
                sentence=_("In no group, and nothing was merged into it. F10 adds a group."), id="groups"
            ),
        }
        self.parts: dict[str, Widget] = {"fields": self.form, **self.lists}
        self.part = "fields"

    def compose(self) -> ComposeResult:
        yield Static(id="contact-head", markup=False)
        yield TabStrip()
        with Horizontal(id="parts"):
            yield self.form
            with Vertical(id="lists"):
                yield from self.lists.values()
        yield self.footer

    def on_mount(self) -> None:
        self.form.disabled = True
        self._name_parts()
        self.lay_out()
        self.action_reload()

    # -- reading

    def action_reload(self) -> None:
        """Read the stored contact."""
        book, contact_id = self._book, self._contact_id
        self.act(lambda: book.sheet(contact_id), self._show)
        self.ask("duplicates", self._count_duplicates)

    def _count_duplicates(self) -> "ContactPartsScreen.DuplicatesCame":
        """Runs in a thread."""
        try:
            return self.DuplicatesCame(len(self._book.duplicates(self._contact_id)))
        except GrmError:
            return self.DuplicatesCame(0)  # the sheet itself, asked for at the same time, says what is wrong

    @on(DuplicatesCame)
    def _duplicates_came(self, message: DuplicatesCame) -> None:
        self._may_be_same = message.count
        self._show_head()

    def _show(self, sheet: ContactSheet, saved: dict[str, str] | None = None) -> None:
        first, self._sheet = self._sheet is None, sheet
        self._contact_id = sheet.contact_id
        self._said = ""
        now = self._now()
        self.form.disabled = False
        self.form.show(sheet, saved)
        self.lists["points"].show(tuple(point_row(each, now) for each in sheet.points))
        self.lists["relations"].show(tuple(relation_row(each, now) for each in sheet.relations))
        self.lists["flags"].show(tuple(flag_row(each, now) for each in sheet.flags))
        groups = (
            *(segment_row(each, now) for each in sheet.segments),
            *(merge_row(each, now) for each in sheet.merges),
        )
        self.lists["groups"].show(groups)
        self._name_parts()
        self.lay_out()
        self._show_head()
        if first:
            self.go("fields")

    def _name_parts(self) -> None:
        titles = {
            "fields": _("1 Contact"),
            "points": _("2 Points"),
            "relations": _("3 Relations"),
            "flags": _("4 Flags"),
            "groups": _("5 Groups, merges"),
        }
        for name, part in self.parts.items():
            part.border_title = titles[name]

    # -- the head

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()
        self._show_head()

    def acting_changed(self) -> None:
        self._show_head()

    @on(ContactForm.Edited)
    def _edited(self) -> None:
        self._show_head()

    def _state(self) -> tuple[str, str]:
        if self._said:
            return self._said, "$warning" if self._sheet else "$text-muted"
        if self.acting:
            return _("working …"), "$text-muted"
        if self.form.edited:
            return _("✎ not saved yet"), "$warning"
        return _("✓ saved"), "$text-muted"

    def _show_head(self) -> None:
        head, sheet = self.query_one("#contact-head", Static), self._sheet
        if sheet is None:
            head.update(Content.styled(self._said, "$text-muted"), layout=False)
            return
        names = " ".join(
            printable(name, limit=SHOWN_CHARACTERS) for name in (sheet.fields.name, sheet.fields.other_name) if name
        )
        state = self._state()
        first = Content.assemble((KIND_SIGNS[sheet.fields.kind] + names, "bold"))
        right = Content.assemble(state, (_("   Esc back"), "$text-muted"))
        room = max(0, head.size.width - right.cell_length - 2)
        first = first.truncate(room, ellipsis=True, pad=True) + Content("  ") + right
        head.update(Content("\n").join([first, self._second_line(sheet)]), layout=False)
        self.commands_changed()

    def _second_line(self, sheet: ContactSheet) -> Content:
        pieces: list[tuple[str, str]] = []
        for flag in sheet.flags:
            words = _("▲ {text} (until {day})   ").format(
                text=printable(flag.text, limit=SHOWN_CHARACTERS), day=day_of(flag.expires_at, self._now())
            )
            pieces.append((words, "$warning"))
        if self._may_be_same:
            told = _("1 other may be the same: F7") if self._may_be_same == 1 else _("{n} others may be the same: F7")
            pieces.append((told.format(n=self._may_be_same), "$text-muted"))
        return Content.assemble(*pieces)

    # -- moving

    def lay_out(self) -> None:
        """All parts beside each other, or the current one alone."""
        alone = self.app.size.width < SIDE_BY_SIDE
        for name, part in self.parts.items():
            part.display = not alone or name == self.part
        self.query_one("#lists").display = not alone or self.part != "fields"
        tabs = self.query_one(TabStrip)
        tabs.display = alone
        tabs.show(tuple((name, str(part.border_title)) for name, part in self.parts.items()), self.part)
        self.commands_changed()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name, part in self.parts.items():
            if part in event.widget.ancestors_with_self:
                self.part = name
        self.lay_out()

    def go(self, name: str) -> None:
        """Bring a part to the front and put the focus into it."""
        self.part = name
        self.lay_out()
        if name == "fields":
            self.form.focus_first()
        else:
            self.set_focus(self.lists[name])

    @on(TabStrip.Chosen)
    def _tab_chosen(self, message: TabStrip.Chosen) -> None:
        self.go(message.panel)

    def here(self) -> tuple[str, str]:
        """The focused field or part, and what it is for."""
        field = self.form.focused_field
        return (field_label(field), field_help(field)) if field else part_help(self.part)

    @on(SheetRows.Moved)
    def _line_reached(self) -> None:
        self.commands_changed()

    def action_go(self, part: str) -> None:
        """Go to a part."""
        self.go(part)

    def action_next_part(self) -> None:
        """Go to the next part."""
        names = list(self.parts)
        self.go(names[(names.index(self.part) + 1) % len(names)])

    def action_jump(self) -> None:
        """Ask which part to go to."""
        places = tuple((name, str(part.border_title).partition(" ")[2]) for name, part in self.parts.items())
        self.app.push_screen(JumpScreen(places), lambda part: self.go(part) if part else None)

    @property
    def line(self) -> Line | None:
        """The line under the cursor of the part that has the focus."""
        return self.lists[self.part].current if self.part in self.lists else None

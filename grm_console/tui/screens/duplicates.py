"""Contacts that may be the same as the one at the desk, with what speaks for and against it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock
from grm_console.desk.contact_views import ContactSheet, Duplicate
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import pad
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.merge import MergeScreen
from grm_console.tui.widgets.contact_words import SHOWN_CHARACTERS, kind_word
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit
from grm_console.tui.words import KIND_SIGNS

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.contact_book import ContactBook

SCORE_CELLS = 13

DUPLICATES = (
    Command("compare", "enter", "Side by side", "Look at both; nothing is merged yet.", "This line", first=False),
    Command("not_the_same", "f8", "Not the same", "They are two; never propose them again.", "This line"),
    Command("find_other", "f3", "Find another", "Compare with a contact that is not proposed.", "Other contacts"),
    Command("close", "escape", "Back", "Go back to the contact.", "Moving", first=False),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)


class DuplicateList(RowView, can_focus=True):
    """Proposals, likeliest first: score and name, then the reasons."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Looking …"), id="duplicates")
        self.found: tuple[Duplicate, ...] = ()

    def show(self, found: tuple[Duplicate, ...], sentence: str) -> None:
        """Show these proposals, or the sentence if there are none."""
        self.found, self.sentence = found, sentence
        self.rows_changed()

    @property
    def current(self) -> Duplicate | None:
        """The proposal under the cursor."""
        return self.found[self.cursor] if self.found else None

    @property
    def count(self) -> int:
        """How many proposals there are."""
        return len(self.found)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Score and name; below it what speaks for it and against it."""
        one = self.found[index]
        if line == 0:
            names = " ".join(printable(name, limit=SHOWN_CHARACTERS) for name in (one.name, one.other_name) if name)
            return fit(
                (
                    (pad(_("{score} of 100").format(score=one.score), SCORE_CELLS - 2, right=True) + "  ", "mark"),
                    (KIND_SIGNS[one.kind] + names, "title"),
                    (f"  {kind_word(one.kind)}", "muted"),
                ),
                width,
            )
        reasons = ", ".join(printable(reason) for reason in one.reasons)
        against = ", ".join(printable(reason) for reason in one.against)
        return fit(
            (
                (" " * SCORE_CELLS, "muted"),
                (f"✓ {reasons}" if reasons else "", "text"),
                (f"   ✗ {against}" if against else "", "warning"),
            ),
            width,
        )


class DuplicatesScreen(CommandedScreen):
    """Opens two contacts side by side, or remembers that they are two. Closes after a merge."""

    CSS_PATH = "duplicates.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = DUPLICATES
    BINDINGS: ClassVar[list[BindingType]] = bindings(DUPLICATES)

    def __init__(
        self,
        book: "ContactBook",
        sheet: ContactSheet,
        now: Clock,
        *,
        find: Callable[[Callable[[int, str], None]], None],
        opened: Callable[[int], object],
        merged: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._book = book
        self._sheet = sheet
        self._now = now
        self._find = find
        self._opened = opened
        self._merged = merged
        self._list = DuplicateList()

    def compose(self) -> ComposeResult:
        name = printable(self._sheet.fields.name, limit=SHOWN_CHARACTERS)
        yield Static(
            Content.assemble((_("May be the same as {name}").format(name=name), "bold")), id="head", markup=False
        )
        yield self._list
        yield self.footer

    def on_mount(self) -> None:
        self._list.focus()
        self._read()

    def _read(self) -> None:
        book, contact_id = self._book, self._sheet.contact_id
        self.act(lambda: book.duplicates(contact_id), self._show)

    def _show(self, found: tuple[Duplicate, ...]) -> None:
        self._list.show(found, _("No other contact looks like this one. F3 finds one to compare with."))
        self.commands_changed()

    def refused(self, error: GrmError) -> None:
        """Say why; the list keeps what it shows."""
        if not self._list.found:
            self._list.show((), str(error))
        super().refused(error)

    def on_resize(self) -> None:
        self.commands_changed()

    @on(RowView.Picked)
    def _pointed_at(self) -> None:
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        if action in ("compare", "not_the_same"):
            return self._list.current is not None
        return super().check_action(action, parameters)

    def action_compare(self) -> None:
        """Both side by side."""
        if self._list.current is not None:
            self._compare(self._list.current.contact_id, "")

    def action_find_other(self) -> None:
        """Compare with any contact."""
        self._find(self._compare)

    def _compare(self, other_id: int, _name: str) -> None:
        if other_id == self._sheet.contact_id:
            self.notify(_("This is the contact itself. Choose another one."), markup=False)
            return
        self.app.push_screen(MergeScreen(self._book, self._sheet.contact_id, other_id, self._opened, self._over))

    def _over(self, survivor_id: int) -> None:
        self.dismiss()
        self._merged(survivor_id)

    def action_not_the_same(self) -> None:
        """Remember that they are two."""
        one = self._list.current
        if one is not None:
            book, contact_id = self._book, self._sheet.contact_id

            def remember() -> tuple[Duplicate, ...]:
                book.not_the_same(contact_id, one.contact_id)
                return book.duplicates(contact_id)

            self.act(remember, partial(self._remembered, one))

    def _remembered(self, one: Duplicate, found: tuple[Duplicate, ...]) -> None:
        self._show(found)
        name = printable(one.name, limit=40)
        self.notify(_("{name} is somebody else and is not proposed again.").format(name=name), markup=False)

    def action_close(self) -> None:
        """Go back to the contact."""
        self.dismiss()

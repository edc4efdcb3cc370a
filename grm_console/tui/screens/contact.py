"""A contact whole, over the desk: fields and preferences beside points, relations, flags, groups and merges."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from grm_console.desk.contact_views import ContactSheet
from grm_console.errors import GrmError, InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.conflicts import ConflictScreen
from grm_console.tui.screens.contact_form import PREFERENCE, contact_fields, preferences_of
from grm_console.tui.screens.contact_lines import ContactLinesScreen
from grm_console.tui.screens.duplicates import DuplicatesScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.side_by_side import Side

# Function and control keys only: a letter belongs to the words being typed.
CONTACT = (
    Command("save", "ctrl+s", "Save", "Store the fields and preferences.", "This contact"),
    Command("end_point", "f8", "End point", "The contact no longer uses it; its history stays.", "The line"),
    Command("restart_point", "f8", "Used again", "The contact uses this point again.", "The line"),
    Command("end_relation", "f8", "End relation", "From now on nobody may act by it.", "The line"),
    Command("leave_group", "f8", "Leave group", "The contact does not want to be in it.", "The line"),
    Command("lift_flag", "f8", "Lift flag", "Take the flag away before it expires.", "The line"),
    Command("undo_merge", "f8", "Undo merge", "Make two contacts of it again; nothing is lost.", "The line"),
    Command("confirm_point", "f9", "Confirm", "The contact has confirmed this point as theirs.", "The line"),
    Command("add_point", "f2", "+Point", "Add a number or an address.", "Add"),
    Command("add_relation", "f3", "+Relation", "Say who may act for whom.", "Add"),
    Command("add_flag", "f4", "+Flag", "Tell everybody something for some days.", "Add"),
    Command("add_note", "f5", "+Note", "Write a note into the timeline.", "Add"),
    Command("duplicates", "f7", "Merge", "Contacts that may be the same: merge, or not.", "This contact"),
    Command("add_group", "f10", "+Group", "Put the contact into a group, with the reason.", "Add"),
    Command("next_part", "f6", "Next part", "Go to the next part.", "Moving"),
    Command("jump", "ctrl+o", "Jump", "Then 1 to 5: go to that part.", "Moving", footer=False),
    Command("go('fields')", "alt+1", "Fields", "Go to the fields.", "Moving", footer=False),
    Command("go('points')", "alt+2", "Points", "Go to the numbers and addresses.", "Moving", footer=False),
    Command("go('relations')", "alt+3", "Relations", "Go to who may act for whom.", "Moving", footer=False),
    Command("reload", "ctrl+r", "Read again", "Read the stored contact; half-typed words stay.", "This contact"),
    Command("close", "escape", "Back", "Go back to the desk; unsaved words are asked about.", "Moving", False, False),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
    Command("app.command_palette", "ctrl+p", "Palette", "Find a command by its name.", "Console", footer=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave the desk; what you typed is kept.", "Console", footer=False),
)


class ContactScreen(ContactLinesScreen):
    """One contact. Everything is asked of the book in threads; what cannot be stored stays on the screen.

    `find` lets the operator find another contact; `opened` notes, in a thread, that a contact found or proposed was
    opened, without which the book shows nothing of it.
    """

    CSS_PATH = "contact.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = CONTACT
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONTACT)

    # -- saving

    @property
    def edited(self) -> bool:
        """Whether it holds words that are not stored."""
        return self.form.edited or any(any(words.values()) for words in self._half_written.values())

    def action_save(self) -> None:
        """Store fields and preferences."""
        self._save(lambda: None)

    def _save(self, then: Callable[[], None]) -> None:
        form, book, contact_id = self.form, self._book, self._contact_id
        if not form.edited:
            self.notify(_("Everything is saved."), markup=False)
            then()
            return
        version, before, after, typed = form.version, form.before(), form.after(), form.typed()

        def save() -> ContactSheet:
            old, new = contact_fields(before), contact_fields(after)
            if old != new:
                book.change(contact_id, version, old, new)
            wishes = preferences_of(after)
            if wishes != preferences_of(before):
                try:
                    book.set_preferences(contact_id, wishes, preferences_of(before))
                except InvalidInput as error:
                    raise InvalidInput({PREFERENCE + name: said for name, said in error.problems.items()}) from None
            return book.sheet(contact_id)

        def saved(sheet: ContactSheet) -> None:
            self._show(sheet, typed)
            then()

        self.form.show_problems({})
        self.act(save, saved)

    def refused(self, error: GrmError) -> None:
        """Mark refused fields, show what others changed, or say what is wrong; every typed word stays."""
        if isinstance(error, StaleChange) and error.conflicts:
            screen = ConflictScreen(error.conflicts, self._now(), partial(self._settle, error))
            self.app.push_screen(screen)
            return
        if isinstance(error, InvalidInput) and self.form.show_problems(error.problems):
            self.part = "fields"
            return
        if self._sheet is None:
            self._said = printable(str(error)) + _("   ^R tries again   Esc back")
            self._show_head()
        super().refused(error)

    def _settle(self, error: StaleChange, chosen: dict[str, Side]) -> None:
        """Save again with the operator's choice for every field that others changed too."""
        for conflict in error.conflicts:
            self.form.settle(conflict.field, conflict.theirs, take=chosen.get(conflict.field) == "right")
        if self.form.edited:
            self._save(lambda: None)
        else:
            self.action_reload()

    # -- duplicates

    def action_duplicates(self) -> None:
        """Contacts that may be the same."""
        if self.form.edited:
            self.notify(_("Save your words first (^S): a merge works on what is stored."), markup=False)
            return
        assert self._sheet is not None
        screen = DuplicatesScreen(
            self._book, self._sheet, self._now, find=self._find, opened=self._opened, merged=self._merged
        )
        self.app.push_screen(screen, lambda _nothing: self.action_reload())

    def _merged(self, survivor_id: int) -> None:
        self._contact_id = survivor_id
        self.notify(_("They are one contact now. Part 5 lists the merge; F8 there undoes it."), markup=False)

    # -- leaving

    def action_close(self) -> None:
        """Go back to the desk; unsaved words are asked about."""
        edited, half = self.form.edited, any(any(words.values()) for words in self._half_written.values())
        if not edited and not half:
            self.dismiss()
            return
        choices = [Choice("drop", _("Go back without saving"))]
        if edited:
            choices.insert(0, Choice("save", _("Save and go back")))
        notes = () if edited else (Content(_("Something to add is half written; the same key shows it again.")),)

        def leave() -> None:
            self.dismiss()

        def chosen(code: str | None) -> None:
            if code == "drop":
                leave()
            elif code == "save":
                self._save(leave)

        self.app.push_screen(PickScreen(_("Words are not saved yet"), tuple(choices), notes), chosen)

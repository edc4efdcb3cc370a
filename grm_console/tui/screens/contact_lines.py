"""What is done to the lines of a contact: points, relations, flags, groups, notes and merges, added and ended."""

from collections.abc import Callable
from functools import partial

from grm_console.desk.contact_views import (
    ContactSheet,
    FlagLine,
    MergeLine,
    PointLine,
    RelationLine,
    SegmentLine,
)
from grm_console.domain.words import Certainty
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens import contact_additions
from grm_console.tui.screens.contact_parts import ContactPartsScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.contact_words import field_label
from grm_console.tui.widgets.form_field import FormField


class ContactLinesScreen(ContactPartsScreen):
    """F2 to F10 add a line, F8 and F9 act on the line under the cursor; what cannot come back is asked about."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now; one that does not is neither named nor obeyed."""
        line = self.line
        over = isinstance(line, PointLine | RelationLine) and line.until is not None and line.until <= self._now()
        match action:
            case "save" | "add_point" | "add_relation" | "add_flag" | "add_note" | "add_group" | "duplicates":
                return self._sheet is not None
            case "end_point":
                return isinstance(line, PointLine) and not over
            case "restart_point":
                return isinstance(line, PointLine) and over
            case "confirm_point":
                return isinstance(line, PointLine) and not over and line.certainty is not Certainty.CONFIRMED
            case "end_relation":
                return isinstance(line, RelationLine) and not over
            case "leave_group":
                return isinstance(line, SegmentLine) and not line.opted_out
            case "lift_flag":
                return isinstance(line, FlagLine)
            case "undo_merge":
                return isinstance(line, MergeLine)
        return super().check_action(action, parameters)

    def _change(self, work: Callable[[], str]) -> None:
        """Have the book change something, then show the contact as it is stored and the sentence that `work` gives."""
        book, contact_id = self._book, self._contact_id

        def change() -> tuple[str, ContactSheet]:
            said = work()
            return said, book.sheet(contact_id)

        self.act(change, lambda done: self._changed(*done))

    def _changed(self, said: str, sheet: ContactSheet) -> None:
        self._show(sheet)
        self.notify(said, markup=False)

    def _ask_first(self, title: str, yes: str, work: Callable[[], str]) -> None:
        def chosen(code: str | None) -> None:
            if code is not None:
                self._change(work)

        self.app.push_screen(PickScreen(title, (Choice("yes", yes),)), chosen)

    # -- adding

    def _small_form(
        self,
        what: str,
        title: str,
        fields: tuple[FormField, ...],
        store: Callable[[dict[str, str]], object],
        said: str,
    ) -> None:
        book, contact_id = self._book, self._contact_id

        def add(words: dict[str, str]) -> ContactSheet:
            store(words)
            return book.sheet(contact_id)

        words = self._half_written.setdefault(what, {})
        self.app.push_screen(SmallFormScreen(title, fields, words, add, partial(self._changed, said)))

    def action_add_point(self) -> None:
        """Add a number or an address."""
        store = partial(contact_additions.store_point, self._book, self._contact_id)
        self._small_form("point", _("New point"), contact_additions.point_fields(), store, _("The point was added."))

    def action_add_flag(self) -> None:
        """Add a flag that expires."""
        store = partial(contact_additions.store_flag, self._book, self._contact_id, self._now())
        self._small_form("flag", _("New flag"), contact_additions.flag_fields(), store, _("The flag was added."))

    def action_add_note(self) -> None:
        """Write a note into the timeline."""
        store = partial(contact_additions.store_note, self._book, self._contact_id)
        said = _("The note is in the timeline.")
        self._small_form("note", _("Note for the timeline"), contact_additions.note_fields(), store, said)

    def action_add_group(self) -> None:
        """Put the contact into a group."""
        store = partial(contact_additions.store_group, self._book, self._contact_id)
        said = _("The contact is in the group.")
        self._small_form("group", _("New group"), contact_additions.group_fields(), store, said)

    def action_add_relation(self) -> None:
        """Find the other contact, then say who may act for whom."""
        self._find(self._relate)

    def _relate(self, other_id: int, name: str) -> None:
        store = partial(contact_additions.store_relation, self._book, self._contact_id, other_id)
        fields = contact_additions.relation_fields(name, self._now())
        self._small_form(f"relation {other_id}", _("New relation"), fields, store, _("The relation was added."))

    # -- the line under the cursor

    def action_end_point(self) -> None:
        """The contact no longer uses the point."""
        if isinstance(self.line, PointLine):
            said = _("The point has ended; F8 takes it back.")
            self._change(_telling(said, self._book.end_point, self.line.holder_id))

    def action_restart_point(self) -> None:
        """The contact uses the point again."""
        if isinstance(self.line, PointLine):
            said = _("The point is in use again.")
            self._change(_telling(said, self._book.restart_point, self.line.holder_id))

    def action_confirm_point(self) -> None:
        """The contact has confirmed the point."""
        if isinstance(self.line, PointLine):
            self._change(_telling(_("The point is confirmed."), self._book.confirm_point, self.line.holder_id))

    def action_end_relation(self) -> None:
        """Nobody may act by this relation any more."""
        line = self.line
        if isinstance(line, RelationLine):
            title = _("End the relation with {name}?").format(name=printable(line.other_name, limit=40))
            end = _telling(_("The relation has ended."), self._book.end_relation, line.relation_id)
            self._ask_first(title, _("End it now"), end)

    def action_leave_group(self) -> None:
        """The contact opts out of a group."""
        line = self.line
        if isinstance(line, SegmentLine):
            title = _("Leave the group {name}").format(name=printable(line.name, limit=40))
            leave = partial(contact_additions.store_leaving, self._book, self._contact_id, line.code)
            said = _("The contact has left the group; no file puts them back.")
            self._small_form(f"leave {line.code}", title, contact_additions.reason_fields(), leave, said)

    def action_lift_flag(self) -> None:
        """Take a flag away."""
        line = self.line
        if isinstance(line, FlagLine):
            title = _("Lift “{text}”?").format(text=printable(line.text, limit=40))
            lift = _telling(_("The flag was lifted."), self._book.lift_flag, line.flag_id)
            self._ask_first(title, _("Lift it for everybody"), lift)

    def action_undo_merge(self) -> None:
        """Make two contacts of it again."""
        line = self.line
        if not isinstance(line, MergeLine):
            return
        book, merge_id = self._book, line.merge_id

        def undo() -> str:
            said = _("They are two contacts again.")
            kept = ", ".join(field_label(field) for field in book.undo_merge(merge_id))
            return (
                _("{said} Edited since, so left as it is: {fields}.").format(said=said, fields=kept) if kept else said
            )

        title = _("Undo the merge with {name}?").format(name=printable(line.merged_name, limit=40))
        self._ask_first(title, _("Make two contacts of it again"), undo)


def _telling(said: str, act: Callable[[int], object], key: int) -> Callable[[], str]:
    """The act on a line, to be run in a thread, giving the sentence for when it is done."""

    def work() -> str:
        act(key)
        return said

    return work

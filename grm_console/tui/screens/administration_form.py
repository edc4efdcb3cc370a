"""One row of the catalogue as a form; what somebody else changed meanwhile is shown and never overwritten."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from grm_console.clock import Clock
from grm_console.desk.administration_views import CatalogueRow, SavedRow
from grm_console.desk.catalogue.fields import Kind
from grm_console.errors import GrmError, StaleChange
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.fields_form import FieldsFormScreen
from grm_console.tui.widgets.catalogue_field import CatalogueField
from grm_console.tui.words import when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.administration import Administration

FORM = (
    Command("save", "ctrl+s", "Save", "Store what is typed.", "This form"),
    Command("take_theirs", "f5", "Take theirs", "Take what somebody else wrote into this field.", "This form"),
    Command("back", "escape", "Back", "Go back; typed words are asked about first.", "This form"),
    Command("help", "f1", "Help", "Show all keys.", "Console"),
)


class AdministrationFormScreen(FieldsFormScreen):
    """`saved` gets the row as it is stored; what is refused keeps every word."""

    TABLE: ClassVar[tuple[Command, ...]] = FORM
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)

    def __init__(
        self,
        administration: "Administration",
        kind: Kind,
        row: CatalogueRow | None,
        departments: tuple[str, ...],
        clock: Clock,
        saved: Callable[[SavedRow], None],
    ) -> None:
        label = _(kind.label)
        title = f"{label} · {printable(row.code)}" if row is not None else _("{kind} · new").format(kind=label)
        cells = row.cells if row is not None else kind.whole({})
        fields = [
            CatalogueField(
                field, cells[field.name], fixed=row is not None and field.name == kind.key, departments=departments
            )
            for field in kind.fields
        ]
        super().__init__(title, fields)
        self._administration = administration
        self._kind = kind
        self._row = row
        self._clock = clock
        self._saved = saved
        self._theirs: dict[str, str] = {}
        """What somebody else wrote meanwhile into fields that were typed in here too."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        if action == "take_theirs":
            return bool(self._theirs)
        return True

    def action_save(self) -> None:
        """Store what is typed."""
        kind, row, after = self._kind, self._row, self.cells
        before = {field.field.name: field.stored for field in self._fields}
        self.say({}, "")
        if row is None:
            self.act(lambda: self._administration.add(kind, after), self._stored)
        else:
            self.act(lambda: self._administration.change(kind, row.code, before, after), self._stored)

    def _stored(self, saved: SavedRow) -> None:
        self.dismiss()
        self._saved(saved)

    def refused(self, error: GrmError) -> None:
        """Say beside each field what is wrong with it, or who changed it too; every word stays."""
        if not (isinstance(error, StaleChange) and error.conflicts):
            super().refused(error)
            return
        told = {}
        for conflict in error.conflicts:
            self.field(conflict.field).stored = conflict.theirs
            self._theirs[conflict.field] = conflict.theirs
            told[conflict.field] = _("{by} wrote “{theirs}” {when}; ^S keeps yours, F5 takes theirs").format(
                by=conflict.by or _("Somebody else"),
                theirs=conflict.theirs,
                when=when(conflict.at, self._clock()),
            )
        self.say(told, _("Nothing was saved: somebody else changed this too. Choose, then save again."))
        self.commands_changed()

    def action_take_theirs(self) -> None:
        """Take what somebody else wrote into the focused field, or into the first one that both changed."""
        names = [
            field.field.name for field in self._fields if field.has_focus_within and field.field.name in self._theirs
        ]
        field = self.field(names[0] if names else next(iter(self._theirs)))
        field.show(self._theirs.pop(field.field.name))
        field.show_problem("")
        field.control.focus()
        self.commands_changed()

    def typed(self, field: CatalogueField) -> None:
        """What is wrong goes away while it is put right, but not that somebody else changed it too."""
        if field.field.name not in self._theirs:
            super().typed(field)

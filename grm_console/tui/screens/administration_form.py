"""One row of the catalogue as a form: rules and examples beside the fields, what is refused below them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from grm_console.clock import Clock
from grm_console.desk.administration_views import CatalogueRow, SavedRow
from grm_console.desk.catalogue.fields import Kind
from grm_console.errors import GrmError, InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.catalogue_field import CatalogueField
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.words import when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.administration import Administration

WIDE = 110
"""Columns from which a rule stands beside its field."""

FORM = (
    Command("save", "ctrl+s", "Save", "Store what is typed.", "This form"),
    Command("take_theirs", "f5", "Take theirs", "Take what somebody else wrote into this field.", "This form"),
    Command("back", "escape", "Back", "Go back; typed words are asked about first.", "This form"),
    Command("help", "f1", "Help", "Show all keys.", "Console"),
)


class AdministrationFormScreen(CommandedScreen):
    """`saved` gets the row as it is stored; what is refused keeps every word."""

    CSS_PATH = "administration_form.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = FORM
    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]

    def __init__(
        self,
        administration: "Administration",
        kind: Kind,
        row: CatalogueRow | None,
        departments: tuple[str, ...],
        clock: Clock,
        saved: Callable[[SavedRow], None],
    ) -> None:
        super().__init__()
        self._administration = administration
        self._kind = kind
        self._row = row
        self._clock = clock
        self._saved = saved
        cells = row.cells if row is not None else kind.whole({})
        self._fields = [
            CatalogueField(
                field, cells[field.name], fixed=row is not None and field.name == kind.key, departments=departments
            )
            for field in kind.fields
        ]
        self._theirs: dict[str, str] = {}
        """What somebody else wrote meanwhile into fields that were typed in here too."""

    def compose(self) -> ComposeResult:
        yield Static(Content(self._title()), id="form-title", markup=False)
        with VerticalScroll(id="form-fields", can_focus=False):
            yield from self._fields
        yield Static(id="form-said", markup=False)
        yield self.footer

    def _title(self) -> str:
        label = _(self._kind.label)
        return (
            f"{label} · {printable(self._row.code)}" if self._row is not None else _("{kind} · new").format(kind=label)
        )

    def on_mount(self) -> None:
        self._fields[0 if self._row is None else 1].control.focus()
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        if action == "take_theirs":
            return bool(self._theirs)
        return True

    @property
    def edited(self) -> bool:
        """Whether it holds words that are not stored."""
        return any(field.edited for field in self._fields)

    def action_save(self) -> None:
        """Store the row."""
        kind, row = self._kind, self._row
        after = {field.field.name: field.value for field in self._fields}
        before = {field.field.name: field.stored for field in self._fields}
        self._say({}, "")
        if row is None:
            self.act(lambda: self._administration.add(kind, after), self._stored)
        else:
            self.act(lambda: self._administration.change(kind, row.code, before, after), self._stored)

    def _stored(self, saved: SavedRow) -> None:
        self.dismiss()
        self._saved(saved)

    def refused(self, error: GrmError) -> None:
        """Say beside each field what is wrong with it, or who changed it too; every word stays."""
        if isinstance(error, StaleChange) and error.conflicts:
            told = {}
            for conflict in error.conflicts:
                field = self._field(conflict.field)
                field.stored = conflict.theirs
                self._theirs[conflict.field] = conflict.theirs
                told[conflict.field] = _("{by} wrote “{theirs}” {when}; ^S keeps yours, F5 takes theirs").format(
                    by=conflict.by or _("Somebody else"),
                    theirs=conflict.theirs,
                    when=when(conflict.at, self._clock()),
                )
            self._say(told, _("Nothing was saved: somebody else changed this too. Choose, then save again."))
            self.commands_changed()
        elif isinstance(error, InvalidInput):
            names = {field.field.name for field in self._fields}
            rest = [sentence for name, sentence in error.problems.items() if name not in names]
            self._say(error.problems, " ".join(rest) or _("Nothing was saved: see the marked fields."))
        else:
            self._say({}, str(error))

    def action_take_theirs(self) -> None:
        """Take what somebody else wrote into the focused field, or into the first one that both changed."""
        names = [
            field.field.name for field in self._fields if field.has_focus_within and field.field.name in self._theirs
        ]
        name = names[0] if names else next(iter(self._theirs))
        field = self._field(name)
        field.show(self._theirs.pop(name))
        field.show_problem("")
        field.control.focus()
        self.commands_changed()

    def action_back(self) -> None:
        """Go back; typed words are asked about first."""
        if not self.edited:
            self.dismiss()
            return
        choices = (
            Choice("save", _("Save them")),
            Choice("stay", _("Go on typing")),
            Choice("drop", _("Throw them away")),
        )
        self.app.push_screen(PickScreen(_("Your words are not saved"), choices), self._left)

    def _left(self, choice: str | None) -> None:
        if choice == "save":
            self.action_save()
        elif choice == "drop":
            self.dismiss()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceField.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        field = next((field for field in self._fields if field.control is event.control), None)
        if field is not None and field.edited and field.field.name not in self._theirs:
            field.show_problem("")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def _field(self, name: str) -> CatalogueField:
        return next(field for field in self._fields if field.field.name == name)

    def _say(self, problems: dict[str, str], sentence: str) -> None:
        for field in self._fields:
            field.show_problem(problems.get(field.field.name, ""))
        wrong = next((field for field in self._fields if field.field.name in problems), None)
        if wrong is not None:
            wrong.control.focus()
        said = self.query_one("#form-said", Static)
        said.display = bool(sentence)
        said.update(Content(f"▲ {printable(sentence)}"))

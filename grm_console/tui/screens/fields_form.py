"""A row as a form: rules and examples beside the fields, what is refused below them; nothing typed is ever lost."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from grm_console.errors import GrmError, InvalidInput
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.catalogue_field import CatalogueField
from grm_console.tui.widgets.choice_field import ChoiceField

WIDE = 110
"""Columns from which a rule stands beside its field."""


class FieldsFormScreen(CommandedScreen):
    """Base of forms over a screen: title, fields, what was said, keys. A subclass says how it is saved."""

    CSS_PATH = "fields_form.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]

    def __init__(self, title: str, fields: list[CatalogueField]) -> None:
        super().__init__()
        self._title = title
        self._fields = fields

    def compose(self) -> ComposeResult:
        yield Static(Content(self._title), id="form-title", markup=False)
        with VerticalScroll(id="form-fields", can_focus=False):
            yield from self._fields
        yield Static(id="form-said", markup=False)
        yield self.footer

    def on_mount(self) -> None:
        next(field for field in self._fields if not field.control.disabled).control.focus()
        self.commands_changed()

    @property
    def edited(self) -> bool:
        """Whether it holds words that are not stored."""
        return any(field.edited for field in self._fields)

    @property
    def cells(self) -> dict[str, str]:
        """What the fields hold."""
        return {field.field.name: field.value for field in self._fields}

    def action_save(self) -> None:
        """Store what is typed."""
        raise NotImplementedError

    def refused(self, error: GrmError) -> None:
        """Say beside each field what is wrong with it; every word stays."""
        if isinstance(error, InvalidInput):
            names = {field.field.name for field in self._fields}
            rest = [sentence for name, sentence in error.problems.items() if name not in names]
            self.say(error.problems, " ".join(rest) or _("Nothing was saved: see the marked fields."))
        else:
            self.say({}, str(error))

    def action_back(self) -> None:
        """Go back; typed words are asked about first."""
        if not self.edited:
            self.leave()
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
            self.leave()

    def leave(self) -> None:
        """Close without storing."""
        self.dismiss()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceField.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        field = next((field for field in self._fields if field.control is event.control), None)
        if field is not None and field.edited:
            self.typed(field)

    def typed(self, field: CatalogueField) -> None:
        """Words were typed into a field."""
        field.show_problem("")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def field(self, name: str) -> CatalogueField:
        """A field by its name."""
        return next(field for field in self._fields if field.field.name == name)

    def say(self, problems: dict[str, str], sentence: str) -> None:
        """Show what is wrong with each field, and a sentence below them all."""
        for field in self._fields:
            field.show_problem(problems.get(field.field.name, ""))
        wrong = next((field for field in self._fields if field.field.name in problems), None)
        if wrong is not None:
            wrong.control.focus()
        said = self.query_one("#form-said", Static)
        said.display = bool(sentence)
        said.update(Content(f"▲ {printable(sentence)}"))

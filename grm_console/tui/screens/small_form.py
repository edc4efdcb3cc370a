"""A few fields over a screen, stored by one act; what is refused says why and keeps every word."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.errors import GrmError, InvalidInput
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField, WordsField

TALL = 30
"""Lines from which there is a free line between the fields."""


class SmallFormScreen(ActingScreen, ModalScreen[None]):
    """Enter goes on and stores after the last line, ^S stores at once.

    Esc goes back: what is typed stays in `words`, by the fields' names, and stands there again at the next opening
    with the same `words`; once stored, `words` is emptied.
    """

    CSS_PATH = "small_form.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "store", show=False, priority=True),
        Binding("escape", "back", show=False),
    ]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-short"), (TALL, "-tall")]  # type: ignore[misc]

    def __init__(
        self,
        title: str,
        fields: tuple[FormField, ...],
        words: dict[str, str],
        store: Callable[[dict[str, str]], Any],
        then: Callable[[Any], None],
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = fields
        self._words = words
        self._store = store
        self._then = then
        self._blank: dict[str, str] = {}
        self._opened_with: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield from self._fields
            yield Static(id="said", markup=False)
            yield Static(_("Enter goes on   ^S stores   Esc back, your words are kept"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._blank = self._typed()
        for field in self._fields:
            if field.name in self._words:
                field.load(self._words[field.name])
            if isinstance(field.control, LineField):
                field.control.cursor_position = len(field.value)
            elif isinstance(field.control, WordsField):
                field.control.move_cursor(field.control.document.end)
        self._opened_with = self._typed()
        self._fields[0].focus_control()

    @property
    def edited(self) -> bool:
        """Whether it holds words that are neither stored nor kept."""
        return self._typed() != self._opened_with

    def _typed(self) -> dict[str, str]:
        return {field.name or "": field.value for field in self._fields}

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.control is self._fields[-1].control:
            self.action_store()
        else:
            self.focus_next()

    def action_store(self) -> None:
        """Store the words; letters on their way to the field come first, as the key overtakes them."""
        (self.focused or self).call_later(self._store_typed)

    def _store_typed(self) -> None:
        typed = {name: value.strip() for name, value in self._typed().items()}
        self._say({}, "")
        self.act(lambda: self._store(typed), self._stored)

    def _stored(self, result: Any) -> None:
        self._words.clear()
        self.dismiss()
        self._then(result)

    def refused(self, error: GrmError) -> None:
        """Say beside its field what is refused, or below all fields why nothing was stored."""
        problems = error.problems if isinstance(error, InvalidInput) else {}
        known = {field.name for field in self._fields}
        placed = {name: sentence for name, sentence in problems.items() if name in known}
        rest = [sentence for name, sentence in problems.items() if name not in known]
        self._say(placed, " ".join(rest) if problems else str(error))
        for field in self._fields:
            if field.name in placed:
                field.focus_control()
                break

    def _say(self, problems: dict[str, str], sentence: str) -> None:
        for field in self._fields:
            field.show_problem(problems.get(field.name or "", ""))
        said = self.query_one("#said", Static)
        said.display = bool(sentence)
        said.update(f"▲ {printable(sentence)}")

    def action_back(self) -> None:
        """Go back and keep the words; not while they are on their way, lest they be stored twice."""
        if self.acting:
            self.notify(_("It is being stored; one moment."), markup=False)
            return
        self._words.clear()
        if self._typed() != self._blank:
            self._words.update(self._typed())
        self.dismiss()

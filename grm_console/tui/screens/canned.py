"""Ready texts: found as typed, filled from contact and case, put where the cursor was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.desk.exchange_views import Canned, NewCanned
from grm_console.domain.canned_slots import SLOTS
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.canned_rows import CannedRows
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.text_fields import LineField, WordsField


class Shelf(Protocol):
    """What the screen needs of the seat's ready texts."""

    def search(self, words: str, language: str = "") -> tuple[Canned, ...]:
        """Those that fit."""

    def save(self, text: NewCanned) -> object:
        """Keep a new one."""

    def change(self, text_id: int, version: int, text: NewCanned) -> object:
        """Keep it changed."""

    def delete(self, text_id: int, version: int) -> None:
        """Take it away."""


class CannedScreen(ActingScreen, ModalScreen[None]):
    """`then` gets the filled text; a slot without a value is said, and nothing is put anywhere."""

    CSS_PATH = "canned.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("ctrl+n,f4", "write", show=False, priority=True),
        Binding("ctrl+e,f2", "edit", show=False, priority=True),
        Binding("f8", "remove", show=False, priority=True),
    ]

    @dataclass
    class Found(Message):
        """Texts that fit the words."""

        words: str
        texts: tuple[Canned, ...]

    def __init__(
        self,
        shelf: Shelf,
        fill: Callable[[int], str],
        language: str,
        words: dict[str, str],
        then: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._shelf = shelf
        self._fill = fill
        self._language = language
        self._words = words
        self._then = then
        self._box = LineField(placeholder=_("Words of the text you want"))
        self._rows = CannedRows()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Ready texts"))
            yield self._box
            yield self._rows
            yield Static(id="preview", markup=False)
            hint = _("Enter puts it in place   F4 write   F2 change   F8 remove   Esc back")
            yield Static(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self._box.focus()
        self._search()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._search()

    def _search(self) -> None:
        words = self._box.value
        self.ask("search", lambda: self.Found(words, self._shelf.search(words, self._language)))

    @on(Found)
    def _found(self, message: Found) -> None:
        if message.words == self._box.value:
            self._rows.show(message.texts)
            self._preview()

    def action_move(self, step: int) -> None:
        """Move the cursor of the list."""
        self._rows.action_move(step)
        self._preview()

    def _preview(self) -> None:
        text = self._rows.current
        self.query_one("#preview", Static).update(printable(text.body, lines=True) if text is not None else "")

    @on(Input.Submitted)
    def _picked(self) -> None:
        text = self._rows.current
        if text is not None:
            text_id = text.text_id
            self.act(lambda: self._fill(text_id), self._filled)

    def _filled(self, text: str) -> None:
        self.dismiss()
        self._then(text)

    def action_write(self) -> None:
        """Write a new ready text."""
        form = SmallFormScreen(
            _("New ready text"),
            _fields(),
            self._words,
            lambda typed: self._shelf.save(_as_new(typed)),
            lambda _saved: self._search(),
        )
        self._open(form)

    def action_edit(self) -> None:
        """Change the text under the cursor."""
        text = self._rows.current
        if text is not None:
            text_id, version = text.text_id, text.version
            form = SmallFormScreen(
                _("Change ready text"),
                _fields(),
                _words_of(text),
                lambda typed: self._shelf.change(text_id, version, _as_new(typed)),
                lambda _saved: self._search(),
            )
            self._open(form)

    def _open(self, form: SmallFormScreen) -> None:
        form.add_class("-roomy")
        self.app.push_screen(form)

    def action_remove(self) -> None:
        """Take the text under the cursor away."""
        text = self._rows.current
        if text is not None:
            text_id, version = text.text_id, text.version
            self.act(lambda: self._shelf.delete(text_id, version), lambda _nothing: self._search())


def _fields() -> tuple[FormField, ...]:
    slots = " ".join(f"{{{slot}}}" for slot in SLOTS)
    example = _("Dear {name}, your case {case} is due {due}. What stands in braces is filled in.")
    whose = ChoiceField((("yes", _("Only mine")), ("no", _("The whole team's"))))
    languages = ChoiceField((("", _("any language")), ("en", "English"), ("zh", "中文")))
    return (
        FormField("title", _("Title"), LineField(), required=True),
        FormField("category", _("Category"), LineField(placeholder=_("for example: waste"))),
        FormField("language", _("Language"), languages),
        FormField("private", _("Whose"), whose),
        FormField("body", _("Text"), WordsField(placeholder=example), hint=slots, required=True),
    )


def _words_of(text: Canned) -> dict[str, str]:
    return {
        "title": text.title,
        "category": text.category,
        "language": text.language,
        "private": "yes" if text.private else "no",
        "body": text.body,
    }


def _as_new(typed: dict[str, str]) -> NewCanned:
    return NewCanned(
        title=typed["title"],
        body=typed["body"],
        category=typed["category"],
        language=typed["language"],
        private=typed["private"] == "yes",
    )

"""A line of words asked over the board: a reason, or a notice."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.i18n import _
from grm_console.tui.widgets.text_fields import LineField


class WordsScreen(ModalScreen[str | None]):
    """Gives back what was typed, or None after Esc."""

    CSS_PATH = "board_words.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, hint: str, *, most: int, words: str = "") -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._most = most
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield Static(self._hint, classes="hint", markup=False)
            yield LineField(self._words, limit=self._most)
            yield Static(_("Enter goes on   Esc back"), classes="keys", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self.is_current and event.value.strip():
            self.dismiss(event.value.strip())

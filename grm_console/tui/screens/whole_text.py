"""All words of a text, cleaned for the screen; the original stays in the store."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.text import printable


class WholeTextScreen(ModalScreen[None]):
    """Scrolls; Esc, Enter or F7 goes back."""

    CSS_PATH = "whole_text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f7", "dismiss", show=False)]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box") as box:
            box.border_title = Content(printable(self._title))
            yield Static(Content(printable(self._text, lines=True)), markup=False)

"""An answer as a text before it goes out: to whom, in which words, how many messages that takes."""

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.desk.views import AnswerByText
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.composer import length_words


class Wish(StrEnum):
    """What is to be done with the text."""

    SEND = "send"
    CHANGE = "change"


class TextItScreen(ModalScreen[Wish]):
    """Enter sends it, E lets it be changed first, Esc goes back."""

    CSS_PATH = "text_it.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "wish('send')", show=False, priority=True),
        Binding("e,ctrl+y", "wish('change')", show=False, priority=True),
    ]

    def __init__(self, text: AnswerByText) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        text = self._text
        to = _("Text {code} to {address}").format(
            code=printable(f"{text.code} v{text.version}", limit=40), address=printable(text.address, limit=40)
        )
        with Vertical(classes="box") as box:
            box.border_title = Content(to)
            with VerticalScroll():
                yield Static(Content(printable(text.text, lines=True)), markup=False)
            yield Static(Content("\n".join(self._facts())), classes="facts", markup=False)
            hint = _("Enter sends it   E changes it first   Esc back")
            yield Static(hint, classes="hint", markup=False)

    def _facts(self) -> list[str]:
        text = self._text
        length = length_words(text.text, text.channel)
        facts = [f"{length} · {_('from {line}').format(line=printable(text.our_line, limit=40))}"]
        if text.cut:
            facts.append(_("The answer is longer; the text says where the rest is."))
        return facts + [f"▲ {printable(warning)}" for warning in text.warnings]

    def action_wish(self, wish: str) -> None:
        """Close with what is to be done."""
        self.dismiss(Wish(wish))

"""Fields for typing that never hold a control character, whatever is pasted or loaded."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from grm_console.text import printable


class LineField(Input):
    """One line without a frame; a pasted text keeps all its lines, joined by spaces."""

    DEFAULT_CSS = """
    LineField { background: $surface; padding: 0 1; height: 1; }
    LineField.-textual-compact { padding: 0 1; }
    LineField:focus { background: $panel; background-tint: transparent; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(printable(value), placeholder=placeholder, select_on_focus=False, compact=True, id=id)

    def validate_value(self, value: str) -> str:
        """Keep only what may be shown."""
        return printable(value)

    def _on_paste(self, event: events.Paste) -> None:
        self.replace(printable(event.text).strip(), *sorted(self.selection))
        event.prevent_default()
        event.stop()


class WordsField(TextArea):
    """Several lines without a frame; Tab goes on, ctrl+Enter too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "app.focus_next", "Next field", show=False),
    ]
    DEFAULT_CSS = """
    WordsField { background: $surface; padding: 0 1; height: 3; scrollbar-size-vertical: 1; }
    WordsField:focus { background: $panel; }
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(compact=True, highlight_cursor_line=False, placeholder=placeholder, id=id)

    def load_text(self, text: str) -> None:
        """Replace the words; undo does not reach back before that."""
        super().load_text(printable(text, lines=True))

    def edit(self, edit: Edit) -> EditResult:
        """Insert or delete; what comes in is cleaned first."""
        edit.text = printable(edit.text, lines=True)
        return super().edit(edit)

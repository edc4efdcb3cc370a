"""Fields for typing that never hold a control character, nor more than they should, whatever is pasted or loaded."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from grm_console.domain.passwords import LONGEST
from grm_console.i18n import _
from grm_console.text import printable

LINE = 500
"""Characters that a line takes where nothing else is said."""

WORDS = 10_000
"""Characters that a field of several lines takes where nothing else is said."""


class _Room:
    """How much still fits into a field; what does not is cut with a notice, which for typed letters comes once."""

    def __init__(self, field: Widget, limit: int) -> None:
        self.limit = limit
        self._field = field
        self._told = False

    def fitting(self, text: str, held: int) -> str:
        """What of a text fits beside the characters that stay; it is cut before anything looks at all of it."""
        room = max(0, self.limit - held)
        if len(text) <= room:
            self._told = False
            return text
        if len(text) > 1:
            told = _("Of {all} characters pasted only the first {kept} were kept: this field takes {limit}.")
        elif self._told:
            return text[:room]
        else:
            told = _("This field takes {limit} characters, and it is full.")
        self._told = True
        told = told.format(all=len(text), kept=room, limit=self.limit)
        self._field.notify(told, severity="warning", markup=False)
        return text[:room]


class LineField(Input):
    """One line without a frame; a pasted text keeps all its lines, joined by spaces, up to `limit` characters."""

    DEFAULT_CSS = """
    LineField { background: $surface; padding: 0 1; height: 1; }
    LineField.-textual-compact { padding: 0 1; }
    LineField:focus { background: $panel; background-tint: transparent; }
    """

    def __init__(self, value: str = "", *, limit: int = LINE, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(printable(value), placeholder=placeholder, select_on_focus=False, compact=True, id=id)
        self._room = _Room(self, limit)

    def validate_value(self, value: str) -> str:
        """Keep only what may be shown."""
        return printable(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in the place of what stands between two positions, as much of it as fits."""
        start, end = sorted((max(0, start), min(len(self.value), end)))
        super().replace(printable(self._room.fitting(text, len(self.value) - (end - start))), start, end)

    def _on_paste(self, event: events.Paste) -> None:
        self.replace(event.text.strip(), *self.selection)
        event.prevent_default()
        event.stop()


class WordsField(TextArea):
    """Several lines without a frame, up to `limit` characters; Tab goes on, ctrl+Enter too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "app.focus_next", "Next field", show=False),
    ]
    DEFAULT_CSS = """
    WordsField { background: $surface; padding: 0 1; height: 3; scrollbar-size-vertical: 1; }
    WordsField:focus { background: $panel; }
    """

    def __init__(self, *, limit: int = WORDS, placeholder: str = "", id: str | None = None) -> None:
        self._room = _Room(self, limit)
        super().__init__(compact=True, highlight_cursor_line=False, placeholder=placeholder, id=id)

    def load_text(self, text: str) -> None:
        """Replace the words; undo does not reach back before that."""
        super().load_text(printable(text, lines=True))

    def edit(self, edit: Edit) -> EditResult:
        """Insert or delete; what comes in is cut to what fits, and cleaned."""
        if edit.text:
            gone = len(self.get_text_range(edit.from_location, edit.to_location))
            edit.text = printable(self._room.fitting(edit.text, len(self.text) - gone), lines=True)
        return super().edit(edit)


class SecretField(Input):
    """A password: nothing in it is shown, changed or cut, and what is longer than any password is refused whole."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(password=True, max_length=LONGEST, id=id)

    def restricted(self) -> None:
        """Say why nothing was taken in."""
        self.notify(
            _("No password has more than {limit} characters; nothing was put in.").format(limit=self.max_length),
            severity="warning",
            markup=False,
        )

"""The texts of a conversation, oldest first: who, when, the words, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from grm_console.clock import Clock, local_day
from grm_console.desk.conversation_views import AttachmentLine, ConversationLine
from grm_console.domain.words import AttachmentStage, Direction, OutboxState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit

INDENT = "  "


@dataclass(frozen=True, slots=True)
class _Painted:
    """One line of the screen and which text it belongs to; None for a day."""

    text: int | None
    parts: tuple[Part, ...]


class ConversationView(RowView, can_focus=True):
    """The newest text stands at the bottom; Up and Down go line by line, so that a long text is read whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.attached", "Attachment", show=False),
        Binding("r", "screen.send_again", "Send again", show=False),
        Binding("c", "screen.consent", "Consent", show=False),
    ]

    def __init__(self, *, clock: Clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[ConversationLine, ...] = ()
        self._clock = clock
        self._painted: list[_Painted] = []
        self._width = 0

    def show(self, lines: tuple[ConversationLine, ...], sentence: str) -> None:
        """Show these texts, or the sentence if there are none; whoever was at the end stays there."""
        at_end = not self.lines or self.cursor >= self.count - 1
        before = self._place()
        self.lines, self.sentence = lines, sentence
        self._break_lines()
        if at_end:
            self.cursor = self.count - 1
        elif before is not None:
            self._go_back_to(*before)
        self.rows_changed()
        self.call_after_refresh(self.show_cursor)

    def _place(self) -> tuple[str, int] | None:
        """The text under the cursor and which of its lines."""
        line = self.current
        if line is None:
            return None
        first = next(at for at, one in enumerate(self._painted) if one.text == self._painted[self.cursor].text)
        return line.line_id, self.cursor - first

    def _go_back_to(self, line_id: str, offset: int) -> None:
        text = next((at for at, line in enumerate(self.lines) if line.line_id == line_id), None)
        if text is not None:
            first = next(at for at, one in enumerate(self._painted) if one.text == text)
            self.set_reactive(ConversationView.cursor, min(first + offset, self.count - 1))

    @property
    def current(self) -> ConversationLine | None:
        """The text under the cursor."""
        if not self._painted:
            return None
        text = self._painted[min(self.cursor, self.count - 1)].text
        return None if text is None else self.lines[text]

    @property
    def waiting(self) -> ConversationLine | None:
        """The newest text of ours that can still be taken back."""
        now = self._clock()
        return next((one for one in reversed(self.lines) if one.undo_until is not None and one.undo_until > now), None)

    def tick(self) -> None:
        """Count down the seconds in which a text can be taken back."""
        if any(line.undo_until is not None for line in self.lines):
            self._break_lines()
            self.rows_changed()

    @property
    def count(self) -> int:
        """How many lines of the screen there are."""
        return len(self._painted)

    @property
    def row_height(self) -> int:
        """Every line is a row of its own: texts have different lengths."""
        return 1

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """One line."""
        return fit(self._painted[index].parts, width)

    def on_resize(self) -> None:
        """The words are broken anew."""
        at_end = self.cursor >= self.count - 1
        self._break_lines()
        if at_end:
            self.cursor = self.count - 1
        super().on_resize()

    def _break_lines(self) -> None:
        width = max(8, self.scrollable_content_region.width - 1)
        now = self._clock()
        self._painted = []
        day = ""
        for number, line in enumerate(self.lines):
            if (today := local_day(line.at.astimezone().date(), now.astimezone().date())) != day:
                day = today
                self._painted.append(_Painted(None, ((f"── {day} ──", "muted"),)))
            self._painted += (_Painted(number, parts) for parts in text_lines(line, now, width))


def text_lines(line: ConversationLine, now: datetime, width: int) -> list[tuple[Part, ...]]:
    """A text as it is painted: a head with what became of it, its words, its attachments, and what went wrong."""
    came = line.direction is Direction.INBOUND
    who = _("citizen") if came else _("automatic") if line.automatic else printable(line.by, limit=40)
    begins = f"{'◂' if came else '▸'} {line.at.astimezone():%H:%M} "
    state, ink = state_words(line, now)
    facts: list[Part] = [(" · " + _("found afterwards"), "muted")] if line.recovered else []
    facts += [(f" · {state}", ink)] if state else []
    room = width - cell_len(begins) - sum(cell_len(fact) for fact, _ink in facts)
    # The name gives way: what became of the text is seen however narrow the panel is.
    head: list[Part] = [(begins + clip(who, max(2, room)), "mark" if came else "title"), *facts]
    painted: list[tuple[Part, ...]] = [tuple(head)]
    painted += (((INDENT + words, "text"),) for words in _wrapped(printable(line.text, lines=True), width))
    for attached in line.attachments:
        painted.append(((INDENT, "text"), (f"⎙ {attachment_words(attached)}", "now")))
    if line.problem:
        painted += (((INDENT + words, "warning"),) for words in _wrapped("▲ " + printable(line.problem), width))
    return painted


def state_words(line: ConversationLine, now: datetime) -> Part:
    """What became of a text of ours, and in which ink that is said; empty for one that came in."""
    if line.undo_until is not None and line.undo_until > now:
        seconds = max(1, round((line.undo_until - now).total_seconds()))
        return _("goes out in {seconds} s").format(seconds=seconds), "now"
    match line.state:
        case OutboxState.PENDING:
            return _("waits to go out"), "muted"
        case OutboxState.SENDING:
            return _("going out"), "muted"
        case OutboxState.SENT:
            return _("✓ sent"), "text"
        case OutboxState.DELIVERED:
            return _("✓✓ delivered"), "good"
        case OutboxState.FAILED:
            return _("✗ not delivered"), "late"
        case OutboxState.UNKNOWN:
            return _("? nobody knows"), "warning"
    return "", "muted"


def attachment_words(attached: AttachmentLine) -> str:
    """What is attached, how large, and what Enter does with it."""
    kind = printable(attached.media_type, limit=60)
    size = "" if attached.size is None else f" · {size_words(attached.size)}"
    match attached.stage:
        case AttachmentStage.LISTED:
            stage = _("Enter fetches it")
        case AttachmentStage.ASKED:
            stage = _("on its way …")
        case AttachmentStage.KEPT:
            stage = _("Enter saves it")
        case AttachmentStage.FAILED:
            stage = _("▲ {problem} Enter tries again.").format(problem=printable(attached.problem))
    return f"{kind}{size} · {stage}"


def size_words(size: int) -> str:
    """Bytes as people say them: `820 B`, `12 kB`, `3.4 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _wrapped(text: str, width: int) -> list[str]:
    room = max(4, width - cell_len(INDENT))
    return [piece.plain.rstrip() for piece in Content(text).wrap(room)] or [""]

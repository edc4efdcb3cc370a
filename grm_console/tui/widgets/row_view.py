"""A list of equal rows that paints only the lines that are seen, and on a key only the lines that changed."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from grm_console.text import printable

Part = tuple[str, str]
"""Text that is already printable, and the name of the ink it is written in (`title`, `muted`, `late` …)."""

CURSOR = "▌"
STRIPS_KEPT = 512
"""Finished lines kept; a few screens full."""


class RowView(ScrollView, can_focus=False):
    """Rows of one or more lines with one row under the cursor; a subclass says what stands in a row.

    No widget per row, no scrolling animation. A cursor key repaints the row that was left and the row that was
    reached; only a row out of sight scrolls the list.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--title",
        "row--text",
        "row--muted",
        "row--mark",
        "row--now",
        "row--late",
        "row--warning",
        "row--good",
        "row--cursor",
        "row--cursor-bar",
    }
    DEFAULT_CSS = """
    RowView {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .row--title { text-style: bold; color: $foreground; }
        & > .row--text { color: $foreground; }
        & > .row--muted { color: $text-muted; }
        & > .row--mark { color: $accent; }
        & > .row--now { color: $accent; text-style: bold; }
        & > .row--late { color: $error; text-style: bold; }
        & > .row--warning { color: $warning; }
        & > .row--good { color: $success; }
        & > .row--cursor { background: $panel; }
        & > .row--cursor-bar { color: $accent; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    """Index of the row under the cursor; 0 while there are no rows."""

    @dataclass
    class Moved(Message):
        """The cursor reached another row."""

        view: "RowView"
        index: int

    @dataclass
    class Picked(Message):
        """A row was pointed at with the mouse; the cursor is on it."""

        view: "RowView"
        index: int

    def __init__(self, *, sentence: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.sentence = sentence
        """Shown while there are no rows."""
        self._strips: LRUCache[tuple[int, int, bool, bool], Strip] = LRUCache(STRIPS_KEPT)
        self._empty: list[Content] = []

    # -- what a subclass gives

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def row_height(self) -> int:
        """Lines of each row."""
        return 2

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """What stands in one line of a row, in at most `width` cells."""
        raise NotImplementedError

    def foot_line(self) -> str:
        """A muted line below the last row; empty for none."""
        return ""

    # -- rows changed

    def rows_changed(self) -> None:
        """Forget what was painted and measure anew; to be called whenever the rows or the sentence changed."""
        self._strips.clear()
        self._empty = []
        height = self.count * self.row_height + bool(self.foot_line()) if self.count else 1
        self.virtual_size = Size(0, height)
        self.cursor = self.cursor  # the validator keeps it on a row
        self.refresh()

    def row_changed(self, index: int) -> None:
        """Repaint one row."""
        for line in range(self.row_height):
            for selected in (False, True):
                for focused in (False, True):
                    self._strips.discard((index, line, selected, focused))
        self.refresh_lines(index * self.row_height, self.row_height)

    def notify_style_update(self) -> None:
        """Forget the finished lines: the theme or a class changed."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Lines were cut to the old width."""
        self.rows_changed()
        self.show_cursor()

    # -- cursor

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows concerned and bring the new one into sight."""
        self.refresh_lines(old * self.row_height, self.row_height)
        self.refresh_lines(new * self.row_height, self.row_height)
        self.show_cursor()
        self.post_message(self.Moved(self, new))

    def show_cursor(self) -> None:
        """Scroll as little as needed to show the row under the cursor, with the last row also what stands below."""
        top = self.cursor * self.row_height
        bottom = top + self.row_height if self.cursor < self.count - 1 else self.virtual_size.height
        shown, height = self.scroll_offset.y, self.scrollable_content_region.height
        if top < shown:
            self.jump_to(top)
        elif bottom > shown + height > 0:
            self.jump_to(bottom - height)

    def jump_to(self, line: int) -> None:
        """Scroll to a line at once, without animation."""
        self.scroll_to(y=line, animate=False, force=True)

    @property
    def page_rows(self) -> int:
        """Whole rows that fit the view."""
        return max(1, self.scrollable_content_region.height // self.row_height)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens full."""
        self.cursor += pages * self.page_rows

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row there is."""
        self.cursor = self.count - 1

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the operator pointed."""
        index = (event.y + self.scroll_offset.y) // self.row_height
        if 0 <= index < self.count:
            self.cursor = index
            self.post_message(self.Picked(self, index))

    def on_focus(self) -> None:
        """The cursor is brighter while the list has the focus."""
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    def on_blur(self) -> None:
        """The cursor is dimmer while the focus is elsewhere."""
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    @property
    def cursor_active(self) -> bool:
        """Whether the cursor is shown bright: keys reach this list."""
        return self.has_focus

    # -- painting

    def ink(self, name: str) -> Style:
        """The colour and weight of an ink, without a background."""
        style = self.get_component_rich_style(f"row--{name}")
        return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        width = self.scrollable_content_region.width
        index, line = divmod(y + self.scroll_offset.y, self.row_height)
        if index < self.count:
            selected = index == self.cursor
            key = (index, line, selected, selected and self.cursor_active)
            strip = self._strips.get(key)
            if strip is None:
                strip = self._strips[key] = self._paint(index, line, width, selected)
        elif self.count == 0:
            strip = self._sentence_line(y + self.scroll_offset.y, width)
        elif index == self.count and line == 0 and self.foot_line():
            strip = Strip([Segment(f" {self.foot_line()}", self.ink("muted"))])
        else:
            strip = Strip.blank(width)
        return strip.crop_extend(0, width, None).apply_style(self.rich_style)

    def _paint(self, index: int, line: int, width: int, selected: bool) -> Strip:
        bar = Segment(CURSOR if selected else " ", self.ink("cursor-bar" if self.cursor_active else "muted"))
        parts = [Segment(text, self.ink(name)) for text, name in self.row_line(index, line, width - 1)]
        strip = Strip([bar, *parts]).crop_extend(0, width, None)
        if selected:
            background = self.get_component_rich_style("row--cursor").bgcolor
            strip = strip.apply_style(Style(bgcolor=background))
        return strip

    def _sentence_line(self, y: int, width: int) -> Strip:
        if not self._empty:
            self._empty = Content(printable(self.sentence)).wrap(max(1, width - 1))
        text = self._empty[y].plain if y < len(self._empty) else ""
        return Strip([Segment(f" {text}", self.ink("muted"))])

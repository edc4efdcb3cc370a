"""A table of figures: a row cursor as in every list, a figure cursor within the row, and a head above."""

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Static

from grm_console.desk.board_views import Figure
from grm_console.i18n import _
from grm_console.tui.cells import pad
from grm_console.tui.widgets.row_view import Part, RowView

NARROWEST = 15
"""Cells that the first column keeps; before it gets less, columns go that are least needed."""

COMFORTABLE = 24
"""Cells of the first column before columns stand further apart, or grow."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of fixed width after the first, which takes what is left; its label is translated where it is shown."""

    label: str
    width: int
    right: bool = True
    needed: int = 9
    """Columns with the lowest number go first where the width does not suffice."""
    in_words: int = 0
    """The width where words stand for signs, if that is another."""
    most: int = 0
    """The width it grows to where there is room."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of a row, and the figure that it is."""

    text: str
    ink: str = "text"
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line; `key` keeps the cursor on it when lines come and go, `title` names it over its rows."""

    key: str
    title: str
    cells: tuple[Cell, ...]


class FigureTable(RowView, can_focus=True):
    """Lines of figures; Up and Down choose the line, Left and Right the figure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "figure(-1)", "Left", show=False),
        Binding("right", "figure(1)", "Right", show=False),
    ]

    @dataclass
    class FigureChosen(Message):
        """The cursor reached another figure of its line."""

        table: "FigureTable"

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--cell"}
    DEFAULT_CSS = """
    FigureTable { height: 1fr; }
    FigureTable > .row--cell { background: $accent; color: $background; text-style: bold; }
    """

    def __init__(self, columns: tuple[Column, ...], *, sentence: str, id: str) -> None:
        super().__init__(sentence=sentence, id=id)
        self.columns = columns
        self.in_words = False
        """Whether the cells hold words where there are signs else: plain mode."""
        self._rows: tuple[TableRow, ...] = ()
        self._column = 0

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    @property
    def row_height(self) -> int:
        """One line each."""
        return 1

    @property
    def row(self) -> TableRow | None:
        """The line under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    @property
    def cell(self) -> int | None:
        """The column of the figure under the cursor; None on a line without any."""
        choices = self._figures(self.cursor)
        return min(choices, key=lambda column: abs(column - self._column)) if choices else None

    def show(self, rows: tuple[TableRow, ...]) -> None:
        """Show these lines; the cursor stays on its line wherever that went, and only changed lines are painted."""
        before, row = self._rows, self.row
        self._rows = rows
        if [one.key for one in before] == [one.key for one in rows]:
            self._repaint(before, rows)
            return
        keys = [one.key for one in rows]
        offset = self.cursor - self.scroll_offset.y
        self.rows_changed()
        if row is not None and row.key in keys:
            self.cursor = keys.index(row.key)
            self.jump_to(self.cursor - offset)

    def _repaint(self, before: tuple[TableRow, ...], rows: tuple[TableRow, ...]) -> None:
        """Paint anew only the cells between the outermost that changed: mostly a column of running times."""
        width = self.scrollable_content_region.width - 1
        shown = range(self.scroll_offset.y, self.scroll_offset.y + self.scrollable_content_region.height)
        left, top, right, bottom = width, self.count, 0, 0
        places = self._places(width)
        for index, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old == new:
                continue
            self.forget_row(index)
            if index not in shown:
                continue
            top, bottom = min(top, index), index + 1
            for cell, first, last in places:
                if old.cells[cell] != new.cells[cell]:
                    left, right = min(left, first), max(right, last)
        if left < right:
            # One cell further to the right: the cursor's bar stands before the row.
            self.refresh(Region(left + 1, top - self.scroll_offset.y, right - left, bottom - top))

    def forget_row(self, index: int) -> None:
        """Forget how a row was painted, without painting it anew."""
        for selected in (False, True):
            for focused in (False, True):
                self._strips.discard((index, 0, selected, focused))

    def _places(self, width: int) -> list[tuple[int, int, int]]:
        """(cell, begin, end) of what is shown: the first column, and after it those that fit, each with a gap before.

        Columns stand closer where names would be cut else, and the least needed go before names get too short.
        """
        widths = [column.in_words or column.width if self.in_words else column.width for column in self.columns]
        kept = list(range(len(widths)))
        gap = 2 if sum(widths) + 2 * len(widths) + COMFORTABLE <= width else 1
        while kept and sum(widths[at] + gap for at in kept) + NARROWEST > width:
            kept.remove(min(kept, key=lambda at: (self.columns[at].needed, -at)))
        spare = width - sum(widths[at] + gap for at in kept) - COMFORTABLE
        for at in kept:
            grown = max(0, min(spare, self.columns[at].most - widths[at]))
            widths[at], spare = widths[at] + grown, spare - grown
        begin = max(0, width - sum(widths[at] + gap for at in kept))
        places = [(0, 0, begin)]
        for at in kept:
            places.append((at + 1, begin + gap, begin + gap + widths[at]))
            begin += gap + widths[at]
        return places

    def head(self, width: int) -> str:
        """The labels over the columns."""
        line = ""
        for cell, begin, end in self._places(width)[1:]:
            column = self.columns[cell - 1]
            line = pad(line, begin) + pad(_(column.label), end - begin, right=column.right)
        return line

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """The name first, then what fits."""
        cells = self._rows[index].cells
        under = self.cell if index == self.cursor and self.cursor_active else None
        parts: list[Part] = []
        reached = 0
        for at, begin, end in self._places(width):
            if begin > reached:
                parts.append((" " * (begin - reached), "text"))
            right = at > 0 and self.columns[at - 1].right
            parts.append((pad(cells[at].text, end - begin, right=right), "cell" if under == at else cells[at].ink))
            reached = end
        return parts

    @property
    def spoken(self) -> str:
        """The figure under the cursor as a line: whose, what, how much; of a row without figures, all of it."""
        row, at = self.row, self.cell
        if row is None:
            return ""
        if not at:
            return ", ".join(cell.text for cell in row.cells)
        label = self.columns[at - 1].label
        return f"{row.title}, {_(label)}: {row.cells[at].text}"

    def _paint(self, index: int, line: int, width: int, selected: bool) -> Strip:
        """No cursor on a wall, where no key moves it."""
        return super()._paint(index, line, width, selected and self.can_focus)

    def ink(self, name: str) -> Style:
        """The figure under the cursor has a background of its own."""
        return self.get_component_rich_style("row--cell") if name == "cell" else super().ink(name)

    def action_figure(self, step: int) -> None:
        """Go to the next figure of the line."""
        choices, at = self._figures(self.cursor), self.cell
        if at is not None:
            self._column = choices[max(0, min(choices.index(at) + step, len(choices) - 1))]
            self.row_changed(self.cursor)
            self.post_message(self.FigureChosen(self))

    def page_on(self) -> None:
        """Show the next screen full, from the last one the first again: for a screen that nobody scrolls."""
        height = self.scrollable_content_region.height
        following = self.scroll_offset.y + height
        if self.count > height > 0:
            self.jump_to(following if following < self.count else 0)

    def _figures(self, index: int) -> list[int]:
        if not 0 <= index < self.count:
            return []
        cells = self._rows[index].cells
        places = self._places(self.scrollable_content_region.width - 1)
        return [at for at, _begin, _end in places if cells[at].figure is not None]


class BoardPanel(Vertical):
    """A table with its head, in a frame with a title."""

    def __init__(self, table: FigureTable, id: str) -> None:
        super().__init__(id=id)
        self.table = table

    def compose(self) -> ComposeResult:
        yield Static(classes="head", markup=False)
        yield self.table

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_head)

    def show_head(self) -> None:
        """Write the labels over their columns."""
        width = self.table.scrollable_content_region.width - 1
        self.query_one(Static).update(Content(" " + self.table.head(width)))

"""A table of fields with a left and a right value: one of the two is chosen for each field that differs."""

from dataclasses import dataclass
from typing import Literal

from textual.message import Message

from grm_console.i18n import _
from grm_console.tui.cells import pad
from grm_console.tui.widgets.contact_words import field_label, value_word
from grm_console.tui.widgets.row_view import Part, RowView

Side = Literal["left", "right"]

LABEL_CELLS = 17


@dataclass(frozen=True, slots=True)
class Pair:
    """A field with two values as they are stored."""

    field: str
    left: str
    right: str
    remark: str = ""
    """Printable words below it, such as who changed it."""

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.left != self.right


def column_cells(width: int) -> int:
    """Cells of each value's column in a table `width` cells wide; a chosen mark stands before each."""
    return max(8, (width - 1 - LABEL_CELLS) // 2)


class SideBySide(RowView, can_focus=True):
    """The field under the cursor takes its left or its right value by `choose`."""

    @dataclass
    class Chosen(Message):
        """The operator chose a value."""

        field: str

    def __init__(self, *, id: str) -> None:
        super().__init__(sentence=_("Loading …"), id=id)
        self.pairs: tuple[Pair, ...] = ()
        self.chosen: dict[str, Side] = {}
        """The side taken for each field that was decided."""

    def show(self, pairs: tuple[Pair, ...], chosen: dict[str, Side]) -> None:
        """Show these fields with what is chosen for them."""
        self.pairs, self.chosen = pairs, chosen
        self.rows_changed()

    @property
    def current(self) -> Pair | None:
        """The field under the cursor."""
        return self.pairs[self.cursor] if self.pairs else None

    def choose(self, side: Side) -> None:
        """Take this side's value for the field under the cursor."""
        pair = self.current
        if pair is not None and pair.differs:
            self.chosen[pair.field] = side
            self.row_changed(self.cursor)
            self.post_message(self.Chosen(pair.field))

    @property
    def count(self) -> int:
        """How many fields there are."""
        return len(self.pairs)

    @property
    def row_height(self) -> int:
        """A second line only where there are remarks."""
        return 2 if any(pair.remark for pair in self.pairs) else 1

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Label, left, right; the chosen value is bright and ticked."""
        pair = self.pairs[index]
        label = pad(field_label(pair.field) if line == 0 else "", LABEL_CELLS)
        if line == 1:
            return [(label, "muted"), (pad(pair.remark, width - LABEL_CELLS), "muted")]
        return [
            (label, "text" if pair.differs else "muted"),
            *self._value(pair, "left", column_cells(width + 1)),
            *self._value(pair, "right", column_cells(width + 1)),
        ]

    def _value(self, pair: Pair, side: Side, cells: int) -> list[Part]:
        value = value_word(pair.field, pair.left if side == "left" else pair.right) or "—"
        if not pair.differs:
            return [("= ", "muted"), (pad(value, cells - 3) + " ", "muted")]
        taken = self.chosen.get(pair.field)
        mark: Part = ("✓ ", "good") if taken == side else ("  ", "muted")
        ink = "title" if taken == side else "text" if taken is None else "muted"
        return [mark, (pad(value, cells - 3) + " ", ink)]

"""Rows of one kind of the catalogue in columns; what is out of use is muted and has a mark."""

from grm_console.desk.administration_views import CatalogueRow
from grm_console.desk.catalogue.fields import Field, Kind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.widgets.row_view import Part, RowView

WIDEST = 36
"""Cells of a column beyond which its words are cut, unless it is the last."""

NARROWEST = 10
"""Cells below which a last column says too little to be there."""

GAP = 2
MARK = 2


class CatalogueRows(RowView, can_focus=False):
    """The filter box keeps the focus; its keys move this cursor."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: tuple[CatalogueRow, ...] = ()
        self._columns: list[tuple[Field, int]] = []

    def show(self, kind: Kind, rows: tuple[CatalogueRow, ...], code: str, sentence: str) -> None:
        """Show rows with the cursor on the one of this code, else on the first; the sentence if there are none."""
        self.rows, self.sentence = rows, sentence
        self._columns = [
            (field, max(map(cell_len, (_(field.label), *(_shown(row, field) for row in rows)))))
            for field in kind.fields
            if field.listed
        ]
        at = next((index for index, row in enumerate(rows) if row.code == code), 0)
        self.set_reactive(CatalogueRows.cursor, at)
        self.rows_changed()
        self.show_cursor()

    @property
    def current(self) -> CatalogueRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def cursor_active(self) -> bool:
        """The filter box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return len(self.rows)

    @property
    def row_height(self) -> int:
        """One line each."""
        return 1

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """A mark, then the columns that fit."""
        row = self.rows[index]
        mark: Part = ("⊘ ", "muted") if not row.active else ("  ", "text") if row.has_password else ("▲ ", "warning")
        inks = ["mark" if row.active else "muted", *["text" if row.active else "muted"] * len(self._columns)]
        parts = [mark]
        for (field, cells), ink in zip(self._fitting(width), inks, strict=False):
            parts.append((pad(_shown(row, field), cells) + " " * GAP, ink))
        return parts

    def foot_line(self) -> str:
        """What the marks mean, if there are any."""
        marks = []
        if any(not row.active for row in self.rows):
            marks.append(_("⊘ out of use"))
        if any(row.active and not row.has_password for row in self.rows):
            marks.append(_("▲ no password yet: F7 gives one"))
        return "   ".join(marks)

    def header(self) -> str:
        """The names of the columns, above the rows."""
        width = self.scrollable_content_region.width - 1
        return " " * (1 + MARK) + "".join(pad(_(f.label), cells) + " " * GAP for f, cells in self._fitting(width))

    def _fitting(self, width: int) -> list[tuple[Field, int]]:
        """The columns that fit into a width, each with its cells; the last one has what is left."""
        left = width - MARK
        fitting: list[tuple[Field, int]] = []
        for number, (field, wanted) in enumerate(self._columns, 1):
            last = number == len(self._columns)
            cells = min(wanted, left if last else min(WIDEST, left))
            if fitting and cells < min(wanted, NARROWEST):
                break
            fitting.append((field, cells))
            left -= cells + GAP
        return fitting


def _shown(row: CatalogueRow, field: Field) -> str:
    return clip(printable(row.cells.get(field.name, ""), limit=200).replace("|", ", "), 200)

"""Ready texts in a list: title and category, then the first words."""

from grm_console.desk.exchange_views import Canned
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip
from grm_console.tui.widgets.row_view import Part, RowView


class CannedRows(RowView, can_focus=False):
    """The search box keeps the focus; its keys move this cursor."""

    def __init__(self) -> None:
        super().__init__(sentence=_("No ready text fits. Ctrl+N writes one."))
        self.texts: tuple[Canned, ...] = ()

    def show(self, texts: tuple[Canned, ...]) -> None:
        """Show texts with the cursor on the first."""
        self.texts = texts
        self.set_reactive(CannedRows.cursor, 0)
        self.jump_to(0)
        self.rows_changed()

    @property
    def current(self) -> Canned | None:
        """The text under the cursor."""
        return self.texts[self.cursor] if self.texts else None

    @property
    def cursor_active(self) -> bool:
        """The search box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many texts are shown."""
        return len(self.texts)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Title, category, whose it is; below the beginning of the text."""
        text = self.texts[index]
        if line == 1:
            return [("  " + clip(printable(text.body), width - 2), "muted")]
        facts = " · ".join(
            fact
            for fact in (
                printable(text.category, limit=40),
                text.language,
                _("only mine") if text.private else _("team"),
            )
            if fact
        )
        title = clip(printable(text.title), max(10, width - cell_len(facts) - 2))
        return [(title, "title" if index == self.cursor else "text"), (f"  {facts}", "muted")]

"""Somebody else changed the same fields: mine or theirs, field by field, then saved again."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.errors import Conflict
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import pad
from grm_console.tui.widgets.contact_words import value_word
from grm_console.tui.widgets.side_by_side import LABEL_CELLS, Pair, Side, SideBySide, column_cells
from grm_console.tui.words import when


class ConflictScreen(ModalScreen[None]):
    """Left takes mine, Right theirs; ^S saves once every field is decided. Esc goes back to the typed words."""

    CSS_PATH = "conflicts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose('left')", show=False),
        Binding("right", "choose('right')", show=False),
        Binding("ctrl+s,enter", "save", show=False, priority=True),
        Binding("escape", "dismiss", show=False),
    ]

    def __init__(
        self, conflicts: tuple[Conflict, ...], now: datetime, settled: Callable[[dict[str, Side]], None]
    ) -> None:
        super().__init__()
        self._conflicts = conflicts
        self._now = now
        self._settled = settled
        self._table = SideBySide(id="conflicts")

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Somebody else changed this meanwhile"))
            yield Static(_("Nothing is overwritten: choose for each field whose words stay."), markup=False)
            yield Static(id="sides", markup=False)
            yield self._table
            yield Static(_("← mine   → theirs   ^S saves again   Esc back to your words"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._table.show(tuple(self._pair(conflict) for conflict in self._conflicts), {})
        self._table.styles.height = min(len(self._conflicts) * self._table.row_height, self.app.size.height - 9)
        self._table.focus()

    def on_resize(self) -> None:
        cells = column_cells(self._table.scrollable_content_region.width)
        heads = pad("", LABEL_CELLS + 1) + pad(_("  Mine"), cells) + pad(_("  Theirs"), cells)
        self.query_one("#sides", Static).update(Content.styled(heads, "bold"))

    def _pair(self, conflict: Conflict) -> Pair:
        told = _("{name} changed it {when}; it was “{before}”").format(
            name=printable(conflict.by, limit=40) or _("An import"),
            when=when(conflict.at, self._now),
            before=value_word(conflict.field, conflict.before) or "—",
        )
        return Pair(conflict.field, conflict.mine, conflict.theirs, told)

    def action_choose(self, side: Side) -> None:
        """Take mine or theirs for the field under the cursor, and go to the next one."""
        self._table.choose(side)
        self._table.action_move(1)

    def action_save(self) -> None:
        """Save again, if every field is decided."""
        undecided = [pair for pair in self._table.pairs if pair.differs and pair.field not in self._table.chosen]
        if undecided:
            self._table.cursor = self._table.pairs.index(undecided[0])
            self.notify(_("← keeps your words, → takes theirs: choose for each field."), markup=False)
            return
        self.dismiss()
        self._settled(self._table.chosen)

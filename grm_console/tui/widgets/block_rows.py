"""The lines of the blocklist, two lines of the screen each."""

from datetime import datetime

from grm_console.desk.blocked_views import BlockLine
from grm_console.desk.spoken import block_word
from grm_console.domain.words import BlockKind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit
from grm_console.tui.words import when


class BlockRows(RowView, can_focus=True):
    """Numbers kept out, and rules for persons; what holds no longer is dimmed."""

    def __init__(self) -> None:
        super().__init__(sentence=_("Reading the blocklist …"), id="blocks")
        self.lines: tuple[BlockLine, ...] = ()
        self._now = datetime.min

    def show(self, lines: tuple[BlockLine, ...], now: datetime) -> None:
        """Show these; the cursor stays on its line as long as that is there."""
        before = self.current
        self.lines, self._now = lines, now
        self.sentence = _(
            "Nothing is blocked. F4 keeps a machine or a fraud out for a time, or notes rules for the talk with a "
            "person, who is never kept out."
        )
        keys = [line.block_id for line in lines]
        if before is not None and before.block_id in keys:
            self.set_reactive(BlockRows.cursor, keys.index(before.block_id))
        self.rows_changed()

    @property
    def current(self) -> BlockLine | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.lines else None

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Number, kind, until when and what it stopped; below it why, and who set it."""
        block = self.lines[index]
        holds = block.holds(self._now)
        if line:
            by = _("by {name}, {when}").format(name=printable(block.set_by), when=when(block.since, self._now))
            return fit(((f"{printable(block.reason, limit=200)} · {by}", "muted"),), width)
        last = _("until {day}").format(day=f"{block.last_day:%Y-%m-%d}")
        state: Part = ("", "muted")
        if block.lifted_at is not None:
            state = ("  " + _("lifted by {name}").format(name=printable(block.lifted_by)), "muted")
        elif not holds:
            state = ("  " + _("has run out"), "muted")
        elif block.review_due:
            state = ("  " + _("▲ review is due"), "late")
        stopped = ""
        if block.kind is not BlockKind.PERSON:
            stopped = "  " + _("{n} calls stopped").format(n=block.stopped)
        return fit(
            (
                (printable(block.number), "title" if holds else "muted"),
                (f"  {block_word(block.kind)}", "mark" if holds else "muted"),
                (f"  {last}", "text" if holds else "muted"),
                state,
                (stopped, "muted"),
            ),
            width,
        )

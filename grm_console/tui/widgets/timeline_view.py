"""The history of one contact: every channel and case, newest first, fetched page by page as the eye goes down."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from grm_console.clock import Clock, system_clock
from grm_console.desk.views import TimelineDetail, TimelinePage, TimelineRow
from grm_console.i18n import _
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.timeline_rows import FILTERS, first_line, one_line, second_line

WIDE = 70
"""From so many cells on a row takes one line instead of two."""

REST = 0.12
"""Seconds the cursor must rest on an entry before its details are asked for."""

PAGES_UNASKED = 10
"""Pages fetched in a row to fill the view under a filter, before the operator has to ask for more."""


class TimelineView(RowView, can_focus=True):
    """The entries of one contact's history with a cursor; it asks for older pages and for details by message."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "next_filter(-1)", "Filter", show=False),
        Binding("right", "next_filter(1)", "Filter", show=False),
        Binding("a", "filter('all')", "All", show=False),
        Binding("c", "filter('calls')", "Calls", show=False),
        Binding("t", "filter('texts')", "Texts", show=False),
        Binding("s", "filter('cases')", "Cases", show=False),
        Binding("o", "filter('other')", "Other", show=False),
    ]

    chosen: reactive[str] = reactive("all", repaint=False, init=False)
    """The filter in force: a key of `FILTERS`."""
    detail: reactive[TimelineDetail | None] = reactive[TimelineDetail | None](None, repaint=False, init=False)
    """Details of the entry under the cursor, once they came."""
    loaded: reactive[int] = reactive(0, repaint=False, init=False, always_update=True)
    """How many entries are here; set anew on every load."""

    @dataclass
    class NeedOlder(Message):
        """The end of what is loaded comes into sight."""

        contact_id: int
        older: tuple[datetime, int]

    @dataclass
    class DetailWanted(Message):
        """The eye rests on an entry."""

        entry_id: int

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(sentence=_("Nobody is on the line. The history of a caller appears here."), id=id)
        self.contact_id: int | None = None
        """Whose history is shown; None while none is."""
        self.total: int | None = None
        """How many entries there are in all, where the store counted them."""
        self.wants_detail = True
        """Whether somebody shows details; without that none are asked for."""
        self._clock = clock
        self._now = clock()
        self._rows: list[TimelineRow] = []
        self._shown: list[TimelineRow] = []
        self._known: set[int] = set()
        self._older: tuple[datetime, int] | None = None
        self._asked: tuple[datetime, int] | None = None
        self._unasked_pages = 0
        self._rest: Timer | None = None

    # -- what the screen calls

    def show(self, contact_id: int, page: TimelinePage) -> None:
        """Show a contact's newest page; for the contact already shown, keep the operator's place."""
        self._now = self._clock()
        if contact_id == self.contact_id:
            self._refresh_newest(page)
            return
        self.contact_id = contact_id
        self._rows, self._older, self.total = list(page.rows), page.older, page.total
        self.sentence = _("No contact with us before this one.")
        self.detail = None
        self.set_reactive(TimelineView.chosen, "all")
        self._start_anew()

    def extend(self, contact_id: int, page: TimelinePage) -> None:
        """Add an older page below; a page for another contact, or one that came twice, is dropped."""
        if contact_id != self.contact_id or self._older is None:
            return
        fresh = [row for row in page.rows if row.entry_id not in self._known]
        if page.rows and not fresh:
            return
        self._rows += fresh
        self._known.update(row.entry_id for row in fresh)
        self._shown += filter(FILTERS[self.chosen], fresh)
        self._older = page.older
        self._show_rows()
        self._fill()

    def clear(self, sentence: str) -> None:
        """Show nothing but a sentence that says why and what to do."""
        self.contact_id = self._older = self.total = self.detail = None
        self._rows = []
        self.sentence = sentence
        self._start_anew()

    def show_detail(self, detail: TimelineDetail) -> None:
        """Show an entry's details, unless the cursor has left it meanwhile."""
        if (row := self.current) is not None and row.entry_id == detail.entry_id:
            self.detail = detail

    @property
    def current(self) -> TimelineRow | None:
        """The entry under the cursor."""
        return self._shown[self.cursor] if self._shown else None

    def want_detail(self) -> None:
        """Ask for the details of the entry under the cursor, unless they are shown already."""
        row = self.current
        if row and self.wants_detail and (self.detail is None or self.detail.entry_id != row.entry_id):
            self.post_message(self.DetailWanted(row.entry_id))

    # -- rows

    def _start_anew(self) -> None:
        self._known = {row.entry_id for row in self._rows}
        self._asked = None
        self.scroll_to(y=0, animate=False, force=True)
        self._filter_rows()

    def _refresh_newest(self, page: TimelinePage) -> None:
        """Take the newest page in without moving what the operator looks at."""
        ids = {row.entry_id for row in page.rows}
        last = max((at for at, row in enumerate(self._rows) if row.entry_id in ids), default=None)
        kept = [] if last is None or page.older is None else self._rows[last + 1 :]
        if not kept:
            self._older = page.older
        self._rows = [*page.rows, *kept]
        self._known = {row.entry_id for row in self._rows}
        self.total = page.total
        here = self.current
        offset = self.scroll_offset.y - self.cursor * self.row_height
        at_top = self.cursor == 0 and not self.has_focus
        self._shown = list(filter(FILTERS[self.chosen], self._rows))
        self._show_rows()
        if here is not None and not at_top:
            place = next((at for at, row in enumerate(self._shown) if row.entry_id == here.entry_id), None)
            if place is not None:
                self.jump_to(max(0, place * self.row_height + offset))
                self.set_reactive(TimelineView.cursor, place)
        if self.detail is not None and (self.current is None or self.current.entry_id != self.detail.entry_id):
            self.detail = None

    def _filter_rows(self) -> None:
        self._shown = list(filter(FILTERS[self.chosen], self._rows))
        self._unasked_pages = 0
        self.set_reactive(TimelineView.cursor, 0)
        self.jump_to(0)
        self._show_rows()
        self._fill()
        self._wait_for_rest()

    def _show_rows(self) -> None:
        if self._rows and not self._shown:
            self.sentence = (
                _("None of this kind among the newest {count} entries. End looks further back.")
                if self._older
                else _("None of this kind in the whole history.")
            ).format(count=len(self._rows))
        self.rows_changed()
        self.loaded = len(self._rows)

    def _fill(self) -> None:
        """Fetch on by itself while a filter leaves room in the view, but not for ever."""
        if len(self._shown) <= self.page_rows and self._unasked_pages < PAGES_UNASKED:
            self._unasked_pages += 1
            self._need_older()

    def _need_older(self, *, again: bool = False) -> None:
        if self.contact_id is not None and self._older is not None and (again or self._asked != self._older):
            self._asked = self._older
            self.post_message(self.NeedOlder(self.contact_id, self._older))

    # -- keys

    def watch_cursor(self, old: int, new: int) -> None:
        """Move, then ask for what is needed below and for the details once the cursor rests."""
        super().watch_cursor(old, new)
        if new + self.page_rows >= len(self._shown):
            self._need_older()
        self._wait_for_rest()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The mouse wheel may reach the end too."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) // self.row_height + 2 * self.page_rows >= len(self._shown):
            self._need_older()

    def action_move(self, rows: int) -> None:
        """Move the cursor; at the last entry, ask again for older ones."""
        if rows > 0 and self.cursor >= self.count - 1:
            self._need_older(again=True)
        super().action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move by a screen full; at the last entry, ask again for older ones."""
        if pages > 0 and self.cursor >= self.count - 1:
            self._need_older(again=True)
        super().action_page(pages)

    def action_last(self) -> None:
        """Go to the last entry loaded and ask for older ones."""
        self._unasked_pages = 0
        self._need_older(again=True)
        super().action_last()

    def action_filter(self, name: str) -> None:
        """Show only one kind of entries."""
        self.chosen = name

    def action_next_filter(self, step: int) -> None:
        """Go to the next or the previous filter."""
        names = list(FILTERS)
        self.chosen = names[(names.index(self.chosen) + step) % len(names)]

    def watch_chosen(self) -> None:
        """Another filter begins at its newest entry."""
        self._filter_rows()

    def on_focus(self) -> None:
        """The eye rests here now."""
        super().on_focus()
        self.want_detail()

    def _wait_for_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        if self.has_focus:
            self._rest = self.set_timer(REST, self.want_detail)

    # -- how a row looks

    @property
    def count(self) -> int:
        """Entries that pass the filter."""
        return len(self._shown)

    @property
    def row_height(self) -> int:
        """One line where there is room, else two."""
        return 1 if self.size.width >= WIDE else 2

    def foot_line(self) -> str:
        """Tells that the history goes on."""
        return _("↓ older entries") if self._older is not None else ""

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """One line of an entry."""
        row = self._shown[index]
        if self.row_height == 1:
            return one_line(row, self._now, width)
        return second_line(row, width) if line else first_line(row, self._now, width)

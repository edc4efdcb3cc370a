"""The supervisor's board as it is looked at: one snapshot a second, as head, large figures and four tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from grm_console.clock import Clock
from grm_console.desk.board_views import BoardSnapshot
from grm_console.domain.service_level import IN_FORCE
from grm_console.errors import GrmError, StoreError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.widgets.board_head import BoardHead, age_of
from grm_console.tui.widgets.board_lines import (
    AGENT_COLUMNS,
    CASE_COLUMNS,
    NOTE_COLUMNS,
    QUEUE_COLUMNS,
    agent_rows,
    case_rows,
    help_words,
    note_rows,
    queue_rows,
    tiles,
    variant_words,
)
from grm_console.tui.widgets.board_table import BoardPanel, FigureTable
from grm_console.tui.widgets.board_tiles import BoardTiles
from grm_console.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.board import Board

SIDE_BY_SIDE = 110
"""Columns from which on all four tables stand beside each other."""


@dataclass
class SnapshotCame(Message):
    """A newer snapshot."""

    seen: BoardSnapshot


@dataclass
class SnapshotLost(Message):
    """The store gave none."""

    why: str


class BoardView(CommandedScreen):
    """Base of the supervisor's screen and of the wall.

    `now` is this machine's clock: all ages are counted from when a snapshot came. In plain mode one table stands
    alone, words stand for signs, and what happens is said in lines.
    """

    CSS_PATH = "board.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, board: "Board", now: Clock, *, bell: bool, keys: bool) -> None:
        super().__init__()
        self.board = board
        self.now = now
        self._bell = bell
        self.seen: BoardSnapshot | None = None
        self._received: datetime | None = None
        self._why = ""
        self._asked = False
        self._rung: set[int] = set()
        self._head = BoardHead(board.name, board.role, keys=keys)
        self.tiles = BoardTiles()
        quiet, posts = _("Nobody asks for help, and no notice is in force."), _("N posts one.")
        self.tables = {
            "queues": FigureTable(QUEUE_COLUMNS, sentence=_("No queue is in use."), id="queue-table"),
            "agents": FigureTable(AGENT_COLUMNS, sentence=_("Nobody is on shift."), id="agent-table"),
            "cases": FigureTable(CASE_COLUMNS, sentence=_("No case is open."), id="case-table"),
            "notes": FigureTable(NOTE_COLUMNS, sentence=f"{quiet} {posts}" if keys else quiet, id="note-table"),
        }
        self._panels = {name: BoardPanel(table, id=name) for name, table in self.tables.items()}
        self.current = "queues"
        """The table that stands alone where only one fits."""
        self.said = Announcements()

    # -- laying out

    def compose(self) -> ComposeResult:
        yield self._head
        yield self.tiles
        yield TabStrip()
        with Horizontal(id="tables"):
            with Vertical(id="left"):
                yield self._panels["queues"]
                yield self._panels["cases"]
                yield self._panels["notes"]
            with Vertical(id="right"):
                yield self._panels["agents"]
        yield self.said

    def on_mount(self) -> None:
        for name, title in self.titles().items():
            self._panels[name].border_title = Content(title)
        level = _("level {formula}: {words}").format(formula=IN_FORCE.value, words=variant_words())
        self._panels["queues"].border_subtitle = Content(level)
        self.lay_out()
        self.set_interval(1.0, self._tick)
        self.look()

    def titles(self) -> dict[str, str]:
        """The tables' names, in the order of going through them."""
        return {
            "queues": _("Queues today"),
            "agents": _("Agents"),
            "cases": _("Cases by department"),
            "notes": _("Help and notices"),
        }

    @property
    def alone(self) -> bool:
        """Whether only one table is shown."""
        return self.app.size.width < SIDE_BY_SIDE or self._in_words

    @property
    def _in_words(self) -> bool:
        return self.app.has_class("-plain")

    def lay_out(self) -> None:
        """All tables beside each other, or the current one alone; cursors and focus stay."""
        alone = self.alone
        self.set_class(alone, "-narrow")
        for name, panel in self._panels.items():
            panel.display = not alone or name == self.current
            panel.table.in_words = self._in_words
        self.query_one("#left").display = not alone or self.current != "agents"
        self.query_one("#right").display = not alone or self.current == "agents"
        strip = self.query_one(TabStrip)
        strip.display = alone
        strip.show(tuple(self.titles().items()), self.current)
        self.tiles.in_words = self._in_words
        self.tiles.styles.height = self.tiles.lines(self.app.size.width)
        for panel in self._panels.values():
            panel.call_after_refresh(panel.show_head)

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()

    def go(self, step: int) -> None:
        """Go to another table."""
        places = list(self.tables)
        self.current = places[(places.index(self.current) + step) % len(places)]
        self.lay_out()

    # -- looking

    def _tick(self) -> None:
        if self._asked:
            self.paint()  # no answer for a second: the age is all that changes
        self.look()

    def look(self) -> None:
        """Ask for the next snapshot unless one is under way: a store that hangs gets one question, not one a second."""
        if not self._asked:
            self._asked = True
            self.ask("look", self._snapshot)

    def _snapshot(self) -> Message:
        """Runs in a thread."""
        try:
            return SnapshotCame(self.board.snapshot())
        except StoreError as error:
            return SnapshotLost(str(error))

    @on(SnapshotCame)
    def _snapshot_came(self, message: SnapshotCame) -> None:
        first = self.seen is None
        self._asked, self._why = False, ""
        self.seen, self._received = message.seen, self.now()
        self._ring(message.seen)
        self.paint()
        if first:
            self.lay_out()

    @on(SnapshotLost)
    def _snapshot_lost(self, message: SnapshotLost) -> None:
        self._asked, self._why = False, printable(message.why)
        self.paint()

    def refused(self, error: GrmError) -> None:
        """Say why, and go on looking."""
        self._asked = False
        self.said.say(str(error))
        super().refused(error)

    def _ring(self, seen: BoardSnapshot) -> None:
        """Ring once for each who begins to ask for help."""
        new = [line for line in seen.help if not line.taken_by and line.request_id not in self._rung]
        self._rung |= {line.request_id for line in new}
        for line in new:
            self.said.say(help_words(line.agent, line.channel))
        if new and self._bell:
            self.app.bell()

    # -- painting

    def moment(self) -> datetime | None:
        """The store's time now, as far as is known; while data are old, the time that they tell of."""
        if self.seen is None:
            return None
        age = age_of(self._received, self.now())
        # What runs goes on running between snapshots, but old data stand still: their age is told instead.
        return self.seen.at if self._head.stale else self.seen.at + age

    def paint(self) -> None:
        """Show the newest snapshot as of now; only what changed reaches the terminal."""
        self._head.show(self.seen, age_of(self._received, self.now()), self._why)
        if self._head.stale and not self.has_class("-stale"):
            self.said.say(_("The data are old: no newer ones come from the store."))
        self.set_class(self._head.stale, "-stale")
        seen, now = self.seen, self.moment()
        if seen is None or now is None:
            return
        self.tiles.show(tiles(seen, now, self._in_words))
        self.tables["queues"].show(queue_rows(seen, now, self._in_words))
        self.tables["agents"].show(agent_rows(seen.agents, now, self._in_words))
        self.tables["cases"].show(case_rows(seen.departments, self._in_words))
        self.tables["notes"].show(note_rows(seen, now))

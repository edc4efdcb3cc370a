"""The supervisor's board: one snapshot a second, every figure opens its rows, and the few acts of leading a shift."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from grm_console.clock import Clock
from grm_console.desk.board_views import AgentLine, BoardSnapshot, Figure, HelpLine, NoticeLine, Opened
from grm_console.domain.permissions import Act
from grm_console.domain.service_level import IN_FORCE
from grm_console.domain.words import AgentState
from grm_console.errors import StoreError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import Refused
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.asking import AskingScreen
from grm_console.tui.screens.board_rows import BoardRowsScreen, opened_screen
from grm_console.tui.screens.board_words import WordsScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.board_head import BoardHead, age_of
from grm_console.tui.widgets.board_lines import (
    AGENT_COLUMNS,
    CASE_COLUMNS,
    NOTE_COLUMNS,
    QUEUE_COLUMNS,
    agent_rows,
    case_rows,
    note_rows,
    queue_rows,
    tiles,
    variant_words,
)
from grm_console.tui.widgets.board_table import BoardPanel, FigureTable
from grm_console.tui.widgets.board_tiles import BoardTiles
from grm_console.tui.widgets.command_footer import CommandFooter
from grm_console.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:  # loading them would load the database before the first paint
    from grm_console.desk.board import Board
    from grm_console.desk.shift import Shift

SIDE_BY_SIDE = 110
"""Columns from which on all four tables stand beside each other."""

PAGE_SECONDS = 10
"""How long a wall screen shows each page of a table that does not fit."""

# Letters serve here, as nothing is typed on the board itself. xgettext: Command:3,4,5
BOARD = (
    Command("rows", "enter", "Rows", "Show the rows behind the figure under the cursor.", "Figures", first=False),
    Command("take_help", "h", "Go to help", "Go to who has asked for help longest.", "Leading", first=False),
    Command("state", "s", "State", "Change the state of the agent under the cursor.", "Leading", first=False),
    Command("queues", "u", "Queues", "Change the queues of the agent under the cursor.", "Leading", first=False),
    Command("notice", "n", "Notice", "Post a notice to the desk.", "Leading", first=False),
    Command("done", "d", "Done", "End the help, or take down the notice, under the cursor.", "Leading", first=False),
    Command("next_panel", "f6,ctrl+o,tab", "Next panel", "Go to the next table.", "Moving"),
    Command("panel_before", "shift+tab", "Panel before", "Go to the table before.", "Moving", footer=False),
    Command("help", "f1", "Help", "Show all keys.", "Board"),
    Command("back", "escape", "Back", "Go back to the desk.", "Board", first=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave; nothing is lost.", "Board", footer=False),
)


@dataclass
class SnapshotCame(Message):
    """A newer snapshot."""

    seen: BoardSnapshot


@dataclass
class SnapshotLost(Message):
    """The store gave none."""

    why: str


@dataclass
class Acted(Message):
    """Something was changed; `said` tells it in a sentence, `opened` is shown."""

    said: str = ""
    opened: Opened | None = None


class BoardScreen(AskingScreen):
    """Head, tiles, four tables, keys.

    `now` is this machine's clock: all ages are counted from when a snapshot came. On a `wall` nobody presses keys:
    there is no cursor, and tables that do not fit show one page after the other.
    """

    CSS_PATH = "board.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(BOARD)

    def __init__(self, board: "Board", shift: "Shift", now: Clock, *, wall: bool = False, bell: bool = True) -> None:
        super().__init__()
        self._board = board
        self._shift = shift
        self._now = now
        self._wall = wall
        self._bell = bell
        self.seen: BoardSnapshot | None = None
        self._received: datetime | None = None
        self._why = ""
        self._asked = False
        self._ticks = 0
        self._rung: set[int] = set()
        self._words = ""
        self._head = BoardHead(board.name, board.role)
        self._tiles = BoardTiles()
        self._footer = CommandFooter()
        quiet, posts = _("Nobody asks for help, and no notice is in force."), _("N posts one.")
        self.tables = {
            "queues": FigureTable(QUEUE_COLUMNS, sentence=_("No queue is in use."), id="queue-table"),
            "agents": FigureTable(AGENT_COLUMNS, sentence=_("Nobody is on shift."), id="agent-table"),
            "cases": FigureTable(CASE_COLUMNS, sentence=_("No case is open."), id="case-table"),
            "notes": FigureTable(NOTE_COLUMNS, sentence=quiet if wall else f"{quiet} {posts}", id="note-table"),
        }
        self._panels = {name: BoardPanel(table, id=name) for name, table in self.tables.items()}
        self._current = "queues"

    # -- laying out

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._tiles
        yield TabStrip()
        with Horizontal(id="tables"):
            with Vertical(id="left"):
                yield self._panels["queues"]
                yield self._panels["cases"]
            with Vertical(id="right"):
                yield self._panels["agents"]
                yield self._panels["notes"]
        yield self._footer

    def on_mount(self) -> None:
        for name, title in self._titles().items():
            self._panels[name].border_title = Content(title)
        level = _("level {formula}: {words}").format(formula=IN_FORCE.value, words=variant_words())
        self._panels["queues"].border_subtitle = Content(level)
        if self._wall:
            self._tiles.can_focus = False
            for table in self.tables.values():
                table.can_focus = False
        else:
            self.tables["queues"].focus()
        self._footer.display = not self._wall
        self.lay_out()
        self.set_interval(1.0, self._tick)
        self._look()

    def _titles(self) -> dict[str, str]:
        return {
            "queues": _("Queues today"),
            "agents": _("Agents"),
            "cases": _("Cases by department"),
            "notes": _("Help and notices"),
        }

    @property
    def alone(self) -> bool:
        """Whether only one table fits."""
        return self.app.size.width < SIDE_BY_SIDE

    def lay_out(self) -> None:
        """All tables beside each other, or the current one alone; cursors and focus stay."""
        alone = self.alone
        self.set_class(alone, "-narrow")
        for name, panel in self._panels.items():
            panel.display = not alone or name == self._current
        self.query_one("#left").display = not alone or self._current in ("queues", "cases")
        self.query_one("#right").display = not alone or self._current in ("agents", "notes")
        strip = self.query_one(TabStrip)
        strip.display = alone
        strip.show(tuple(self._titles().items()), self._current)
        self._tiles.styles.height = self._tiles.lines(self.app.size.width)
        for panel in self._panels.values():
            panel.call_after_refresh(panel.show_head)

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()

    # -- looking

    def _tick(self) -> None:
        self._ticks += 1
        if self._asked:
            self._paint()  # no answer for a second: the age is all that changes
        self._look()
        if self._ticks % PAGE_SECONDS == 0 and self._wall:
            for table in self.tables.values():
                table.page_on()
            if self.alone:
                self._go(1)

    def _look(self) -> None:
        """Ask for the next snapshot unless one is under way: a store that hangs gets one question, not one a second."""
        if not self._asked:
            self._asked = True
            self.ask("look", self._snapshot)

    def _snapshot(self) -> Message:
        """Runs in a thread."""
        try:
            return SnapshotCame(self._board.snapshot())
        except StoreError as error:
            return SnapshotLost(str(error))

    @on(SnapshotCame)
    def _snapshot_came(self, message: SnapshotCame) -> None:
        first = self.seen is None
        self._asked, self._why = False, ""
        self.seen, self._received = message.seen, self._now()
        self._ring(message.seen)
        self._paint()
        if first:
            self.lay_out()

    @on(SnapshotLost)
    def _snapshot_lost(self, message: SnapshotLost) -> None:
        self._asked, self._why = False, printable(message.why)
        self._paint()

    def _ring(self, seen: BoardSnapshot) -> None:
        """Ring once for each who begins to ask for help."""
        new = {line.request_id for line in seen.help if not line.taken_by} - self._rung
        self._rung |= new
        if new and self._bell:
            self.app.bell()

    def _paint(self) -> None:
        seen, age = self.seen, age_of(self._received, self._now())
        self._head.show(seen, age, self._why)
        self.set_class(self._head.stale, "-stale")
        if seen is None:
            return
        # What runs goes on running between snapshots, but old data stand still: their age is told instead.
        now = seen.at if self._head.stale else seen.at + age
        self._tiles.show(tiles(seen, now))
        self.tables["queues"].show(queue_rows(seen, now))
        self.tables["agents"].show(agent_rows(seen.agents, now))
        self.tables["cases"].show(case_rows(seen.departments))
        self.tables["notes"].show(note_rows(seen, now))
        self._show_keys()

    # -- moving

    def _go(self, step: int) -> None:
        places = ["tiles", *self.tables]
        focused = self.focused
        at = "tiles" if focused is self._tiles else self._current
        if self._wall:
            places = list(self.tables)
        target = places[(places.index(at) + step) % len(places)]
        if target != "tiles":
            self._current = target
        self.lay_out()
        if not self._wall:
            (self._tiles if target == "tiles" else self.tables[target]).focus()
        self._show_keys()

    def action_next_panel(self) -> None:
        """Go to the next table."""
        self._go(1)

    def action_panel_before(self) -> None:
        """Go to the table before."""
        self._go(-1)

    @on(TabStrip.Chosen)
    def _tab_chosen(self, message: TabStrip.Chosen) -> None:
        self._current = message.panel
        self.lay_out()
        self.tables[message.panel].focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name, table in self.tables.items():
            if event.widget is table:
                self._current = name
        self._show_keys()

    @on(FigureTable.Moved)
    def _cursor_moved(self) -> None:
        self._show_keys()

    # -- keys

    def _show_keys(self) -> None:
        self._footer.show(tuple(command for command in BOARD if command.footer and self._possible(command)))

    def _possible(self, command: Command) -> bool:
        return command.name.startswith("app.") or bool(self.check_action(command.name, ()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now; one that does not is neither named nor obeyed."""
        leads = self._board.may(Act.LEAD_AGENTS)
        match action:
            case "rows":
                return not self._wall and self._opens() is not None
            case "take_help":
                return leads and self._asking() is not None
            case "state" | "queues":
                return leads and self._agent() is not None
            case "notice":
                return not self._wall and self._board.may(Act.POST_NOTICE)
            case "done":
                note = self._note()
                return (leads and isinstance(note, HelpLine)) or (
                    self._board.may(Act.POST_NOTICE) and isinstance(note, NoticeLine)
                )
            case "next_panel" | "panel_before" | "help":
                return not self._wall
            case "back":
                return not self._wall and len(self.app.screen_stack) > 2
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(HelpScreen(tuple((command, self._possible(command)) for command in BOARD)))

    def action_back(self) -> None:
        """Go back to where the board was opened."""
        self.dismiss()

    # -- figures

    def _opens(self) -> tuple[str, Figure] | HelpLine | NoticeLine | None:
        """What Enter opens now."""
        if self.focused is self._tiles:
            tile = self._tiles.tile
            return None if tile is None else (tile.label, tile.figure)
        table = self.tables[self._current]
        if self._current == "notes":
            return self._note()
        row, at = table.row, table.cell
        if row is None or at is None:
            return None
        figure = row.cells[at].figure
        label = table.columns[at - 1].label if at else ""
        return None if figure is None else (f"{row.title} · {_(label)}" if label else row.title, figure)

    def action_rows(self) -> None:
        """Open what the cursor is on."""
        opens, seen = self._opens(), self.seen
        if seen is None or opens is None:
            return
        if isinstance(opens, HelpLine):
            self._go_to(opens)
        elif isinstance(opens, NoticeLine):
            self.app.push_screen(WholeTextScreen(opens.by, opens.text))
        else:
            title, figure = opens
            self.app.push_screen(BoardRowsScreen(self._board, title, figure, seen.at, seen.queues))

    # -- help and notices

    def _note(self) -> HelpLine | NoticeLine | None:
        """The request or notice under the cursor."""
        row = self.tables["notes"].row if self._current == "notes" else None
        if row is None or self.seen is None or self.focused is self._tiles:
            return None
        lines: dict[str, HelpLine | NoticeLine] = {f"help {line.request_id}": line for line in self.seen.help}
        lines |= {f"notice {line.notice_id}": line for line in self.seen.notices}
        return lines.get(row.key)

    def _asking(self) -> HelpLine | None:
        """Who has asked longest and nobody has gone to."""
        return next((line for line in self.seen.help if not line.taken_by), None) if self.seen is not None else None

    def action_take_help(self) -> None:
        """Go to who asks for help."""
        asking = self._asking()
        if asking is not None:
            self._go_to(asking)

    def _go_to(self, line: HelpLine) -> None:
        def take() -> Message:
            exchange = self._shift.take_help(line.request_id)
            said = _("You go to {name}. D ends it.").format(name=printable(line.agent))
            return Acted(said, self._board.open_exchange(exchange) if exchange is not None else None)

        self.ask("act", take)

    def action_done(self) -> None:
        """End the help, or take down the notice."""
        note = self._note()
        if isinstance(note, HelpLine):
            self._act(partial(self._shift.end_help, note.request_id), _("The help is ended."))
        elif isinstance(note, NoticeLine):
            self._act(partial(self._shift.end_notice, note.notice_id), _("The notice is taken down."))

    def action_notice(self) -> None:
        """Ask for the words, until when, and for whom."""
        screen = WordsScreen(
            _("Notice to the desk"), _("No water in Lotus Lane until 17:00, for example."), most=500, words=self._words
        )
        self.app.push_screen(screen, self._ask_until)

    def _ask_until(self, words: str | None) -> None:
        if words is None or self.seen is None:
            return
        self._words = words  # offered again if the notice is not posted
        spans = {"30": _("30 minutes"), "60": _("1 hour"), "120": _("2 hours"), "480": _("8 hours"), "1440": _("a day")}
        choices = tuple(Choice(minutes, label) for minutes, label in spans.items())
        self.app.push_screen(PickScreen(_("In force for"), choices), partial(self._ask_whom, words))

    def _ask_whom(self, words: str, minutes: str | None) -> None:
        if minutes is None or self.seen is None:
            return
        choices = tuple(Choice(str(line.queue_id), line.name, line.other_name) for line in self.seen.queues)
        everybody = Choice("", _("Everybody"))
        until = self.seen.at + age_of(self._received, self._now()) + timedelta(minutes=int(minutes))
        screen = PickScreen(_("For whom?"), (everybody, *choices))
        self.app.push_screen(screen, partial(self._post, words, until))

    def _post(self, words: str, until: datetime, queue: str | None) -> None:
        if queue is None:
            return

        def post() -> object:
            key = self._shift.post_notice(words, until, int(queue) if queue else None)
            self._words = ""
            return key

        self._act(post, _("The notice is posted."))

    # -- agents

    def _agent(self) -> AgentLine | None:
        """The agent under the cursor."""
        row = self.tables["agents"].row if self.focused is self.tables["agents"] else None
        if row is None or self.seen is None:
            return None
        return next((agent for agent in self.seen.agents if str(agent.account_id) == row.key), None)

    def action_state(self) -> None:
        """Ask for the state, then why."""
        agent = self._agent()
        if agent is None:
            return
        choices = (
            Choice(AgentState.AVAILABLE, _("Available")),
            Choice(AgentState.AWAY, _("Away"), _("the reason stands beside the state")),
            Choice(AgentState.SIGNED_OUT, _("Signed out")),
        )
        self.app.push_screen(PickScreen(printable(agent.name), choices), partial(self._ask_state_reason, agent))

    def _ask_state_reason(self, agent: AgentLine, state: str | None) -> None:
        def act(reason: str | None) -> None:
            if reason is not None and state is not None:
                work = partial(self._board.set_state, agent.account_id, AgentState(state), reason)
                self._act(work, _("The state is changed."))

        if state is not None:
            self.app.push_screen(WordsScreen(_("Why?"), _("Fire drill, for example."), most=60), act)

    def action_queues(self) -> None:
        """Choose the queues one by one, then why."""
        agent, seen = self._agent(), self.seen
        if agent is not None and seen is not None:
            every = frozenset(line.queue_id for line in seen.queues)
            served = frozenset(line.queue_id for line in seen.queues if line.name in agent.queues)
            self._choose_queues(agent, served or every)

    def _choose_queues(self, agent: AgentLine, served: frozenset[int]) -> None:
        seen = self.seen
        if seen is None:
            return
        choices = tuple(
            Choice(str(line.queue_id), f"{'●' if line.queue_id in served else '○'} {line.name}", line.other_name)
            for line in seen.queues
        )
        take = Choice("take", _("Serve those with ●"))

        def chosen(code: str | None) -> None:
            if code == "take" and served:
                self._ask_queue_reason(agent, served)
            elif code is not None and code != "take":
                self._choose_queues(agent, served ^ {int(code)})
            elif code == "take":
                self._choose_queues(agent, served)

        self.app.push_screen(
            PickScreen(_("Queues of {name}").format(name=printable(agent.name)), (take, *choices)), chosen
        )

    def _ask_queue_reason(self, agent: AgentLine, served: frozenset[int]) -> None:
        def act(reason: str | None) -> None:
            if reason is not None:
                self._act(
                    partial(self._board.set_queues, agent.account_id, served, reason), _("The queues are changed.")
                )

        self.app.push_screen(WordsScreen(_("Why?"), _("Water calls tripled, for example."), most=200), act)

    def _act(self, work: Callable[[], object], said: str) -> None:
        def run() -> Message:
            work()
            return Acted(said)

        self.ask("act", run)

    @on(Acted)
    def _acted(self, message: Acted) -> None:
        if message.said:
            self.notify(message.said, markup=False)
        if message.opened is not None:
            self.app.push_screen(opened_screen(message.opened))
        self._look()

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self._asked = False
        self.notify(printable(str(message.error)), severity="warning", markup=False)

"""The supervisor's board: every figure opens its rows, and the few acts of leading a shift."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from grm_console.clock import Clock
from grm_console.desk.answer_stop_views import StopSubject
from grm_console.desk.board_views import (
    AgentLine,
    AlarmLine,
    BehindFigure,
    ExchangeRow,
    Figure,
    HelpLine,
    NoticeLine,
    Opened,
)
from grm_console.desk.call_views import Ear
from grm_console.domain.permissions import Act
from grm_console.domain.words import AgentState, Channel, StopKind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.board_questions import ask_notice, ask_queues, ask_state, ask_target
from grm_console.tui.screens.board_rows import BoardRowsScreen, opened_screen
from grm_console.tui.screens.board_view import BoardView
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.board_row_lines import table_row
from grm_console.tui.widgets.board_table import FigureTable
from grm_console.tui.widgets.board_tiles import BoardTiles
from grm_console.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:  # loading them would load the database before the first paint
    from grm_console.desk.board import Board
    from grm_console.desk.live_calls import Calls
    from grm_console.desk.shift import Shift

# Letters serve here, as nothing is typed on the board itself.
BOARD = (
    Command("rows", "enter", "Rows", "Show the rows behind the figure under the cursor.", "Figures", first=False),
    Command("take_help", "h", "Go to help", "Go to who has asked for help longest.", "Leading", first=False),
    Command("state", "s", "State", "Change the state of the agent under the cursor.", "Leading", first=False),
    Command(
        "listen", "l", "Listen", "Hear the call of the agent under the cursor; nobody hears you.", "Calls", first=False
    ),
    Command("whisper", "w", "Whisper", "Speak so that only the agent hears you.", "Calls", first=False),
    Command("join", "j", "Join", "Speak with everybody in the call.", "Calls", first=False),
    Command(
        "leave_call", "x", "Leave call", "Take your telephone out of the call.", "Calls", footer=False, first=False
    ),
    Command("queues", "u", "Queues", "Change the queues of the agent under the cursor.", "Leading", first=False),
    Command("move", "m", "Move", "Move one that waits there to another queue.", "Leading", first=False),
    Command("notice", "n", "Notice", "Post a notice to the desk.", "Leading", first=False),
    Command("blocklist", "b", "Blocklist", "Numbers kept out, and rules for persons.", "Leading", first=False),
    Command(
        "machines",
        "a",
        "Machines",
        "Stop machines from answering texts, or let them answer again.",
        "Leading",
        first=False,
    ),
    Command("done", "d", "Done", "End the help, or take down the notice, under the cursor.", "Leading", first=False),
    Command("next_panel", "f6,ctrl+o,tab", "Next panel", "Go to the next table.", "Moving"),
    Command("panel_before", "shift+tab", "Panel before", "Go to the table before.", "Moving", footer=False),
    Command("help", "f1", "Help", "Show all keys.", "Board"),
    Command("back", "escape", "Back", "Go back to the desk.", "Board", first=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave; nothing is lost.", "Board", footer=False),
)


class BoardScreen(BoardView):
    """The board with keys."""

    TABLE = BOARD
    BINDINGS: ClassVar[list[BindingType]] = bindings(BOARD)

    def __init__(
        self, board: "Board", shift: "Shift", now: Clock, *, bell: bool = True, calls: "Calls | None" = None
    ) -> None:
        super().__init__(board, now, bell=bell, keys=True)
        self._shift = shift
        self._calls = calls
        self._words = ""
        """A notice that was typed and not posted."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self.footer

    def on_mount(self) -> None:
        self.tables["queues"].focus()

    # -- moving

    def go(self, step: int) -> None:
        """Go to another table, or to the large figures."""
        places = ["tiles", *self.tables]
        at = places.index("tiles" if self.focused is self.tiles else self.current)
        target = places[(at + step) % len(places)]
        if target == "tiles":
            self.tiles.focus()
        else:
            self._go_to_table(target)

    def _go_to_table(self, name: str) -> None:
        self.current = name
        self.lay_out()
        self.tables[name].focus()

    def action_next_panel(self) -> None:
        """Go to the next table."""
        self.go(1)

    def action_panel_before(self) -> None:
        """Go to the table before."""
        self.go(-1)

    @on(TabStrip.Chosen)
    def _tab_chosen(self, message: TabStrip.Chosen) -> None:
        self._go_to_table(message.panel)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.current = next((name for name, table in self.tables.items() if table is event.widget), self.current)
        if event.widget is not self.tiles:
            self.said.say(self.titles()[self.current])
        self._say_figure()

    @on(FigureTable.Moved)
    @on(FigureTable.FigureChosen)
    @on(BoardTiles.Moved)
    def _say_figure(self) -> None:
        """The keys follow the cursor; plain mode says what it stands on."""
        tile = self.tiles.tile if self.focused is self.tiles else None
        self.said.say(tile.spoken if tile is not None else self.tables[self.current].spoken)
        self.commands_changed()

    def paint(self) -> None:
        """Show the newest snapshot, and the keys that do something now."""
        super().paint()
        self.commands_changed()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now; one that does not is neither named nor obeyed."""
        leads, posts = self.board.may(Act.LEAD_AGENTS), self.board.may(Act.POST_NOTICE)
        match action:
            case "rows":
                return self._opens() is not None
            case "take_help":
                return leads and self._asking() is not None
            case "state" | "queues":
                return leads and self._agent() is not None
            case "listen" | "whisper" | "join" | "leave_call":
                return self.board.may(Act.LEAD_CALLS) and self._talks_in() is not None
            case "move":
                return leads and self._waiting() is not None
            case "notice":
                return posts
            case "blocklist":
                return self.board.may(Act.BLOCK_NUMBERS)
            case "machines":
                return self.seen is not None and self.board.may(Act.STOP_ALL_ANSWERS)
            case "done":
                note = self._note()
                return (leads and isinstance(note, HelpLine)) or (posts and isinstance(note, NoticeLine))
            case "back":
                return len(self.app.screen_stack) > 2
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back to where the board was opened."""
        self.dismiss()

    def action_blocklist(self) -> None:
        """Open the blocklist."""
        from grm_console.tui.screens.blocklist import BlocklistScreen  # rare

        self.app.push_screen(BlocklistScreen(self.board.blocked, self.now))

    def action_machines(self) -> None:
        """Stop all automatic answers to texts, or let them again."""
        seen, stops, all_texts = self.seen, self.board.answer_stops, StopSubject(StopKind.ALL)
        if seen is None:
            return
        if seen.stopped:
            self._do(partial(stops.resume, all_texts), _("Machines answer texts again."))
        else:
            self._do(partial(stops.stop, all_texts), _("Machines answer no texts now. A lets them again."))

    # -- figures

    def _opens(self) -> tuple[str, Figure] | HelpLine | NoticeLine | None:
        """What Enter opens now."""
        if self.focused is self.tiles:
            tile = self.tiles.tile
            return None if tile is None else (tile.label, tile.figure)
        if self.current == "notes":
            alarm = self._alarm()
            return self._note() if alarm is None else (printable(alarm.words), alarm.figure)
        table = self.tables[self.current]
        row, at = table.row, table.cell
        figure = row.cells[at].figure if row is not None and at is not None else None
        if row is None or at is None or figure is None:
            return None
        return (f"{row.title} · {_(table.columns[at - 1].label)}" if at else row.title), figure

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
            self.app.push_screen(BoardRowsScreen(self.board, title, figure, seen.at, seen.queues))

    # -- help and notices

    def _note(self) -> HelpLine | NoticeLine | None:
        """The request or notice under the cursor."""
        row = self.tables["notes"].row if self.focused is self.tables["notes"] else None
        if row is None or self.seen is None:
            return None
        lines: dict[str, HelpLine | NoticeLine] = {f"help {line.request_id}": line for line in self.seen.help}
        lines |= {f"notice {line.notice_id}": line for line in self.seen.notices}
        return lines.get(row.key)

    def _alarm(self) -> AlarmLine | None:
        """The sudden topic under the cursor."""
        row = self.tables["notes"].row
        if row is None or self.seen is None:
            return None
        return next((line for line in self.seen.alarms if row.key == f"alarm {line.alarm_id}"), None)

    def _asking(self) -> HelpLine | None:
        """Who has asked longest and nobody has gone to."""
        return next((line for line in self.seen.help if not line.taken_by), None) if self.seen is not None else None

    def action_take_help(self) -> None:
        """Go to who asks for help."""
        asking = self._asking()
        if asking is not None:
            self._go_to(asking)

    def _go_to(self, line: HelpLine) -> None:
        def take() -> Opened | None:
            exchange = self._shift.take_help(line.request_id)
            return self.board.open_exchange(exchange) if exchange is not None else None

        def taken(opened: Opened | None) -> None:
            self._acted(_("You go to {name}. D ends it.").format(name=printable(line.agent)))
            if opened is not None:
                self.app.push_screen(opened_screen(opened))

        self.act(take, taken)

    def action_done(self) -> None:
        """End the help, or take down the notice."""
        note = self._note()
        if isinstance(note, HelpLine):
            self._do(partial(self._shift.end_help, note.request_id), _("The help is ended."))
        elif isinstance(note, NoticeLine):
            self._do(partial(self._shift.end_notice, note.notice_id), _("The notice is taken down."))

    def action_notice(self) -> None:
        """Ask for the words, until when, and for whom."""
        if self.seen is not None:
            ask_notice(self.app, self._words, self.seen.queues, self._keep_words, self._post)

    def _keep_words(self, words: str) -> None:
        self._words = words

    def _post(self, words: str, span: timedelta, queue_id: int | None) -> None:
        now = self.moment()
        if now is not None:
            post = partial(self._shift.post_notice, words, now + span, queue_id)
            self.act(post, self._posted)

    def _posted(self, _notice_id: int) -> None:
        self._words = ""
        self._acted(_("The notice is posted."))

    # -- agents

    def _agent(self) -> AgentLine | None:
        """The agent under the cursor."""
        row = self.tables["agents"].row if self.focused is self.tables["agents"] else None
        if row is None or self.seen is None:
            return None
        return next((agent for agent in self.seen.agents if str(agent.account_id) == row.key), None)

    def action_state(self) -> None:
        """Change what the agent does."""
        agent = self._agent()
        if agent is not None:
            ask_state(self.app, agent, partial(self._set_state, agent.account_id))

    def _set_state(self, account_id: int, state: AgentState, why: str) -> None:
        self._do(partial(self.board.set_state, account_id, state, why), _("The state is changed."))

    def action_queues(self) -> None:
        """Change which queues the agent serves."""
        agent = self._agent()
        if agent is not None and self.seen is not None:
            ask_queues(self.app, agent, self.seen.queues, partial(self._set_queues, agent.account_id))

    def _set_queues(self, account_id: int, served: frozenset[int], why: str) -> None:
        self._do(partial(self.board.set_queues, account_id, served, why), _("The queues are changed."))

    # -- calls

    def _talks_in(self) -> int | None:
        """The call that the agent under the cursor talks in."""
        agent = self._agent()
        if agent is None or agent.state is not AgentState.TALKING or self._calls is None:
            return None
        calls = (item for item in agent.held if item.channel is Channel.VOICE and not item.parked)
        return next((item.interaction_id for item in calls), None)

    def action_listen(self) -> None:
        """Hear a call."""
        self._take_part(Ear.LISTEN)

    def action_whisper(self) -> None:
        """Speak to the agent alone."""
        self._take_part(Ear.WHISPER)

    def action_join(self) -> None:
        """Speak with everybody."""
        self._take_part(Ear.JOIN)

    def _take_part(self, ear: Ear) -> None:
        calls, call = self._calls, self._talks_in()
        if calls is not None and call is not None:
            told = {
                Ear.LISTEN: _("Pick up your telephone: you hear the call. W whispers, J joins, X leaves."),
                Ear.WHISPER: _("Pick up your telephone: only the agent hears you. J joins, X leaves."),
                Ear.JOIN: _("Pick up your telephone: everybody hears you. X leaves."),
            }
            self._do(partial(calls.take_part, call, ear), told[ear])

    def action_leave_call(self) -> None:
        """Take one's telephone out of a call."""
        calls, call = self._calls, self._talks_in()
        if calls is not None and call is not None:
            self._do(partial(calls.leave_ear, call), _("Your telephone leaves the call."))

    # -- waiting items

    def _waiting(self) -> Figure | None:
        """Who waits in the queue under the cursor."""
        row = self.tables["queues"].row if self.focused is self.tables["queues"] else None
        waiting = row.cells[1].figure if row is not None else None
        return waiting if waiting is not None and waiting.count else None

    def action_move(self) -> None:
        """Move one of those that wait in the queue under the cursor."""
        waiting = self._waiting()
        if waiting is not None:
            self.act(lambda: self.board.rows(waiting), self._ask_which)

    def _ask_which(self, rows: tuple[BehindFigure, ...]) -> None:
        now, exchanges = self.moment(), [row for row in rows if isinstance(row, ExchangeRow) and row.waiting]
        if now is None or not exchanges:
            self._acted(_("Nothing waits there any more."))
            return
        choices = []
        for row in exchanges:
            cells = table_row(row, now).cells
            choices.append(Choice(str(row.interaction_id), cells[0].text, f"{cells[3].text}  {cells[1].text}"))
        self.app.push_screen(PickScreen(_("Move which?"), tuple(choices)), self._ask_target)

    def _ask_target(self, code: str | None) -> None:
        if code is not None and self.seen is not None:
            ask_target(self.app, self.seen.queues, partial(self._move, int(code)))

    def _move(self, interaction_id: int, queue_id: int, why: str) -> None:
        said = _("Moved. Its place by waiting time is kept.")
        self._do(partial(self.board.move, interaction_id, queue_id, why), said)

    # -- acting

    def _do(self, work: Callable[[], None], said: str) -> None:
        self.act(work, lambda _nothing: self._acted(said))

    def _acted(self, said: str) -> None:
        self.said.say(said)
        self.notify(said, markup=False)
        self.look()

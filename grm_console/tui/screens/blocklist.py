"""The blocklist: what is kept out and why, what it stopped, and what is to be looked at again."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from grm_console.clock import Clock, whole_moment
from grm_console.desk.blocked_views import BlockLine, StoppedCall
from grm_console.desk.spoken import block_word
from grm_console.domain.words import BlockKind
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.tui.commands import Command, bindings
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.block_form import BlockFormScreen
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.whole_text import WholeTextScreen
from grm_console.tui.widgets.block_rows import BlockRows
from grm_console.tui.widgets.row_view import RowView

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.blocked import Blocked

BLOCKLIST = (
    Command("open", "enter", "Open", "Read all of it, and which calls it stopped.", "Rows"),
    Command("add", "f4,ctrl+n", "New", "Keep a number out for a time, or note rules for a person.", "Rows"),
    Command("lift", "f8", "Lift", "Let it hold no longer; that it was there stays known.", "Rows"),
    Command("ended", "f7", "Ended too", "Also show what was lifted or has run out; again: not.", "Rows"),
    Command("reload", "f5", "Look again", "Read the list again.", "Moving", footer=False),
    Command("back", "escape", "Back", "Go back.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)

YES = "yes"


class BlocklistScreen(CommandedScreen):
    """One list; those whose review is due come first."""

    CSS_PATH = "blocklist.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = BLOCKLIST
    BINDINGS: ClassVar[list[BindingType]] = bindings(BLOCKLIST)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, blocked: "Blocked", now: Clock) -> None:
        super().__init__()
        self._blocked = blocked
        self._now = now
        self._with_ended = False
        self._words: dict[str, str] = {}
        """A form that was left half-typed."""
        self.rows = BlockRows()
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield self.rows
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self.rows.border_title = Content(_("Blocklist"))
        self.rows.focus()
        self.action_reload()

    @property
    def edited(self) -> bool:
        """Whether a form that was left half-typed keeps words."""
        return bool(self._words)

    def _read(self) -> tuple[BlockLine, ...]:
        return self._blocked.lines(ended=self._with_ended)

    def _show(self, lines: tuple[BlockLine, ...]) -> None:
        now = self._now()
        self.rows.show(tuple(sorted(lines, key=lambda line: (not line.review_due, not line.holds(now)))), now)
        due = sum(line.review_due for line in lines)
        holding = sum(line.holds(now) for line in lines)
        title = _("Blocklist ({n} in force, {due} to be looked at again)").format(n=holding, due=due)
        self.rows.border_title = Content(title)
        self.commands_changed()

    def refused(self, error: GrmError) -> None:
        """Say why; a list that shows nothing yet says it too."""
        if not self.rows.count:
            self.rows.sentence = str(error)
            self.rows.rows_changed()
        super().refused(error)

    @on(RowView.Moved)
    @on(RowView.Picked)
    def _follow_cursor(self) -> None:
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        line = self.rows.current
        match action:
            case "open":
                return line is not None
            case "lift":
                return line is not None and line.holds(self._now()) and self._may(line.kind)
        return super().check_action(action, parameters)

    def _may(self, kind: BlockKind) -> bool:
        return kind is not BlockKind.PERSON or self._blocked.may_set_rules

    def here(self) -> tuple[str, str]:
        """What the list is for."""
        return _("Blocklist"), _(
            "Machines and fraud are kept out for a time, with a reason. A person never is: for them there are rules "
            "for the talk, told to them and looked at again, which the card shows to whoever answers. Nothing here "
            "touches a place in the queue."
        )

    def action_reload(self) -> None:
        """Read the list again."""
        self.act(self._read, self._show)

    def action_ended(self) -> None:
        """Also show what holds no longer, or not."""
        self._with_ended = not self._with_ended
        self.action_reload()

    def action_open(self) -> None:
        """Read one whole."""
        line = self.rows.current
        if line is not None:
            self.act(partial(self._blocked.stopped, line.block_id), partial(self._open, line))

    def _open(self, line: BlockLine, calls: tuple[StoppedCall, ...]) -> None:
        facts = [
            (_("What it is"), block_word(line.kind)),
            (_("Why"), line.reason),
            (_("Notice"), line.notice),
            (_("Since"), whole_moment(line.since)),
            (_("Last day"), f"{line.last_day:%Y-%m-%d}"),
            (_("Looked at again on"), f"{line.review_on.astimezone():%Y-%m-%d}" if line.review_on else ""),
            (_("By"), line.set_by),
            (_("Lifted"), f"{whole_moment(line.lifted_at)} {line.lifted_by}" if line.lifted_at else ""),
        ]
        words = [f"{label}: {value}" for label, value in facts if value]
        if line.kind is BlockKind.PERSON:
            words += ["", _("Nothing is stopped: the rules stand on the card of whoever answers.")]
        else:
            words += ["", _("{n} calls stopped").format(n=line.stopped)]
            words += [f"{whole_moment(call.at, seconds=True)}  {call.line}" for call in calls]
        self.app.push_screen(WholeTextScreen(line.number, "\n".join(words)))

    def action_add(self) -> None:
        """Ask for a number, why, and until when."""
        today = self._now().astimezone().date()
        persons = self._blocked.may_set_rules
        self.app.push_screen(BlockFormScreen(self._blocked.add, today, self._words, self._added, persons=persons))

    def _added(self, _key: int) -> None:
        self._say(_("Noted. It holds from now on."))
        self.action_reload()

    def action_lift(self) -> None:
        """Ask, then lift one."""
        line = self.rows.current
        if line is None:
            return

        def picked(code: str | None) -> None:
            if code == YES:
                self._do(partial(self._blocked.lift, line.block_id), _("Lifted. It holds no longer."))

        choices = (Choice("no", _("No, leave it as it is")), Choice(YES, _("Yes")))
        self.app.push_screen(PickScreen(_("Lift the block of {number}?").format(number=line.number), choices), picked)

    def _do(self, work: Callable[[], object], said: str) -> None:
        def run() -> tuple[BlockLine, ...]:
            work()
            return self._read()

        def done(lines: tuple[BlockLine, ...]) -> None:
            self._show(lines)
            self._say(said)

        self.act(run, done)

    def _say(self, said: str) -> None:
        self._said.say(said)
        self.notify(said, markup=False)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

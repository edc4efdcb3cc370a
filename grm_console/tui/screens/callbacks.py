"""Missed calls and callbacks: who is to be called, and what was done about it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from grm_console.clock import Clock
from grm_console.desk.call_views import CallbackLine, MissedCall
from grm_console.domain.words import CallbackState
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.tui.commands import Command, bindings
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.callback_rows import CallbackRows, MissedRows
from grm_console.tui.widgets.row_view import RowView

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.callback_list import Callbacks

CALLBACKS = (
    Command("call", "f2,enter", "Call now", "Ring the citizen under the cursor; your telephone rings first.", "Rows"),
    Command("seen_to", "f8", "Done", "Somebody has seen to it; take it off the list.", "Rows"),
    Command("all_seen_to", "f9", "All done", "Take all missed calls that are shown off the list.", "Rows"),
    Command("cancel", "f4", "Cancel", "Do not call back: it is no longer wanted.", "Rows"),
    Command("other_list", "f6,tab", "Other list", "Go to the other list.", "Moving"),
    Command("reload", "f5", "Look again", "Read both lists again.", "Moving"),
    Command("back", "escape", "Back", "Go back to the desk.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)

YES = "yes"


class CallbacksScreen(CommandedScreen):
    """Two lists, one above the other; the keys at the foot are about the line under the cursor.

    `call_back` rings the contact point of a missed call, `take` the waiting exchange of a callback; both run in a
    thread, and the screen closes when one has begun, as the call is at the desk then.
    """

    CSS_PATH = "callbacks.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = CALLBACKS
    BINDINGS: ClassVar[list[BindingType]] = bindings(CALLBACKS)
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(
        self,
        parts: "Callbacks",
        now: Clock,
        *,
        call_back: Callable[[int], object],
        take: Callable[[int], object],
        may_call: bool = True,
    ) -> None:
        super().__init__()
        self._parts = parts
        self._now = now
        self._call_back = call_back
        self._take = take
        self._may_call = may_call
        self.missed = MissedRows()
        self.callbacks = CallbackRows()
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        with Vertical(id="callback-lists"):
            yield self.missed
            yield self.callbacks
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self.missed.border_title = Content(_("Missed calls"))
        self.callbacks.border_title = Content(_("Callbacks"))
        self.missed.focus()
        self._read()

    def _read(self) -> None:
        self.act(self._both, self._show)

    def _both(self) -> tuple[tuple[MissedCall, ...], tuple[CallbackLine, ...]]:
        return self._parts.missed(), self._parts.open()

    def _show(self, found: tuple[tuple[MissedCall, ...], tuple[CallbackLine, ...]]) -> None:
        missed, callbacks = found
        now = self._now()
        self.missed.show(missed, now)
        self.callbacks.show(callbacks, now)
        self.missed.border_title = Content(_("Missed calls ({n})").format(n=len(missed)))
        self.callbacks.border_title = Content(_("Callbacks ({n})").format(n=len(callbacks)))
        if not missed and callbacks and self.focused is self.missed:
            self.callbacks.focus()
        self.commands_changed()

    def refused(self, error: GrmError) -> None:
        """Say why; a list that shows nothing yet says it too."""
        for rows in (self.missed, self.callbacks):
            if not rows.count:
                rows.sentence = str(error)
                rows.rows_changed()
        super().refused(error)

    @property
    def current(self) -> MissedCall | CallbackLine | None:
        """The line the keys are about: the one under the cursor of the list with the focus."""
        return self.callbacks.current if self.callbacks.has_focus else self.missed.current

    @on(RowView.Moved)
    @on(RowView.Picked)
    @on(events.DescendantFocus)
    def _follow_cursor(self) -> None:
        self.commands_changed()

    def on_resize(self) -> None:
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        line = self.current
        is_open = isinstance(line, CallbackLine) and line.state is CallbackState.OPEN
        match action:
            case "call":
                ringable = isinstance(line, MissedCall) and line.contact_point_id is not None
                return self._may_call and (ringable or is_open)
            case "seen_to":
                missed_callback = isinstance(line, CallbackLine) and line.state is CallbackState.MISSED
                return self._may_call and (isinstance(line, MissedCall) or missed_callback)
            case "all_seen_to":
                return self._may_call and isinstance(line, MissedCall)
            case "cancel":
                return self._may_call and is_open
        return super().check_action(action, parameters)

    def here(self) -> tuple[str, str]:
        """What the list with the focus is for."""
        if self.callbacks.has_focus:
            return _("Callbacks"), _(
                "Who asked to be called back, or is owed it, in the order it is due. They are offered to the desk by "
                "themselves; F2 takes one now. Missed ones were not reached in three attempts, or not in their time."
            )
        return _("Missed calls"), _(
            "Who rang and talked to nobody. A later talk takes a line off by itself; F8 does it by hand."
        )

    def action_call(self) -> None:
        """Ring the citizen."""
        line = self.current
        if isinstance(line, CallbackLine):
            self.act(partial(self._take, line.interaction_id), self._began)
        elif line is not None and line.contact_point_id is not None:
            self.act(partial(self._call_back, line.contact_point_id), self._began)

    def _began(self, _result: object) -> None:
        self.dismiss()

    def action_seen_to(self) -> None:
        """Mark one as seen to."""
        line = self.current
        if line is not None:
            self._do(partial(self._parts.seen_to, line.interaction_id), _("Done. It is off the list."))

    def action_all_seen_to(self) -> None:
        """Ask, then mark all that are shown."""
        shown = tuple(line.interaction_id for line in self.missed.lines)
        question = _("Take all {n} missed calls off the list?").format(n=len(shown))
        said = _("{n} missed calls are off the list.").format(n=len(shown))
        self._ask(question, partial(self._do, partial(self._parts.seen_to_all, shown), said))

    def action_cancel(self) -> None:
        """Ask, then cancel one callback."""
        line = self.current
        if isinstance(line, CallbackLine):
            said = _("Cancelled. Nobody calls this number back now.")
            work = partial(self._parts.cancel, line.interaction_id)
            self._ask(_("Do not call {number} back?").format(number=line.number), partial(self._do, work, said))

    def _ask(self, question: str, then: Callable[[], None]) -> None:
        def picked(code: str | None) -> None:
            if code == YES:
                then()

        choices = (Choice("no", _("No, leave it as it is")), Choice(YES, _("Yes")))
        self.app.push_screen(PickScreen(question, choices), picked)

    def _do(self, work: Callable[[], object], said: str) -> None:
        def run() -> tuple[tuple[MissedCall, ...], tuple[CallbackLine, ...]]:
            work()
            return self._both()

        def done(found: tuple[tuple[MissedCall, ...], tuple[CallbackLine, ...]]) -> None:
            self._show(found)
            self._said.say(said)
            self.notify(said, markup=False)

        self.act(run, done)

    def action_other_list(self) -> None:
        """Go to the other list."""
        (self.missed if self.callbacks.has_focus else self.callbacks).focus()

    def action_reload(self) -> None:
        """Read both lists again."""
        self._read()

    def action_back(self) -> None:
        """Go back to the desk."""
        self.dismiss()

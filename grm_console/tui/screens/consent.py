"""Whether a number may be sent texts: what was said about it, when and by whom, and how it is changed with a reason."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock
from grm_console.desk.conversation_views import ConsentLine, ConsentLog, ReachLine
from grm_console.domain.opt_out import OptOut
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit
from grm_console.tui.widgets.text_fields import LineField
from grm_console.tui.words import when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.conversations import Conversations

CONSENT = (
    Command("no_texts", "f8", "No texts", "The citizen wants no texts: note it, with the reason.", "Consent"),
    Command("texts_again", "f4", "Texts again", "The citizen wants texts again: note it, with the reason.", "Consent"),
    Command("reached", "f9", "Reachable", "Texts arrive here again: note it, with the reason.", "Consent"),
    Command("back", "escape", "Back", "Go back to the desk.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)


class ConsentRows(RowView, can_focus=True):
    """The log, newest first: what was said or happened, below it when and by whom."""

    def __init__(self, now: Clock) -> None:
        super().__init__(sentence=_("Looking …"), id="consent-rows")
        self._now = now
        self._lines: tuple[ConsentLine | ReachLine, ...] = ()

    def show(self, log: ConsentLog) -> None:
        """Show everything that led to the present state."""
        self._lines = tuple(sorted((*log.words, *log.reach), key=lambda line: line.at, reverse=True))
        self.sentence = _("Nobody said STOP here, and every text arrived.")
        self.rows_changed()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """What was said; when, by whom, why."""
        one = self._lines[index]
        if line == 0:
            return fit(((_said(one), "title"),), width)
        who = printable(one.by, limit=60) if one.by else _("the carrier") if _by_carrier(one) else _("the citizen")
        facts = (when(one.at, self._now()), who, printable(one.reason, limit=200))
        return fit((("  " + " · ".join(fact for fact in facts if fact), "muted"),), width)


def _by_carrier(line: ConsentLine | ReachLine) -> bool:
    return isinstance(line, ReachLine) or line.by_carrier


def _said(line: ConsentLine | ReachLine) -> str:
    if isinstance(line, ReachLine):
        return _("texts arrive again") if line.reached else _("texts do not arrive")
    return {
        OptOut.STOP: _("STOP: no texts any more"),
        OptOut.START: _("START: texts again"),
        OptOut.HELP: _("HELP: asked what this is"),
    }[line.word]


class ConsentScreen(CommandedScreen):
    """One number's log; what is changed by hand needs a reason and never happens silently."""

    CSS_PATH = "consent.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = CONSENT
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONSENT)

    def __init__(self, conversations: "Conversations", contact_point_id: int, address: str, now: Clock) -> None:
        super().__init__()
        self._conversations = conversations
        self._point = contact_point_id
        self._address = address
        self._rows = ConsentRows(now)
        self._log: ConsentLog | None = None
        self._words: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        yield self._rows
        yield self.footer

    def on_mount(self) -> None:
        self._rows.focus()
        self.act(lambda: self._conversations.consent(self._point), self._show)

    def on_resize(self) -> None:
        self.commands_changed()

    def _show(self, log: ConsentLog) -> None:
        self._log = log
        state = _("no texts: this number said STOP") if log.opted_out else _("texts may be sent")
        if not log.reached:
            state = _("{state} · texts did not arrive the last time").format(state=state)
        address = printable(self._address, limit=60)
        head = Content.assemble((_("Texts to {address}").format(address=address), "bold"), f"  {state}")
        self.query_one("#head", Static).update(head)
        self._rows.show(log)
        self.commands_changed()

    def refused(self, error: GrmError) -> None:
        """Say why; a list that shows nothing yet says it too."""
        if self._log is None:
            self._rows.sentence = str(error)
            self._rows.rows_changed()
        super().refused(error)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        log = self._log
        match action:
            case "no_texts":
                return log is not None and not log.opted_out
            case "texts_again":
                return log is not None and log.opted_out
            case "reached":
                return log is not None and not log.reached
        return super().check_action(action, parameters)

    def here(self) -> tuple[str, str]:
        """What the list is for."""
        told = _("Whoever said STOP gets no texts until they say START, or tell you so: then note it with the reason.")
        return _("Consent to texts"), told

    def _ask(self, title: str, store: Callable[[str], ConsentLog]) -> None:
        field = FormField("reason", _("Reason"), LineField(), required=True)
        form = SmallFormScreen(title, (field,), self._words, lambda typed: store(typed["reason"]), self._show)
        self.app.push_screen(form)

    def action_no_texts(self) -> None:
        """Note that no texts are wanted."""
        conversations, point = self._conversations, self._point
        self._ask(
            _("No texts to this number"),
            lambda reason: conversations.set_consent(point, opted_out=True, reason=reason),
        )

    def action_texts_again(self) -> None:
        """Note that texts are wanted again."""
        conversations, point = self._conversations, self._point
        self._ask(
            _("Texts to this number again"),
            lambda reason: conversations.set_consent(point, opted_out=False, reason=reason),
        )

    def action_reached(self) -> None:
        """Note that texts arrive again."""
        conversations, point = self._conversations, self._point
        self._ask(_("Texts arrive here again"), lambda reason: conversations.lift_unreached(point, reason))

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

"""The morning's post: one letter after the other is entered whole, with its case and its wrap-up, without leaving."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.desk.views import CaseForm, DispositionChoice, Promise, ServiceChoice
from grm_console.domain.words import Channel
from grm_console.errors import GrmError, InvalidInput
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.log import entry_fields, entry_of
from grm_console.tui.screens.small_form import TALL
from grm_console.tui.widgets.case_form import CaseFormPanel
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField

if TYPE_CHECKING:
    from grm_console.desk.exchange_views import ClosedEntry, NewEntry

SIDE_BY_SIDE = 100
"""Columns from which envelope and case stand beside each other."""

KEPT = ("channel", "direction", "happened_at")
"""What the next letter of the pile most likely shares with the last one."""

SHOWN = 3
"""Lines of what was entered last."""

POST = (
    Command("store", "ctrl+s", "Store", "Store this letter; the next one follows.", "Post"),
    Command("other_part", "f6", "Other part", "Go from the envelope to the case, and back.", "Post"),
    Command("back", "escape", "Back", "Go back to the desk; a half-typed letter is kept.", "Post"),
    Command("help", "f1", "Help", "Show all keys.", "Post"),
)


class Pile(Protocol):
    """What the screen needs of the seat."""

    def log_and_close(
        self, entry: "NewEntry", disposition: str, form: CaseForm | None = None, key: str = ""
    ) -> "ClosedEntry":
        """Store one letter whole."""

    def dispositions(self, channel: Channel) -> tuple[DispositionChoice, ...]:
        """The wrap-up codes that fit a door."""


class PostScreen(CommandedScreen):
    """Envelope on the left, the desk's own case form on the right; stored letters are counted below.

    `words` and `form` are what a half-typed letter holds since the screen was last left; `keep` is told of its form.
    """

    CSS_PATH = "post.tcss"
    TABLE = POST
    BINDINGS: ClassVar[list[BindingType]] = bindings(POST)
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [  # type: ignore[misc]
        (0, "-narrow"),
        (SIDE_BY_SIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-short"), (TALL, "-tall")]  # type: ignore[misc]

    @dataclass
    class Codes(Message):
        """The wrap-up codes of the chosen door."""

        codes: tuple[DispositionChoice, ...]

    @dataclass
    class Promised(Message):
        """What may be promised for the chosen service."""

        promise: Promise | None

    def __init__(
        self,
        pile: Pile,
        services: tuple[ServiceChoice, ...],
        promise: Callable[[CaseForm], Promise | None],
        now: Callable[[], datetime],
        words: dict[str, str],
        form: CaseForm,
        keep: Callable[[CaseForm], None],
    ) -> None:
        super().__init__()
        self._pile = pile
        self._services = services
        self._promise = promise
        self._now = now
        self._words = words
        """What stood on the envelope and was not stored when the screen was left, by field; emptied by storing."""
        self._form = form
        self._keep = keep
        self._codes = ChoiceField((("", _("choose")),))
        self._envelope = (*entry_fields(Channel.LETTER), FormField("disposition", _("How it ended"), self._codes))
        self._case = CaseFormPanel(clock=now)
        self._stored: list[str] = []
        self._key = secrets.token_hex(8)
        self._promised = ""

    @property
    def edited(self) -> bool:
        """Whether it holds words that are not stored."""
        typed = self._typed()
        return self._case.form() != CaseForm() or any(typed[name] for name in ("address", "reference", "text"))

    def compose(self) -> ComposeResult:
        with Horizontal(id="parts"):
            with VerticalScroll(id="envelope", can_focus=False) as envelope:
                envelope.border_title = Content(_("1 Envelope"))
                yield from self._envelope
            yield self._case
        yield Static(id="stored", markup=False)
        yield self.footer

    def on_mount(self) -> None:
        self._case.set_services(self._services)
        self._case.load(self._form)
        self._case.border_title = Content(_("2 Case, if there is one"))
        self._want_promise(self._form)
        for field in self._envelope:
            if field.name in self._words:
                field.load(self._words[field.name])
        self._fetch_codes()
        self._say("")
        self.commands_changed()
        self._envelope[3].focus_control()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.set_class(self._case in event.widget.ancestors_with_self, "-case")

    def action_other_part(self) -> None:
        """Go from the envelope to the case, or back."""
        if self.has_class("-case"):
            self.remove_class("-case")
            self._envelope[3].focus_control()
        else:
            self.add_class("-case")
            self._case.focus_first_missing()

    def action_back(self) -> None:
        """Go back; what is typed stands here again at the next opening. Not while it is on its way to the store."""
        if self.acting:
            self.notify(_("It is being stored; one moment."), markup=False)
            return
        self._words.clear()
        if self.edited:
            self._words.update(self._typed())
        self._keep(self._case.form())
        self.dismiss(None)

    def action_store(self) -> None:
        """Store the letter whole."""
        typed, form, key = self._typed(), self._case.form(), self._key
        for field in self._envelope:
            field.show_problem("")
        try:
            entry = entry_of(typed, self._now())
        except InvalidInput as error:
            self.refused(error)
            return
        self.act(lambda: self._pile.log_and_close(entry, typed["disposition"], form, key), self._next)

    def _next(self, closed: "ClosedEntry") -> None:
        typed = self._typed()
        who = printable(typed["address"] or typed["reference"] or typed["text"], limit=60)
        case = closed.case
        told = _("case {number}").format(number=case.number) if case is not None else _("no case")
        self._stored.append(f"{who or _('no sender')} · {told}")
        self._key = secrets.token_hex(8)
        self._words.clear()
        self._keep(CaseForm())
        for field in self._envelope:
            if field.name not in (*KEPT, "disposition"):
                field.load("")
        self._case.reset()
        self._promised = ""
        self._case.border_title = Content(_("2 Case, if there is one"))
        self._say("")
        self.remove_class("-case")
        self._envelope[3].focus_control()

    def refused(self, error: GrmError) -> None:
        """Mark each refused field, in whichever part it stands."""
        problems = error.problems if isinstance(error, InvalidInput) else {}
        names = {field.name for field in self._envelope}
        for field in self._envelope:
            field.show_problem(problems.get(field.name or "", ""))
        in_case = {name: sentence for name, sentence in problems.items() if name not in names}
        self._case.show_missing(in_case)
        self._say(str(error))
        first = next((field for field in self._envelope if field.name in problems), None)
        if first is not None:
            self.remove_class("-case")
            first.focus_control()
        elif in_case:
            self.add_class("-case")
            self._case.focus_first_missing()

    def _typed(self) -> dict[str, str]:
        return {field.name or "": field.value.strip() for field in self._envelope}

    def _say(self, problem: str) -> None:
        lines = [Content(line) for line in self._stored[-SHOWN:]]
        count = len(self._stored)
        if problem:
            lines = [Content.styled(f"▲ {printable(problem)}", "$warning")]
        elif count:
            lines.insert(0, Content.styled(_("{n} stored").format(n=count), "bold $success"))
        else:
            lines = [
                Content.styled(_("Ctrl+S stores this letter and empties the form for the next one."), "$text-muted")
            ]
        self.query_one("#stored", Static).update(Content("\n").join(lines))

    # -- what the parts say

    @on(ChoiceField.Changed)
    def _chosen(self, event: ChoiceField.Changed) -> None:
        if event.control in (self._envelope[0].control,):
            self._fetch_codes()

    def _fetch_codes(self) -> None:
        channel = Channel(self._envelope[0].value)
        self.ask("codes", lambda: self.Codes(self._pile.dispositions(channel)))

    @on(Codes)
    def _codes_came(self, message: Codes) -> None:
        options = (("", _("choose")), *((code.code, printable(code.name)) for code in message.codes))
        chosen = self._codes.value
        self._codes.set_options(options)
        if all(chosen != value for value, _word in options):
            self._codes.load("")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(CaseFormPanel.FormChanged)
    def _form_changed(self, message: CaseFormPanel.FormChanged) -> None:
        self._want_promise(message.form)

    def _want_promise(self, form: CaseForm) -> None:
        if form.service != self._promised:
            self._promised = form.service
            self.ask("promise", lambda: self.Promised(self._promise(form)))

    @on(Promised)
    def _promise_came(self, message: Promised) -> None:
        self._case.show_promise(message.promise)

    @on(CaseFormPanel.SaveWanted)
    def _save_wanted(self) -> None:
        self.action_store()

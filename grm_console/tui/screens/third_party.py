"""Whom to bring into a call or hand it to: found as it is typed, with number, hours, and whether they are free."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from grm_console.desk.call_views import ThirdParty
from grm_console.domain.words import LegRole
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.explain import explain
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.text_fields import LineField

DEBOUNCE = 0.05
"""Seconds without a further character before a search."""

WIDE = 100
"""Columns from which somebody stands in one line."""

NAME_CELLS = 34
NOTE = 500
"""Characters of a note to whoever takes over."""


class How(Enum):
    """What is to be done with whoever was chosen."""

    CONSULT = "consult"
    ADD = "add"
    OFFER = "offer"
    HAND_OVER = "hand over"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom, how, and what they are told."""

    party: ThirdParty
    how: How
    note: str = ""


class PartyRows(RowView, can_focus=False):
    """Those who fit; the keys reach them from the box above, which keeps the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.parties: tuple[ThirdParty, ...] = ()

    def show(self, parties: tuple[ThirdParty, ...], sentence: str) -> None:
        """Show these with the cursor on the first one, or the sentence if there are none."""
        self.parties, self.sentence = parties, sentence
        self.cursor = 0
        self.rows_changed()

    @property
    def current(self) -> ThirdParty | None:
        """Whoever is under the cursor."""
        return self.parties[self.cursor] if self.parties else None

    @property
    def cursor_active(self) -> bool:
        """The box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many fit."""
        return len(self.parties)

    @property
    def row_height(self) -> int:
        """One line where there is room, else two."""
        return 1 if self.size.width >= WIDE else 2

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Free or busy and who; then the number, hours and duties."""
        party = self.parties[index]
        state: Part = (_("● free "), "good") if party.free else (_("○ busy "), "muted")
        if party.role is LegRole.CALLER:
            state = (_("→ queue "), "mark")
        elif not party.number:
            state = (_("○ no telephone "), "muted")
        name = printable(party.name, limit=80)
        facts = " · ".join(printable(part, limit=160) for part in (party.number, party.detail) if part)
        ink = "title" if index == self.cursor else "text"
        if self.row_height == 1:
            rest = width - cell_len(state[0]) - NAME_CELLS - 1
            return [state, (pad(name, NAME_CELLS + 1), ink), (clip(facts, rest), "muted")]
        if line == 0:
            return [state, (clip(name, width - cell_len(state[0])), ink)]
        return [("  ", "muted"), (clip(facts, width - 2), "muted")]


class ThirdPartyScreen(ActingScreen, ModalScreen[None]):
    """Enter does the usual thing with whoever is under the cursor, ^A adds without hold, ^B hands over blind.

    A colleague or a queue gets a note first, as a transfer cannot be taken back once it is done: Enter goes to it.
    `directory` runs in a thread; `then` is called with what was chosen, after the screen has closed.
    """

    CSS_PATH = "third_party.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#party-box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f1", "explain", show=False, priority=True),
        Binding("ctrl+a", "add", show=False, priority=True),
        Binding("ctrl+b", "hand_over", show=False, priority=True),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    @dataclass
    class Found(Message):
        """Those who fit the words of one request."""

        request: int
        parties: tuple[ThirdParty, ...]

    def __init__(
        self,
        title: str,
        directory: Callable[[str], tuple[ThirdParty, ...]],
        roles: frozenset[LegRole],
        usual: How,
        then: Callable[[Chosen], None],
        note: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._directory = directory
        self._roles = roles
        self._usual = usual
        self._then = then
        self._box = LineField(placeholder=_("name, duty or language"), id="party-box")
        self._rows = PartyRows()
        self._note = LineField(note, limit=NOTE, placeholder=_("what whoever takes over should know"), id="party-note")
        self._request = 0
        self._settle: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            yield self._box
            yield self._rows
            if not self._roles.isdisjoint((LegRole.OPERATOR, LegRole.CALLER)):
                yield Static(_("Note for a transfer"), classes="label", markup=False)
                yield self._note
            yield Static(id="party-says", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin with everybody."""
        self._search()

    @on(Input.Changed, "#party-box")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(DEBOUNCE, self._search)

    def _search(self) -> None:
        self._request += 1
        request, words = self._request, self._box.value
        self.ask("directory", lambda: self.Found(request, self._directory(words)))

    @on(Found)
    def _found(self, message: Found) -> None:
        if message.request == self._request:
            parties = tuple(party for party in message.parties if party.role in self._roles)
            self._rows.show(parties, _("Nobody is listed so. Try another word: a name, a duty, a language."))
            self._say()

    @on(RowView.Moved)
    def _say(self) -> None:
        """What the keys would do with whoever is under the cursor."""
        self.query_one("#party-says", Static).update(Content(self._keys()))

    def _keys(self) -> str:
        party = self._rows.current
        if party is None:
            return _("Esc back")
        name = printable(party.name, limit=30)
        if party.role is LegRole.OPERATOR:
            words = _("Enter offers the call to {name}, with your note   Esc back")
        elif party.role is LegRole.CALLER:
            words = _("Enter hands over to {name}, and you are out   ^B at once   Esc back")
        elif party.role is LegRole.DEPARTMENT and self._usual is How.ADD:
            words = _("Enter adds {name}   ^B hands over to a person there   Esc back")
        elif party.role is LegRole.DEPARTMENT:
            words = _("Enter consults {name}   ^A adds   ^B hands over to a person there   Esc back")
        elif self._usual is How.ADD:
            words = _("Enter adds {name}   Esc back")
        else:
            words = _("Enter consults {name}, the citizen waits   ^A adds at once   Esc back")
        return words.format(name=name)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        party = self._rows.current
        if not self.is_current or party is None:
            return
        transfer = party.role in (LegRole.OPERATOR, LegRole.CALLER)
        if transfer and event.input is self._box and self._note.is_attached:
            self._note.focus()
            return
        how = {LegRole.OPERATOR: How.OFFER, LegRole.CALLER: How.HAND_OVER}.get(party.role, self._usual)
        self._take(party, how)

    def action_add(self) -> None:
        """Bring them in at once; the citizen hears it."""
        party = self._rows.current
        if party is None:
            return
        if party.role in (LegRole.OPERATOR, LegRole.CALLER):
            self._refuse(_("Colleagues and queues take a call over: Enter. Only others are added."))
        else:
            self._take(party, How.ADD)

    def action_hand_over(self) -> None:
        """Put the citizen into a queue at once, or leave them with a department as soon as a person is there."""
        party = self._rows.current
        if party is not None and party.role in (LegRole.CALLER, LegRole.DEPARTMENT):
            self._take(party, How.HAND_OVER)
        elif party is not None:
            self._refuse(_("Only a queue or a department takes a call so. To a colleague it is offered: Enter."))

    def _refuse(self, sentence: str) -> None:
        self.notify(sentence, severity="warning", markup=False)

    def _take(self, party: ThirdParty, how: How) -> None:
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        if not party.number and (how in (How.CONSULT, How.ADD) or party.role is LegRole.DEPARTMENT):
            self._refuse(_("{name} has no telephone number.").format(name=printable(party.name, limit=60)))
            return
        if how is How.OFFER and not party.free:
            self._refuse(_("{name} is busy. Choose somebody who is free.").format(name=printable(party.name, limit=60)))
            return
        self.dismiss()
        self._then(Chosen(party, how, self._note.value.strip()))

    def action_move(self, rows: int) -> None:
        """Choose somebody else."""
        self._rows.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Choose somebody further away."""
        self._rows.action_page(pages)

    def action_explain(self) -> None:
        """Say what the field with the focus is for."""
        self.app.push_screen(HelpScreen((), explain(self.focused)))

    def action_back(self) -> None:
        """Back to the desk; the call is as it was."""
        if self.is_current:
            self.dismiss()

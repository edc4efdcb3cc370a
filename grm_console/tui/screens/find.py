"""Find: one box for a name, a number, a case number or words; hits as it is typed, Enter opens one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static

from grm_console.clock import Clock, local_moment
from grm_console.desk.find_views import Found, FoundList
from grm_console.desk.spoken import channel_word
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len, clip, pad
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.text_fields import LineField
from grm_console.tui.words import KIND_SIGNS, when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.find import Finder

DEBOUNCE = 0.02
"""Seconds without a further character before a search; an input method commits several at once."""

AGAIN = 1.0
"""Seconds after which a search that the index was behind for is made once more."""

REST = 1.5
"""Seconds after which hits that stay on the screen count as looked at."""

WIDE = 110
"""Columns from which a hit stands in one line."""

NAME_CELLS = 40
SHOWN_CHARACTERS = 200


@dataclass
class HitsFound(Message):
    """What a search brought; `request` goes up with every search, and an older one's hits are dropped."""

    request: int
    found: FoundList


@dataclass
class SearchFailed(Message):
    """A search was refused or the store is away; the sentence is for the operator."""

    request: int
    sentence: str


class FoundRows(RowView, can_focus=False):
    """Hits, the surest first; the keys reach them from the box above, which keeps the focus."""

    def __init__(self, now: Clock) -> None:
        super().__init__()
        self.hits: tuple[Found, ...] = ()
        self._now = now

    def show(self, hits: tuple[Found, ...], sentence: str) -> None:
        """Show hits with the cursor on the first one, or the sentence if there are none."""
        self.hits, self.sentence = hits, sentence
        self.set_reactive(FoundRows.cursor, 0)
        self.jump_to(0)
        self.rows_changed()

    @property
    def cursor_active(self) -> bool:
        """The box moves this cursor, so it is always bright."""
        return True

    @property
    def count(self) -> int:
        """How many hits are shown."""
        return len(self.hits)

    @property
    def row_height(self) -> int:
        """One line where there is room, else two."""
        return 1 if self.size.width >= WIDE else 2

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Who it is; then why it is a hit, and what may be known before it is opened."""
        hit = self.hits[index]
        if self.row_height == 1:
            name, facts = self._who(hit, NAME_CELLS), self._facts(hit, width - NAME_CELLS - 1)
            return [(pad(name, NAME_CELLS + 1), self._ink(index)), *facts]
        if line == 0:
            return [(self._who(hit, width), self._ink(index))]
        return [("  ", "muted"), *self._facts(hit, width - 2)]

    def _ink(self, index: int) -> str:
        return "title" if index == self.cursor else "text"

    def _who(self, hit: Found, cells: int) -> str:
        names = " ".join(printable(name, limit=SHOWN_CHARACTERS) for name in (hit.name, hit.other_name) if name)
        named = KIND_SIGNS[hit.contact_kind] + names if names else _("nobody by name")
        district = f" · {printable(hit.district, limit=40)}" if hit.district else ""
        return clip(clip(named, max(cells - cell_len(district), cells // 2)) + district, cells)

    def _facts(self, hit: Found, cells: int) -> list[Part]:
        if hit.kind == "text" and hit.at is not None:
            door = channel_word(hit.channel) if hit.channel is not None else _("note")
            lead = f"{local_moment(hit.at, self._now())} {_('case') if hit.case_id is not None else door}"
            rest = printable(hit.words, limit=SHOWN_CHARACTERS) or _("open the contact to read it")
        else:
            lead = printable(hit.why, limit=80)
            facts = []
            if hit.last_contact is not None:
                facts.append(_("last contact {when}").format(when=when(hit.last_contact, self._now())))
            if hit.open_cases:
                facts.append(_("open cases: {n}").format(n=hit.open_cases))
            rest = " · ".join(facts)
        lead = clip(f"{lead}  " if rest else lead, cells)
        return [(lead, "mark"), (clip(rest, cells - cell_len(lead)), "muted")]


class FindScreen(ModalScreen[Found | None]):
    """Gives back the hit that was chosen, not yet opened, or None after Esc."""

    CSS_PATH = "find.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#find-box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, finder: "Finder", now: Clock) -> None:
        super().__init__()
        self._finder = finder
        self._box = LineField(placeholder=_("name, number, case number or words"), id="find-box")
        self._says = Static(_invitation(), id="find-says", markup=False)
        self._rows = FoundRows(now)
        self._found = FoundList("", ())
        self._request = 0
        self._waiting = True
        self._take_first = False
        self._settle: Timer | None = None
        self._rest: Timer | None = None
        self._again: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Find"))
            yield self._box
            yield self._says
            yield self._rows
            yield Static(_("↑ ↓ choose   Enter opens   Esc back"), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin with the contacts opened last."""
        self._search()

    @on(Input.Changed, "#find-box")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._waiting, self._take_first = True, False
        self._request += 1  # hits under way are for other words
        for timer in (self._settle, self._rest, self._again):
            if timer is not None:
                timer.stop()
        self._settle = self.set_timer(DEBOUNCE, self._search)

    def _search(self) -> None:
        self._waiting = True
        self._search_again()

    def _search_again(self) -> None:
        """Ask for the same words; what is shown may be chosen meanwhile."""
        self._request += 1
        request, text = self._request, self._box.value

        def search() -> Message:
            return HitsFound(request, self._finder.find(text))

        self._ask("find", request, search)

    def _ask(self, group: str, request: int, work: Callable[[], Message | None]) -> None:
        """Run `work` in a thread; what it gives comes back as a message."""

        def run() -> None:
            try:
                message = work()
            except GrmError as error:
                message = SearchFailed(request, str(error))
            if message is not None:
                self.post_message(message)

        self.run_worker(run, thread=True, exclusive=True, group=group)

    @on(HitsFound)
    def _hits_found(self, message: HitsFound) -> None:
        if message.request != self._request:
            return
        self._waiting = False
        before, self._found = self._found, message.found
        found = message.found
        nothing = _("Nobody is found so. Try fewer letters, another part of the name, or the number.")
        if (found.typed, found.hits) != (before.typed, before.hits) or not found.hits:
            self._rows.show(found.hits, nothing if found.typed else "")
        if found.incomplete:
            self._again = self.set_timer(AGAIN, self._search_again)
        self._say(found.notice or (_told(found) if found.typed else _invitation()))
        if self._take_first and len(found.hits) == 1:
            self.dismiss(found.hits[0])
        elif found.typed:
            self._rest = self.set_timer(REST, self._rested)

    @on(SearchFailed)
    def _search_failed(self, message: SearchFailed) -> None:
        if message.request == self._request:
            self._waiting = False
            self._say(message.sentence)

    def _rested(self) -> None:
        """The hits stood long enough to be read: that is noted, once."""
        found = self._found
        self._ask("rested", self._request, lambda: self._finder.rested(found))

    @on(Input.Submitted, "#find-box")
    def _entered(self, event: Input.Submitted) -> None:
        """Take the hit under the cursor; typed ahead of the hits, only one that is the only one."""
        event.stop()
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        if self._waiting:
            self._take_first = True
        elif self._rows.hits:
            self.dismiss(self._rows.hits[self._rows.cursor])

    @on(RowView.Picked)
    def _pointed(self, event: RowView.Picked) -> None:
        event.stop()
        if self.is_current and not self._waiting:
            self.dismiss(self._rows.hits[event.index])

    def action_move(self, rows: int) -> None:
        """Choose another hit."""
        self._rows.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Choose a hit further away."""
        self._rows.action_page(pages)

    def action_back(self) -> None:
        """Back to the desk without a hit."""
        if self.is_current:
            self.dismiss(None)

    def _say(self, sentence: str) -> None:
        self._says.update(Content(printable(sentence)))


def _invitation() -> str:
    return _("Name or part of it, last 4 digits of a number, case number, or words said.")


def _told(found: FoundList) -> str:
    """How many there are of each kind."""
    counts = {kind: sum(hit.kind == kind for hit in found.hits) for kind in ("case", "contact", "text")}
    labels = {"case": _("cases: {n}"), "contact": _("contacts: {n}"), "text": _("lines of histories: {n}")}
    return "   ".join(labels[kind].format(n=count) for kind, count in counts.items() if count)

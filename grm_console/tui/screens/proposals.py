"""Unanswered questions as proposals: listed by rank, read masked, accepted as a draft or set aside with a reason."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from grm_console.clock import Clock
from grm_console.desk.proposal_views import Accepted, Proposal, ProposalLine
from grm_console.domain.article_wording import MAX_QUESTION
from grm_console.domain.masking import is_masked
from grm_console.domain.words import ProposalState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.article_form import ArticleFormScreen, FromProposal
from grm_console.tui.screens.board_questions import ask_why
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.kind_strip import KindStrip
from grm_console.tui.widgets.proposal_rows import ProposalRows, hidden_words, proposal_words
from grm_console.tui.widgets.row_view import RowView
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.text_fields import LineField

if TYPE_CHECKING:  # loading them would load the database before the first paint
    from grm_console.desk.editorial import Editorial
    from grm_console.desk.proposals import Proposals

PROPOSALS = (
    Command(
        "phrasing", "p", "Phrasing", "Add it to the nearest article as another way to ask, in a draft.", "Proposals"
    ),
    Command("article", "n", "New article", "Write a new article for it.", "Proposals"),
    Command(
        "set_aside", "d", "Set aside", "Propose it no more, with a reason; it comes back if it grows.", "Proposals"
    ),
    Command("read", "enter", "Read", "Go to the words beside the list, to scroll them, and back.", "Proposals"),
    Command("next_view(1)", "f6,tab", "Next list", "Open proposals, accepted ones, those set aside.", "Proposals"),
    Command("reload", "f5", "Look again", "Read the list again.", "Proposals", footer=False),
    Command("back", "escape", "Back", "Go back to the articles.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)

WIDE = 100
"""Columns from which the words stand beside the list, not below it."""
_VIEWS = tuple(ProposalState)


class ProposalsScreen(CommandedScreen):
    """A list and the proposal under its cursor; letters are keys, as nothing is typed here."""

    CSS_PATH = "proposals.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = PROPOSALS
    BINDINGS: ClassVar[list[BindingType]] = bindings(PROPOSALS)
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]

    @dataclass
    class LinesCame(Message):
        """The proposals of one state."""

        state: ProposalState
        lines: tuple[ProposalLine, ...]

    @dataclass
    class OneCame(Message):
        """The proposal under the cursor, whole."""

        found: Proposal

    def __init__(self, proposals: "Proposals", editorial: "Editorial", clock: Clock, keeper: WordsKeeper) -> None:
        super().__init__()
        self._proposals = proposals
        self._editorial = editorial
        self._clock = clock
        self._keeper = keeper
        self._state = ProposalState.OPEN
        self._words: dict[int, dict[str, str]] = {}
        """Phrasings that were typed and not stored, by proposal."""
        self._strip = KindStrip()
        self._rows = ProposalRows()
        self._detail = VerticalScroll(Static(id="words", markup=False), id="detail")
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield self._strip
        with Horizontal(id="body"):
            yield self._rows
            yield self._detail
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self._rows.focus()
        self._show_strip()
        self.action_reload()

    def here(self) -> tuple[str, str]:
        """What the list is for."""
        return _("Proposals"), _(
            "Questions that got no good answer, those that ask the same together: texts that were only acknowledged, "
            "searches that ended without an answer, answers called not helpful. On top is what most people ask, is "
            "answered worst and is asked again. Names and numbers are masked. An accepted one becomes a draft, which "
            "is reviewed and approved like any other; once it is published, the people who still ask are counted."
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        line = self._rows.current
        decides = line is not None and line.state is ProposalState.OPEN and self._proposals.may_decide
        match action:
            case "phrasing":
                return decides and line is not None and bool(line.code)
            case "article" | "set_aside":
                return decides
            case "read":
                return line is not None
        return super().check_action(action, parameters)

    # -- what is shown

    def action_reload(self) -> None:
        """Read the list again."""
        state = self._state
        self.ask("lines", lambda: self.LinesCame(state, self._proposals.lines(state)))

    @on(LinesCame)
    def _lines_came(self, message: LinesCame) -> None:
        if message.state is not self._state:
            return
        empty = {
            ProposalState.OPEN: _("No proposal: every question got an answer, or nobody has grouped them yet."),
            ProposalState.ACCEPTED: _("Nothing was accepted yet."),
            ProposalState.SET_ASIDE: _("Nothing was set aside."),
        }
        self._rows.show(message.lines, self._clock(), empty[self._state])
        self._show_one()

    def _show_strip(self) -> None:
        names = {
            ProposalState.OPEN: _("Proposals"),
            ProposalState.ACCEPTED: _("Accepted"),
            ProposalState.SET_ASIDE: _("Set aside"),
        }
        self._strip.show(tuple((state.value, names[state]) for state in _VIEWS), self._state.value)

    @on(RowView.Moved)
    def _show_one(self) -> None:
        line = self._rows.current
        self.commands_changed()
        if line is None:
            self._detail.query_one(Static).update("")
            return
        self._said.say(printable(line.words) or hidden_words())
        self.ask("one", lambda: self.OneCame(self._proposals.one(line.group_id)))

    @on(OneCame)
    def _one_came(self, message: OneCame) -> None:
        line = self._rows.current
        if line is not None and line.group_id == message.found.line.group_id:
            self._detail.query_one(Static).update(proposal_words(message.found, self._clock()))
            self._detail.scroll_home(animate=False)

    def action_next_view(self, step: int) -> None:
        """Go to the next list."""
        self._go_to(_VIEWS[(_VIEWS.index(self._state) + step) % len(_VIEWS)])

    @on(TabStrip.Chosen)
    def _view_clicked(self, message: TabStrip.Chosen) -> None:
        self._go_to(ProposalState(message.panel))

    def _go_to(self, state: ProposalState) -> None:
        self._state = state
        self._show_strip()
        self.action_reload()

    def action_read(self) -> None:
        """Go to the words beside the list, or back."""
        (self._rows if self.focused is self._detail else self._detail).focus()

    # -- deciding

    def action_phrasing(self) -> None:
        """Ask for the words, then put them into a draft of the nearest article."""
        line = self._rows.current
        if line is None:
            return
        proposed = {} if is_masked(line.words) else {"phrasing": line.words}
        words = self._words.setdefault(line.group_id, proposed)
        title = _("Another way to ask {code}").format(code=printable(line.code, limit=20))
        fields = (FormField("phrasing", _("As people ask it"), LineField(limit=MAX_QUESTION), required=True),)
        self.app.push_screen(
            SmallFormScreen(
                title,
                fields,
                words,
                lambda typed: self._proposals.accept_phrasing(line.group_id, typed["phrasing"]),
                self._accepted,
            )
        )

    def _accepted(self, made: Accepted) -> None:
        told = _("{code} {language} v{version} is a draft now: send it to review from its own screen.")
        self._told(told.format(code=made.code, language=made.language, version=made.version))

    def action_article(self) -> None:
        """Write a new article for it."""
        self.act(self._editorial.departments, self._open_form)

    def _open_form(self, departments: tuple[str, ...]) -> None:
        line = self._rows.current
        if line is not None:
            question = "" if is_masked(line.words) else line.words
            purpose = FromProposal(self._proposals, line.group_id, line.language, question, line.owner_code)
            form = ArticleFormScreen(self._editorial, purpose, departments, self._keeper, self._written)
            self.app.push_screen(form)

    def _written(self, _article_id: int) -> None:
        self._told(_("The article is a draft now: send it to review from its own screen."))

    def action_set_aside(self) -> None:
        """Ask why."""
        line = self._rows.current
        if line is not None:
            example = _("It is answered elsewhere, for example.")
            ask_why(self.app, example, lambda why: self._set_aside(line.group_id, why))

    def _set_aside(self, group_id: int, why: str) -> None:
        told = _("Set aside. It comes back if markedly more people ask.")
        self.act(lambda: self._proposals.set_aside(group_id, why), lambda _nothing: self._told(told))

    def _told(self, words: str) -> None:
        self._said.say(words)
        self.notify(printable(words), markup=False)
        self.action_reload()

    def action_back(self) -> None:
        """Go back to the articles."""
        self.dismiss()

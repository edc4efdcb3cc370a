"""All standard answers with their state: found as typed, by state, language and owner, by what is stale or due."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.clock import Clock
from grm_console.desk.editorial_views import ArticleFilter, ArticleLine
from grm_console.domain.words import ArticleState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.article import ArticleScreen
from grm_console.tui.screens.article_form import ArticleFormScreen, NewArticle
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.file import FileScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.article_rows import SOON, ArticleRows
from grm_console.tui.widgets.article_words import state_word
from grm_console.tui.widgets.kind_strip import KindStrip
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.text_fields import LineField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.editorial import Editorial
    from grm_console.desk.proposals import Proposals

# A letter belongs to the filter, so there are no single letters here.
KNOWLEDGE = (
    Command("open", "enter", "Open", "Open the article under the cursor.", "Articles"),
    Command("new", "f4,ctrl+n", "New", "Write a new article.", "Articles"),
    Command("language", "f2", "Language", "Show one language only, or all again.", "Filter"),
    Command("owner", "f3", "Owner", "Show one department's articles only, or all again.", "Filter"),
    Command("proposals", "f7", "Proposals", "Show what people ask and nothing answers well.", "Articles"),
    Command("file", "f8", "File", "Import drafts or export what is published; a trial comes first.", "Articles"),
    Command("next_view(1)", "f6,tab", "Next list", "Go to the next list; Shift+Tab to the one before.", "Filter"),
    Command("reload", "f5", "Look again", "Read the list again.", "Filter", footer=False),
    Command("back", "escape", "Back", "Clear the filters, then go back.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
    Command("app.command_palette", "ctrl+p", "Palette", "Find a command by its name.", "Console", footer=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave the console.", "Console", footer=False),
)

SHOWN = 2000
"""Lines that are shown at most; more are found by typing."""


@dataclass(frozen=True, slots=True)
class _View:
    """One list: its name, and which lines are in it."""

    name: str
    label: str
    filter: ArticleFilter


class KnowledgeScreen(CommandedScreen):
    """Lists as tabs, a filter, rows; an article opens over it. Who does not write sees what is published."""

    CSS_PATH = "knowledge.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = KNOWLEDGE
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KNOWLEDGE),
        Binding("shift+tab", "next_view(-1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    @dataclass
    class LinesCame(Message):
        """All lines that may be seen."""

        lines: tuple[ArticleLine, ...]
        today: date

    def __init__(
        self, editorial: "Editorial", clock: Clock, keeper: WordsKeeper, proposals: "Proposals | None" = None
    ) -> None:
        super().__init__()
        self._editorial = editorial
        self._proposals = proposals
        self._clock = clock
        self._keeper = keeper
        self._all: tuple[ArticleLine, ...] | None = None
        """None until they came."""
        self._today = clock().astimezone().date()
        self._view = "all"
        self._language = ""
        self._owner = ""
        self._text_id = 0
        """The text that the cursor goes to with the next lines."""
        self._strip = KindStrip()
        self._filter = LineField(placeholder=_("Type words of the question, a code, a department"), id="filter")
        self._only = Static(id="only", markup=False)
        self._rows = ArticleRows(id="rows")
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self._filter
        yield self._only
        yield self._rows
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self._filter.focus()
        self._show()
        self.action_reload()

    def on_screen_resume(self) -> None:
        self._filter.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        match action:
            case "open":
                return self._rows.current is not None
            case "new" | "file":
                return self._editorial.may_write
            case "proposals":
                return self._proposals is not None and self._proposals.may_see
            case "back":
                return self._filtered or self.app.screen_stack.index(self) > 1
            case _:
                return True

    def here(self) -> tuple[str, str]:
        """What the lists are for."""
        return _("Standard answers"), _(
            "Every article in each of its languages. ○ draft, ◐ in review, ◆ approved, ● published, ⊘ expired. A stale "
            "translation is older than what it was made from. Typing narrows the list, Enter opens an article."
        )

    # -- what is shown

    def _views(self) -> tuple[_View, ...]:
        soon = self._today + SOON
        works = (
            *(
                _View(state.value, state_word(state).capitalize(), ArticleFilter(state=state.value))
                for state in (ArticleState.DRAFT, ArticleState.REVIEW, ArticleState.APPROVED)
            ),
            _View("expired", state_word(ArticleState.EXPIRED).capitalize(), ArticleFilter(state="expired")),
        )
        return (
            _View("all", _("All"), ArticleFilter()),
            *(works if self._editorial.works else ()),
            _View("stale", _("Stale"), ArticleFilter(stale=True)),
            _View("due", _("Review due"), ArticleFilter(due_by=soon)),
            _View("ends", _("Expiring"), ArticleFilter(state="published", ends_by=soon)),
        )

    def action_reload(self) -> None:
        """Read the list again."""
        self.ask("lines", lambda: self.LinesCame(self._editorial.lines(), self._editorial.today))

    @on(LinesCame)
    def _lines_came(self, message: LinesCame) -> None:
        self._all, self._today = message.lines, message.today
        self._show()

    @on(Input.Changed, "#filter")
    def _words_typed(self) -> None:
        self._show()

    @property
    def _filtered(self) -> bool:
        return bool(self._filter.value or self._language or self._owner)

    def _show(self) -> None:
        lines = self._all or ()
        views = self._views()
        counted = {view.name: sum(map(view.filter.fits, lines)) for view in views}
        tabs = tuple((view.name, f"{view.label} {counted[view.name]}") for view in views)
        self._strip.show(tabs, self._view)
        chosen = next(view for view in views if view.name == self._view)
        wanted = replace(chosen.filter, words=self._filter.value, language=self._language, owner=self._owner)
        fitting = tuple(line for line in lines if wanted.fits(line))
        if self._all is None:
            sentence = _("Reading …")
        elif self._filtered:
            sentence = _("Nothing fits. Esc clears the filters.")
        elif self._view == "all":
            sentence = _("No article yet. F4 writes the first one, F8 brings in a file.")
        else:
            sentence = _("Nothing here.")
        text_id = self._text_id or (self._rows.current.text_id if self._rows.current is not None else 0)
        self._rows.show(fitting[:SHOWN], text_id, self._today, sentence)
        self._text_id = 0
        only = [one for one in (self._language, self._owner) if one]
        told = _("{n} of {all}").format(n=len(fitting), all=len(lines))
        self._only.update(Content.styled(" · ".join([told, *map(printable, only)]), "$text-muted"))
        self.commands_changed()

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._rows.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens full."""
        self._rows.action_page(pages)

    # -- commands

    def action_next_view(self, step: int) -> None:
        """Go to the next list; Shift+Tab to the one before."""
        names = [view.name for view in self._views()]
        self._view = names[(names.index(self._view) + step) % len(names)]
        self._show()

    @on(TabStrip.Chosen)
    def _view_clicked(self, message: TabStrip.Chosen) -> None:
        self._view = message.panel
        self._show()

    @on(ArticleRows.Picked)
    def _row_clicked(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open the article under the cursor."""
        line = self._rows.current
        if line is not None:
            self._open(line.article_id, line.text_id)

    def _open(self, article_id: int, text_id: int = 0) -> None:
        self._text_id = text_id
        screen = ArticleScreen(self._editorial, article_id, text_id, self._clock, self._keeper)
        self.app.push_screen(screen, lambda _closed: self.action_reload())

    def action_new(self) -> None:
        """Write a new article."""
        self.act(self._editorial.departments, self._open_form)

    def _open_form(self, departments: tuple[str, ...]) -> None:
        self.app.push_screen(ArticleFormScreen(self._editorial, NewArticle(), departments, self._keeper, self._written))

    def _written(self, article_id: int) -> None:
        self.action_reload()
        self._open(article_id)

    def action_language(self) -> None:
        """Show one language only, or all again."""
        languages = sorted({line.language for line in self._all or ()})
        self._pick(_("Which language?"), languages, "_language")

    def action_owner(self) -> None:
        """Show one department's articles only, or all again."""
        named = {line.owner_code: line.owner for line in self._all or () if line.owner_code}
        self._pick(_("Whose articles?"), sorted(named), "_owner", named)

    def _pick(self, title: str, codes: list[str], name: str, remarks: dict[str, str] | None = None) -> None:
        choices = (
            Choice("", _("All")),
            *(Choice(code, code, (remarks or {}).get(code, "")) for code in codes),
        )

        def picked(code: str | None) -> None:
            if code is not None:
                setattr(self, name, code)
                self._show()

        self.app.push_screen(PickScreen(title, choices), picked)

    def action_file(self) -> None:
        """Import or export a file of articles."""
        parts = self._editorial
        self.app.push_screen(
            FileScreen(_("Articles"), "articles.csv", parts.import_file, parts.export_file, self.action_reload)
        )

    def action_proposals(self) -> None:
        """Show proposals made from unanswered questions."""
        from grm_console.tui.screens.proposals import ProposalsScreen  # rare

        if self._proposals is not None:
            screen = ProposalsScreen(self._proposals, self._editorial, self._clock, self._keeper)
            self.app.push_screen(screen, lambda _closed: self.action_reload())

    def action_back(self) -> None:
        """Clear the filters, then go back."""
        if self._filtered:
            self._language = self._owner = ""
            self._filter.value = ""
            self._show()
        elif self.app.screen_stack.index(self) > 1:
            self.dismiss()

"""One article with its languages and versions: read, compared, sent on its way, withdrawn."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock, local_day
from grm_console.desk.article_renderings import told_by_doors
from grm_console.desk.editorial_views import ArticleSheet, VersionView, differences
from grm_console.domain.article_life import Step, is_due
from grm_console.domain.renderings import Told
from grm_console.domain.words import ArticleState, Audience
from grm_console.errors import GrmError, InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.draft_keeper import WordsKeeper
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.article_form import (
    ArticleFormScreen,
    EditVersion,
    NewLanguage,
    NextVersion,
    Purpose,
)
from grm_console.tui.screens.article_told import ArticleToldScreen
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.article_rows import VersionRows
from grm_console.tui.widgets.article_text import changes_of, doors_of, life_of, words_of
from grm_console.tui.widgets.article_words import audience_word, state_word
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.kind_strip import KindStrip
from grm_console.tui.widgets.row_view import RowView
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.text_fields import LineField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.editorial import Editorial

ARTICLE = (
    Command("edit", "f2,enter", "Edit", "Change this draft.", "This version"),
    Command("next_version", "f2,enter", "New version", "Write the next version from this one.", "This version"),
    Command("translate", "f4", "Translate", "Write this version in a language the article lacks.", "This version"),
    Command("submit", "f8", "To review", "Send the draft to review by somebody else.", "Its life"),
    Command("approve", "f8", "Approve", "Approve what somebody else wrote.", "Its life"),
    Command("publish", "f8", "Publish now", "Publish it before its day.", "Its life"),
    Command("send_back", "f9", "Return", "Return it to draft, with a comment.", "Its life"),
    Command("withdraw", "f10", "Withdraw", "End this version, with a reason.", "Its life"),
    Command("told", "f7", "Who was told", "Who was told a version that no longer holds.", "This article"),
    Command("next_view(1)", "f6,tab", "Next view", "Words, changes, as told, life; Shift+Tab goes back.", "Moving"),
    Command("reload", "f5", "Look again", "Read the article again.", "Moving", footer=False),
    Command("back", "escape", "Back", "Go back to the list.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
    Command("app.command_palette", "ctrl+p", "Palette", "Find a command by its name.", "Console", footer=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave the console.", "Console", footer=False),
)

WIDE = 100
"""Columns from which the versions stand beside the text."""

_STEPS = {
    "submit": Step.SUBMIT,
    "approve": Step.APPROVE,
    "publish": Step.PUBLISH,
    "send_back": Step.RETURN,
    "withdraw": Step.WITHDRAW,
    "edit": Step.EDIT,
}


class ArticleScreen(CommandedScreen):
    """Versions beside the text of the one under the cursor; F6 shows what changed, how it is told, and its life."""

    CSS_PATH = "article.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = ARTICLE
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ARTICLE),
        Binding("shift+tab", "next_view(-1)", show=False, priority=True),
        Binding("left", "scroll(-1)", show=False),
        Binding("right", "scroll(1)", show=False),
    ]
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]

    def __init__(
        self, editorial: "Editorial", article_id: int, text_id: int, clock: Clock, keeper: WordsKeeper
    ) -> None:
        super().__init__()
        self._editorial = editorial
        self._article_id = article_id
        self._text_id = text_id
        self._clock = clock
        self._keeper = keeper
        self._sheet: ArticleSheet | None = None
        self._just_written = False
        """Whether the cursor goes to what was written last."""
        self._view = "words"
        self._reasons: dict[str, dict[str, str]] = {}
        """Half-typed reasons, by the version and the step they are for."""
        self._head = Static(id="article-head", markup=False)
        self._strip = KindStrip()
        self._versions = VersionRows(id="versions")
        self._text = Static(id="article-text", markup=False)
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield self._head
        with Horizontal(id="article"):
            yield self._versions
            with Vertical(id="article-right"):
                yield self._strip
                with VerticalScroll(id="article-scroll", can_focus=False):
                    yield self._text
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self._versions.focus()
        self._show_version()
        self.action_reload()

    # -- what is shown

    def action_reload(self) -> None:
        """Read the article again."""
        self.act(lambda: self._editorial.sheet(self._article_id), self._show)

    def _show(self, sheet: ArticleSheet) -> None:
        self._sheet = sheet
        head = [sheet.code, audience_word(sheet.audience), sheet.owner, sheet.legal_basis]
        style = "bold" if sheet.audience is Audience.PUBLIC else "bold $warning"
        told = " · ".join(printable(one, limit=120) for one in head if one)
        self._head.update(Content.styled(told, style))
        before = self._versions.current
        version_id = before.version_id if before is not None else 0
        if self._just_written:
            version_id = max(sheet.versions, key=lambda one: one.edited_at).version_id
            self._just_written = False
        elif self._text_id:
            version_id = next((one.version_id for one in sheet.versions if one.text_id == self._text_id), 0)
            self._text_id = 0
        self._versions.show(sheet.versions, version_id, self._today)
        self._show_version()

    @property
    def _today(self) -> date:
        return self._clock().astimezone().date()

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        event.stop()
        self._show_version()

    def _show_version(self) -> None:
        version = self._versions.current
        views = (("words", _("Words")), ("changes", _("Changes")), ("told", _("As told")), ("life", _("Life")))
        self._strip.show(views, self._view)
        if version is not None:
            self._text.update(self._content(version))
        self.query_one("#article-scroll", VerticalScroll).scroll_home(animate=False)
        self.commands_changed()

    def _content(self, version: VersionView) -> Content:
        match self._view:
            case "changes":
                before = self._before(version)
                return changes_of(differences(before, version), before)
            case "told":
                assert self._sheet is not None
                told = Told(
                    self._sheet.code, version.version, version.language, version.question, version.answer, version.sms
                )
                return doors_of(*told_by_doors(told))
            case "life":
                return life_of(version, self._clock())
        return words_of(version, self._today)

    def _before(self, version: VersionView) -> VersionView | None:
        """The version before this one in the same language; for one under way the published one."""
        assert self._sheet is not None
        older = [
            one for one in self._sheet.versions if one.text_id == version.text_id and one.version < version.version
        ]
        published = [one for one in older if one.state is ArticleState.PUBLISHED]
        return next(iter(published or older), None)

    def action_next_view(self, step: int) -> None:
        """Go to the next view of the version; Shift+Tab to the one before."""
        names = ("words", "changes", "told", "life")
        self._view = names[(names.index(self._view) + step) % len(names)]
        self._show_version()

    @on(TabStrip.Chosen)
    def _view_clicked(self, message: TabStrip.Chosen) -> None:
        self._view = message.panel
        self._show_version()

    def action_scroll(self, pages: int) -> None:
        """Scroll the text by a screen full."""
        scroll = self.query_one("#article-scroll", VerticalScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 1), animate=False)

    # -- what can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now; the steps are those the desk allows."""
        version, sheet = self._versions.current, self._sheet
        match action:
            case "next_version":
                return sheet is not None and sheet.may_write and version is not None and not self._coming(version)
            case "translate":
                return sheet is not None and sheet.may_write and version is not None
            case "told":
                return sheet is not None and sheet.may_see_told
            case _ if action in _STEPS:
                return version is not None and _STEPS[action] in version.may
        return super().check_action(action, parameters)

    def _coming(self, version: VersionView) -> bool:
        """Whether a version in the same language is under way."""
        assert self._sheet is not None
        ended = (ArticleState.PUBLISHED, ArticleState.EXPIRED)
        return any(one.text_id == version.text_id and one.state not in ended for one in self._sheet.versions)

    def here(self) -> tuple[str, str]:
        """What the screen is for."""
        return _("An article"), _(
            "Up and Down choose a version, Left and Right scroll its text. A draft goes to review, is approved by "
            "somebody who did not write it, is published on its day, and ends by date, by a newer version, or by hand."
        )

    def refused(self, error: GrmError) -> None:
        """Say why, and show the article as it stands now."""
        super().refused(error)
        if isinstance(error, StaleChange | InvalidInput):
            self.call_after_refresh(self.action_reload)

    # -- writing

    def action_edit(self) -> None:
        """Change the draft under the cursor."""
        version = self._versions.current
        if version is not None:
            self._open_form(EditVersion(version))

    def action_next_version(self) -> None:
        """Write the next version from the one under the cursor."""
        version = self._versions.current
        if version is not None:
            self._open_form(NextVersion(version))

    def action_translate(self) -> None:
        """Write the version under the cursor in another language."""
        version = self._versions.current
        if version is not None:
            self._open_form(NewLanguage(version))

    def _open_form(self, purpose: Purpose) -> None:
        self.act(self._editorial.departments, partial(self._form, purpose))

    def _form(self, purpose: Purpose, departments: tuple[str, ...]) -> None:
        sheet = self._sheet
        form = ArticleFormScreen(self._editorial, purpose, departments, self._keeper, self._written, sheet)
        self.app.push_screen(form)

    def _written(self, _article_id: int) -> None:
        self._just_written = True
        self._said_and_shown(_("The draft is saved. F8 sends it to review."))

    def _said_and_shown(self, sentence: str) -> None:
        self._said.say(sentence)
        self.notify(sentence, markup=False)
        self.action_reload()

    # -- its life

    def action_submit(self) -> None:
        """Send the draft to review."""
        self._ask(Step.SUBMIT, _("Send it to review?"), _("Yes, somebody else reads it"))

    def action_approve(self) -> None:
        """Approve the version, after asking."""
        version = self._versions.current
        if version is None:
            return
        if is_due(version.effective_on, self._today):
            told = _("Yes: it is published at once")
        else:
            assert version.effective_on is not None
            day = local_day(version.effective_on, self._today)
            told = _("Yes: it is published on {day}").format(day=day)
        self._ask(Step.APPROVE, _("Approve it?"), told)

    def action_publish(self) -> None:
        """Publish it before its day, after asking."""
        self._ask(Step.PUBLISH, _("Publish it before its day?"), _("Yes: it is in force from today"))

    def _ask(self, step: Step, question: str, yes: str) -> None:
        version = self._versions.current
        if version is None:
            return

        def chosen(code: str | None) -> None:
            if code == "yes":
                self.act(partial(self._take, version, step, ""), self._taken)

        choices = (Choice("yes", yes), Choice("no", _("Not now")))
        name = f"{self._sheet.code if self._sheet else ''} {version.language} v{version.version}"
        self.app.push_screen(PickScreen(f"{question} · {printable(name)}", choices), chosen)

    def action_send_back(self) -> None:
        """Return the version to draft; the comment is asked for."""
        self._ask_reason(Step.RETURN, _("Return to draft"), _("What should be changed"))

    def action_withdraw(self) -> None:
        """End the version; the reason is asked for."""
        self._ask_reason(Step.WITHDRAW, _("Withdraw"), _("Why it is withdrawn"))

    def _ask_reason(self, step: Step, title: str, label: str) -> None:
        version = self._versions.current
        if version is None:
            return
        words = self._reasons.setdefault(f"{version.version_id} {step}", {})
        fields = (FormField("reason", label, LineField(), required=True),)
        screen = SmallFormScreen(
            f"{title} · {version.language} v{version.version}",
            fields,
            words,
            lambda typed: self._take(version, step, typed["reason"]),
            self._taken,
        )
        self.app.push_screen(screen)

    def _take(self, version: VersionView, step: Step, comment: str) -> ArticleState:
        """Runs in a thread."""
        return self._editorial.take(version.version_id, step, comment, revision=version.revision)

    def _taken(self, state: ArticleState) -> None:
        self._said_and_shown(_("It is {state} now.").format(state=state_word(state)))

    def action_told(self) -> None:
        """Show who was told a version that no longer holds."""
        assert self._sheet is not None
        screen = ArticleToldScreen(self._editorial, self._article_id, self._sheet.code, self._clock)
        self.app.push_screen(screen)

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss()

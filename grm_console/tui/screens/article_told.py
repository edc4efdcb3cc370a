"""People who were told a version that no longer holds, and having them told again."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from grm_console.clock import Clock
from grm_console.desk.editorial_views import ToldAgain, ToldLine
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.article_rows import ToldRows
from grm_console.tui.widgets.row_view import RowView

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.editorial import Editorial

TOLD = (
    Command("tell", "f2,enter", "Tell again", "Have the person under the cursor told again.", "People"),
    Command("tell_all", "f9", "Tell all", "Have everybody told again who was not yet.", "People"),
    Command("days", "f3", "Days", "Look back further, or less far.", "People"),
    Command("reload", "f5", "Look again", "Read the list again.", "Moving", footer=False),
    Command("back", "escape", "Back", "Go back to the article.", "Moving"),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)

DAYS = (7, 30, 90, 366)


class ArticleToldScreen(CommandedScreen):
    """One line for each person; who is told again stays in the list, marked."""

    CSS_PATH = "article_told.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = TOLD
    BINDINGS: ClassVar[list[BindingType]] = bindings(TOLD)

    def __init__(self, editorial: "Editorial", article_id: int, code: str, clock: Clock) -> None:
        super().__init__()
        self._editorial = editorial
        self._article_id = article_id
        self._code = code
        self._clock = clock
        self._days = 30
        self._head = Static(id="told-head", markup=False)
        self._rows = ToldRows()
        self._said = Announcements()

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._rows
        yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self._rows.focus()
        self.action_reload()

    def action_reload(self) -> None:
        """Read the list again."""
        self.act(lambda: self._editorial.told(self._article_id, self._days), self._show)

    def _show(self, lines: tuple[ToldLine, ...]) -> None:
        told = _("{code}: told what no longer holds, in {days} days: {n}")
        self._head.update(Content(told.format(code=printable(self._code), days=self._days, n=len(lines))))
        nobody = _("Nobody was told a version of this article that no longer holds. F3 looks back further.")
        self._rows.show(lines, self._clock(), nobody)
        self.commands_changed()

    def refused(self, error: GrmError) -> None:
        """Say why; a list that shows nothing yet says it too."""
        if not self._rows.count:
            self._rows.show((), self._clock(), str(error))
        super().refused(error)

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        event.stop()
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        line = self._rows.current
        match action:
            case "tell":
                return line is not None and not line.again and not line.why_not
            case "tell_all":
                return bool(self._left)
        return super().check_action(action, parameters)

    def here(self) -> tuple[str, str]:
        """What the list is for."""
        return _("Who was told"), _(
            "Each person whose newest answer from this article no longer holds. They are called back, or sent a text "
            "if they wrote to us or asked for texts only; each of them once, with a note in their history."
        )

    @property
    def _left(self) -> tuple[int, ...]:
        return tuple(line.given_id for line in self._rows.lines if not line.again and not line.why_not)

    def action_tell(self) -> None:
        """Have the person under the cursor told again."""
        line = self._rows.current
        if line is not None:
            self._tell((line.given_id,))

    def action_tell_all(self) -> None:
        """Ask, then have everybody told again who was not yet."""
        left = self._left

        def chosen(code: str | None) -> None:
            if code == "yes":
                self._tell(left)

        choices = (Choice("no", _("Not now")), Choice("yes", _("Yes: a callback or a text for each")))
        self.app.push_screen(PickScreen(_("Have {n} people told again?").format(n=len(left)), choices), chosen)

    def _tell(self, given: tuple[int, ...]) -> None:
        self.act(partial(self._editorial.tell_again, self._article_id, self._days, given), self._done)

    def _done(self, done: ToldAgain) -> None:
        told = _("{calls} callbacks wait in the queue, {texts} texts go out.")
        said = [told.format(calls=done.callbacks, texts=done.texts), *done.left]
        for sentence in said:
            self._said.say(sentence)
        self.notify(printable(" ".join(said)), markup=False)
        self.action_reload()

    def action_days(self) -> None:
        """Choose how far to look back."""
        choices = tuple(Choice(str(days), _("{n} days").format(n=days)) for days in DAYS)

        def chosen(code: str | None) -> None:
            if code is not None:
                self._days = int(code)
                self.action_reload()

        self.app.push_screen(PickScreen(_("How far to look back?"), choices), chosen)

    def action_back(self) -> None:
        """Go back to the article."""
        self.dismiss()

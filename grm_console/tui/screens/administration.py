"""The administrator's screen: what the desk consists of, kind by kind, found as typed and changed in a form."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.clock import Clock
from grm_console.desk.administration_views import CatalogueRow, CatalogueRows, SavedRow
from grm_console.desk.catalogue.fields import STAFF, Kind
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.screens.administration_form import AdministrationFormScreen
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.file import FileScreen
from grm_console.tui.screens.one_time_password import OneTimePasswordScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.widgets.catalogue_rows import CatalogueRows as RowsView
from grm_console.tui.widgets.kind_strip import KindStrip
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.text_fields import LineField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.administration import Administration

# A letter belongs to the filter, so there are no single letters here either.
ADMINISTRATION = (
    Command("edit", "enter", "Open", "Open the row under the cursor.", "Rows"),
    Command("add", "f4,ctrl+n", "New", "Add a row.", "Rows"),
    Command("reset_password", "f7", "New password", "Give the account a one-time password.", "Rows"),
    Command("file", "f8", "File", "Import or export a file; what an import would do is shown first.", "Rows"),
    Command("blocklist", "f9", "Blocklist", "Numbers kept out, and rules for persons.", "Rows"),
    Command("next_kind(1)", "f6,tab", "Next list", "Go to the next list; Shift+Tab to the one before.", "Moving"),
    Command("reload", "f5", "Look again", "Read the list again.", "Moving", footer=False),
    Command("back", "escape", "Back", "Clear the filter, then go back.", "Moving"),
    Command("help", "f1", "Help", "Show all keys.", "Console"),
    Command("app.command_palette", "ctrl+p", "Palette", "Find a command by its name.", "Console", footer=False),
    Command("app.quit", "ctrl+q", "Quit", "Leave the console.", "Console", footer=False),
)


class AdministrationScreen(CommandedScreen):
    """Kinds as tabs, a filter, rows; a form or a file opens over it."""

    CSS_PATH = "administration.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    TABLE: ClassVar[tuple[Command, ...]] = ADMINISTRATION
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ADMINISTRATION),
        Binding("shift+tab", "next_kind(-1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    @dataclass
    class RowsCame(Message):
        """All rows of a kind, and the codes that fields which name a department may hold."""

        found: CatalogueRows
        departments: tuple[str, ...]

    def __init__(self, administration: "Administration", clock: Clock) -> None:
        super().__init__()
        self._administration = administration
        self._clock = clock
        self._kind = administration.kinds[0]
        self._all: tuple[CatalogueRow, ...] | None = None
        """None until they came."""
        self._departments: tuple[str, ...] = ()
        self._code = ""
        """The row that the cursor goes to with the next rows."""
        self._strip = KindStrip()
        self._filter = LineField(placeholder=_("Type to filter"), id="filter")
        self._head = Static(id="row-head", markup=False)
        self._rows = RowsView(id="rows")

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self._filter
        yield self._head
        yield self._rows
        yield self.footer

    def on_mount(self) -> None:
        self._filter.focus()
        self._turn_to(self._kind)

    def on_screen_resume(self) -> None:
        self._filter.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command does something now."""
        match action:
            case "edit":
                return self._rows.current is not None
            case "reset_password":
                return self._kind is STAFF and self._rows.current is not None
            case "back":
                return bool(self._filter.value) or self._opened_over
            case _:
                return True

    @property
    def _opened_over(self) -> bool:
        """Whether there is a screen to go back to; below it lies the app's own empty one."""
        return self.app.screen_stack.index(self) > 1

    # -- rows

    def _turn_to(self, kind: Kind) -> None:
        self._kind, self._all, self._code = kind, None, ""
        self._filter.value = ""
        self._strip.show(tuple((one.name, _(one.label)) for one in self._administration.kinds), kind.name)
        self._show_rows()
        self.action_reload()

    def action_reload(self) -> None:
        """Read the list again."""
        kind = self._kind
        self.ask("rows", lambda: self.RowsCame(self._administration.rows(kind), self._administration.departments()))

    @on(RowsCame)
    def _rows_came(self, message: RowsCame) -> None:
        if message.found.kind is self._kind:
            self._all, self._departments = message.found.rows, message.departments
            self._show_rows()

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        self._show_rows()

    def _show_rows(self) -> None:
        words = self._filter.value.casefold().split()
        fitting = tuple(
            row
            for row in self._all or ()
            if all(any(word in cell.casefold() for cell in row.cells.values()) for word in words)
        )
        if self._all is None:
            sentence = _("Reading …")
        elif words:
            sentence = _("Nothing fits. Esc clears the filter.")
        else:
            sentence = _("Nothing is here yet. F4 adds the first one, F8 brings in a file.")
        current = self._rows.current
        code = self._code or (current.code if current is not None else "")
        self._rows.show(self._kind, fitting, code, sentence)
        if any(row.code == self._code for row in fitting):
            self._code = ""
        self.call_after_refresh(self._show_head)
        self.commands_changed()

    def _show_head(self) -> None:
        self._head.update(Content(self._rows.header() if self._rows.count else ""))

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_head)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._rows.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens full."""
        self._rows.action_page(pages)

    # -- commands

    def action_next_kind(self, step: int) -> None:
        """Go to the next list; Shift+Tab to the one before."""
        kinds = self._administration.kinds
        self._turn_to(kinds[(kinds.index(self._kind) + step) % len(kinds)])

    @on(TabStrip.Chosen)
    def _kind_clicked(self, message: TabStrip.Chosen) -> None:
        self._turn_to(next(kind for kind in self._administration.kinds if kind.name == message.panel))

    @on(RowsView.Picked)
    def _row_clicked(self) -> None:
        self.action_edit()

    def action_edit(self) -> None:
        """Open the row under the cursor, as it stands now."""
        row, kind = self._rows.current, self._kind
        if row is not None:
            code = row.code
            self.act(lambda: self._administration.row(kind, code), self._open_form)

    def action_add(self) -> None:
        """Open an empty form."""
        self._open_form(None)

    def _open_form(self, row: CatalogueRow | None) -> None:
        self.app.push_screen(
            AdministrationFormScreen(
                self._administration, self._kind, row, self._departments, self._clock, self._row_saved
            )
        )

    def _row_saved(self, saved: SavedRow) -> None:
        self._code = saved.row.code
        self.notify(_("{code} is saved.").format(code=printable(saved.row.code)), markup=False)
        self.action_reload()
        if saved.password:
            self.app.push_screen(OneTimePasswordScreen(saved.row.code, saved.password))

    def action_reset_password(self) -> None:
        """Give the account under the cursor a one-time password, after asking."""
        row = self._rows.current
        if row is None:
            return
        account = row.code
        choices = (Choice("yes", _("Give a new password"), _("the old one ends at once")), Choice("no", _("Leave it")))

        def chosen(choice: str | None) -> None:
            if choice == "yes":
                self.act(
                    lambda: self._administration.reset_password(account),
                    lambda password: self._password_given(account, password),
                )

        self.app.push_screen(PickScreen(_("New password for {name}").format(name=printable(account)), choices), chosen)

    def _password_given(self, account: str, password: str) -> None:
        self.action_reload()
        self.app.push_screen(OneTimePasswordScreen(account, password))

    def action_file(self) -> None:
        """Import or export a file of this list."""
        parts, kind = self._administration, self._kind
        self.app.push_screen(
            FileScreen(
                _(kind.label),
                f"{kind.many}{kind.suffix}",
                lambda path, dry_run: parts.import_file(kind, path, dry_run=dry_run),
                lambda path, overwrite: parts.export_file(kind, path, overwrite=overwrite),
                self.action_reload,
            )
        )

    def action_blocklist(self) -> None:
        """Open the blocklist."""
        from grm_console.tui.screens.blocklist import BlocklistScreen  # rare

        self.app.push_screen(BlocklistScreen(self._administration.blocked, self._clock))

    def action_back(self) -> None:
        """Clear the filter, then go back."""
        if self._filter.value:
            self._filter.value = ""
        elif self._opened_over:
            self.dismiss()

"""A file of rows: brought in after it was tried, or written."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.desk.administration_views import FileCounts
from grm_console.errors import GrmError, ImportRefused
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.widgets.text_fields import LineField

ImportFile = Callable[[Path, bool], FileCounts]
"""Brings a file in, or with True says what it would do."""

ExportFile = Callable[[Path, bool], int]
"""Writes a file, with True over another one; gives how many rows."""

LINES_SHOWN = 200
"""Wrong lines that are listed; the file is to be corrected anyway."""


class FileScreen(ActingScreen, ModalScreen[None]):
    """Enter tries the import and says what it would do, Enter again imports; ^E exports, again it overwrites."""

    CSS_PATH = "file.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "export", show=False, priority=True),
        Binding("pageup,pagedown", "scroll", show=False),
        Binding("escape", "dismiss", show=False),
    ]

    def __init__(
        self, label: str, name: str, import_file: ImportFile, export_file: ExportFile, imported: Callable[[], None]
    ) -> None:
        super().__init__()
        self._label = label
        self._file_name = name
        self._import_file = import_file
        self._export_file = export_file
        self._imported = imported
        self._tried = ""
        """The path whose import was tried without a fault."""
        self._refused_export = ""
        """The path whose export was refused; asked again, it is overwritten."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("File: {kind}").format(kind=self._label))
            yield Static(_("Path of the file"), classes="label", markup=False)
            yield LineField(self._file_name)
            with VerticalScroll(can_focus=False):
                yield Static(id="said", markup=False)
            yield Static(_("Enter tries an import   ^E exports   Esc back"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._say(_("Nothing is changed before you have seen what would be."))
        self.query_one(LineField).focus()

    @property
    def _path(self) -> Path:
        return Path(self.query_one(LineField).value.strip()).expanduser()

    @on(Input.Changed)
    def _path_typed(self) -> None:
        self._tried = self._refused_export = ""

    @on(Input.Submitted)
    def _entered(self) -> None:
        path, dry_run = self._path, self._tried != str(self._path)
        self._say(_("Reading …"))
        self.act(
            lambda: self._import_file(path, dry_run),
            lambda counts: self._told(counts, path, dry_run=dry_run),
        )

    def _told(self, counts: FileCounts, path: Path, *, dry_run: bool) -> None:
        said = (
            _("{added} would be added, {changed} changed, {unchanged} stay as they are.")
            if dry_run
            else _("{added} added, {changed} changed, {unchanged} as they were.")
        )
        line = said.format(added=counts.added, changed=counts.changed, unchanged=counts.unchanged)
        if not dry_run:
            self._tried = ""
            self._say(f"✓ {line}")
            self._imported()
        elif counts.added or counts.changed:
            self._tried = str(path)
            self._say(f"{line}\n" + _("Enter again imports it."))
        else:
            self._say(line)

    def action_export(self) -> None:
        """Write the file."""
        path, overwrite = self._path, self._refused_export == str(self._path)
        self.act(
            lambda: self._export_file(path, overwrite),
            lambda count: self._say(
                "✓ " + _("{count} written to {path}.").format(count=count, path=printable(str(path)))
            ),
        )

    def refused(self, error: GrmError) -> None:
        """Say why; of a file each wrong line."""
        if isinstance(error, ImportRefused):
            lines = [_("Nothing was changed; correct these lines, then press Enter:")]
            lines += [_("line {n}: {reason}").format(n=n, reason=reason) for n, reason in error.problems[:LINES_SHOWN]]
            more = len(error.problems) - LINES_SHOWN
            lines += [_("and {n} more").format(n=more)] if more > 0 else []
            self._say("\n".join(lines), refused=True)
            return
        said = str(error)
        if self._path.exists() and not self._refused_export:
            self._refused_export = str(self._path)
            said += " " + _("^E again overwrites it.")
        self._say(said, refused=True)

    def action_scroll(self) -> None:
        """Show the next lines, and after the last ones the first again."""
        scroll = self.query_one(VerticalScroll)
        if scroll.scroll_offset.y >= scroll.max_scroll_y:
            scroll.scroll_home(animate=False)
        else:
            scroll.scroll_page_down(animate=False)

    def _say(self, sentence: str, *, refused: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(refused, "-refused")
        said.update(Content(("▲ " if refused else "") + printable(sentence, lines=True)))

"""The recordings and voicemails of one exchange: fetched, played and saved only when somebody wishes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from grm_console.clock import Clock, elapsed
from grm_console.desk.recording_views import RecordingLine, RecordingStage
from grm_console.domain.words import RecordingKind
from grm_console.errors import GrmError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.commands import Command, bindings
from grm_console.tui.player import Player
from grm_console.tui.screens.commanded import CommandedScreen
from grm_console.tui.screens.small_form import SmallFormScreen
from grm_console.tui.widgets.form_field import FormField
from grm_console.tui.widgets.row_view import Part, RowView
from grm_console.tui.widgets.sheet_rows import fit
from grm_console.tui.widgets.text_fields import LineField
from grm_console.tui.words import when

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.recordings import Recordings

LOOK_AGAIN = 1.0
"""Seconds between two looks while something is on its way."""

LONGEST_PATH = 1000

RECORDINGS = (
    Command("fetch", "enter", "Fetch", "Have it brought here, so that it can be heard.", "This line", first=False),
    Command("play", "p", "Play", "Play it with this machine's player; the hearing is on record.", "This line"),
    Command("save", "ctrl+s", "Save", "Save it to a file; this is on record too.", "This line"),
    Command("close", "escape", "Back", "Go back; what plays stops.", "Moving", first=False),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
)


class RecordingList(RowView, can_focus=True):
    """Oldest first: what it is and how long; then when, and what can be done with it."""

    def __init__(self, now: Clock) -> None:
        super().__init__(sentence=_("Looking …"), id="recordings")
        self.found: tuple[RecordingLine, ...] = ()
        self._now = now

    def show(self, found: tuple[RecordingLine, ...], sentence: str) -> None:
        """Show these recordings, or the sentence if there are none."""
        self.found, self.sentence = found, sentence
        self.rows_changed()

    @property
    def current(self) -> RecordingLine | None:
        """The recording under the cursor."""
        return self.found[self.cursor] if self.found else None

    @property
    def count(self) -> int:
        """How many recordings there are."""
        return len(self.found)

    def row_line(self, index: int, line: int, width: int) -> list[Part]:
        """Kind and length; below it when, and how far it is from being heard."""
        one = self.found[index]
        if line == 0:
            length = "" if one.seconds is None else f"  {elapsed(one.seconds)}"
            return fit(((f"▸ {kind_word(one.kind)}", "title"), (length, "text")), width)
        said, ink = stage_words(one)
        return fit(((f"  {when(one.started_at, self._now())} · ", "muted"), (printable(said), ink)), width)


def kind_word(kind: RecordingKind) -> str:
    """What a recording holds."""
    return _("Voicemail") if kind is RecordingKind.VOICEMAIL else _("Recording")


def stage_words(one: RecordingLine) -> Part:
    """How far a recording is from being heard, and in which ink that is said."""
    if one.sealed:
        return _("sealed: the matter is confidential"), "warning"
    match one.stage:
        case RecordingStage.RUNNING:
            return _("still being recorded"), "muted"
        case RecordingStage.KEPT if one.problem:
            return _("▲ {problem} Enter tries again.").format(problem=one.problem), "warning"
        case RecordingStage.KEPT:
            return _("Enter fetches it"), "text"
        case RecordingStage.COMING:
            return _("on its way …"), "now"
        case RecordingStage.HERE:
            return _("✓ here: P plays it, ^S saves it"), "good"
        case RecordingStage.SILENT:
            return _("nothing was said"), "muted"
        case RecordingStage.FAILED:
            return f"▲ {one.problem or _('There is no audio of it.')}", "warning"


class RecordingsScreen(CommandedScreen):
    """Shows the recordings of one exchange; what is on its way appears by itself."""

    CSS_PATH = "recordings.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = RECORDINGS
    BINDINGS: ClassVar[list[BindingType]] = bindings(RECORDINGS)

    @dataclass
    class Read(Message):
        """The list as it is now, or why it could not be read."""

        found: tuple[RecordingLine, ...]
        trouble: str = ""

    def __init__(self, recordings: "Recordings", interaction_id: int, now: Clock) -> None:
        super().__init__()
        self._recordings = recordings
        self._interaction_id = interaction_id
        self._list = RecordingList(now)
        self._player = Player()

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(_("Recordings and voicemails of this exchange"), "bold"), id="head", markup=False)
        yield self._list
        yield self.footer

    def on_mount(self) -> None:
        self._list.focus()
        self._look()
        self.set_interval(LOOK_AGAIN, self._look_if_coming)

    def on_unmount(self) -> None:
        self._player.close()

    def _look(self) -> None:
        recordings, interaction_id = self._recordings, self._interaction_id

        def read() -> Message:
            try:
                return self.Read(recordings.of(interaction_id))
            except GrmError as error:
                return self.Read((), str(error))

        self.ask("look", read)

    def _look_if_coming(self) -> None:
        if not self.acting and any(one.stage is RecordingStage.COMING for one in self._list.found):
            self._look()

    @on(Read)
    def _came(self, message: Read) -> None:
        if message.trouble and self._list.found:
            return  # what is shown stays; the next look tells
        empty = _("Nothing of this exchange was recorded, and no voicemail was left.")
        self._list.show(message.found, message.trouble or empty)
        self.commands_changed()

    def on_resize(self) -> None:
        self.commands_changed()

    @on(RowView.Moved)
    @on(RowView.Picked)
    def _other_line(self) -> None:
        self.commands_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now."""
        one = self._list.current
        if action == "fetch":
            return one is not None and not one.sealed and one.stage is RecordingStage.KEPT
        if action in ("play", "save"):
            return one is not None and not one.sealed and one.stage is RecordingStage.HERE
        return super().check_action(action, parameters)

    def here(self) -> tuple[str, str]:
        """The list and what it is for."""
        told = _("Sound stays with the carrier until somebody wishes to hear it. Every hearing is on record.")
        return _("Recordings"), told

    def action_fetch(self) -> None:
        """Have it brought here."""
        one = self._list.current
        if one is not None:
            recordings, key = self._recordings, one.recording_id
            self.act(lambda: recordings.wish(key), lambda _line: self._look())

    def action_play(self) -> None:
        """Play it."""
        one = self._list.current
        if one is None:
            return
        recordings, player = self._recordings, self._player

        def play() -> None:
            media_type, audio = recordings.audio(one.recording_id)
            player.play(one.file_name, media_type, audio)

        self.act(play, lambda _nothing: self.notify(_("Playing. Esc stops it."), markup=False))

    def action_save(self) -> None:
        """Ask for a file and save it there."""
        one = self._list.current
        if one is None:
            return
        recordings, key = self._recordings, one.recording_id

        def save(typed: dict[str, str]) -> Path:
            path = Path(typed["path"]).expanduser()
            recordings.save(key, path)
            return path

        field = FormField("path", _("File"), LineField(limit=LONGEST_PATH), required=True)
        words = {"path": f"~/{one.file_name}"}
        self.app.push_screen(SmallFormScreen(_("Save the sound to a file"), (field,), words, save, self._saved))

    def _saved(self, path: Path) -> None:
        self.notify(_("Saved as {path}.").format(path=printable(str(path))), markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

"""Who speaks: pick a name, say how it was confirmed; or someone else, anonymous, a new contact, somebody concerned."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.desk.views import CallerCard, Candidate
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.text_fields import LineField
from grm_console.tui.words import KIND_SIGNS, when


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the operator settled."""

    kind: Literal["confirmed", "someone-else", "anonymous", "new", "concerned"]
    contact_id: int = 0
    how: str = ""
    """How it was confirmed, in plain words."""
    name: str = ""
    """Name of the new contact or of the person concerned."""


MAX_NAME = 200
"""Characters of a name that the desk keeps."""


class WhoSpeaksScreen(ModalScreen[Spoken | None]):
    """Two steps: who, then how it was confirmed (or a name). Esc goes back one step."""

    CSS_PATH = "who_speaks.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, card: CallerCard, now: datetime) -> None:
        super().__init__()
        self._card = card
        self._now = now
        self._picked: Candidate | None = None
        self._naming: Literal["new", "concerned"] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(id="question", markup=False)
            yield LineField(limit=MAX_NAME, id="name")
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self._paint()

    def on_key(self, event: events.Key) -> None:
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        if event.key == "escape":
            event.stop()
            self._back()
        elif self._naming is None:
            event.stop()
            event.prevent_default()
            key = event.character or ""
            if self._picked is None:
                self._first_step(key)
            else:
                self._second_step("n" if event.key == "enter" else key)

    def _first_step(self, key: str) -> None:
        candidates = self._card.candidates[:9]
        if key.isdecimal() and 1 <= int(key) <= len(candidates):
            self._picked = candidates[int(key) - 1]
            self._paint()
        elif key == "s":
            self.dismiss(Spoken("someone-else"))
        elif key == "y":
            self.dismiss(Spoken("anonymous"))
        elif key == "n":
            self._ask_name("new")
        elif key == "c":
            self._ask_name("concerned")

    def _second_step(self, key: str) -> None:
        how = {"n": "name", "a": "name + address", "o": "other"}.get(key)
        if self._picked is not None and how is not None:
            self.dismiss(Spoken("confirmed", contact_id=self._picked.contact_id, how=how))

    def _ask_name(self, naming: Literal["new", "concerned"]) -> None:
        self._naming = naming
        self._paint()
        self.query_one("#name", Input).focus()

    def _back(self) -> None:
        if self._picked is None and self._naming is None:
            self.dismiss(None)
            return
        self._picked = self._naming = None
        self.set_focus(None)
        self._paint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        name = event.value.strip()
        if not self.is_current:
            return
        if self._naming == "new" or (self._naming == "concerned" and name):
            self.dismiss(Spoken(self._naming, name=name))

    def _paint(self) -> None:
        box = self.query_one(".box")
        field = self.query_one("#name", Input)
        field.display = self._naming is not None
        if self._naming is not None:
            new = self._naming == "new"
            box.border_title = Content(_("New contact") if new else _("Whom does it concern?"))
            question = _("Name, as far as it is known") if new else _("Name of the person the matter concerns")
            lines = [Content(question)]
            keys = _("Enter saves, even without a name   Esc back") if new else _("Enter saves   Esc back")
        elif self._picked is not None:
            box.border_title = Content(printable(self._picked.name))
            lines = [
                Content(_("How was it confirmed?")),
                Content(""),
                _key_line("n", _("by name"), _("Enter takes this")),
                _key_line("a", _("by name and address"), ""),
                _key_line("o", _("in another way"), ""),
            ]
            keys = _("Esc back")
        else:
            box.border_title = Content(_("Who speaks?"))
            lines = [
                Content(printable(self._card.address)),
                Content(""),
                *(_candidate_line(n, person, self._now) for n, person in enumerate(self._card.candidates[:9], 1)),
            ]
            if self._card.candidates:
                lines.append(Content(""))
            lines += [
                _key_line("s", _("someone else at this number"), ""),
                _key_line("n", _("a new contact"), ""),
                _key_line("y", _("wants to stay anonymous"), ""),
                _key_line("c", _("the matter concerns somebody else"), printable(self._card.concerned)),
            ]
            keys = _("Ask for the name, then press the key.   Esc back")
        self.query_one("#question", Static).update(Content("\n").join(lines))
        self.query_one("#keys", Static).update(keys)


def _key_line(key: str, label: str, remark: str) -> Content:
    return Content.assemble((f" {key} ", "bold $accent"), label, (f"  {remark}" if remark else "", "$text-muted"))


def _candidate_line(number: int, person: Candidate, now: datetime) -> Content:
    names = " ".join(printable(name) for name in (person.name, person.other_name) if name)
    last = _(" · last {when}").format(when=when(person.last_contact, now)) if person.last_contact else ""
    return Content.assemble(
        (f" {number} ", "bold $accent"),
        (KIND_SIGNS[person.kind] + names, "bold"),
        (f"  {printable(person.why)}{last}", "$text-muted"),
    )

"""The emergency key: the number to tell stands first, one Enter brings the service in or gives the words to say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Digits, Input, Static

from grm_console.desk.call_views import EmergencyChoice
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.explain import explain
from grm_console.tui.screens.acting import ActingScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.widgets.text_fields import LineField

DEBOUNCE = 0.1
"""Seconds without a further character before the place is looked up."""

SHOWN = 6
"""Services that are listed."""

PLACE = 500
"""Characters of a place."""


class EmergencyScreen(ActingScreen, ModalScreen[None]):
    """Nothing but Enter is needed; the place may be put right first, and up and down choose another service.

    `choices` runs in a thread; `then` gets the chosen service and the place, after the screen has closed. `on_call`
    says whether a service could be brought into a live call.
    """

    CSS_PATH = "emergency.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#emergency-place"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f1", "explain", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
    ]

    @dataclass
    class Came(Message):
        """The services for the place of one request."""

        request: int
        choices: tuple[EmergencyChoice, ...]

    def __init__(
        self,
        place: str,
        choices: Callable[[str], tuple[EmergencyChoice, ...]],
        then: Callable[[EmergencyChoice, str], None],
        *,
        on_call: bool,
    ) -> None:
        super().__init__()
        self._place = LineField(place, limit=PLACE, placeholder=_("where it is"), id="emergency-place")
        self._load = choices
        self._then = then
        self._on_call = on_call
        self._choices: tuple[EmergencyChoice, ...] | None = None
        self._at = 0
        self._request = 0
        self._settle: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Emergency"))
            yield Static(id="emergency-tell", markup=False)
            yield Digits(id="emergency-number")
            yield Static(_("Place"), classes="label", markup=False)
            yield self._place
            yield Static(id="emergency-choices", markup=False)
            yield Static(id="emergency-script", markup=False)
            yield Static(id="emergency-keys", classes="hint", markup=False)

    def on_mount(self) -> None:
        self._place.cursor_position = len(self._place.value)
        self._look()
        self._paint()

    @on(Input.Changed, "#emergency-place")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(DEBOUNCE, self._look)

    def _look(self) -> None:
        self._request += 1
        request, place = self._request, self._place.value
        self.ask("choices", lambda: self.Came(request, self._load(place)))

    @on(Came)
    def _came(self, message: Came) -> None:
        if message.request == self._request:
            if message.choices != self._choices:
                self._choices, self._at = message.choices, 0
            self._paint()

    @property
    def current(self) -> EmergencyChoice | None:
        """The service that Enter takes."""
        return self._choices[self._at] if self._choices else None

    def _dials(self, choice: EmergencyChoice) -> bool:
        return self._on_call and choice.can_dial

    def _paint(self) -> None:
        choice = self.current
        number = self.query_one("#emergency-number", Digits)
        number.display = choice is not None and not self.app.has_class("-plain")
        if choice is None:
            words = (
                _("Looking …")
                if self._choices is None
                else _("No emergency number is set up. Ask the supervisor: F12.")
            )
            self._put("tell", Content.styled(words, "bold $warning"))
            for part in ("choices", "script"):
                self._put(part, Content(""))
            self._put("keys", Content(_("Esc back")))
            return
        shown = printable(choice.number, limit=40)
        number.update(shown)
        tell = _("Tell them to dial {number}").format(number=shown)
        self._put("tell", Content.assemble((f"▲ {tell}", "bold $error"), (f"   {_area(choice)}", "$text-muted")))
        self._put("choices", Content("\n").join(self._listed()))
        self._put("script", Content(printable(choice.script, lines=True)))
        words = (
            _("Enter rings {number} into the call; everybody stays on   Esc back")
            if self._dials(choice)
            else _("Enter notes it and calls the supervisor; say the words above   Esc back")
        )
        self._put("keys", Content(words.format(number=shown)))

    def _listed(self) -> list[Content]:
        first = max(0, self._at - SHOWN + 1)
        return [
            Content.assemble(
                ("▌" if row == self._at else " ", "$accent"),
                (f"{printable(choice.number, limit=40)}  ", "bold"),
                (_area(choice), ""),
                (_("  ✓ fits the place") if choice.fits else "", "$success"),
                (_("  can be rung into the call") if self._dials(choice) else _("  tell the number"), "$text-muted"),
            )
            for row, choice in list(enumerate(self._choices or ()))[first : first + SHOWN]
        ]

    def _put(self, part: str, words: Content) -> None:
        self.query_one(f"#emergency-{part}", Static).update(words)

    @on(Input.Submitted, "#emergency-place")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        choice = self.current
        if self.is_current and choice is not None:
            self.dismiss()
            self._then(choice, self._place.value.strip())

    def action_move(self, rows: int) -> None:
        """Choose another service."""
        if self._choices:
            self._at = (self._at + rows) % len(self._choices)
            self._paint()

    def action_explain(self) -> None:
        """Say what the field is for."""
        self.app.push_screen(HelpScreen((), explain(self.focused)))

    def action_back(self) -> None:
        """Back to the desk; nothing was noted."""
        if self.is_current:
            self.dismiss()


def _area(choice: EmergencyChoice) -> str:
    return _("everywhere else") if choice.area == "*" else printable(choice.area, limit=40)

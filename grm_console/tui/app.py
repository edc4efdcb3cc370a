"""The console: theme, screens, the net against hostile text; everything else is done by the screens."""

import gc
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from grm_console.clock import Clock, system_clock
from grm_console.i18n import _
from grm_console.tui.arrivals import LeftDesk
from grm_console.tui.commands import DESK
from grm_console.tui.draft_keeper import state_folder
from grm_console.tui.line_filter import PrintableFilter
from grm_console.tui.screens.sign_in import SignInScreen
from grm_console.tui.theme import DARK, THEMES

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import SignIn
    from grm_console.tui.screens.desk import DeskScreen

LEAVE_WITHIN = 2.0
"""Seconds a store that does not answer may hold up the end of the console."""


for digit in "123":
    # Textual takes Esc and a digit for a Mac's Option key and types a character; here Alt and a digit jump.
    ANSI_SEQUENCES_KEYS.pop(f"\x1b{digit}", None)  # type: ignore[attr-defined]


class GrmConsole(App[None]):
    """The operator's console.

    `open_store` is called in a thread after the first paint; what it imports and opens costs no start-up time.
    `demo` lets a store that is marked as a demo sign in by itself. `bell` rings the terminal's bell with a call.
    `drafts` is the folder for words that cannot reach the store, by default the user's state folder.
    """

    CSS_PATH = "app.tcss"
    TITLE = "GRM"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        open_store: "Callable[[], SignIn]",
        demo: bool = False,
        *,
        bell: bool = True,
        clock: Clock = system_clock,
        drafts: Path | None = None,
    ) -> None:
        super().__init__()
        self._open_store = open_store
        self._demo = demo
        self._bell = bell
        self._clock = clock
        self._drafts = drafts or state_folder()
        self._desk: DeskScreen | None = None
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.push_screen(SignInScreen(self._open_store, self._demo))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Whatever a widget painted, no control character reaches the terminal."""
        return [*super().get_line_filters(), PrintableFilter()]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the commands of the table that are possible now, then the colours."""
        if self._desk is not None and screen is self._desk:
            for command in DESK:
                if not command.name.startswith("app.") and screen.check_action(command.name, ()):
                    act = partial(screen.run_action, command.action)
                    yield SystemCommand(_(command.label), f"{command.key}  {_(command.help)}", act)
        for theme, label in zip(THEMES, (_("Colours: dark"), _("Colours: light"), _("Colours: contrast")), strict=True):
            use = partial(setattr, self, "theme", theme.name)
            yield SystemCommand(label, _("Change the colours of the console."), use)
        yield SystemCommand(_("Quit"), _("Leave the desk; what you typed is kept."), self.action_quit)

    @on(SignInScreen.Done)
    def _sit_down(self, message: SignInScreen.Done) -> None:
        # Imported here as it is a tenth of the start, and nobody sees a desk before signing in.
        from grm_console.tui.screens.desk import DeskScreen

        self._desk = DeskScreen(message.seat, bell=self._bell, clock=self._clock, drafts=self._drafts)
        self.switch_screen(self._desk)
        self.call_after_refresh(_settle)

    async def action_quit(self) -> None:
        """Leave; a desk first puts what was typed into the store."""
        if self._desk is None:
            self.exit()
            return
        self._desk.leave()
        self.set_timer(LEAVE_WITHIN, self.exit)

    @on(LeftDesk)
    def _left(self) -> None:
        self.exit()


def _settle() -> None:
    """Take everything loaded so far out of the garbage collector's rounds: a full one cost 50 to 80 ms at a ring."""
    gc.collect()
    gc.freeze()

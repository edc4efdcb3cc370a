"""The console: theme, screens, the net against hostile text; everything else is done by the screens."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Input, TextArea

from grm_console.clock import Clock, system_clock
from grm_console.collector import keep_what_is_loaded
from grm_console.desk.views import ConsoleChoices
from grm_console.domain.permissions import Act
from grm_console.errors import GrmError
from grm_console.i18n import _, use_language
from grm_console.text import printable
from grm_console.tui.alt_keys import read_alt_keys
from grm_console.tui.arrivals import LeftDesk
from grm_console.tui.commands import APP, Command, app_bindings
from grm_console.tui.draft_keeper import WordsKeeper, state_folder
from grm_console.tui.line_filter import PrintableFilter
from grm_console.tui.plain import PlainFilter
from grm_console.tui.screens.lock import LockScreen
from grm_console.tui.screens.no_desk import NoDeskScreen
from grm_console.tui.screens.options import OptionsScreen
from grm_console.tui.screens.password import PasswordScreen
from grm_console.tui.screens.sign_in import SignInScreen
from grm_console.tui.theme import DARK, THEMES

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat, SignIn
    from grm_console.tui.screens.desk import DeskScreen

LEAVE_WITHIN = 2.0
"""Seconds a store that does not answer may hold up the end of the console."""

LOOK_AT_THE_CLOCK = 5.0
"""Seconds between two looks whether somebody is still here."""


read_alt_keys()


class GrmConsole(App[None]):
    """The operator's console.

    `open_store` is called in a thread after the first paint; what it imports and opens costs no start-up time.
    `demo` lets a store that is marked as a demo sign in by itself, as `name` if there is one. `bell` rings the
    terminal's bell with a call.
    `drafts` is the folder for words that cannot reach the store, by default the user's state folder.
    """

    CSS_PATH = "app.tcss"
    TITLE = "GRM"
    BINDINGS: ClassVar[list[BindingType]] = app_bindings()
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        open_store: "Callable[[], SignIn]",
        demo: bool = False,
        *,
        name: str = "",
        bell: bool = True,
        clock: Clock = system_clock,
        drafts: Path | None = None,
    ) -> None:
        super().__init__()
        self._open_store = open_store
        self._demo = demo
        self._who = name
        self._bell = bell
        self._clock = clock
        self._drafts = drafts or state_folder()
        self._seat: Seat | None = None
        self._desk: DeskScreen | None = None
        self._first: Screen[None] | None = None
        """What the role of whoever sits here opens first: the desk, the administrator's lists, or the articles."""
        self._speaks_the_old = False
        """Whether the first screen was made before another language was chosen."""
        self._told_of_words = False
        """Whether the last key asked to leave, and the answer was that there are unsaved words."""
        self._keeping = Lock()
        self._touched = monotonic()
        self.choices = ConsoleChoices()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, self._screen_changed)
        self.push_screen(SignInScreen(self._open_store, self._demo, self._who))

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor stands; an input method opens its window there.

        A field tells it when it is typed into; it is asked anew at each paint, since what is above may push it away.
        """
        field = self.screen_stack[-1].focused if self.screen_stack else None
        return field.cursor_screen_offset if isinstance(field, Input | TextArea) else self._cursor_position

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:
        self._cursor_position = position

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Whatever a widget painted, no control character reaches the terminal; in plain mode nothing drawn does."""
        plain = [PlainFilter()] if self.choices.plain else []
        return [*super().get_line_filters(), PrintableFilter(), *plain]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the commands of the screen that are possible now, then the console's own."""
        table: tuple[Command, ...] = getattr(screen, "TABLE", ())
        for command in table:
            if not command.name.startswith("app.") and screen.check_action(command.name, ()):
                act = partial(screen.run_action, command.action)
                yield SystemCommand(_(command.label), f"{command.key}  {_(command.help)}", act)
        for own in APP:
            if self.check_action(own.name.removeprefix("app."), ()):
                run = partial(self.run_action, own.action)
                yield SystemCommand(_(own.label), f"{own.key}  {_(own.help)}", run)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something; in plain mode it is also a line that stays."""
        if self._desk is not None:
            self._desk.said.say(message)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    # -- sitting down and leaving

    @on(SignInScreen.Done)
    def _sit_down(self, message: SignInScreen.Done) -> None:
        self._seat = message.seat
        self.use(message.seat.choices)
        if message.seat.lock_after:
            self._touched = monotonic()
            self.set_interval(LOOK_AT_THE_CLOCK, self._lock_if_idle)
        self._open_first(message.seat)

    def _open_first(self, seat: "Seat") -> None:
        """Show what the role works at, or say that it has nothing here."""
        if seat.may(Act.TAKE_INTERACTION):
            # Imported here as it is a tenth of the start, and nobody sees a desk before signing in.
            from grm_console.tui.screens.desk import DeskScreen

            before, self._desk = self._desk, DeskScreen(seat, bell=self._bell, clock=self._clock, drafts=self._drafts)
            if before is not None:
                self._desk.take_over(before)
            else:
                self.call_after_refresh(keep_what_is_loaded)
            self._first = self._desk
        elif seat.may(Act.MANAGE_CATALOGUE):
            from grm_console.tui.screens.administration import AdministrationScreen

            self._first = AdministrationScreen(seat.administration, self._clock)
        elif seat.may(Act.SEARCH_ANSWERS):
            from grm_console.tui.screens.knowledge import KnowledgeScreen

            keeper = WordsKeeper(seat.me.account_id, self._drafts)
            self._first = KnowledgeScreen(seat.editorial, self._clock, keeper, seat.proposals)
        else:
            self._first = NoDeskScreen(seat.me)
        self._speaks_the_old = False
        self.switch_screen(self._first)

    async def action_quit(self) -> None:
        """Leave; a desk first puts what was typed into the store, words elsewhere are told of once."""
        edited = any(getattr(screen, "edited", False) for screen in self.screen_stack)
        if edited and not self._told_of_words and not isinstance(self.screen, LockScreen):
            self._told_of_words = True
            self.notify(_("There are words that are not saved yet. ^Q again leaves without them."), severity="warning")
            return
        if self._desk is None:
            self.exit()
            return
        self._desk.leave()
        self.set_timer(LEAVE_WITHIN, self.exit)

    @on(LeftDesk)
    def _left(self) -> None:
        self.exit()

    # -- how the operator likes it

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Options, guide and lock need somebody at the desk."""
        seat = self._seat
        if action in ("options", "guide"):
            return seat is not None and not isinstance(self.screen, LockScreen | OptionsScreen)
        if action == "lock":
            return seat is not None and seat.lock_after is not None and not isinstance(self.screen, LockScreen)
        return super().check_action(action, parameters)

    def use(self, choices: ConsoleChoices) -> None:
        """Show the console as these choices say; a widget that comes later asks for them itself."""
        self.choices = choices
        self.theme = choices.theme if choices.theme in {theme.name for theme in THEMES} else DARK.name
        self.set_class(choices.plain, "-plain")
        self.set_class(choices.still, "-still")
        spoken = choices.language or (self._seat.language if self._seat is not None else "en")
        use_language(spoken)
        if self._seat is not None:
            self._seat.use_language(spoken)
        if self._desk is not None:
            self._desk.lay_out()
        for screen in self.screen_stack:
            if isinstance(screen.focused, Input | TextArea):
                screen.focused.cursor_blink = not choices.still
            # A line that is painted keeps the filters it was painted through.
            for widget in screen.walk_children(with_self=True):
                widget.notify_style_update()
                widget.refresh()
            screen.refresh(layout=True)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A cursor comes with the focus: here none begins to blink where nothing shall move."""
        if isinstance(event.widget, Input | TextArea):
            event.widget.cursor_blink = not self.choices.still

    def chosen(self, choices: ConsoleChoices) -> None:
        """Use choices from now on, and keep them with the account.

        Another language makes the first screen anew; screens with words over it are left alone until they close.
        """
        seat, before = self._seat, self.choices
        assert seat is not None
        self.use(choices)
        self.run_worker(partial(self._keep_choices, seat), thread=True, group="choices")
        if choices.language != before.language:
            self._speaks_the_old = True
            if isinstance(self.screen, OptionsScreen) and self.screen_stack[-2] is self._first:
                self.pop_screen()
                self._open_first(seat)
                self.action_options("language")

    def _screen_changed(self, screen: Screen[object]) -> None:
        if self._speaks_the_old and self._seat is not None and screen is self._first is self.screen:
            self._open_first(self._seat)

    def _keep_choices(self, seat: "Seat") -> None:
        """Runs in a thread; of choices made in quick succession the last one is kept."""
        try:
            with self._keeping:
                if seat.choices != self.choices:
                    seat.choose(self.choices)
        except GrmError as error:
            self.call_from_thread(self.notify, printable(str(error)), severity="warning")

    def action_options(self, first: str = "theme") -> None:
        """Ask how the operator likes the console; `first` is the choice the focus begins at."""
        if self._seat is not None:
            self.push_screen(OptionsScreen(self.choices, self.chosen, self._ask_password, first))

    def _ask_password(self) -> None:
        seat = self._seat
        if seat is not None:
            self.push_screen(PasswordScreen(seat.change_password), self._password_changed)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            self.notify(_("Your password is changed."))

    def action_guide(self) -> None:
        """Read the guide for one's role."""
        from grm_console.tui.screens.guide import GuideScreen  # Markdown costs 60 ms that only a reader should pay

        seat = self._seat
        if seat is not None:
            role = {"approver": "editor"}.get(seat.me.role, seat.me.role)
            role = role if role in ("supervisor", "administrator", "editor") else "operator"
            self.push_screen(GuideScreen(role, self.choices.language or seat.language))

    # -- locking

    def action_lock(self) -> None:
        """Lock the console; the password opens it again."""
        seat = self._seat
        if seat is not None and not isinstance(self.screen, LockScreen):
            lock = LockScreen(seat.me.full_name, seat.unlock)
            if self._desk is not None:
                lock.show_ringing(self._desk.rings)
                self._desk.locked = lock
            self.push_screen(lock, self._unlocked)

    def _unlocked(self, _result: object = None) -> None:
        self._touched = monotonic()
        if self._desk is not None:
            self._desk.locked = None

    async def on_event(self, event: events.Event) -> None:
        """Any key or click says that somebody is here."""
        if isinstance(event, events.InputEvent):
            self._touched = monotonic()
        if isinstance(event, events.Key) and event.key != "ctrl+q":
            self._told_of_words = False
        await super().on_event(event)

    def _lock_if_idle(self) -> None:
        seat = self._seat
        if seat is not None and seat.lock_after and monotonic() - self._touched > seat.lock_after.total_seconds():
            self.action_lock()

"""Name and password; a store marked as a demo signs in by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from grm_console.i18n import _
from grm_console.tui.arrivals import Refused
from grm_console.tui.screens.asking import AskingScreen
from grm_console.tui.screens.password import PasswordScreen
from grm_console.tui.widgets.text_fields import LineField, SecretField

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat, SignIn


class SignInScreen(AskingScreen):
    """Opens the store after the first paint, then asks who sits down."""

    CSS_PATH = "sign_in.tcss"

    @dataclass
    class StoreOpened(Message):
        """The store is open."""

        sign_in: "SignIn"

    @dataclass
    class SatDown(Message):
        """The password was right."""

        seat: "Seat"
        password: str

    @dataclass
    class Done(Message):
        """Somebody sat down; answered by the app."""

        seat: "Seat"

    def __init__(self, open_store: "Callable[[], SignIn]", demo: bool, name: str = "") -> None:
        """`name` stands in the form; in a demo that account sits down at once."""
        super().__init__()
        self._who = name
        self._open_store = open_store
        self._demo = demo
        self._sign_in: SignIn | None = None
        self._pending: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = "GRM"
            yield Static(_("Hotline desk"), classes="title", markup=False)
            yield Static(_("Name"), classes="label", markup=False)
            yield LineField(self._who, id="name")
            yield Static(_("Password"), classes="label", markup=False)
            yield SecretField(id="password")
            yield Static(id="said", markup=False)
        yield Static(_("Enter signs in   ^Q quits"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._say(_("Opening the store …"))
        if self._who:
            self.query_one("#password", Input).focus()
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.ask("open", lambda: self.StoreOpened(self._open_store()))

    @on(StoreOpened)
    def _store_opened(self, message: StoreOpened) -> None:
        self._sign_in = message.sign_in
        if self._demo and message.sign_in.demo_account:
            self._say(_("Signing in to the demo …"))
            self.ask("sign-in", lambda: self.Done(message.sign_in.demo(self._who)))
        elif self._pending is not None:
            self._try(*self._pending)
        else:
            self._say("")

    @on(Input.Submitted, "#name")
    def _name_typed(self) -> None:
        self.query_one("#password", Input).focus()

    @on(Input.Submitted, "#password")
    def _password_typed(self) -> None:
        name = self.query_one("#name", Input).value.strip()
        password = self.query_one("#password", Input).value
        if not name or not password:
            self._say(_("Type your name and your password, then press Enter."))
        elif self._sign_in is None:
            self._pending = (name, password)
            self._say(_("Opening the store …"))
            self._open()
        else:
            self._try(name, password)

    def _try(self, name: str, password: str) -> None:
        sign_in = self._sign_in
        assert sign_in is not None
        self._pending = None
        self._say(_("Signing in …"))
        self.ask("sign-in", lambda: self.SatDown(sign_in(name, password), password))

    @on(SatDown)
    def _sat_down(self, message: SatDown) -> None:
        seat, sign_in = message.seat, self._sign_in
        if not seat.me.must_change_password or sign_in is None:
            self.post_message(self.Done(seat))
            return
        seats: list[Seat] = []

        def change(old: str, new: str) -> None:
            """Runs in a thread. The seat of the one-time password opens nothing; the new one's does."""
            seat.change_password(old, new)
            seats.append(sign_in(seat.me.name, new))

        def chosen(changed: bool | None) -> None:
            seat.close()
            if changed:
                self.post_message(self.Done(seats[0]))
            else:
                self._say("")

        self.query_one("#password", Input).value = ""
        self.app.push_screen(PasswordScreen(change, once=message.password), chosen)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self._pending = None
        self._say(str(message.error), refused=True)
        password = self.query_one("#password", Input)
        password.value = ""
        self.query_one("#name" if self._sign_in is None else "#password", Input).focus()

    def _say(self, sentence: str, refused: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(refused, "-refused")
        said.update(Content(("▲ " if refused else "") + sentence))

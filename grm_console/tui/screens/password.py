"""A new password for one's own account: chosen after a one-time password, or changed at any time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from grm_console.domain.passwords import LONGEST, SHORTEST
from grm_console.errors import GrmError, InvalidInput
from grm_console.i18n import _
from grm_console.tui.widgets.text_fields import SecretField


class PasswordScreen(ModalScreen[bool]):
    """Gives back whether the password was changed.

    `change` takes the old and the new one and may raise a GrmError; it runs in a thread. With `once`, the one-time
    password just used, the old one is not asked for.
    """

    CSS_PATH = "password.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    @dataclass
    class Changed(Message):
        """The new password counts from now on."""

    @dataclass
    class Refused(Message):
        """The password stays as it was."""

        error: GrmError

    def __init__(self, change: Callable[[str, str], object], once: str | None = None) -> None:
        super().__init__()
        self._change = change
        self._once = once

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box", can_focus=False) as box:
            box.border_title = Content(_("Password"))
            if self._once is not None:
                yield Static(
                    _("The password you have is for one time only. Choose one of your own."),
                    classes="why",
                    markup=False,
                )
            else:
                yield Static(_("Password until now"), classes="label", markup=False)
                yield SecretField(id="old")
            label = _("New password, {least} to {most} characters").format(least=SHORTEST, most=LONGEST)
            yield Static(label, classes="label", markup=False)
            yield SecretField(id="new")
            yield Static(_("The same once more"), classes="label", markup=False)
            yield SecretField(id="again")
            yield Static(id="said", markup=False)
            yield Static(_("Enter goes on and saves   Esc back"), classes="hint", markup=False)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id != "again":
            self.focus_next()
            return
        new, again = self.query_one("#new", Input).value, self.query_one("#again", Input).value
        if new != again:
            self._say(_("The two are not the same. Type the new password twice."), "new")
            return
        old = self._once if self._once is not None else self.query_one("#old", Input).value
        self.query_one("#said", Static).update(Content(_("Saving …")))
        self.run_worker(lambda: self._try(old, new), thread=True, exclusive=True, group="change")

    def _try(self, old: str, new: str) -> None:
        """Runs in a thread."""
        try:
            self._change(old, new)
        except GrmError as error:
            self.post_message(self.Refused(error))
        else:
            self.post_message(self.Changed())

    @on(Changed)
    def _changed(self) -> None:
        self.dismiss(True)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        wrong = "new" if isinstance(message.error, InvalidInput) or self._once is not None else "old"
        self._say(str(message.error), wrong)

    def _say(self, sentence: str, field: str) -> None:
        said = self.query_one("#said", Static)
        said.add_class("-refused")
        said.update(Content("▲ " + sentence))
        for name in {"new", "again", field}:
            self.query_one(f"#{name}", Input).value = ""
        self.query_one(f"#{field}", Input).focus()

    def action_give_up(self) -> None:
        """Leave the password as it is."""
        self.dismiss(False)

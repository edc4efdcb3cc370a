"""How this operator likes the console: every change shows at once and stays with the account."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.desk.views import ConsoleChoices
from grm_console.i18n import _
from grm_console.tui.theme import THEMES
from grm_console.tui.widgets.choice_field import ChoiceField
from grm_console.tui.widgets.form_field import FormField


class OptionsScreen(ModalScreen[None]):
    """Four choices; `chosen` is told of each change, `password` asks for another password.

    `first` names the choice the focus begins at.
    """

    CSS_PATH = "options.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("f2", "password", show=False, priority=True),
    ]

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(
        self,
        choices: ConsoleChoices,
        chosen: Callable[[ConsoleChoices], None],
        password: Callable[[], None],
        first: str = "theme",
    ) -> None:
        super().__init__()
        self._first = first
        self._choices = choices
        self._chosen = chosen
        self._password = password
        words = (_("Dark"), _("Light"), _("High contrast"), _("Safe for colour-blind eyes"))
        names = ("", *(theme.name for theme in THEMES[1:]))
        self._fields = {
            "theme": FormField("theme", _("Colours"), ChoiceField(tuple(zip(names, words, strict=True)))),
            "language": FormField(
                "language", _("Language"), ChoiceField((("", _("As the desk")), ("en", "English"), ("zh", "中文")))
            ),
            "plain": FormField(
                "plain", _("Plain mode, for screen readers"), ChoiceField((("no", _("Off")), ("yes", _("On"))))
            ),
            "still": FormField(
                "still", _("Moving things"), ChoiceField((("no", _("As usual")), ("yes", _("As little as possible"))))
            ),
        }
        self._fields["theme"].load(choices.theme)
        self._fields["language"].load(choices.language)
        self._fields["plain"].load("yes" if choices.plain else "no")
        self._fields["still"].load("yes" if choices.still else "no")

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(_("Options"))
            yield from self._fields.values()
            yield Static(_("Left and Right choose   F2 change the password   Esc back"), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._fields[self._first].focus_control()

    @on(ChoiceField.Changed)
    def _changed(self, event: ChoiceField.Changed) -> None:
        event.stop()
        value = {name: field.value for name, field in self._fields.items()}
        self._choices = replace(
            self._choices,
            theme=value["theme"],
            language=value["language"],
            plain=value["plain"] == "yes",
            still=value["still"] == "yes",
        )
        self._chosen(self._choices)

    def action_password(self) -> None:
        """Change the password."""
        self.dismiss(None)
        self._password()

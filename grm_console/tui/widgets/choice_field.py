"""A field with a few fixed values on one line: left and right, or the first letter, choose."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from grm_console.text import printable


class ChoiceField(Widget, can_focus=True):
    """One of a few values; no list opens, so that nothing else moves."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
        Binding("enter", "app.focus_next", "Next field", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceField { height: 1; padding: 0 1; background: $surface; color: $foreground; }
    ChoiceField:focus { background: $panel; }
    ChoiceField:disabled { color: $text-muted; }
    """

    value: reactive[str] = reactive("", init=False)
    """The chosen value."""

    @dataclass
    class Changed(Message):
        """The operator chose another value."""

        field: "ChoiceField"

        @property
        def control(self) -> "ChoiceField":
            """The field, for whoever asks which one changed."""
            return self.field

    def __init__(self, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.options = options
        """Values and their words, in the order of the keys."""
        self.set_reactive(ChoiceField.value, options[0][0])

    def set_options(self, options: tuple[tuple[str, str], ...]) -> None:
        """Offer other values or other words; what was chosen stays chosen."""
        self.options = options
        self.refresh()

    def load(self, value: str) -> None:
        """Show a stored value, which is offered from now on if it was not."""
        if all(value != known for known, _ in self.options):
            self.options = (*self.options, (value, value))
        self.value = value

    def action_step(self, step: int) -> None:
        """Choose the next or the previous value."""
        values = [value for value, _ in self.options]
        self._choose(values[(values.index(self.value) + step) % len(values)])

    def on_key(self, event: events.Key) -> None:
        """A letter or figure chooses the next value whose word begins with it."""
        if event.is_printable and event.character and not event.character.isspace():
            values = [value for value, _ in self.options]
            start = values.index(self.value) + 1
            for value, label in (*self.options[start:], *self.options[:start]):
                if label.casefold().startswith(event.character.casefold()):
                    self._choose(value)
                    break
            event.stop()

    def on_click(self) -> None:
        """Pointing at it chooses the next value."""
        self.action_step(1)

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self))

    def render(self) -> Content:
        """The chosen word between arrows that show there are others."""
        label = next(label for value, label in self.options if value == self.value)
        arrow = "$accent" if self.has_focus else "$text-muted"
        return Content.assemble(("‹ ", arrow), printable(label, limit=200), (" ›", arrow))

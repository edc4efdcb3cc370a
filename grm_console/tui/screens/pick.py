"""A short numbered list over the desk: a number picks, typing narrows, Enter takes what the eye is on.

In a list of telephone numbers figures narrow as well: whoever types the end of one must not pick another.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from grm_console.i18n import _
from grm_console.text import printable

SHOWN = 9
"""Rows at a time: one for each number key."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line to pick."""

    code: str
    label: str
    remark: str = ""


class PickScreen(ModalScreen[str | None]):
    """Gives back the code of the picked line, or None after Esc."""

    CSS_PATH = "pick.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(
        self,
        title: str,
        choices: tuple[Choice, ...],
        notes: tuple[Content, ...] = (),
        *,
        of_numbers: bool = False,
    ) -> None:
        """`of_numbers` says that the lines are telephone numbers."""
        super().__init__()
        self._of_numbers = of_numbers
        self._title = title
        self._choices = choices
        self._notes = notes
        self._typed = ""
        self._at = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._title)
            for note in self._notes:
                yield Static(note, classes="note", markup=False)
            yield Static(id="choices", markup=False)
            by_figures = _("type to narrow   Enter takes ▌   Esc back")
            by_place = _("1-9 pick   type to narrow   Enter takes ▌   Esc back")
            yield Static(by_figures if self._of_numbers else by_place, classes="hint", markup=False)

    def on_mount(self) -> None:
        self._paint()

    def fitting(self) -> tuple[Choice, ...]:
        """The lines that hold every typed word."""
        words = self._typed.casefold().split()
        return tuple(choice for choice in self._choices if all(word in self._searched(choice) for word in words))

    def _searched(self, choice: Choice) -> str:
        if self._of_numbers:
            return f"{choice.label} {''.join(filter(str.isdigit, choice.label))} {choice.remark}".casefold()
        return f"{choice.code} {choice.label} {choice.remark}".casefold()

    def _page(self) -> tuple[Choice, ...]:
        first = self._at - self._at % SHOWN
        return self.fitting()[first : first + SHOWN]

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if not self.is_current:
            return  # keys typed ahead of the screen's end
        count = len(self.fitting())
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter" and count:
            self.dismiss(self.fitting()[self._at].code)
        elif event.key in ("up", "down") and count:
            self._at = (self._at + (1 if event.key == "down" else -1)) % count
        elif event.key == "backspace":
            self._typed, self._at = self._typed[:-1], 0
        elif event.character is not None and event.character in "123456789" and not self._of_numbers:
            page = self._page()
            if int(event.character) <= len(page):
                self.dismiss(page[int(event.character) - 1].code)
        elif event.is_printable and event.character is not None:
            self._typed, self._at = self._typed + event.character, 0
        self._paint()

    def _paint(self) -> None:
        page = self._page()
        lines = [
            Content.assemble(
                ("▌" if row == self._at % SHOWN else " ", "$accent"),
                ("" if self._of_numbers else f"{row + 1} ", "bold $accent"),
                (printable(choice.label), "bold" if row == self._at % SHOWN else ""),
                (f"  {printable(choice.remark)}" if choice.remark else "", "$text-muted"),
            )
            for row, choice in enumerate(page)
        ]
        if not page:
            lines.append(Content.styled(_("Nothing fits. Backspace widens the list."), "$text-muted"))
        more = len(self.fitting()) - len(page)
        if more:
            lines.append(Content.styled(_("  {n} more: type or go down").format(n=more), "$text-muted"))
        if self._typed:
            lines.insert(0, Content.assemble((_("narrowed by "), "$text-muted"), (printable(self._typed), "bold")))
        self.query_one("#choices", Static).update(Content("\n").join(lines))

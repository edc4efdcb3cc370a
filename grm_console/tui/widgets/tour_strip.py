"""The tour: a sentence above the keys that shows a newcomer the next step of a call, and goes on when it is done."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from grm_console.i18n import _


@dataclass(frozen=True, slots=True)
class TourStep:
    """A sentence, and the act that completes it."""

    sentence: str
    done_by: str


def tour() -> tuple[TourStep, ...]:
    """The steps of the first minute at the desk."""
    return (
        TourStep(_("F10 makes you available; the next call or text then appears in the card above."), "state"),
        TourStep(_("Something rings: the card says who it may be. F2 takes it."), "answer"),
        TourStep(_("Ask who speaks, then F3 and a number: the history opens only after that."), "speaker"),
        TourStep(_("Type four words of the question; the best standard answer is on top. Ctrl+G: given."), "give"),
        TourStep(_("More than a question? F6 to the form, choose a service; Ctrl+S opens the case."), "open"),
        TourStep(_("F9 ends the call and asks how it ended; then the next one comes. F1 explains more."), "close"),
    )


class TourStrip(Widget):
    """The step, and below it how to go on or leave. It takes no key from the desk but its own two."""

    DEFAULT_CSS = """
    TourStrip { display: none; height: auto; padding: 0 1; background: $panel; }
    TourStrip.-on { display: block; }
    """

    @dataclass
    class Over(Message):
        """The tour was finished or left."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[TourStep, ...] = ()
        self._at = 0

    @property
    def under_way(self) -> bool:
        """Whether the tour is under way."""
        return bool(self._steps)

    @property
    def at(self) -> int | None:
        """The step that is shown, counted from 0; None if the tour is not under way."""
        return self._at if self._steps else None

    def begin(self, at: int = 0) -> None:
        """Start with the first step, or with another one."""
        self._steps, self._at = tour(), at
        self.add_class("-on")
        self.refresh(layout=True)

    def done(self, act: str) -> None:
        """Something was done; the step it completes is over, with those before it."""
        for index in range(self._at, len(self._steps)):
            if self._steps[index].done_by == act:
                self._go(index + 1)
                return

    def next(self) -> None:
        """Go on without doing the step."""
        self._go(self._at + 1)

    def leave(self) -> None:
        """End the tour."""
        self._go(len(self._steps))

    def _go(self, index: int) -> None:
        if not self._steps:
            return
        self._at = index
        if index >= len(self._steps):
            self._steps = ()
            self.remove_class("-on")
            self.post_message(self.Over())
        self.refresh(layout=True)

    def on_click(self, event: events.Click) -> None:
        self.next()

    def render(self) -> Content:
        if not self._steps:
            return Content("")
        count = _("Tour {n} of {all}").format(n=self._at + 1, all=len(self._steps))
        return Content.assemble(
            (f"{count}  ", "bold $accent"),
            (self._steps[self._at].sentence, "$foreground"),
            ("\n" + _("Do it, or Alt+M goes on, Alt+X ends the tour."), "$text-muted"),
        )

"""The history panel: which kinds of entries, the entries, and the one under the cursor in full."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from grm_console.clock import Clock, system_clock
from grm_console.desk.views import TimelineDetail
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.cells import cell_len
from grm_console.tui.widgets.timeline_view import TimelineView

TALL = 26
"""From so many lines on the details have their own pane; below that Enter opens it."""


class TimelinePanel(Vertical):
    """Filter line, entries and details; everything else is said to its `TimelineView`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "toggle_detail", "Details", show=False),
        Binding("escape", "close_detail", "Back", show=False),
    ]
    DEFAULT_CSS = """
    TimelinePanel {
        border: round $panel;
        border-title-color: $text-muted;
        padding: 0 1;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        & > #timeline-filters { height: 1; color: $text-muted; }
        & > #timeline-detail {
            height: 40%;
            min-height: 6;
            border-top: solid $panel;
            scrollbar-size-vertical: 1;
            display: none;
            &:focus { border-top: solid $accent; }
        }
        &.-detail > #timeline-detail { display: block; }
    }
    """

    detail_open: reactive[bool] = reactive(False, repaint=False, init=False, toggle_class="-detail")
    """Whether the details pane is shown."""

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _("1 Timeline")
        self.view = TimelineView(clock=clock)
        """The entries: say `show`, `extend`, `clear` and `show_detail` to it."""
        self.view.wants_detail = False
        self._by_hand = False
        self._whose = ""

    def compose(self) -> ComposeResult:
        """Filter line, entries, details."""
        yield Static(markup=False, id="timeline-filters")
        yield self.view
        with VerticalScroll(id="timeline-detail"):
            yield Static(markup=False)

    def name_contact(self, name: str) -> None:
        """Say in the title whose history is shown, if it is not the speaker's."""
        self._whose = printable(name)
        self._show_title()

    def on_mount(self) -> None:
        """Follow what the list shows."""
        self.watch(self.view, "loaded", self._show_filters)
        self.watch(self.view, "detail", self._show_detail)

    def on_resize(self, event: events.Resize) -> None:
        """A tall panel shows the details by itself, until the operator opened or closed them."""
        if not self._by_hand:
            self.detail_open = event.size.height >= TALL

    def watch_detail_open(self, is_open: bool) -> None:
        """Only an open pane asks for details."""
        self.view.wants_detail = is_open
        if is_open and self.view.has_focus:
            self.view.want_detail()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours only while there is something to close."""
        return self._by_hand and self.detail_open if action == "close_detail" else True

    def action_toggle_detail(self) -> None:
        """Open or close the details."""
        self._by_hand = True
        self.detail_open = not self.detail_open

    def action_close_detail(self) -> None:
        """Close the details and go back to the entries."""
        self.detail_open = False
        self.view.focus()

    def _show_filters(self) -> None:
        view = self.view
        line = Content(" · ").join(
            Content.styled(label, "bold $accent") if name == view.chosen else Content(label)
            for name, label in _filter_labels()
        )
        self.query_one("#timeline-filters", Static).update(line)
        self._show_title()

    def _show_title(self) -> None:
        view = self.view
        total = view.loaded if view.total is None else view.total
        title = _("1 Timeline")
        if view.contact_id is not None and view.chosen == "all":
            title = _("1 Timeline · {total}").format(total=total)
        elif view.contact_id is not None:
            title = _("1 Timeline · {shown} of {total}").format(shown=view.count, total=total)
        self.border_title = Content(f"{title} · {self._whose}" if self._whose else title)

    def _show_detail(self, detail: TimelineDetail | None) -> None:
        pane = self.query_one("#timeline-detail", VerticalScroll)
        pane.scroll_home(animate=False)
        if detail is None:
            text = Content.styled(_("Move to an entry to read it in full."), "$text-muted")
        else:
            facts = [
                Content.assemble((f"{printable(label)}  ", "$text-muted"), printable(value))
                for label, value in detail.facts
            ]
            words = [Content(""), Content(printable(detail.text, lines=True))] if detail.text else []
            text = Content("\n").join([Content.styled(printable(detail.title), "bold"), *facts, *words])
        pane.query_one(Static).update(text)

    @on(events.Click, "#timeline-filters")
    def _pick_filter(self, event: events.Click) -> None:
        """Choose the filter that was pointed at."""
        start = 0
        for name, label in _filter_labels():
            if start <= event.x < start + cell_len(label):
                self.view.action_filter(name)
            start += cell_len(label) + cell_len(" · ")


def _filter_labels() -> list[tuple[str, str]]:
    """The filters' names and words, in the order of the line."""
    return [
        ("all", _("all")),
        ("calls", _("calls")),
        ("texts", _("texts")),
        ("cases", _("cases")),
        ("other", _("other")),
    ]

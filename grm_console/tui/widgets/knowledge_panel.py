"""The knowledge panel: what the caller asks, the standard answers that fit, and the chosen one in full."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from grm_console.clock import Clock, local_day, system_clock
from grm_console.desk.views import AnswerHit, AnswerText
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.hit_list import HitList
from grm_console.tui.widgets.row_view import RowView
from grm_console.tui.widgets.text_fields import LineField

DEBOUNCE = 0.05
"""Seconds without a further character before a search; an input method commits several at once."""

REST = 0.06
"""Seconds the cursor must rest on a hit before its text is asked for."""

SUGGESTED_CHARACTERS = 200
"""Longer texts of a caller are cut to their beginning before they become a query."""


class KnowledgePanel(Vertical):
    """Search box, hits and preview; the focus stays in the box while Up and Down choose a hit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]
    DEFAULT_CSS = """
    KnowledgePanel {
        border: round $panel;
        border-title-color: $text-muted;
        padding: 0 1;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        & > HitList { height: 2fr; min-height: 4; margin-top: 1; }
        & > #knowledge-preview {
            height: 3fr;
            min-height: 4;
            border-top: solid $panel;
            scrollbar-size-vertical: 1;
            &:focus { border-top: solid $accent; }
        }
        &.-short > HitList { margin-top: 0; }
    }
    """

    @dataclass
    class SearchWanted(Message):
        """The words in the box changed and have settled."""

        text: str
        request: int
        """Goes up with every search; hits for an older one are dropped."""

    @dataclass
    class ArticleWanted(Message):
        """The cursor rests on a hit."""

        version_id: int

    @dataclass
    class GiveWanted(Message):
        """The operator says that the shown answer was given."""

        version_id: int
        rank: int
        """Position among the hits, the first is 1."""
        query: str

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _("2 Knowledge")
        self._clock = clock
        self._box = LineField(placeholder=_("What does the caller ask?"), id="knowledge-search")
        self._hits = HitList(clock=clock, sentence=_invitation(), id="knowledge-hits")
        self._text: AnswerText | None = None
        self._given: dict[str, datetime] = {}
        self._hits.given = self._given
        self._request = 0
        self._searched = ""
        self._typed = False
        self._settle: Timer | None = None
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Search box, hits, preview."""
        yield self._box
        yield self._hits
        with VerticalScroll(id="knowledge-preview"):
            yield Static(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """A short panel has no line to spare."""
        self.set_class(event.size.height < 24, "-short")

    # -- what the screen calls

    def current(self) -> AnswerHit | None:
        """The hit under the cursor."""
        return self._hits.current

    def give(self) -> None:
        """Post `GiveWanted` for the hit under the cursor; does nothing if there is none or it may not be given."""
        hit = self._hits.current
        if hit is not None and hit.givable:
            self.post_message(self.GiveWanted(hit.version_id, self._hits.cursor + 1, self._searched))

    def show_hits(self, request: int, hits: tuple[AnswerHit, ...]) -> None:
        """Show what was found; an answer to an older search is dropped."""
        if request != self._request:
            return
        nothing = _("No standard answer fits. Try other words, or write the matter down as a case.")
        self._hits.show(hits, nothing)
        if not hits:
            self._show_preview(None)
        # Otherwise the text stays until the new one comes: emptied at every key, the panel would flicker.
        self._want_article()

    def show_article(self, text: AnswerText) -> None:
        """Show a version in full, unless the cursor has left it meanwhile."""
        hit = self._hits.current
        if hit is not None and hit.version_id == text.version_id:
            self._show_preview(text)

    def mark_given(self, code: str, at: datetime) -> None:
        """Mark an article as given in this exchange."""
        self._given[code] = at
        self._hits.rows_changed()
        self._show_preview(self._text)

    def suggest(self, text: str) -> None:
        """Search for the caller's own words, but only if the operator has typed nothing yet."""
        if self._typed or self._box.value:
            return
        with self.prevent(Input.Changed):
            self._box.value = printable(text, limit=SUGGESTED_CHARACTERS).strip()
        self._search()

    def focus_search(self) -> None:
        """Go to the search box at once; its words are selected, so that typing replaces them."""
        self.screen.set_focus(self._box)
        self._box.action_select_all()

    def reset(self) -> None:
        """Empty everything: another exchange begins."""
        self._typed = False
        self._given.clear()
        with self.prevent(Input.Changed):
            self._box.value = ""
        self._search()

    # -- searching

    @on(Input.Changed, "#knowledge-search")
    def _typed_words(self, event: Input.Changed) -> None:
        event.stop()
        self._typed = True
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(DEBOUNCE, self._search)

    def _search(self) -> None:
        if self._settle is not None:
            self._settle.stop()
        self._request += 1
        self._searched = self._box.value.strip()
        if self._searched:
            self.post_message(self.SearchWanted(self._searched, self._request))
        else:
            self._hits.show((), _invitation())
            self._show_preview(None)

    @on(Input.Submitted, "#knowledge-search")
    def _show_now(self, event: Input.Submitted) -> None:
        """Enter does not wait: it searches at once, or asks for the article at once."""
        event.stop()
        if self._box.value.strip() != self._searched:
            self._search()
        else:
            self._want_article()

    # -- choosing

    def action_move(self, rows: int) -> None:
        """Move among the hits."""
        self._hits.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move among the hits by screens full."""
        self._hits.action_page(pages)

    @on(RowView.Moved)
    def _hit_reached(self, event: RowView.Moved) -> None:
        event.stop()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._want_article)

    def _want_article(self) -> None:
        hit = self._hits.current
        if hit is not None and (self._text is None or self._text.version_id != hit.version_id):
            self.post_message(self.ArticleWanted(hit.version_id))

    # -- preview

    def _show_preview(self, text: AnswerText | None) -> None:
        pane = self.query_one("#knowledge-preview", VerticalScroll)
        if text is not self._text:
            pane.scroll_home(animate=False)
        self._text = text
        pane.query_one(Static).update(self._preview(text) if text is not None else "")

    def _preview(self, text: AnswerText) -> Content:
        today = self._clock().astimezone().date()
        head = Content.assemble(
            (f"{printable(text.code, limit=40)} v{text.version} · ", "bold"),
            (printable(text.question), "bold"),
        )
        lines = [head]
        if (at := self._given.get(text.code)) is not None:
            lines.append(Content.styled(_("✓ given {time}").format(time=f"{at.astimezone():%H:%M}"), "$success"))
        if not text.givable:
            why = printable(text.not_givable_because) or _("it is not public or not in force")
            lines.append(Content.styled(_("⊘ Not to be given: {why}").format(why=why), "$warning"))
        lines += [Content(""), Content(printable(text.answer, lines=True)), Content("")]
        facts = [
            (_("Law: {text}"), printable(text.legal_basis)),
            (_("Owner: {text}"), printable(text.owner)),
            (_("In force since {text}"), local_day(text.effective_on, today) if text.effective_on else ""),
            (_("Review by {text}"), local_day(text.review_on, today) if text.review_on else ""),
            (_("Expires {text}"), local_day(text.expires_on, today) if text.expires_on else ""),
        ]
        told = " · ".join(label.format(text=value) for label, value in facts if value)
        return Content("\n").join([*lines, Content.styled(told, "$text-muted")])


def _invitation() -> str:
    return _("Type what the caller asks, in any language. Up and Down choose an answer.")

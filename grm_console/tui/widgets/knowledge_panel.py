"""The knowledge panel: what the caller asks, the standard answers that fit, and the chosen one in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from grm_console.clock import Clock, system_clock
from grm_console.desk.views import AnswerFound, AnswerHit, AnswerText
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.answer_preview import AnswerPreview
from grm_console.tui.widgets.hit_list import HitList
from grm_console.tui.widgets.row_view import RowView
from grm_console.tui.widgets.text_fields import LineField

DEBOUNCE = 0.05
"""Seconds without a further character before a search; an input method commits several at once."""

PAUSE = 0.4
"""Seconds without a further character after which all models are asked; nobody types on in the middle of a word."""

REST = 0.06
"""Seconds the cursor must rest on a hit before its text is asked for."""

SUGGESTED_CHARACTERS = 200
"""Longer texts of a caller are cut to their beginning before they become a query."""


class KnowledgePanel(Vertical):
    """Search box, hits and preview; the focus stays in the box while Up and Down choose a hit.

    What the operator types in the box is her own search. As long as there is none, the box shows what is suggested
    from elsewhere: the inbound text, the notes, the form.
    """

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
        & > #knowledge-notice { height: auto; max-height: 3; color: $warning; display: none; }
        & > #knowledge-notice.-told { display: block; }
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
        """The words in the box changed and have settled, or the operator has paused since."""

        text: str
        request: int
        """Goes up with every search; hits for an older one are dropped."""
        paused: bool = False
        """Whether the full set of models is asked; the fast ones were before, with the same number."""

    @dataclass
    class ArticleWanted(Message):
        """The cursor rests on a hit, or another of its languages is wanted."""

        version_id: int
        language: str
        """The language to show it in, if it is published there; empty: its own."""
        number: int
        """Goes up with every one; the text for an older one is dropped."""

    @dataclass
    class SuggestionWelcome(Message):
        """The operator left the box with nothing in it: what she types elsewhere may be searched for again."""

    def __init__(self, *, clock: Clock = system_clock, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _("2 Knowledge")
        self.caller_language = ""
        """The language in which the shown article is wanted first."""
        self._box = LineField(placeholder=_("What does the caller ask?"), id="knowledge-search")
        self._hits = HitList(clock=clock, sentence=_invitation(), id="knowledge-hits")
        self._preview = AnswerPreview(clock=clock, id="knowledge-preview")
        self._found: tuple[AnswerHit, ...] = ()
        self._given: dict[str, datetime] = {}
        self._unhelpful: set[str] = set()
        self._hits.given, self._hits.unhelpful = self._given, self._unhelpful
        self._request = self._article_number = 0
        self._whole_shown = False
        """Whether what all models found is shown."""
        self._searched = self._found_for = ""
        self._own = False
        """Whether the operator has typed in the box."""
        self._moved = False
        """Whether she has moved the cursor among these hits."""
        self._language = ""
        """The language she has chosen for what is shown."""
        self._settle: Timer | None = None
        self._pause: Timer | None = None
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Search box, what is wrong with the search, hits, preview."""
        yield self._box
        yield Static(id="knowledge-notice", markup=False)
        yield self._hits
        yield self._preview

    def on_resize(self, event: events.Resize) -> None:
        """A short panel has no line to spare."""
        self.set_class(event.size.height < 24, "-short")

    # -- what the screen calls

    @property
    def shown(self) -> AnswerText | None:
        """The answer in the preview, if it is the one under the cursor."""
        hit, text = self._hits.current, self._preview.text
        if hit is None or text is None or hit.version_id not in {text.version_id, *dict(text.languages).values()}:
            return None
        return text

    def current(self) -> AnswerHit | None:
        """The hit under the cursor."""
        return self._hits.current

    def chosen(self) -> AnswerFound | None:
        """The version under the cursor in the language that is shown, and how it was found; None without hits."""
        hit, text = self._hits.current, self.shown
        if hit is None:
            return None
        version_id = text.version_id if text is not None else hit.version_id
        return AnswerFound(version_id, self._found.index(hit) + 1, self._found_for)

    def may_say_unhelpful(self) -> bool:
        """Whether the hit under the cursor was not yet said to be of no help."""
        return self._hits.current is not None and self._hits.current.code not in self._unhelpful

    def show_hits(self, request: int, hits: tuple[AnswerHit, ...], *, paused: bool = False) -> None:
        """Show what was found; an answer to an older search, or the fast models' after all models', is dropped."""
        if request != self._request or (self._whole_shown and not paused):
            return
        self._whole_shown, self._found, self._found_for = paused, hits, self._searched
        self._show_found()

    def show_article(self, number: int, text: AnswerText) -> None:
        """Show a version in full, unless the cursor has left it meanwhile."""
        hit = self._hits.current
        if number == self._article_number and hit is not None and hit.code == text.code:
            self._preview.show(text, hit.matched, self._given.get(text.code))

    def show_given(self, given: Mapping[str, datetime]) -> None:
        """Mark the articles that were given in this exchange, by code, and no others."""
        self._given.clear()
        self._given.update(given)
        self._hits.rows_changed()
        self._show_again()

    def show_notice(self, notice: str) -> None:
        """Say what is wrong with the search; empty once nothing is any more."""
        line = self.query_one("#knowledge-notice", Static)
        line.set_class(bool(notice), "-told")
        line.update(f"▲ {printable(notice)}" if notice else "")

    def mark_unhelpful(self, code: str) -> None:
        """An answer did not help: it goes to the end of the list and says so; it stays there to be chosen."""
        self._unhelpful.add(code)
        self._moved = False
        self._show_found()

    def next_way(self) -> None:
        """Show the same version as it is told the next way."""
        self._preview.next_way()

    def next_language(self) -> None:
        """Show the article in the next of its languages; what is chosen holds for the next ones too."""
        text = self.shown
        if text is None or len(text.languages) < 2:
            return
        places = [language for language, _version_id in text.languages]
        language, version_id = text.languages[(places.index(text.language) + 1) % len(places)]
        self._language = language
        self._want(version_id)

    def suggest(self, text: str, source: str = "", *, typing: bool = False) -> None:
        """Search for words from elsewhere, unless the operator has a search of her own; `source` says from where.

        While she is `typing` there, the words must settle first.
        """
        words = printable(text, limit=SUGGESTED_CHARACTERS).strip()
        if self._own or words == self._box.value:
            return
        self.border_subtitle = source if words else ""
        with self.prevent(Input.Changed):
            self._box.value = words
        if self._box.has_focus:
            self._box.action_select_all()  # she may be about to type: her words are not to be mixed with these
        if typing:
            self._search_soon()
        else:
            self._search()

    @property
    def own_search(self) -> str:
        """What the operator searches for herself; empty while the box shows a suggestion."""
        return self._box.value if self._own else ""

    def search_for(self, words: str) -> None:
        """Go on with a search of the operator's own."""
        self._own = True
        with self.prevent(Input.Changed):
            self._box.value = words
        self._search()

    def search_again(self) -> None:
        """Search for the same words: the service in question is another one."""
        if self._searched:
            self._search(again=True)

    def focus_search(self) -> None:
        """Go to the search box at once; its words are selected, so that typing replaces them."""
        self.screen.set_focus(self._box)
        self._box.action_select_all()

    def reset(self) -> None:
        """Empty everything: another exchange begins."""
        self._own = False
        self._language = self.caller_language = ""
        self._given.clear()
        self._unhelpful.clear()
        self.border_subtitle = ""
        with self.prevent(Input.Changed):
            self._box.value = ""
        self._search()

    # -- searching

    @on(Input.Changed, "#knowledge-search")
    def _typed_words(self, event: Input.Changed) -> None:
        event.stop()
        self._own = True
        self.border_subtitle = ""
        self._search_soon()

    @on(events.DescendantBlur)
    def _left(self, event: events.DescendantBlur) -> None:
        """An emptied box is no search of her own any more once she is elsewhere: she may be about to type in it."""
        if event.widget is self._box and self._own and not self._box.value.strip():
            self._own = False
            self.post_message(self.SuggestionWelcome())

    def _search_soon(self) -> None:
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(DEBOUNCE, self._search)

    def _search(self, *, again: bool = False) -> None:
        for timer in (self._settle, self._pause):
            if timer is not None:
                timer.stop()
        self._request += 1
        self._whole_shown = False
        self._moved = self._moved and again
        self._searched = self._box.value.strip()
        if self._searched:
            self.post_message(self.SearchWanted(self._searched, self._request))
            self._pause = self.set_timer(PAUSE, self._search_whole)
        else:
            self._found = ()
            self._hits.show((), _invitation())
            self._preview.show(None)

    def _search_whole(self) -> None:
        self.post_message(self.SearchWanted(self._searched, self._request, paused=True))

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
        self._moved = True
        self._hits.action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move among the hits by screens full."""
        self._moved = True
        self._hits.action_page(pages)

    @on(RowView.Picked)
    def _hit_picked(self, event: RowView.Picked) -> None:
        event.stop()
        self._moved = True

    @on(RowView.Moved)
    def _hit_reached(self, event: RowView.Moved) -> None:
        event.stop()
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._want_article)

    def _want_article(self) -> None:
        hit = self._hits.current
        if hit is not None and self.shown is None:
            self._want(hit.version_id)
        else:
            self._show_again()

    def _want(self, version_id: int) -> None:
        self._article_number += 1
        language = self._language or self.caller_language
        self.post_message(self.ArticleWanted(version_id, language, self._article_number))

    def _show_found(self) -> None:
        """The hits in their order, those of no help last, with the cursor where she put it."""
        hit = self._hits.current
        hits = tuple(sorted(self._found, key=lambda one: one.code in self._unhelpful))
        nothing = _("No standard answer fits. Try other words, or write the matter down as a case.")
        self._hits.show(hits, nothing, hit.code if self._moved and hit is not None else "")
        if self._unhelpful:
            self._hits.rows_changed()
        if not hits:
            self._preview.show(None)
        # Otherwise the text stays until the new one comes: emptied at every key, the panel would flicker.
        self._want_article()

    def _show_again(self) -> None:
        hit, text = self._hits.current, self.shown
        if hit is not None and text is not None:
            self._preview.show(text, hit.matched, self._given.get(text.code))


def _invitation() -> str:
    return _("Type what the caller asks, in any language. Up and Down choose an answer.")

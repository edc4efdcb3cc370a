"""The panels of the desk and what they ask of the Seat: history, case form with draft, texts."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from grm_console.clock import Clock
from grm_console.desk.views import CallerCard, CaseForm, ServiceChoice
from grm_console.errors import GrmError, StaleChange, StoreError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import (
    ActOver,
    CaseOpened,
    DetailCame,
    DraftCame,
    DraftSaved,
    PromiseCame,
    Refused,
    ServicesCame,
    TimelineCame,
)
from grm_console.tui.draft_keeper import DraftKeeper
from grm_console.tui.screens.asking import AskingScreen
from grm_console.tui.widgets.case_form import CaseFormPanel
from grm_console.tui.widgets.knowledge_panel import KnowledgePanel
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.texts_panel import TextsPanel
from grm_console.tui.widgets.timeline_panel import TimelinePanel
from grm_console.tui.widgets.timeline_view import TimelineView

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat

SIDE_BY_SIDE = 110
"""Columns from which the three panels stand beside each other."""

FOUR_BESIDE = 170
"""Columns from which texts and timeline both stand beside the others."""

HISTORY = ("timeline", "texts")
"""Panels that share a place below that."""

TALL = 30
"""Lines from which the caller card may take more than two of them."""

DRAFT_AFTER = 0.8
"""Seconds without a key after which typed words go to the store."""


class PanelScreen(AskingScreen):
    """Moves the focus between the panels and carries their questions to the Seat and the answers back.

    Every answer says what it belongs to; one for another exchange or contact is dropped.
    """

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [  # type: ignore[misc]
        (0, "-narrow"),
        (SIDE_BY_SIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-short"), (TALL, "-tall")]  # type: ignore[misc]

    def __init__(self, seat: "Seat", clock: Clock, keeper: DraftKeeper) -> None:
        super().__init__()
        self.seat = seat
        self.card: CallerCard | None = None
        self.contact_id: int | None = None
        """Whose history is shown."""
        self.form = CaseForm()
        self.case_opened = False
        self.unsaved = False
        """Whether the form holds words that are not in the store yet."""
        self.acts = 0
        """Acts begun and ended so far; looks that began earlier are out of date."""
        self.acting: set[str] = set()
        """Names of the acts under way."""
        self.ahead = timedelta(0)
        """How far the store's clock is ahead of this machine's."""
        self._clock = clock
        self._keeper = keeper
        self._one_at_a_time = threading.Lock()
        self._draft_timer: Timer | None = None
        self._promised: tuple[str, str] | None = None
        self._missing: dict[str, str] = {}
        self._last_focus: dict[str, Widget] = {}
        self._words: dict[str, dict[str, str]] = {}
        self.services: dict[str, ServiceChoice] = {}
        self.timeline = TimelinePanel(clock=self.now, id="timeline")
        self.knowledge = KnowledgePanel(clock=self.now, id="knowledge")
        self.case = CaseFormPanel(clock=self.now, id="case")
        self.texts = TextsPanel(clock=self.now, id="texts")
        # Before they are mounted: later it would style all of their fields once more.
        self.case.disabled = self.texts.disabled = True
        self.panels: dict[str, Widget] = {
            "timeline": self.timeline,
            "knowledge": self.knowledge,
            "case": self.case,
            "texts": self.texts,
        }
        self.current_panel = self.panel_before = "knowledge"
        self.history = "timeline"
        """Which of `HISTORY` is shown where they share a place."""

    def now(self) -> datetime:
        """The present moment by the clock of the store."""
        return self._clock() + self.ahead

    @property
    def held(self) -> CallerCard | None:
        """The exchange this operator works on; None while one only rings."""
        return self.card if self.card is not None and self.card.mine else None

    def words(self, form: str) -> dict[str, str]:
        """What was typed into a small form and not stored yet, by its fields; kept as long as the desk is open."""
        return self._words.setdefault(form, {})

    def _is_held(self, interaction_id: int) -> bool:
        return self.held is not None and self.held.interaction_id == interaction_id

    def act(self, name: str, work: Callable[[], Message]) -> None:
        """Do something that changes the desk; acts run one after the other, and every one of them is answered.

        The same act asked for again while it is under way (a key pressed twice) is not done twice.
        """
        if name in self.acting:
            return
        self.acting.add(name)
        self.acts += 1

        def run() -> None:
            with self._one_at_a_time:
                try:
                    message = work()
                except GrmError as error:
                    message = Refused(error)
            # In this order: the look that follows the act's end must not be undone by what the act brought.
            self.post_message(message)
            self.post_message(ActOver(name))

        self.run_worker(run, thread=True, group="act")

    # -- moving between the panels

    def lay_out(self) -> None:
        """All panels beside each other, or the current one alone; the focus and the words stay."""
        alone = self.app.size.width < SIDE_BY_SIDE or self.app.has_class("-plain")
        for name, panel in self.panels.items():
            panel.display = name == self.current_panel if alone else self._stands_beside(name)
        tabs = self.query_one(TabStrip)
        tabs.display = alone
        labels = {name: str(panel.border_title) for name, panel in self.panels.items()}
        if self._missing:
            labels["case"] += _(" · {n} missing").format(n=len(self._missing))
        tabs.show(tuple(labels.items()), self.current_panel)

    def _stands_beside(self, name: str) -> bool:
        """Whether a panel is seen where several stand beside each other."""
        if name not in HISTORY or name == self.history:
            return True
        return self.app.size.width >= FOUR_BESIDE and self.texts.conversation is not None

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is not self.focused:
            return  # the focus has gone on since: this would bring back the panel it left
        for name, panel in self.panels.items():
            if panel in event.widget.ancestors_with_self:
                self._last_focus[name] = event.widget
                self._bring(name)
        self.lay_out()

    def go(self, name: str) -> None:
        """Bring a panel to the front and put the focus where it last was in it."""
        if self.panels[name].disabled:
            self.notify(_("This opens with the next call or text."), markup=False)
            return
        self._bring(name)
        self.lay_out()
        last = self._last_focus.get(name)
        if last is not None and last.is_attached and last.focusable:
            self.set_focus(last)
        elif name == "timeline":
            self.set_focus(self.timeline.view)
        elif name == "knowledge":
            self.knowledge.focus_search()
        elif name == "texts":
            self.set_focus(self.texts.view if self.texts.composer.read_only else self.texts.composer)
        else:
            self.case.focus_first_missing()

    def _bring(self, name: str) -> None:
        if name in HISTORY:
            self.history = name
        if name != self.current_panel:
            self.panel_before, self.current_panel = self.current_panel, name

    @on(TabStrip.Chosen)
    def _tab_chosen(self, message: TabStrip.Chosen) -> None:
        self.go(message.panel)

    # -- history

    @on(TimelineView.NeedOlder)
    def _need_older(self, message: TimelineView.NeedOlder) -> None:
        contact_id, older = message.contact_id, message.older
        self.ask("older", lambda: TimelineCame(contact_id, self.seat.timeline(contact_id, older)))

    @on(TimelineCame)
    def _timeline_came(self, message: TimelineCame) -> None:
        if not message.fresh:
            self.timeline.view.extend(message.contact_id, message.page)
        elif message.contact_id == self.contact_id:
            self.timeline.view.show(message.contact_id, message.page)

    @on(TimelineView.DetailWanted)
    def _detail_wanted(self, message: TimelineView.DetailWanted) -> None:
        contact_id = self.contact_id
        if contact_id is not None:
            self.ask("detail", lambda: DetailCame(contact_id, self.seat.timeline_detail(message.entry_id)))

    @on(DetailCame)
    def _detail_came(self, message: DetailCame) -> None:
        if message.contact_id == self.contact_id:
            self.timeline.view.show_detail(message.detail)

    # -- the case form and its draft

    def load_form(self, card: CallerCard) -> None:
        """Empty the form for a new exchange and fetch what was typed for it earlier."""
        self.case_opened = self.unsaved = False
        self._promised = None
        self.case.disabled = False
        self._fill(CaseForm(details=printable(card.text, lines=True), language=card.language))

        def load() -> DraftCame:
            kept = self._keeper.kept(card)
            return DraftCame(card.interaction_id, kept or self.seat.draft(card.interaction_id))

        self.ask("draft-load", load)

    @on(DraftCame)
    def _draft_came(self, message: DraftCame) -> None:
        if message.form is not None and self._is_held(message.interaction_id) and not self.unsaved:
            self._fill(message.form)

    def _fill(self, form: CaseForm) -> None:
        """Put words into the form; what it then holds is what counts as unchanged."""
        self.case.load(form)
        self.texts.load(form.reply)
        self._missing = {}
        self.form = replace(self.case.form(), reply=form.reply)
        self._form_judged()

    @on(CaseFormPanel.FormChanged)
    def _form_changed(self, message: CaseFormPanel.FormChanged) -> None:
        self._now_typed(replace(message.form, reply=self.form.reply))

    @on(TextsPanel.Typed)
    def _reply_typed(self, message: TextsPanel.Typed) -> None:
        self._now_typed(replace(self.form, reply=message.text.rstrip()))

    def _now_typed(self, form: CaseForm) -> None:
        """The words of the exchange are these now; they go to the store after a pause."""
        if self.held is None or form == self.form:
            return
        self.form = form
        self.unsaved = True
        self._form_judged()
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(DRAFT_AFTER, self.save_draft)

    def _form_judged(self) -> None:
        missing = self.seat.missing(self.form) if self.form.service else {}
        if missing != self._missing:
            self._missing = missing
            self.case.show_missing(missing)
        self.lay_out()
        card, form = self.held, self.form
        wanted = (form.service, form.harm)
        if card is not None and wanted != self._promised:
            self._promised = wanted
            interaction_id = card.interaction_id
            self.ask("promise", lambda: PromiseCame(interaction_id, form.service, self.seat.promise(form)))

    @on(PromiseCame)
    def _promise_came(self, message: PromiseCame) -> None:
        if self._is_held(message.interaction_id) and message.service == self.form.service:
            self.case.show_promise(message.promise)

    def save_draft(self) -> None:
        """Send the typed words to the store; while it is gone, keep them on this machine."""
        card, form = self.held, self.form
        if card is not None and self.unsaved:
            self.ask("draft-save", lambda: self._saved(card, form))

    def _saved(self, card: CallerCard, form: CaseForm) -> DraftSaved:
        """Runs in a thread."""
        try:
            at = self.seat.save_draft(card.interaction_id, form)
        except (StoreError, StaleChange):
            # Gone, or with somebody else meanwhile: the words stay on this machine in any case.
            self._keeper.keep(card, form)
            return DraftSaved(card.interaction_id, form, None)
        self._keeper.forget(card)
        return DraftSaved(card.interaction_id, form, at)

    @on(DraftSaved)
    def _draft_saved(self, message: DraftSaved) -> None:
        if self._is_held(message.interaction_id) and message.at is not None and message.form == self.form:
            self.unsaved = False
            self.case.show_saved(message.at)
            self.lay_out()

    def open_case(self) -> None:
        """Open a case from the form, or show what is missing."""
        card, form = self.held, self.case.form()  # its message about the last key may still be on the way
        if card is None:
            return
        missing = self.seat.missing(form)
        if missing:
            self._missing = missing
            self.case.show_missing(missing)
            self.go("case")
            self.case.focus_first_missing()
            return
        self.act("open case", lambda: CaseOpened(card.interaction_id, self.seat.open_case(card.interaction_id, form)))

    @on(CaseFormPanel.SaveWanted)
    def _save_wanted(self) -> None:
        self.open_case()

    @on(CaseOpened)
    def _case_opened(self, message: CaseOpened) -> None:
        if self._is_held(message.interaction_id):
            self.case_opened = True
            self.case.show_opened(message.opened)
            self._missing = {}
            self.lay_out()
            self.commands_changed()

    @on(ServicesCame)
    def _services_came(self, message: ServicesCame) -> None:
        self.services = {service.code: service for service in message.services}
        self.case.set_services(message.services)

    def commands_changed(self) -> None:
        """What is possible may have changed; the desk shows it at its foot."""

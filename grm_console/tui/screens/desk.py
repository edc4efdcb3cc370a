"""The operator's desk: one screen from the ring to the wrap-up."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.worker import get_current_worker

from grm_console.clock import Clock
from grm_console.desk.views import CallerCard, CaseForm
from grm_console.errors import AlreadyClaimed, GrmError, InvalidInput, StoreError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import (
    ActOver,
    CardCame,
    CaseOpened,
    DraftCame,
    LeftDesk,
    Refused,
    Seen,
    ServicesCame,
    StateCame,
    StoreLost,
    WrappedUp,
)
from grm_console.tui.commands import DESK, Command, bindings
from grm_console.tui.draft_keeper import DraftKeeper
from grm_console.tui.explain import explain
from grm_console.tui.plain import Announcements
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.jump import JumpScreen
from grm_console.tui.screens.lock import LockScreen
from grm_console.tui.screens.telephone import TelephoneScreen
from grm_console.tui.screens.texting import WRITTEN
from grm_console.tui.watch import WAIT, look, watch
from grm_console.tui.widgets.call_line import CallLineView
from grm_console.tui.widgets.caller_card import CallerCardView, card_words
from grm_console.tui.widgets.command_footer import CommandFooter
from grm_console.tui.widgets.status_strip import StatusStrip
from grm_console.tui.widgets.tab_strip import TabStrip
from grm_console.tui.widgets.tour_strip import TourStrip

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat
    from grm_console.tui.app import GrmConsole


@dataclass(frozen=True, slots=True)
class Before:
    """What an operator's desk leaves to the one in another language."""

    interaction_id: int | None
    """What was held."""
    form: CaseForm | None
    """Words that were not in the store yet."""
    opened: CaseOpened | None
    panel: str
    search: str
    tour: int | None


class DeskScreen(TelephoneScreen):
    """Status strip, caller card, timeline, standard answers, case form, keys."""

    CSS_PATH = "desk.tcss"
    TABLE: ClassVar[tuple[Command, ...]] = DESK
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(DESK)

    def __init__(self, seat: "Seat", *, bell: bool, clock: Clock, drafts: Path) -> None:
        super().__init__(seat, clock, DraftKeeper(seat.me.account_id, drafts))
        self._bell = bell
        self._gone_since: datetime | None = None
        self._strip = StatusStrip(seat.me, self.now)
        self._card_view = CallerCardView(self.now)
        self._call_line = CallLineView(seat.me.full_name, self.now)
        self._footer = CommandFooter()
        self._tour = TourStrip()
        self.said = Announcements()
        self.locked: LockScreen | None = None
        """The lock before this desk, if there is one; it is told when something rings."""
        self._before: Before | None = None
        self._opened: CaseOpened | None = None
        self._painted_minute = ""
        self._late_since: datetime | None = None
        """The beginning of the wrap-up whose time was told to be over."""

    @property
    def rings(self) -> bool:
        """Whether something rings for this operator."""
        return self.card is not None and not self.card.mine

    @property
    def looked(self) -> bool:
        """Whether the desk has been seen at least once."""
        return self.seen is not None

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self._card_view
        yield self._call_line
        yield TabStrip()
        with Horizontal(id="panels"):
            yield self.timeline
            yield self.texts
            yield self.knowledge
            yield self.case
        yield self.said
        yield self._tour
        yield self._footer

    def take_over(self, before: "DeskScreen") -> None:
        """Go on where the same operator's desk in another language stops; called before this one is shown."""
        self._words, self.letter, self.services = before._words, before.letter, before.services
        held = before.held
        self._before = Before(
            interaction_id=held.interaction_id if held is not None else None,
            form=before.form if before.unsaved else None,
            opened=before._opened if before.case_opened else None,
            panel=before.current_panel,
            search=before.knowledge.own_search,
            tour=before._tour.at,
        )

    def on_mount(self) -> None:
        before = self._before
        self._free_desk()
        if before is None:
            if not self._grm.choices.toured:
                self._tour.begin()
        else:
            self.case.set_services(tuple(self.services.values()))
            if before.interaction_id is None and before.search:
                self.knowledge.search_for(before.search)
            if before.tour is not None:
                self._tour.begin(before.tour)
            # The desk before may still wait for a change in its thread, and take one from this desk.
            self.set_timer(2 * WAIT, self._look)
        self.set_interval(1.0, self._tick)
        self.ask("services", lambda: ServicesCame(self.seat.services()))
        self.run_worker(self._watch, thread=True, group="watch")

    @property
    def _grm(self) -> "GrmConsole":
        return cast("GrmConsole", self.app)

    def _watch(self) -> None:
        """Runs in a thread as long as the screen lives."""
        worker = get_current_worker()
        watch(self.seat, lambda: self.acts, self.post_message, lambda: worker.is_cancelled)

    def _tick(self) -> None:
        minute = f"{self.now():%H:%M}"
        if self._grm.choices.still and minute == self._painted_minute:
            return
        self._painted_minute = minute
        self._strip.refresh()
        self._tell_late()
        self._card_view.tick()
        self._call_line.tick()
        self.texts.tick()

    def _tell_late(self) -> None:
        """Say once for each wrap-up, and for each extension of it, that its time is over."""
        agent = self.seen.agent if self.seen is not None else None
        if agent is None or not agent.late(self.now()) or agent.since == self._late_since:
            return
        self._late_since = agent.since
        told = _("The time of the wrap-up is over. F9 closes it, Alt+W takes more time.")
        self.said.say(told)
        self.notify(told, severity="warning", markup=False)
        if self._bell:
            self.app.bell()

    # -- what a look found

    @on(Seen)
    def _desk_seen(self, seen: Seen) -> None:
        if self.acting or seen.look != self.acts:
            return  # begun before the last act ended; the look after that act is on its way
        before = self.call
        self.seen, self.offered = seen, seen.offered
        self.ahead = seen.queue.at - self._clock()
        came_back, self._gone_since = self._gone_since is not None, None
        self._show_card(seen.current or seen.ringing)
        shown = self.card.speaker if self.card is not None else None
        if seen.history is not None and shown is not None and self.contact_id == shown.contact_id:
            self.timeline.view.show(self.contact_id, seen.history)
        if came_back:
            self.save_draft()
        self.announce_call(before)
        self._show_state()
        self.read_texts()

    @on(StoreLost)
    def _store_lost(self) -> None:
        if self._gone_since is None:
            self._gone_since = self._clock()
        self._show_state()

    @on(ActOver)
    def _act_over(self, message: ActOver) -> None:
        self.acting.discard(message.name)
        self._tour.done(message.name.partition(" ")[0])
        self.acts += 1
        self._look()

    def _look(self) -> None:
        number = self.acts
        self.ask("look", lambda: look(self.seat, number))

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        error = message.error
        if isinstance(error, StoreError):
            self._store_lost()
        if isinstance(error, InvalidInput) and self.held is not None:
            problems = {name: told for name, told in error.problems.items() if self.case.asks(name)}
            if problems:  # others are of a text or an answer
                self._missing = problems
                self.case.show_missing(problems)
        elif isinstance(error, AlreadyClaimed) and self.held is None:
            self._show_card(None)
        self.notify(printable(str(error)), severity="warning", markup=False)

    @on(StateCame)
    def _state_came(self, message: StateCame) -> None:
        if self.seen is not None:
            self.seen = replace(self.seen, agent=message.agent)
        self._show_state()

    @on(CardCame)
    def _card_came(self, message: CardCame) -> None:
        self._show_card(message.card)
        self._show_state()
        if message.said:
            self.notify(message.said, markup=False)
        if message.begins:
            self.go("texts")
            self.texts.composer.focus()

    def _show_card(self, card: CallerCard | None) -> None:
        """Put an exchange on the desk; the panels change only if it is another one."""
        before, self.card = self.card, card
        if card is not None and card != before:
            self.said.say(card_words(card, self.now()))
        if self.locked is not None:
            self.locked.show_ringing(self.rings)
        another = card is None or before is None or card.interaction_id != before.interaction_id
        if card is not None and not card.mine and another:
            self._announce_ring()
        if card is not None and card.mine and (another or (before is not None and not before.mine)):
            self._begin(card)
        elif card is None and before is not None and before.mine:
            self._free_desk()
        elif card is not None and card.mine and _speaker_key(card) != _speaker_key(before):
            self.looked_up = None
        self.knowledge.caller_language = card.language if card is not None and card.mine else ""
        if another and (card is not None or before is not None) and not (card is not None and card.mine):
            self.suggest_what_rings(card)
        if card is not None and before is not None and card.mine and not another:
            self.case.follow_language(before.language, card.language)
        self._show_history_of(card)

    def _announce_ring(self) -> None:
        if self._bell:
            self.app.bell()
        if self.app.screen is not self:
            self.notify(_("Something rings. Esc goes back to the desk, F2 takes it."), markup=False)

    def _begin(self, card: CallerCard) -> None:
        """An exchange is this operator's now: empty panels, its own words as a first search."""
        before, self._before = self._before, None
        again = before if before is not None and before.interaction_id == card.interaction_id else None
        self.looked_up = None
        self._last_focus.clear()
        self.knowledge.reset()
        self.texts.clear()
        self.texts.disabled = False
        self.history = "texts" if card.channel in WRITTEN else "timeline"
        self.load_form(card)
        if again is not None and again.search:
            self.knowledge.search_for(again.search)
        elif card.text:
            self.knowledge.suggest(card.text, _("from the text"))
        if again is not None and again.form is not None:
            self._fill(again.form)
            self.unsaved = True
            self.save_draft()
        self._opened = again.opened if again is not None else None
        if self._opened is not None:
            self._case_opened(self._opened)
        self.go(again.panel if again is not None else "knowledge")
        self.read_texts()

    @on(CaseOpened)
    def _note_opened(self, message: CaseOpened) -> None:
        self._opened = message

    @on(DraftCame)
    def _show_opened_again(self) -> None:
        """The draft of a case that was opened already closes its fields again."""
        if self._opened is not None and self.case_opened:
            self.call_later(self._case_opened, self._opened)

    def _free_desk(self) -> None:
        self.looked_up = self._opened = None
        self.form = CaseForm()
        self.unsaved = False
        self.knowledge.reset()
        self.case.reset()
        self.texts.clear()
        self.case.disabled = self.texts.disabled = True
        self.history = "timeline"
        self._missing = {}
        self.go("knowledge")

    def _show_history_of(self, card: CallerCard | None) -> None:
        speaker = card.speaker if card is not None else None
        if self.looked_up is not None:
            return  # what only rings does not take away what the operator reads
        self.timeline.name_contact("")
        if speaker is None:
            self.timeline.view.clear(_no_history(card))
        self.contact_id = speaker.contact_id if speaker is not None else None

    def _show_state(self) -> None:
        agent, queue = (self.seen.agent, self.seen.queue) if self.seen is not None else (None, None)
        self._strip.show(agent, queue, self._gone_since)
        self._card_view.show(self.card, agent, queue, self.call, self.offered)
        brief = self.seen.brief if self.seen is not None else None
        if self._call_line.show(self.call, self.offered, brief):
            self.said.say(self._call_line.said)
        self.lay_out()
        self.commands_changed()

    # -- commands

    def commands_changed(self) -> None:
        """Name the keys that do something now."""
        self._footer.show(
            tuple(
                command
                for command in DESK
                if command.footer and (command.name.startswith("app.") or self.check_action(command.name, ()))
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command makes sense now; one that does not is neither named nor obeyed."""
        if (possible := self.may_open(action)) is not None:
            return possible
        if (possible := self.may_telephone(action)) is not None:
            return possible
        if (possible := self.may_text(action)) is not None:
            return possible
        if (possible := self.may_answer(action)) is not None:
            return possible
        held = self.held
        match action:
            case "who_speaks":
                return held is not None
            case "new_contact":
                return held is not None and held.speaker is None and not held.withheld
            case "wrap_up":
                return held is not None
            case "open_case":
                return held is not None and not self.case_opened
        return super().check_action(action, parameters)

    @on(WrappedUp)
    def _desk_free(self, message: WrappedUp) -> None:
        if self._is_held(message.interaction_id):
            self.desk_is_free()

    def desk_is_free(self) -> None:
        """Show an empty desk until the next look."""
        self._show_card(None)
        self._show_state()

    def show_aside(self) -> None:
        """Parked exchanges and unread notices stand in the strip, and are said where no eye is on it."""
        if self.aside.unread:
            told = _("1 notice to read: Alt+N") if self.aside.unread == 1 else _("{n} notices to read: Alt+N")
            self.said.say(told.format(n=self.aside.unread))
        self._strip.show_aside(self.aside.parked, self.aside.unread)

    def action_tour(self) -> None:
        """Begin the tour, or go on with it."""
        if self._tour.under_way:
            self._tour.next()
        else:
            self._tour.begin()

    def action_leave_tour(self) -> None:
        """End the tour."""
        self._tour.leave()

    @on(TourStrip.Over)
    def _tour_over(self) -> None:
        self._grm.chosen(replace(self._grm.choices, toured=True))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        super().on_descendant_focus(event)
        self.said.say(explain(event.widget)[0])
        self.commands_changed()

    def action_find(self) -> None:
        """Go to the search of standard answers."""
        self.go("knowledge")
        self.knowledge.focus_search()

    def action_go(self, panel: str) -> None:
        """Go to a panel."""
        self.go(panel)

    def action_back(self) -> None:
        """Go back to the panel the focus came from; a history that was looked up gives way to the speaker's."""
        if self.looked_up is not None and self.current_panel == "timeline":
            self.looked_up = None
            self._show_history_of(self.card)
            self.back_to_desk()
            self.commands_changed()
        self.go(self.panel_before)

    def action_next_panel(self) -> None:
        """Go to the next panel that can be used."""
        names = [name for name, panel in self.panels.items() if not panel.disabled]
        self.go(names[(names.index(self.current_panel) + 1) % len(names)])

    def action_jump(self) -> None:
        """Ask which panel to go to."""
        places = (
            ("timeline", _("Timeline")),
            ("knowledge", _("Knowledge")),
            ("case", _("Case")),
            ("texts", _("Texts")),
        )
        self.app.push_screen(JumpScreen(places), lambda panel: self.go(panel) if panel else None)

    def action_help(self) -> None:
        """Show all keys."""
        known = tuple(
            (command, command.name.startswith("app.") or bool(self.check_action(command.name, ()))) for command in DESK
        )
        self.app.push_screen(HelpScreen(known, explain(self.focused)))

    def keep_words(self) -> None:
        """Put what was typed and is not stored yet where another desk, or this one after a crash, finds it."""
        if self.held is not None and self.unsaved:
            self._keeper.keep(self.held, self.form)

    def leave(self) -> None:
        """Put what was typed where it is safe, sign out, and say so to the app."""
        card, form = (self.held, self.form) if self.unsaved else (None, self.form)
        self.keep_words()

        def sign_out() -> LeftDesk:
            with suppress(GrmError):  # the words are on this machine; the store learns the rest when it is back
                if card is not None:
                    self._saved(card, form)
                self.seat.sign_out()
            self.seat.close()
            return LeftDesk()

        self.ask("leave", sign_out)


def _no_history(card: CallerCard | None) -> str:
    if card is None:
        return _("The history of whoever calls appears here.")
    if card.identified is not None:
        return _("No history: this caller is not in the records.")
    if card.candidates:
        return _("Names only until it is settled who speaks: F3 opens the history.")
    if card.withheld:
        return _("No number to know anybody by. F3 says who speaks.")
    return _("Nobody is known by this number. F4 makes a contact.")


def _speaker_key(card: CallerCard | None) -> int | None:
    return card.speaker.contact_id if card is not None and card.speaker is not None else None

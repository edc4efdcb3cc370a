"""The operator's desk: one screen from the ring to the wrap-up."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.worker import get_current_worker

from grm_console.clock import Clock
from grm_console.desk.views import CallerCard, CaseForm
from grm_console.domain.words import AgentState, Channel, InteractionState
from grm_console.errors import AlreadyClaimed, GrmError, InvalidInput, StoreError
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.arrivals import (
    ActOver,
    CardCame,
    LeftDesk,
    Refused,
    Seen,
    ServicesCame,
    StateCame,
    StoreLost,
    WrappedUp,
)
from grm_console.tui.commands import DESK, bindings
from grm_console.tui.draft_keeper import DraftKeeper
from grm_console.tui.screens.exchange import ExchangeScreen
from grm_console.tui.screens.help import HelpScreen
from grm_console.tui.screens.jump import JumpScreen
from grm_console.tui.screens.pick import Choice, PickScreen
from grm_console.tui.watch import look, watch
from grm_console.tui.widgets.caller_card import CallerCardView
from grm_console.tui.widgets.command_footer import CommandFooter
from grm_console.tui.widgets.status_strip import StatusStrip
from grm_console.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:  # loading it would load the database before the first paint
    from grm_console.desk.seat import Seat


class DeskScreen(ExchangeScreen):
    """Status strip, caller card, timeline, standard answers, case form, keys."""

    CSS_PATH = "desk.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(DESK)

    def __init__(self, seat: "Seat", *, bell: bool, clock: Clock, drafts: Path) -> None:
        super().__init__(seat, clock, DraftKeeper(seat.me.account_id, drafts))
        self._bell = bell
        self._seen: Seen | None = None
        self._gone_since: datetime | None = None
        self._strip = StatusStrip(seat.me, self.now)
        self._card_view = CallerCardView(self.now)
        self._footer = CommandFooter()

    @property
    def looked(self) -> bool:
        """Whether the desk has been seen at least once."""
        return self._seen is not None

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self._card_view
        yield TabStrip()
        with Horizontal(id="panels"):
            yield from self.panels.values()
        yield self._footer

    def on_mount(self) -> None:
        self._free_desk()
        self.knowledge.focus_search()
        self.set_interval(1.0, self._tick)
        self.ask("services", lambda: ServicesCame(self.seat.services()))
        self.run_worker(self._watch, thread=True, group="watch")

    def _watch(self) -> None:
        """Runs in a thread as long as the screen lives."""
        worker = get_current_worker()
        try:
            watch(self.seat, lambda: self.acts, self.post_message, lambda: worker.is_cancelled)
        finally:
            self.seat.close()

    def _tick(self) -> None:
        self._strip.refresh()
        self._card_view.tick()

    # -- what a look found

    @on(Seen)
    def _desk_seen(self, seen: Seen) -> None:
        if self.acting or seen.look != self.acts:
            return  # begun before the last act ended; the look after that act is on its way
        self._seen = seen
        self.ahead = seen.queue.at - self._clock()
        came_back, self._gone_since = self._gone_since is not None, None
        self._show_card(seen.current or seen.ringing)
        if seen.history is not None and self.contact_id is not None:
            self.timeline.view.show(self.contact_id, seen.history)
        if came_back:
            self.save_draft()
        self._show_state()

    @on(StoreLost)
    def _store_lost(self) -> None:
        if self._gone_since is None:
            self._gone_since = self._clock()
        self._show_state()

    @on(ActOver)
    def _act_over(self, message: ActOver) -> None:
        self.acting.discard(message.name)
        self.acts += 1
        number = self.acts
        self.ask("look", lambda: look(self.seat, number))

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        error = message.error
        if isinstance(error, StoreError):
            self._store_lost()
        if isinstance(error, InvalidInput) and self.held is not None:
            self._missing = error.problems
            self.case.show_missing(error.problems)
        elif isinstance(error, AlreadyClaimed) and self.held is None:
            self._show_card(None)
        self.notify(printable(str(error)), severity="warning", markup=False)

    @on(StateCame)
    def _state_came(self, message: StateCame) -> None:
        if self._seen is not None:
            self._seen = replace(self._seen, agent=message.agent)
        self._show_state()

    @on(CardCame)
    def _card_came(self, message: CardCame) -> None:
        self._show_card(message.card)
        self._show_state()

    def _show_card(self, card: CallerCard | None) -> None:
        """Put an exchange on the desk; the panels change only if it is another one."""
        before, self.card = self.card, card
        another = card is None or before is None or card.interaction_id != before.interaction_id
        if card is not None and not card.mine and another and self._bell:
            self.app.bell()
        if card is not None and card.mine and (another or (before is not None and not before.mine)):
            self._begin(card)
        elif card is None and before is not None and before.mine:
            self._free_desk()
        self._show_history_of(card)

    def _begin(self, card: CallerCard) -> None:
        """An exchange is this operator's now: empty panels, its own words as a first search."""
        self.knowledge.reset()
        self.load_form(card)
        if card.text:
            self.knowledge.suggest(card.text)
        self.go("knowledge")

    def _free_desk(self) -> None:
        self.form = CaseForm()
        self.unsaved = False
        self.knowledge.reset()
        self.case.reset()
        self.case.disabled = True
        self._missing = {}
        self.go("knowledge")

    def _show_history_of(self, card: CallerCard | None) -> None:
        contact_id = card.speaker.contact_id if card is not None and card.speaker is not None else None
        if contact_id is None:
            self.timeline.view.clear(_no_history(card))
        self.contact_id = contact_id

    def _show_state(self) -> None:
        agent, queue = (self._seen.agent, self._seen.queue) if self._seen is not None else (None, None)
        self._strip.show(agent, queue, self._gone_since)
        self._card_view.show(self.card, agent, queue)
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
        card, held = self.card, self.held
        state = self._seen.agent.state if self._seen is not None else None
        call = held is not None and held.channel is Channel.VOICE
        talking = held is not None and held.state is InteractionState.TALKING
        match action:
            case "answer":
                return card is not None and held is None
            case "available":
                return held is None and state in (AgentState.AWAY, AgentState.SIGNED_OUT)
            case "away":
                return held is None and state is AgentState.AVAILABLE
            case "who_speaks":
                return held is not None
            case "new_contact":
                return held is not None and held.speaker is None and not held.withheld
            case "end":
                return call and talking
            case "wrap_up":
                return held is not None
            case "release":
                return held is not None and talking and held.connected_at is None
            case "whole_text":
                return card is not None and bool(card.text)
            case "give":
                hit = self.knowledge.current()
                return held is not None and hit is not None and hit.givable
            case "open_case":
                return held is not None and not self.case_opened
        return super().check_action(action, parameters)

    def action_available(self) -> None:
        """Be offered calls and texts."""
        self.act("state", lambda: StateCame(self.seat.set_available()))

    def action_away(self) -> None:
        """Be offered nothing, for a reason."""
        reasons = (_("break"), _("lunch"), _("training"), _("meeting"), _("paperwork"), _("other"))

        def chosen(reason: str | None) -> None:
            if reason is not None:
                self.act("state", lambda: StateCame(self.seat.set_away(reason)))

        choices = tuple(Choice(reason, reason) for reason in reasons)
        self.app.push_screen(PickScreen(_("Away for"), choices), chosen)

    @on(WrappedUp)
    def _desk_free(self, message: WrappedUp) -> None:
        if self._is_held(message.interaction_id):
            self._show_card(None)
            self._show_state()

    def action_find(self) -> None:
        """Go to the search of standard answers."""
        self.go("knowledge")
        self.knowledge.focus_search()

    def action_go(self, panel: str) -> None:
        """Go to a panel."""
        self.go(panel)

    def action_back(self) -> None:
        """Go back to the panel the focus came from."""
        self.go(self.panel_before)

    def action_next_panel(self) -> None:
        """Go to the next panel that can be used."""
        names = [name for name, panel in self.panels.items() if not panel.disabled]
        self.go(names[(names.index(self.current_panel) + 1) % len(names)])

    def action_jump(self) -> None:
        """Ask which panel to go to."""
        places = (("timeline", _("Timeline")), ("knowledge", _("Knowledge")), ("case", _("Case")))
        self.app.push_screen(JumpScreen(places), lambda panel: self.go(panel) if panel else None)

    def action_help(self) -> None:
        """Show all keys."""
        known = tuple(
            (command, command.name.startswith("app.") or bool(self.check_action(command.name, ()))) for command in DESK
        )
        self.app.push_screen(HelpScreen(known))

    def leave(self) -> None:
        """Put what was typed where it is safe, sign out, and say so to the app."""
        card, form = (self.held, self.form) if self.unsaved else (None, self.form)
        if card is not None:
            self._keeper.keep(card, form)

        def sign_out() -> LeftDesk:
            try:
                if card is not None:
                    self._saved(card, form)
                self.seat.sign_out()
            except GrmError:
                return LeftDesk()  # the words are on this machine; the store learns the rest when it is back
            return LeftDesk()

        self.ask("leave", sign_out)


def _no_history(card: CallerCard | None) -> str:
    if card is None:
        return _("The history of whoever calls appears here.")
    if card.identified is not None:
        return _("No history: this caller is not in the records.")
    if card.candidates:
        return _("Names only until it is settled who speaks: F3 opens the history.")
    return _("Nobody is known by this number. F4 makes a contact.")
